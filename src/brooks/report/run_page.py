"""The page of one run: what came of it, who did what, where time and money went."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any

from brooks.analysis.columns import Rows
from brooks.core.events import Record
from brooks.core.facts import Outcome
from brooks.core.spec import Spec
from brooks.report.page.contents import Fact, Grid, Page, Plot, Section
from brooks.report.plots.burn_up import burn_up_plot
from brooks.report.plots.graph import graph_plot
from brooks.report.plots.lanes import lanes_plot
from brooks.report.plots.letters import letters_plot
from brooks.report.plots.metric_grid import metric_grid, number, unknown_grid
from brooks.report.plots.tokens import (
    by_agent_plot,
    by_task_plot,
    dollars_plot,
    money_grid,
    over_time_plot,
)
from brooks.report.plots.told import Told
from brooks.report.plots.trouble import trouble_plot
from brooks.report.plots.waits import COLUMNS as WAITED
from brooks.report.plots.waits import total, waits_plot
from brooks.report.wording import count, duration, plain, sized


def run_page(
    *,
    run: str,
    spec: Spec,
    records: Sequence[Record],
    rows: Rows,
    manifest: Mapping[str, Any],
    simulated: bool,
    others: Sequence[Rows] = (),
) -> Page:
    """The page of one run, however far its log goes.

    Args:
        run: its id, the same as in `rows`.
        spec: what was run.
        records: its log, from the first record.
        rows: its rows of the five tables, made of the same records.
        manifest: what stands beside its log; nothing of it is needed.
        simulated: whether its times and tokens come from a model of the world.
        others: the rows of runs of one agent that it is compared with.
    """
    told = Told.of(
        run=run, spec=spec, records=records, rows=rows, simulated=simulated, others=others
    )
    return page_of(told, manifest)


def page_of(told: Told, manifest: Mapping[str, Any]) -> Page:
    """The page of a run that is folded already."""
    return Page(
        title=plain(f"{told.spec.project}: {told.run}", most=120),
        verdict=verdict(told),
        tone=tone(told),
        facts=tuple(facts(told)),
        sections=tuple(_sections(told)),
        simulated=told.simulated,
        about=_about(told, manifest),
    )


def verdict(told: Told) -> str:
    """What came of the run, in a sentence."""
    row = told.row
    total_tasks, done, verified = row["tasks"], row["done"], row["verified"]
    many = count(total_tasks, "task")
    if done == verified == total_tasks:
        what = f"{done} of {many} done and verified"
    else:
        what = f"{done} of {many} done, {verified} verified"
    how = f"in {duration(row['seconds'])} by {sized(told.spec.team.size)}"
    cost = f"for {told.summary.tokens:,} tokens"
    if told.metrics["dollars"]:
        cost += f" and {number(told.metrics['dollars'], 'US$')}"
    simulated = " (simulated)" if told.simulated else ""
    return f"{_state(told)}{what} {how} {cost}{simulated}"


def _state(told: Told) -> str:
    outcome = told.row["outcome"]
    if outcome == Outcome.DONE.value:
        return ""
    if outcome is None:
        return "Not over: "
    return {
        Outcome.FAILED.value: "Failed: ",
        Outcome.BUDGET.value: "Out of budget: ",
        Outcome.INTERRUPTED.value: "Interrupted: ",
        Outcome.OUTSIDE.value: "Stopped from outside: ",
        Outcome.CANCELLED.value: "Cancelled: ",
    }[outcome]


def tone(told: Told) -> str:
    """How the verdict is coloured."""
    if told.row["outcome"] is None:
        return "quiet"
    return "good" if told.row["verified_done"] else "bad"


def facts(told: Told) -> Iterator[Fact]:
    """The numbers at the top; each is a metric of its name, or a column of the table `runs`."""
    row, metrics = told.row, told.metrics
    yield Fact(
        name="seconds",
        label="time",
        value=metrics["seconds"],
        text=duration(row["seconds"]),
        says="From the start to the end.",
    )
    yield Fact(
        name="verified", label="verified", value=row["verified"],
        text=f"{row['verified']} of {row['tasks']}", says="Tasks whose check passed on the final tree.",
    )  # fmt: skip
    yield Fact(
        name="tokens",
        label="tokens",
        value=metrics["tokens"],
        text=f"{metrics['tokens'] or 0:,.0f}",
        says="In and out of models.",
    )
    yield from _if_known(told, "dollars", "cost", "What the models cost.", unit="US$")
    yield from _if_known(
        told,
        "verified_speedup",
        "speedup",
        "Against one agent, verified runs on both sides.",
        unit="times",
    )
    if metrics["verified_speedup"] is not None:
        yield from _if_known(
            told,
            "amdahl_bound",
            "Amdahl's bound",
            "What the graph allows so many agents, were all tasks alike.",
            unit="times",
        )
    yield from _if_known(
        told, "conflicts", "conflicts", "Times that one agent's work met another's."
    )
    yield from _if_known(
        told, "test_failures", "failed checks", "Of changes, at the last look, and of agents' own."
    )
    yield from _if_known(
        told,
        "utilisation",
        "busy",
        "Share of the agents' time in which they were in a turn.",
        unit="share",
    )
    yield from _if_known(
        told,
        "useful_tokens",
        "useful tokens",
        "Share of the tokens whose work is in the final tree, or answered what was asked.",
        unit="share",
    )


def _if_known(told: Told, name: str, label: str, says: str, *, unit: str = "") -> Iterator[Fact]:
    value = told.metrics[name]
    if value is not None:
        text = number(value, unit) + ("\u00d7" if unit == "times" else "")
        yield Fact(name=name, label=label, value=value, text=text, says=says)


def _sections(told: Told) -> Iterator[Section]:
    lanes = lanes_plot(told) if told.lanes else None
    burn_up = burn_up_plot(told) if told.progress else None
    says = tuple(bounded_by(told))
    yield _section("time", "Who did what", says, lanes, burn_up)
    waited = any(total(told, what) for what in WAITED)
    says = () if told.tasks else ("No task has been added yet.",)
    waits = waits_plot(told) if waited else None
    yield _section("tasks", "Tasks", says, graph_plot(told), waits)
    if told.metrics["tokens"]:
        yield _section(
            "cost", "Tokens and money", _of_money(told), by_agent_plot(told), over_time_plot(told),
            by_task_plot(told), dollars_plot(told), money_grid(told),
        )  # fmt: skip
    else:
        yield _section("cost", "Tokens and money", ("No model has replied yet.",))
    trouble = trouble_plot(told)
    says = () if trouble else ("There was no conflict, and no check failed.",)
    yield _section("trouble", "Conflicts and failed checks", says, trouble)
    letters = letters_plot(told)
    says = () if letters else ("No agent wrote to another.",)
    yield _section("messages", "Messages", says, letters)
    metrics = metric_grid((told.run,), (told.metrics,), simulated=told.simulated)
    yield _section("metrics", "Every metric", (), metrics, unknown_grid((told.metrics,)))


def _section(name: str, title: str, says: tuple[str, ...], *parts: Plot | Grid | None) -> Section:
    there = tuple(part for part in parts if part is not None)
    return Section(name=name, title=title, says=says, parts=there)


def bounded_by(told: Told) -> Iterator[str]:
    """What decided how long the run took, in sentences."""
    if not told.finished:
        yield "The run is not over, or its program stopped before it was: this is how far its log goes."
    if not told.lanes:
        yield "Of agents there is nothing to draw: no time passed while one was there."
    reason = told.summary.reason
    if told.finished and told.row["outcome"] != Outcome.DONE.value and reason:
        yield f"Why it ended: {plain(reason, most=300)}."
    critical, share = told.metrics["critical_tasks"], told.metrics["critical_wait_share"]
    if critical and share is not None:
        chain = f"{count(int(critical), 'task')} of {told.row['tasks']} decided when it was over"
        if share < 0.005:
            yield f"{chain}; somebody worked on them all the time from ready to done."
        else:
            yield f"{chain}; nobody worked on them in {share:.0%} of their time from ready to done."
    span, work = told.row["span_seconds"], told.row["work_seconds"]
    if span and work:
        fewest = count(ceil(work / span), "agent")
        yield (
            f"The turns whose work was merged took {duration(work)}, {duration(span)} of it along the "
            "longest chain. No number of agents does these turns sooner than that; doing them so soon "
            f"takes at least {fewest}."
        )
    waits = {what: total(told, what) for what in WAITED if what != "worked"}
    most = max(waits, key=lambda what: waits[what]) if told.tasks else ""
    if most and waits[most] > 0:
        yield f"Tasks waited longest for {_WAITED_FOR[most]}: {duration(waits[most])}, all tasks added up."


_WAITED_FOR = {
    "dependency": "the tasks they depend on",
    "agent": "a free agent",
    "lease": "the lease of an agent that was gone to run out",
    "check": "their checks",
    "merge": "the merge queue",
    "rate limit": "rate limits",
    "barrier": "the other agents at the end of a round",
}


def _of_money(told: Told) -> tuple[str, ...]:
    if told.metrics["dollars"] is None:
        return ("What this cost in money is unknown: no price is known of a model that replied.",)
    if not told.metrics["dollars"]:
        return ("The models of this run cost nothing.",)
    return ()


def _about(told: Told, manifest: Mapping[str, Any]) -> dict[str, str]:
    spec = told.spec
    about = {
        "run": told.run,
        "project": spec.project,
        "team": f"{spec.team.preset}, {sized(spec.team.size)}",
        "model": spec.model,
        "seed": str(spec.seed),
        "clock": spec.clock,
        "brooks": str(manifest.get("brooks", "")),
        "started": str(manifest.get("started", "")),
    }
    return {key: plain(value, most=120) for key, value in about.items() if value}
