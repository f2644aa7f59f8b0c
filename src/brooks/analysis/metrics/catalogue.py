"""Every metric by name, and the table of what a set of runs measures by them."""

from collections.abc import Sequence

import polars as pl

from brooks.analysis.metrics import against_one, by_attempt, by_round, by_run, by_task
from brooks.analysis.metrics.metric import Metric
from brooks.analysis.tables import Tables
from brooks.errors import UsageError

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        *by_run.METRICS,
        *against_one.METRICS,
        *by_attempt.METRICS,
        *by_task.METRICS,
        *by_round.METRICS,
    )
}
"""In the order in which they are shown."""


def measure(tables: Tables, names: Sequence[str] = tuple(METRICS)) -> pl.DataFrame:
    """A row for each run, in the order of `tables.runs`, with a column for each of these metrics.

    Raises:
        UsageError: There is no metric of such a name.
    """
    unknown = [name for name in names if name not in METRICS]
    if unknown:
        raise UsageError(f"there is no metric {unknown[0]!r}; there are: {', '.join(METRICS)}")
    found = tables.runs.select("run")
    for name in names:
        values = METRICS[name].of(tables).select("run", pl.col("value").alias(name))
        found = found.join(values, on="run", how="left", maintain_order="left")
    return found
