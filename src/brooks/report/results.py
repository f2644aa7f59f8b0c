"""Results in a terminal: one run, a list of runs, several runs side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from brooks.analysis.activity import Activity
from brooks.analysis.agent_summary import AgentSummary
from brooks.analysis.summary import Summary
from brooks.core.facts import Outcome
from brooks.core.spec import FaultKind
from brooks.report.wording import amount, count, duration, plain, short_duration

SHOWN_UNDONE = 3
"""Tasks that were not done, of which the reason is shown."""
SHOWN_AGENTS = 4
SIMULATED = "simulated: times and tokens come from a simulated model, not from a measurement"
_OUTCOMES = {
    Outcome.DONE: "Done",
    Outcome.FAILED: "Not done",
    Outcome.BUDGET: "Out of budget",
    Outcome.INTERRUPTED: "Interrupted",
    Outcome.OUTSIDE: "Stopped: a model could not be reached",
    Outcome.CANCELLED: "Cancelled",
    None: "Unfinished",
}


def print_summary(
    summary: Summary, console: Console, *, log: str = "", next_commands: Sequence[str] = ()
) -> None:
    """Say what a person wants to know when a run is over, in at most 25 lines.

    Args:
        summary: the facts of the run.
        console: where to print.
        log: the folder where the run's log is.
        next_commands: what may be typed next, each with a few words if it needs them; three fit.
    """
    _line(console, _headline(summary), style="bold")
    for name, text in _facts(summary):
        _line(console, f"  {name:<12}{text}")
    _print_agents(summary, console)
    if log:
        _print_whole(console, f"  {'log':<12}{log}")
    for number, command in enumerate(next_commands):
        _print_whole(console, f"  {'' if number else 'next':<12}{command}")


def _headline(summary: Summary) -> str:
    tasks = summary.tasks
    done = f"{len(tasks.done)} of {count(tasks.total, 'task')} done"
    verified = _verified(summary)
    simulated = " (simulated)" if summary.simulated else ""
    return f"{_OUTCOMES[summary.outcome]}{simulated}: {done}, {verified}"


def _verified(summary: Summary) -> str:
    tasks = summary.tasks
    if tasks.verified == tasks.total:
        return "all verified on the final tree"
    unchecked = tasks.total - tasks.with_check
    no_check = f", {unchecked} without a check" if unchecked else ""
    if not summary.last_looks and tasks.checked:
        return f"{len(tasks.checked)} checked when merged, no last look at the tree{no_check}"
    return f"{tasks.verified} verified on the final tree{no_check}"


def _facts(summary: Summary) -> Iterator[tuple[str, str]]:
    if summary.outcome is not Outcome.DONE and summary.reason:
        yield "because", plain(summary.reason)
    yield "time", _times(summary)
    if summary.calls:
        yield "agents", _presence(summary)
    yield "model", _model(summary)
    if mail := _messages(summary):
        yield "messages", mail
    money = _money(summary)
    if money:
        yield "money", money
    yield "checks", _checks(summary)
    looked = _last_look(summary)
    if looked:
        yield "last look", looked
    if summary.conflicts:
        stale = count(summary.conflicts, "change")
        merged = "" if summary.guarantees.no_stale_write else ", merged all the same"
        yield "conflicts", f"{stale} made from an old version of a file{merged}"
    trouble = _trouble(summary)
    if trouble:
        yield "trouble", ", ".join(trouble)
    if summary.epochs > 1:
        again = count(summary.requests_repeated, "request")
        yield "resumed", f"{count(summary.epochs - 1, 'time')}; {again} asked once more"
    yield from _undone(summary)
    if summary.kept_files:
        first = summary.kept_files[0]
        more = len(summary.kept_files) - 1
        others = f" and {more} more" if more else ""
        ours = f"; ours: {plain(first.kept_at)}" if first.kept_at else ""
        yield "kept yours", f"{plain(first.path)}{others}, changed during the run{ours}"


def _times(summary: Summary) -> str:
    whole = duration(summary.run_seconds)
    last = summary.makespan_seconds
    if last is None:
        return f"{whole}, nothing was merged"
    rounds = f", {count(summary.rounds, 'round')}" if summary.rounds else ""
    return f"{duration(last)} to the last merge, {whole} in all{rounds}"


def _presence(summary: Summary) -> str:
    """How long the agents of an elastic team were there."""
    there = summary.agent_seconds
    now = summary.time
    busy = sum(agent.track.seconds_in_turns(now) for agent in summary.agents.values())
    share = f", {busy / there:.0%} of it in turns" if there else ""
    come = f"{count(summary.calls, 'call')}, {summary.departures} let go"
    return f"there for {duration(there)} added up{share}; {come}"


def _model(summary: Summary) -> str:
    asked = f"{count(summary.requests, 'request')} in {count(summary.turns, 'turn')}"
    cached = f" ({amount(summary.cached_tokens)} cached)" if summary.cached_tokens else ""
    tokens = (
        f"{amount(summary.input_tokens)} tokens in{cached}, {amount(summary.output_tokens)} out"
    )
    return f"{asked}; {tokens}"


def _messages(summary: Summary) -> str:
    """What agents wrote to each other; empty where they did not."""
    mail = summary.messages
    if not mail.letters:
        return ""
    unread = mail.deliveries - mail.read
    passed = f", {mail.passed_on} passed on" if mail.passed_on else ""
    return (
        f"{mail.topology.value}: {count(mail.letters, 'message')}{passed}; "
        f"delivered {mail.deliveries}, of them {unread} unread"
    )


def _money(summary: Summary) -> str:
    """What the models cost, as far as it is known; empty where models cost nothing."""
    spending = summary.spending
    total = spending.total
    if summary.simulated or not (total.dollars or total.unpriced):
        return ""
    if not total.dollars:
        return "unknown: no model of this run has a known price"
    parts = [f"{'at least ' if total.unpriced else ''}${total.dollars:.4g}"]
    if len(spending.models) > 1:
        shown = ", ".join(f"{name} ${cost.dollars:.4g}" for name, cost in spending.models.items())
        parts.append(plain(shown))
    if total.unpriced:
        parts.append(f"{count(total.unpriced, 'reply', 'replies')} of unknown price")
    if spending.maybe_dollars:
        parts.append(f"at most ${spending.maybe_dollars:.4g} more may be billed for lost replies")
    return "; ".join(parts)


def _checks(summary: Summary) -> str:
    parts = [f"{summary.checks} run, {summary.checks_failed} failed"]
    if summary.tasks.tests_passed:
        parts.append(f"{count(summary.tasks.tests_passed, 'test')} passed")
    return "; ".join(parts)


def _last_look(summary: Summary) -> str:
    parts = []
    if summary.reopened:
        parts.append(f"{count(summary.reopened, 'task')} reopened")
    if summary.project_passed is not None:
        verdict = "passed" if summary.project_passed else "failed"
        parts.append(f"the project's own check {verdict}")
    return ", ".join(parts)


_FAULTS = {
    FaultKind.CRASH.value: ("crash", "crashes"),
    FaultKind.STALL.value: ("stall", "stalls"),
    FaultKind.SLOW.value: ("slow model", "slow models"),
    FaultKind.PARTITION.value: ("cut link", "cut links"),
}


def _trouble(summary: Summary) -> list[str]:
    parts = [
        count(number, *words)
        for kind, words in _FAULTS.items()
        if (number := summary.faults.get(kind, 0))
    ]
    failed = sum(summary.spending.failures.values())
    if failed:
        parts.append(f"{count(failed, 'attempt')} at requests failed")
    if summary.leases_expired:
        parts.append(f"{count(summary.leases_expired, 'lease')} lost")
    if summary.late_writes_refused:
        parts.append(f"{count(summary.late_writes_refused, 'late write')} refused")
    messages = sum(
        number
        for kind, number in summary.faults.items()
        if kind not in _FAULTS and kind != "unreachable"
    )
    if messages:
        parts.append(f"{count(messages, 'message')} lost, late or doubled")
    return parts


def _undone(summary: Summary) -> Iterator[tuple[str, str]]:
    """A line for some of the tasks that were not done; the blocked ones in one."""
    tasks = summary.tasks
    reasons = {**tasks.failed, **tasks.cancelled}
    for task, reason in list(reasons.items())[:SHOWN_UNDONE]:
        yield "not done", f"{plain(task)}: {plain(reason)}"
    more = len(reasons) - SHOWN_UNDONE
    if more > 0:
        yield "", f"and {count(more, 'other task')}"
    if tasks.blocked:
        yield "blocked", f"{count(len(tasks.blocked), 'task')} behind what is not done"


def _print_agents(summary: Summary, console: Console) -> None:
    """Who did what; those that did most when there are many."""
    agents = sorted(summary.agents.values(), key=lambda agent: -agent.done)
    if len(agents) < 2:
        return
    now = summary.time
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="dim")
    table.add_column("  agent", no_wrap=True, max_width=24)
    for name in ("done", "in turns", "at the model", "at checks", "gone", "tokens"):
        table.add_column(name, no_wrap=True, justify="right")
    for agent in agents[:SHOWN_AGENTS]:
        track = agent.track
        spent = (Activity.ASKS_MODEL, Activity.WAITS_FOR_CHECK, Activity.GONE)
        table.add_row(
            Text(f"  {plain(track.agent)}"),
            str(agent.done),
            duration(track.seconds_in_turns(now)),
            *(duration(track.seconds(activity, now)) for activity in spent),
            amount(agent.tokens),
        )
    console.print(table)
    left = agents[SHOWN_AGENTS:]
    if left:
        _line(console, f"  and {_together(left)}")


def _together(agents: Sequence[AgentSummary]) -> str:
    done = sum(agent.done for agent in agents)
    tokens = sum(agent.tokens for agent in agents)
    return f"{len(agents)} more: {done} done, {amount(tokens)} tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run in a list of runs."""

    run: str
    """Its id."""
    state: str
    """How it ended or where it is, in a word or two."""
    done: int
    """Tasks done."""
    total: int
    """Tasks in all."""
    seconds: float
    """Log seconds so far."""
    tokens: int
    team: str
    project: str
    simulated: bool


