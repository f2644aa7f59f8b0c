"""The statistics of a bench in words: each verdict, as the commands print it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from brooks.analysis.tables import Tables
from brooks.bench.comparing import Comparison, Placed, against_baseline, compare_teams
from brooks.bench.experiment import Past
from brooks.errors import UsageError
from brooks.report.page.contents import Cell, Grid, Section


class Told(NamedTuple):
    """A verdict of statistics, and of what it is."""

    where: str
    kind: str
    quantity: str
    sentence: str
    is_decisive: bool
    ratio: float | None
    low: float
    high: float


def verdicts_of(tables: Tables, past: Past | None) -> tuple[Told, ...]:
    """Every comparison that the commands print of these runs."""
    if past is None:
        return ()
    experiment = past.experiment
    if experiment.baseline:
        return tuple(_placed(each) for each in against_baseline(tables, experiment))
    places = tables.runs.select("project", "structure", "model", "faults").unique()
    if len(places) != 1 or len(experiment.teams) < 2:
        return ()
    try:
        found = compare_teams(tables, experiment.teams, seed=experiment.seed)
    except UsageError:  # runs are missing
        return ()
    return tuple(told for each in found for told in _compared(each))


def _placed(placed: Placed) -> Told:
    verdict = placed.verdict
    where = f"{placed.project}/{placed.structure}, {placed.model}"
    return Told(
        where=f"{where}, {placed.faults}" if placed.faults else where,
        kind=verdict.kind,
        quantity=verdict.quantity.name,
        sentence=verdict.sentence,
        is_decisive=verdict.is_decisive,
        ratio=verdict.ratio,
        low=verdict.low,
        high=verdict.high,
    )


def _compared(comparison: Comparison) -> Iterator[Told]:
    for verdict in comparison.verdicts:
        yield Told(
            where="",
            kind=verdict.kind,
            quantity=verdict.quantity.name,
            sentence=verdict.sentence,
            is_decisive=verdict.is_decisive,
            ratio=verdict.ratio,
            low=verdict.low,
            high=verdict.high,
        )


def verdict_section(told: Sequence[Told], *, simulated: bool) -> Section:
    rows = tuple(
        (
            Cell(value=each.where, text=each.where),
            Cell(value=each.quantity, text=each.quantity),
            Cell(value=each.kind, text=each.kind.replace("_", " "), tone=_tone_of(each.kind)),
            Cell(value=each.sentence, text=each.sentence),
        )
        for each in told
    )
    first = 0 if any(each.where for each in told) else 1
    grid = Grid(
        name="verdicts",
        title="Verdicts",
        says="Runs with the same seed are paired, failed ones stay in the denominator, and intervals and "
        "tests are corrected for the number of comparisons.",
        heads=("where", "by", "verdict", "in words")[first:],
        rows=tuple(row[first:] for row in rows),
        simulated=simulated,
    )
    return Section(name="verdicts", title="Which team is better", parts=(grid,))


def _tone_of(kind: str) -> str:
    return {"faster": "good", "cheaper": "good", "slower": "bad", "dearer": "bad"}.get(
        kind, "quiet"
    )
