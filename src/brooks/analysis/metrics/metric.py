"""What a metric is, and the few ways in which one number a run comes out of the tables.

A metric gives one number for each run, or none where the tables do not know it. A count is zero where
nothing happened and the tables would have known; it is unknown where they would not.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

import polars as pl

from brooks.analysis.columns import ActionKind
from brooks.analysis.tables import Tables


class Basis(StrEnum):
    """What a metric is counted by. The same idea by round and by attempt is two metrics with two names."""

    ROUND = "by round"
    """Only for teams that move in rounds; the published definitions."""
    ATTEMPT = "by attempt and time"
    """For every team."""
    RUN = "by run"
    """Of the run as a whole."""
    BASELINE = "against one agent"
    """Against the runs of one agent in the same tables."""


class Metric(NamedTuple):
    """A number that is measured of each run."""

    name: str
    unit: str
    basis: Basis
    says: str
    """The definition in words."""
    source: str
    """Where the definition comes from; `ours` where it is this project's own."""
    of: Callable[[Tables], pl.DataFrame]
    """Gives a frame of `run` and `value`; a run that is not in it is unknown."""


PUBLISHED = "arXiv 2603.12229, Methods"
OURS = "ours"


def of_runs(value: pl.Expr) -> Callable[[Tables], pl.DataFrame]:
    """A metric that stands in the table of runs."""
    return lambda tables: tables.runs.select("run", value=value.cast(pl.Float64))


def ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """One by the other; unknown where there is nothing to divide by."""
    return pl.when(whole > 0).then(part / whole)


def counted(tables: Tables, frame: pl.DataFrame, *, known: pl.Expr | None = None) -> pl.DataFrame:
    """Zero for every run that is not in the frame, and nothing where `known`, over runs, is false."""
    runs = tables.runs if known is None else tables.runs.filter(known)
    return (
        runs.select("run")
        .join(frame.select("run", "value"), on="run", how="left", maintain_order="left")
        .with_columns(pl.col("value").cast(pl.Float64).fill_null(0.0))
    )


def in_rounds(tables: Tables, frame: pl.DataFrame) -> pl.DataFrame:
    """Zero for every run in rounds that is not in the frame; unknown for a run without rounds."""
    return counted(tables, frame, known=pl.col("rounds").is_not_null())


def actions(tables: Tables, *kinds: ActionKind) -> pl.DataFrame:
    """The actions of some kinds."""
    return tables.actions.filter(pl.col("kind").is_in([kind.value for kind in kinds]))


def each_run(frame: pl.DataFrame, value: pl.Expr) -> pl.DataFrame:
    """One value for each run of a frame."""
    return frame.group_by("run", maintain_order=True).agg(value=value.cast(pl.Float64))