def listed_facts(summary: Summary) -> dict[str, Any]:
    """What a list of runs shows of one."""
    return {
        "outcome": None if summary.outcome is None else summary.outcome.value,
        "phase": summary.phase.value,
        "done": len(summary.tasks.done),
        "verified": summary.tasks.verified,
        "total": summary.tasks.total,
        "seconds": summary.run_seconds,
        "tokens": summary.tokens,
    }


def print_runs(rows: Sequence[RunRow], console: Console) -> None:
    """List runs, in the order given."""
    if not rows:
        _line(console, "There are no runs here.")
        return
    table = Table(box=None, pad_edge=False, show_edge=False, expand=True, header_style="dim")
    table.add_column("run", no_wrap=True)
    table.add_column("state", no_wrap=True)
    for name in ("done", "time", "tokens"):
        table.add_column(name, no_wrap=True, justify="right")
    table.add_column("team and project", no_wrap=True, ratio=1, overflow="ellipsis")
    for row in rows:
        table.add_row(
            Text(row.run),
            Text(plain(row.state)),
            f"{row.done}/{row.total}",
            f"{short_duration(row.seconds)}{' sim.' if row.simulated else ''}",
            amount(row.tokens),
            Text(f"{plain(row.team)}, {plain(row.project)}"),
        )
    console.print(table)
    if any(row.simulated for row in rows):
        _line(console, "sim.: simulated time and tokens")


