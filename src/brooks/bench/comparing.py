"""One team against others on the same tasks: verdicts on the runs of an experiment.

Every team makes a run with each seed, so that runs are paired. The first team is the one that the
others are held against. A run has finished when every task of it was verified; any other has neither
a time nor a cost that counts, and stays in the denominator.
"""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from brooks.analysis.metrics.by_run import TOKENS as TOKENS_OF_RUN
from brooks.analysis.tables import Tables
from brooks.bench.statistics.many import Contest, decide_all
from brooks.bench.statistics.pairs import paired_values
from brooks.bench.statistics.verdict import DOLLARS, TIME, TOKENS, Quantity, Verdict
from brooks.errors import UsageError
from brooks.spec.experiment import Experiment, TeamChoice

_VALUES: tuple[tuple[Quantity, pl.Expr], ...] = (
    (TIME, pl.col("seconds")),
    (TOKENS, TOKENS_OF_RUN),
    (DOLLARS, pl.col("dollars")),
)
"""What is compared, and where it stands in the table of runs."""


_PLACE = ("project", "structure", "model", "faults")


class Comparison(NamedTuple):
    """What came of comparing one team with another."""

    first: str
    second: str
    verdicts: tuple[Verdict, ...]
    """By time, by tokens and, where the price is known, by dollars."""

    @property
    def by_time(self) -> Verdict:
        """The verdict that decides."""
        return self.verdicts[0]


def compare_teams(
    tables: Tables, teams: Sequence[TeamChoice], *, level: float = 0.95, seed: int = 0
) -> tuple[Comparison, ...]:
    """Each team but the first against the first; those comparisons are one family.

    Args:
        tables: The runs of all of them, on one suite with one model and plan of faults.
        teams: The teams; the first is the one that the others are held against.
        level: Of the intervals.
        seed: Of what is drawn for intervals and for the number of pairs that would decide.

    Raises:
        UsageError: There are fewer than two teams, or a team has no run with a seed of another.
    """
    if len(teams) < 2:
        raise UsageError("a comparison takes two teams or more: name them with --teams A,B")
    families = []
    for quantity, value in _VALUES:
        if quantity is TIME or _is_known(tables, value):
            contests = _contests(tables, teams, value)
            families.append(decide_all(contests, quantity=quantity, level=level, seed=seed))
    base = teams[0].label
    return tuple(
        Comparison(first=team.label, second=base, verdicts=verdicts)
        for team, verdicts in zip(teams[1:], zip(*families, strict=True), strict=True)
    )


class Placed(NamedTuple):
    """A verdict by time, and where its runs were made."""

    project: str
    structure: str
    model: str
    faults: str
    verdict: Verdict


def against_baseline(tables: Tables, experiment: Experiment) -> tuple[Placed, ...]:
    """Every team of an experiment against its baseline, by time, wherever both were run.

    All of them are one family: the more is compared, the more is asked of each.
    """
    base = next((team for team in experiment.teams if team.label == experiment.baseline), None)
    if base is None:
        return ()
    teams = (base, *(team for team in experiment.teams if team is not base))
    places = tables.runs.select(_PLACE).unique(maintain_order=True).rows()
    contests = [
        (place, contest)
        for place in places
        for contest in _contests(_at(tables, place), teams, pl.col("seconds"))
    ]
    verdicts = decide_all([contest for _, contest in contests], seed=experiment.seed)
    return tuple(
        Placed(**dict(zip(_PLACE, place, strict=True)), verdict=verdict)
        for (place, _), verdict in zip(contests, verdicts, strict=True)
    )


def _at(tables: Tables, place: tuple[str, ...]) -> Tables:
    """The runs that were made at one place."""
    return tables.only(
        pl.all_horizontal(
            pl.col(name).eq_missing(value) for name, value in zip(_PLACE, place, strict=True)
        )
    )


def _is_known(tables: Tables, value: pl.Expr) -> bool:
    """Whether any verified run has it."""
    return not tables.runs.filter(pl.col("verified_done") & value.is_not_null()).is_empty()


def _contests(tables: Tables, teams: Sequence[TeamChoice], value: pl.Expr) -> list[Contest]:
    base = _values(tables, teams[0], value)
    return [
        Contest(
            first=team.label,
            second=teams[0].label,
            pairs=paired_values(_values(tables, team, value), base),
        )
        for team in teams[1:]
    ]


def _values(tables: Tables, team: TeamChoice, value: pl.Expr) -> list[tuple[int, float | None]]:
    """What each run of a team needed, by seed; None for a run that was not all verified."""
    name, size = team.tabled
    runs = tables.runs.filter((pl.col("team") == name) & (pl.col("size") == size))
    found = runs.select("seed", value=pl.when("verified_done").then(value.cast(pl.Float64)))
    return [(int(row[0]), row[1]) for row in found.iter_rows()]
