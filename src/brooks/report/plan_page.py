"""The page of a plan: what it recommends, the frontier, what bounds it, what would change it.

It is made from the JSON that `brooks plan` keeps. Everything in it is simulated, and called so.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from brooks import __version__
from brooks.plan.reasons import time_text
from brooks.report.page.contents import Cell, Fact, Grid, Page, Section
from brooks.report.plots.frontier import (
    FRONTIER,
    OTHER,
    RECOMMENDED,
    Plan,
    cost_in,
    frontier_plot,
    name_of,
    standing_of,
    verified_share_plot,
)
from brooks.report.wording import count

MOST_OPEN = 20
"""Candidates from which on their table is closed until it is asked for."""
MOST_SHOWN = 12
"""Candidates whose risk is drawn; the table has all."""
SURE_SAYS = "Share of the common simulated runs in which it was the best, or within 5 % of the best"
_GOALS = {
    "time": "the shortest time",
    "cost": "the lowest cost",
    "balanced": "the least product of time and cost",
}


def plan_page(plan: Plan) -> Page:
    """The page of a plan, as `brooks.plan.recording.load_plan` reads one."""
    return Page(
        title=f"Plan: {plan['project']}",
        verdict=_verdict(plan),
        tone="good" if plan["recommended"]["keeps_limits"] else "bad",
        facts=tuple(_facts(plan)),
        sections=tuple(_sections(plan)),
        simulated=True,
        about=_about(plan),
    )


def _verdict(plan: Plan) -> str:
    chosen = plan["recommended"]
    goal = _GOALS.get(plan["objective"], plan["objective"])
    if chosen["name"] == chosen["baseline"]:
        said = f"Simulated: for {goal}, one agent is enough: {name_of(plan, chosen)}"
    else:
        said = (
            f"Simulated: for {goal}, take {name_of(plan, chosen)}: "
            f"{chosen['seconds_ratio']['value']:.2f} times the time of one agent, "
            f"{chosen['cost_ratio']['value']:.2f} times its {cost_in(plan)}"
        )
    if not chosen["keeps_limits"]:
        said += "; no team keeps your limits in eight of ten runs, and this one does so most often"
    return f"{said}."


def _facts(plan: Plan) -> Iterator[Fact]:
    chosen = plan["recommended"]
    texts = {"seconds": time_text, "tokens": _amount, "dollars": _money}
    for name, label in (("seconds", "time"), ("tokens", "tokens"), ("dollars", "cost")):
        if (found := chosen[name]) is not None:
            yield _quantity(name, f"{label}, simulated", found, texts[name])
    if chosen["name"] != chosen["baseline"]:
        baseline = f"of {chosen['baseline']}, the best of one agent"
        yield _ratio("seconds_ratio", "time beside one agent", chosen["seconds_ratio"], baseline)
        yield _ratio(
            "cost_ratio", f"{cost_in(plan)} beside one agent", chosen["cost_ratio"], baseline
        )
    for name, label, says in (
        ("ends_verified", "ends verified, simulated", "Share of its simulated runs"),
        ("sure", "the right choice", SURE_SAYS),
    ):
        found = chosen[name]
        ends = f"95 % interval {found['low']:.0%} to {found['high']:.0%}"
        yield Fact(
            name=name, label=label, value=found["value"], text=f"{found['value']:.0%}",
            says=f"{says}; {ends}.",
        )  # fmt: skip


def _quantity(
    name: str, label: str, found: Mapping[str, float], text: Callable[[float], str]
) -> Fact:
    says = f"Eight of ten runs: {text(found['low'])} to {text(found['high'])}."
    return Fact(
        name=name, label=label, value=found["typical"], text=text(found["typical"]), says=says
    )


def _ratio(name: str, label: str, ratio: Mapping[str, float], baseline: str) -> Fact:
    ends = f"95 % interval {ratio['low']:.2f} to {ratio['high']:.2f}"
    text = f"{ratio['value']:.2f} times"
    return Fact(
        name=name, label=label, value=ratio["value"], text=text, says=f"That {baseline}; {ends}."
    )


def _amount(value: float) -> str:
    if value < 10_000:
        return f"{value:.0f}"
    return f"{value / 1000:.0f}k" if value < 1e6 else f"{value / 1e6:.1f}M"


def _money(value: float) -> str:
    return f"${value:.3g}"


def _sections(plan: Plan) -> Iterator[Section]:
    ranked = _ranked(plan)
    yield Section(
        name="why",
        title="What bounds it",
        says=tuple(_capital(each["text"]) for each in plan["reasons"])
        or ("Nothing bounds it that would be worth a sentence.",),
    )
    yield Section(name="frontier", title="Time against cost", parts=(frontier_plot(plan),))
    if plan["changes"]:
        says = tuple(_capital(each["text"]) for each in plan["changes"])
        yield Section(name="changes", title="What would change it", says=says)
    sure = (*map(_capital, plan["sure"]), *_so_far(plan))
    if sure:
        yield Section(name="sure", title="How sure it is", says=sure)
    wanted = [row for row in ranked if standing_of(plan, row) != OTHER]
    rest = [row for row in ranked if standing_of(plan, row) == OTHER]
    shown = wanted + rest[: max(0, MOST_SHOWN - len(wanted))]
    yield Section(
        name="risk",
        title="At what risk",
        parts=(verified_share_plot(plan, [row for row in ranked if row in shown]),),
    )
    yield Section(
        name="candidates",
        title="Every team that was simulated",
        parts=(_grid(plan, ranked),),
        folded=len(ranked) > MOST_OPEN,
    )
    if plan["not_run"] or plan["broken"]:
        yield _not_run(plan)


def _capital(text: str) -> str:
    """A sentence; what begins with a name, such as a model's, stays as it is."""
    end = "" if text.endswith(".") else "."
    first = text[:1].upper() if text.split(" ", 1)[0].isalpha() else text[:1]
    return f"{first}{text[1:]}{end}"


