"""The study's findings beside each other: as it tells them, from its published runs, and from ours."""

from typing import NamedTuple

from brooks.analysis.tables import Tables
from brooks.bench.study.findings import Finding, findings
from brooks.bench.study.hidden import hidden
from brooks.bench.study.told import TOLD


class Beside(NamedTuple):
    """One finding, three times."""

    name: str
    told: float | None
    """What the study says of all its runs; None where it gives no number."""
    published: float | None
    """The same computed from its published runs; None where they are not at hand."""
    ours: float | None
    """The same computed from our runs."""
    low: float | None
    """Where the interval of ours begins, at 95 %; None where it has none."""
    high: float | None
    is_hidden: bool
    """Whether it is one of those that the study's figures hide."""


def beside(ours: Tables, published: Tables | None = None) -> tuple[Beside, ...]:
    """Every finding of our runs with its counterparts, then what is hidden."""
    theirs = {} if published is None else {each.name: each.value for each in _all(published)}
    hiding = {each.name for each in hidden(ours)}
    return tuple(
        Beside(
            name=each.name,
            told=TOLD.get(each.name),
            published=theirs.get(each.name),
            ours=each.value,
            low=each.low,
            high=each.high,
            is_hidden=each.name in hiding,
        )
        for each in _all(ours)
    )


def _all(tables: Tables) -> tuple[Finding, ...]:
    return (*findings(tables), *hidden(tables))
