"""The two modes that the study compares, under the names they have in the runs at hand."""

from typing import NamedTuple

import polars as pl

from brooks.analysis.tables import Tables
from brooks.errors import UsageError


class Modes(NamedTuple):
    """What each of the study's two modes is called in a table of runs."""

    preassigned: str
    decentralized: str


KNOWN = (
    Modes("preassign_nolead", "decentralized"),
    Modes("paper-preassigned", "paper-decentralized"),
)
"""As the study publishes its runs, and as the presets are called that repeat it."""


def modes_of(tables: Tables) -> Modes:
    """The modes of these runs.

    Raises:
        UsageError: They are of neither of the study's modes.
    """
    there = set(tables.runs["team"].drop_nulls().unique())
    for modes in KNOWN:
        if there.intersection(modes):
            return modes
    raise UsageError(
        f"none of these runs is of a mode of the study, {' or '.join(map(repr, KNOWN[0]))}; "
        f"their teams are: {', '.join(map(repr, sorted(there))) or 'none'}"
    )


def is_preassigned(modes: Modes) -> pl.Expr:
    """Runs in which who does what is fixed first."""
    return pl.col("team") == modes.preassigned


def is_decentralized(modes: Modes) -> pl.Expr:
    """Runs in which agents choose."""
    return pl.col("team") == modes.decentralized