def _ranked(plan: Plan) -> list[Mapping[str, Any]]:
    """Candidates as the terminal has them: those that lasted to the end first, the best of them first."""
    return sorted(plan["candidates"], key=lambda row: (row["dropped"], row["difference"]))


def _so_far(plan: Plan) -> Iterator[str]:
    """How well plans with this model have predicted, where real runs of them have ended."""
    record = plan.get("so_far")
    if not record or not record.get("runs"):
        return
    yield (
        f"Of {count(record['runs'], 'real run')} of planned teams so far {record['verified']} ended "
        f"verified, and {record['expected_verified']:.1f} were expected to."
    )
    for told in record.get("told", ()):
        ratio = told["ratio"]
        ends = f"[{ratio['low']:.2f}, {ratio['high']:.2f}]"
        yield (
            f"{_capital(told['name'])[:-1]}: {told['inside']} within the interval that should hold eight "
            f"of ten; happened over predicted {ratio['typical']:.2f} {ends}."
        )


_HEADS = (
    "team", "agents", "time", "80 % from", "to", "tokens", "80 % from", "to", "dollars", "verified",
    "conflicts", "keeps limits", "behind the best", "runs", "",
)  # fmt: skip


def _grid(plan: Plan, ranked: list[Mapping[str, Any]]) -> Grid:
    return Grid(
        name="candidates",
        title="Candidates, simulated",
        says="Simulated. The best first; those that were dropped early, since others were better, at the "
        "end. Times and tokens are typical values (geometric means), and eight of ten runs lie in their "
        "intervals.",
        heads=_HEADS,
        rows=tuple(_row(plan, row) for row in ranked),
        simulated=True,
    )


def _row(plan: Plan, row: Mapping[str, Any]) -> tuple[Cell, ...]:
    standing = standing_of(plan, row)
    tone = {RECOMMENDED: "good", FRONTIER: ""}.get(standing, "quiet" if row["dropped"] else "")
    name = name_of(plan, row)
    note = {OTHER: "dropped" if row["dropped"] else ""}.get(standing, standing)
    dollars = row["dollars"]
    return (
        Cell(value=name, text=name, tone=tone),
        Cell(value=row["size"], text=str(row["size"])),
        *(_timed(row["seconds"][key]) for key in ("typical", "low", "high")),
        *(_counted(row["tokens"][key]) for key in ("typical", "low", "high")),
        Cell(
            value=dollars and dollars["typical"],
            text=_money(dollars["typical"]) if dollars else "-",
        ),
        _share(row["ends_verified"]["value"]),
        Cell(value=row["conflicts"], text=f"{row['conflicts']:.1f}"),
        _share(row["keeps_limits"]["value"]),
        Cell(value=row["difference"], text=f"{_times(row['difference'])}"),
        Cell(value=row["runs"], text=str(row["runs"])),
        Cell(value=note, text=note, tone=tone),
    )


def _times(difference: float) -> str:
    """A difference of logarithms as a ratio."""
    from math import exp

    return f"{exp(difference):.2f} times"


def _timed(value: float) -> Cell:
    return Cell(value=value, text=time_text(value))


def _counted(value: float) -> Cell:
    return Cell(value=value, text=_amount(value))


def _share(value: float) -> Cell:
    return Cell(value=value, text=f"{value:.0%}")


def _not_run(plan: Plan) -> Section:
    several = len(plan["models"]) > 1
    keys = ("name", "model", "why") if several else ("name", "why")
    rows = tuple(
        tuple(Cell(value=each[key], text=each[key]) for key in keys) for each in plan["not_run"]
    )
    grid = Grid(
        name="not-run",
        title="Teams that were not run",
        says="Ruled out by what they cannot go below.",
        heads=("team", "model", "why") if several else ("team", "why"),
        rows=rows,
        simulated=True,
    )
    says = tuple(f"Could not be simulated: {text}" for text in plan["broken"])
    return Section(
        name="not-run",
        title="Not simulated, and why",
        says=says,
        parts=(grid,) if rows else (),
        folded=True,
    )


def _about(plan: Plan) -> Mapping[str, str]:
    limits = {name: value for name, value in plan["limits"].items() if value is not None}
    found = {
        "tasks": f"{plan['tasks']} (hash {plan['tasks_hash']})",
        "models": ", ".join(
            f"{each['model']} as {each['profile']}" if each["profile"] else each["model"]
            for each in plan["models"]
        ),
        "objective": plan["objective"],
        "simulated runs": str(plan["runs"]),
        "seed": str(plan["seed"]),
        "assumed": ", ".join(f"{name} {value:g}" for name, value in plan["assumed"].items()),
        "page made by": f"brooks {__version__}",
    }
    if limits:
        found["limits"] = ", ".join(f"{name} {value:g}" for name, value in limits.items())
    return found
