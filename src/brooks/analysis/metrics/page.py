"""The page of metrics, `docs/metrics.md`, made from the definitions that measure.

`python -m brooks.analysis.metrics.page > docs/metrics.md` writes it; a test holds the file to it.
"""

import sys
from collections.abc import Iterator, Sequence

from brooks.analysis.columns import TABLES, Table
from brooks.analysis.metrics.catalogue import METRICS
from brooks.analysis.metrics.metric import Basis, Metric

_HEAD = """\
# Metrics

Every number that runs are measured by, each defined once, in the code that computes it; this page is
made from that code. The same metrics measure published runs (`brooks import`) and our own logs: both are
read into [five tables](#the-five-tables), and a metric is one number for each run of them.

What nobody knows is unknown and never zero: a metric has no value for a run whose tables do not say.
A count is zero where nothing happened and the tables would have said so. `ours` as a source means that
the definition is this project's own.
"""


_ABOUT = {
    Basis.RUN: "What a run was as a whole: whether it was done, in what time, for how much.",
    Basis.BASELINE: """\
What a team gained over one agent, and what for: against the runs of one agent of the same source, model,
project, structure and faults. There are three baselines, and they must not be mixed. A team's *own*
baseline is the same team with one agent, as published: it is unequal, for a protocol that makes one agent
slow makes its team look fast. The *common* baseline is the same for all teams: the preset `single` where a
run of it succeeded, else the team of one with the least mean time among its successful runs. The
*verified* baseline is chosen in the same way among verified runs alone: the fastest team of one is often
the one that stops before its work is correct.""",
    Basis.ATTEMPT: """\
For every team, with rounds or without. An *attempt* is what an agent was asked for once: a turn with all
its replies where turns are known, as in our own logs, else a single reply. It lasts from when its first
request was made until its last reply was there.""",
    Basis.ROUND: """\
For teams that move in rounds only. A round is a barrier: every agent is asked at once, and the slowest
reply ends it. What corresponds to these by attempt and by time has names of its own: `idle_attempts` and
`idle_time_share` to `idle_rounds`, `completions_per_minute` to `completions_per_round`,
`overlapping_writes` to `concurrent_writes`, `rewrites_by_attempt` to `rewrites`, `turn_gap_by_cohort` to
`straggler_gap`.""",
}


def metrics_page() -> str:
    """The page, in Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _HEAD
    for basis, about in _ABOUT.items():
        found = [each for each in METRICS.values() if each.basis is basis]
        yield from _section(basis, about, found)
    yield "## The five tables\n"
    yield (
        "Times are log seconds from the run's start. A value that its source does not say is None.\n"
    )
    for table in TABLES:
        yield from _table(table)


def _section(basis: Basis, about: str, metrics: Sequence[Metric]) -> Iterator[str]:
    yield f"## {_heading(basis.value)}\n"
    yield f"{about}\n"
    yield from _rows(
        ("metric", "unit", "definition", "source"),
        [(f"`{each.name}`", each.unit, each.says, each.source) for each in metrics],
    )


def _table(table: Table) -> Iterator[str]:
    yield f"### `{table.name}`\n"
    yield f"{table.says}\n"
    yield from _rows(
        ("column", "kind", "meaning"),
        [(f"`{column.name}`", column.kind.value, column.says) for column in table.columns],
    )


def _rows(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    for row in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |"
    yield ""


def _heading(words: str) -> str:
    return words[0].upper() + words[1:]


if __name__ == "__main__":
    sys.stdout.write(metrics_page())
