"""What the plots of a run are made of: its log, folded once into everything that they ask."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import polars as pl

from brooks.analysis.columns import Rows
from brooks.analysis.ideal import Ideal, ideal
from brooks.analysis.lanes import LaneStretch, lanes
from brooks.analysis.metrics.catalogue import METRICS, measure
from brooks.analysis.moments import FaultStretch, Moment, faults, moments
from brooks.analysis.progress import Progress, progress
from brooks.analysis.summary import Summary
from brooks.analysis.tables import Tables
from brooks.core import events
from brooks.core.events import Record
from brooks.core.spec import Spec
from brooks.report.plots.levels import Span
from brooks.report.wording import plain

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Told:
    """Everything that is known of one run. Times are log seconds from its first record."""

    run: str
    spec: Spec
    simulated: bool
    summary: Summary
    rows: Rows
    """Of this run alone."""
    metrics: Mapping[str, float | None]
    """Every metric by name; those against one agent where a run of one is known."""
    lanes: tuple[LaneStretch, ...]
    moments: tuple[Moment, ...]
    faults: tuple[FaultStretch, ...]
    progress: tuple[Progress, ...]
    ideal: Ideal
    titles: Mapping[str, str]
    """By task, as whoever wrote the task has it; may be empty."""

    @classmethod
    def of(
        cls,
        *,
        run: str,
        spec: Spec,
        records: Sequence[Record],
        rows: Rows,
        simulated: bool,
        others: Sequence[Rows] = (),
    ) -> Self:
        """Fold a run's records.

        Args:
            run: its id, as in `rows`.
            spec: what was run.
            records: its log, from the first record.
            rows: its rows of the five tables, as `rows_of` makes them of the same records.
            simulated: whether its times and tokens come from a model of the world.
            others: the rows of runs of one agent that it is to be compared with.
        """
        told = _from_start(records)
        return cls(
            run=run,
            spec=spec,
            simulated=simulated,
            summary=Summary.of(told, simulated=simulated, clock=spec.clock, model=spec.model),
            rows=rows,
            metrics=measured(rows, others),
            lanes=lanes(told),
            moments=moments(told),
            faults=faults(told),
            progress=progress(told),
            ideal=ideal(told, spec),
            titles=_titles(spec, told),
        )

    @property
    def row(self) -> dict[str, Any]:
        """Its row of the table `runs`."""
        return {name: values[0] for name, values in self.rows["runs"].items()}

    @cached_property
    def tasks(self) -> list[Row]:
        """Its rows of the table `tasks`, in the order of adding."""
        return table(self.rows, "tasks")

    @cached_property
    def calls(self) -> list[Row]:
        """Its rows of the table `calls`: replies, in the order in which they were carried out."""
        return table(self.rows, "calls")

    @cached_property
    def agents(self) -> tuple[str, ...]:
        """Every agent, in the order of their names with numbers as numbers."""
        return tuple(sorted(self.summary.agents, key=natural))

    @property
    def span(self) -> Span:
        """From the first record to the last."""
        return Span(0.0, max(self.summary.time, 1e-6))

    @property
    def finished(self) -> bool:
        """Whether its log ends with the run's end."""
        return self.row["outcome"] is not None

    def title_of(self, task: str | None) -> str:
        """The title of a task as its file has it; empty for none."""
        return self.titles.get(task or "", "")


def _titles(spec: Spec, records: Sequence[Record]) -> dict[str, str]:
    """The title of each task, found ones included."""
    added = [record.event.task for record in records if isinstance(record.event, events.TaskAdded)]
    return {task.id: plain(task.title, most=80) for task in (*spec.tasks, *added)}


def measured(rows: Rows, others: Sequence[Rows] = ()) -> dict[str, float | None]:
    """Every metric of the one run of these rows, beside those of others."""
    run = rows["runs"]["run"][0]
    beside = [each for each in others if run not in each["runs"]["run"]]
    tables = Tables.joined(Tables.of(each) for each in (rows, *beside))
    found = measure(tables, tuple(METRICS)).filter(pl.col("run") == run)
    return {name: value for name, value in found.row(0, named=True).items() if name != "run"}


def table(rows: Rows, name: str) -> list[dict[str, Any]]:
    """A table as one mapping a row."""
    columns = rows[name]
    return [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]


def natural(name: str) -> tuple[tuple[int, int | str], ...]:
    """A sort key under which `agent-2` comes before `agent-10`."""
    parts = re.split(r"(\d+)", name)
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts if part)


def short(seconds: float) -> float:
    """A time as plots have it: to the microsecond, which is what a log is good for."""
    return round(seconds, 6)


def _from_start(records: Sequence[Record]) -> Sequence[Record]:
    """The records with times counted from the first one's, as the tables have them."""
    start = records[0].time if records else 0.0
    return [record._replace(time=record.time - start) for record in records] if start else records
