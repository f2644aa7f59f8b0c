"""The page of several runs side by side: what came of each, on the same axes, and every metric."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from brooks.analysis.columns import Rows
from brooks.core.events import Record
from brooks.core.spec import Spec
from brooks.report.page.contents import Cell, Fact, Grid, Page, Plot, Section
from brooks.report.plots.beside import last_end, together_plot
from brooks.report.plots.lanes import lanes_plot
from brooks.report.plots.metric_grid import metric_grid, unknown_grid, value_cell
from brooks.report.plots.told import Told
from brooks.report.run_page import tone, verdict
from brooks.report.wording import count, duration, plain

MOST_LANES = 12
"""Runs whose lanes are drawn; of more, the first ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunToShow:
    """What is needed of one run to show it: see `brooks.report.run_page.run_page`."""

    run: str
    spec: Spec
    records: Sequence[Record]
    rows: Rows
    simulated: bool


def runs_page(runs: Sequence[RunToShow]) -> Page:
    """The page of several runs. Those of one agent are what the others' speedup is measured against."""
    told = told_of(runs)
    return Page(
        title=f"{count(len(told), 'run')} side by side",
        verdict=_verdict(told),
        tone=_tone(told),
        facts=tuple(_facts(told)),
        sections=tuple(_sections(told)),
        simulated=any(each.simulated for each in told),
        about={
            "runs": ", ".join(each.run for each in told),
            "project": "; ".join(dict.fromkeys(plain(each.spec.project, most=60) for each in told)),
        },
    )


def told_of(runs: Sequence[RunToShow]) -> list[Told]:
    """The runs, folded, each beside all the others."""
    return [
        Told.of(
            run=each.run,
            spec=each.spec,
            records=each.records,
            rows=each.rows,
            simulated=each.simulated,
            others=[other.rows for other in runs if other is not each],
        )
        for each in runs
    ]


def _verdict(told: Sequence[Told]) -> str:
    verified = [each for each in told if each.row["verified_done"]]
    simulated = _simulated(told)
    if not verified:
        none = "The run is not" if len(told) == 1 else f"None of the {len(told)} runs is"
        return f"{none} done and verified{simulated}"
    fastest = min(verified, key=lambda each: each.row["seconds"])
    leanest = min(verified, key=lambda each: (each.summary.tokens, each.row["seconds"]))
    begin = f"{len(verified)} of {count(len(told), 'run')} are done and verified; the fastest"
    if len(verified) == 1:
        begin = f"1 of {count(len(told), 'run')} is done and verified"
    first = f"{begin} is {_named(fastest)} in {duration(fastest.row['seconds'])}"
    if len(verified) == 1:
        return f"{first.replace(' is done and verified is ', ' is done and verified: ')}{simulated}"
    if leanest is fastest:
        return f"{first}, and it took the fewest tokens, {fastest.summary.tokens:,}{simulated}"
    return (
        f"{first} for {fastest.summary.tokens:,} tokens; the fewest tokens took {_named(leanest)}, "
        f"{leanest.summary.tokens:,} in {duration(leanest.row['seconds'])}{simulated}"
    )


def _simulated(told: Sequence[Told]) -> str:
    how = [each.simulated for each in told]
    return "" if not any(how) else " (simulated)" if all(how) else " (some of them simulated)"


def _named(told: Told) -> str:
    return f"{told.run} ({_team(told)})"


def _team(told: Told) -> str:
    return f"{told.spec.team.preset}:{told.spec.team.size}"


def _tone(told: Sequence[Told]) -> str:
    tones = {tone(each) for each in told}
    return "bad" if "bad" in tones else "quiet" if "quiet" in tones else "good"


def _facts(told: Sequence[Told]) -> Iterator[Fact]:
    yield Fact(name="runs", label="runs", value=len(told), text=str(len(told)))
    verified = sum(bool(each.row["verified_done"]) for each in told)
    yield Fact(
        name="verified_done", label="done and verified", value=verified, text=f"{verified} of {len(told)}",
        says="Runs whose tasks are all done and passed their checks on the final tree.",
    )  # fmt: skip
    tokens = sum(each.summary.tokens for each in told)
    yield Fact(name="tokens", label="tokens", value=tokens, text=f"{tokens:,}", says="Of all runs.")


def _sections(told: Sequence[Told]) -> Iterator[Section]:
    yield Section(name="verdicts", title="What came of each", parts=(verdict_grid(told),))
    if any(each.progress for each in told):
        yield Section(name="burn-up", title="Progress", parts=(together_plot(told),))
    end = last_end(told)
    drawn = [each for each in told if each.lanes]
    shown = drawn[:MOST_LANES]
    says: tuple[str, ...] = ("All lanes have the same time axis.",)
    if len(drawn) > len(shown):
        says = (*says, f"Only the first {len(shown)} of {len(drawn)} runs are drawn.")
    if len(told) > len(drawn):
        says = (*says, "Runs in which no agent has done anything yet are not drawn.")
    lanes = tuple(_lanes(each, place, end) for place, each in enumerate(shown, 1))
    if lanes:
        yield Section(name="lanes", title="Who did what, and when", says=says, parts=lanes)
    names = [each.run for each in told]
    measured = [each.metrics for each in told]
    simulated = any(each.simulated for each in told)
    grids = (metric_grid(names, measured, simulated=simulated), unknown_grid(measured))
    there = tuple(grid for grid in grids if grid is not None)
    yield Section(name="metrics", title="Every metric", parts=there)


def _lanes(told: Told, place: int, end: float) -> Plot:
    plot = lanes_plot(told, name=f"lanes-{place}", until=end)
    title = f"{told.run}: {_team(told)}"
    return msgspec.structs.replace(plot, title=title, says=f"{verdict(told)}.")


def verdict_grid(told: Sequence[Told]) -> Grid:
    """A row for each run, with what most people ask first."""
    speedups = any(each.metrics["verified_speedup"] is not None for each in told)
    heads = (
        "run",
        "team",
        "outcome",
        "done",
        "verified",
        "time",
        "tokens",
        "US$",
        "conflicts",
        "busy",
    )
    return Grid(
        name="verdicts",
        title="Side by side",
        says="Speedup is against the runs of one agent among these." if speedups else "",
        heads=(*heads, "speedup") if speedups else heads,
        rows=tuple(_verdict_row(each, speedups=speedups) for each in told),
        simulated=any(each.simulated for each in told),
    )


def _verdict_row(told: Told, *, speedups: bool) -> tuple[Cell, ...]:
    row, metrics = told.row, told.metrics
    outcome = row["outcome"] or "not over"
    all_verified = row["verified"] == row["tasks"] > 0
    cells = (
        Cell(value=told.run, text=told.run),
        Cell(value=_team(told), text=_team(told)),
        Cell(value=outcome, text=outcome, tone=tone(told)),
        Cell(value=row["done"], text=f"{row['done']} of {row['tasks']}"),
        Cell(
            value=row["verified"],
            text=f"{row['verified']} of {row['tasks']}",
            tone="good" if all_verified else "bad",
        ),
        Cell(value=row["seconds"], text=duration(row["seconds"])),
        value_cell(metrics["tokens"], "tokens"),
        value_cell(metrics["dollars"], "US$"),
        value_cell(metrics["conflicts"]),
        value_cell(metrics["utilisation"], "share"),
    )
    return (*cells, value_cell(metrics["verified_speedup"], "times")) if speedups else cells