def print_comparison(columns: Sequence[tuple[str, Summary]], console: Console) -> None:
    """Show runs side by side; speed-ups are against the first.

    A run in which a task is not done has no speed-up, and neither has any run against such a first one.
    """
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    table.add_column("", no_wrap=True)
    for name, _ in columns:
        table.add_column(Text(plain(name)), justify="right", overflow="fold")
    summaries = [summary for _, summary in columns]
    first = summaries[0]
    for name, cells in (
        ("time to the last merge", [_makespan(summary) for summary in summaries]),
        ("speed-up", [_speed_up(first, summary) for summary in summaries]),
        ("verified", [_verified_of_all(summary) for summary in summaries]),
        ("tokens", [amount(summary.tokens) for summary in summaries]),
        ("conflicts", [str(summary.conflicts) for summary in summaries]),
        ("leases lost", [str(summary.leases_expired) for summary in summaries]),
        ("late writes refused", [str(summary.late_writes_refused) for summary in summaries]),
    ):
        table.add_row(name, *cells)
    console.print(table)
    if any(summary.simulated for summary in summaries):
        _line(console, SIMULATED)


def _makespan(summary: Summary) -> str:
    last = summary.makespan_seconds
    return "-" if last is None else duration(last)


def _speed_up(first: Summary, summary: Summary) -> str:
    before, after = _finishing_time(first), _finishing_time(summary)
    return f"{before / after:.2f}" if before and after else "-"


def _finishing_time(summary: Summary) -> float | None:
    """Seconds to the last merge if it finished the last task."""
    every = len(summary.tasks.done) == summary.tasks.total
    return summary.makespan_seconds if every else None


def _verified_of_all(summary: Summary) -> str:
    return f"{summary.tasks.verified} of {summary.tasks.total}"


def _line(console: Console, text: str, *, style: str = "") -> None:
    """One line, cut at a terminal's width; whole in a file."""
    if console.is_terminal:
        console.print(Text(text, style=style), no_wrap=True, overflow="ellipsis")
    else:
        _print_whole(console, text)


def _print_whole(console: Console, text: str) -> None:
    """A line to be copied, and so never cut."""
    console.print(Text(text), soft_wrap=True)


__all__ = ["RunRow", "print_comparison", "print_runs", "print_summary"]
