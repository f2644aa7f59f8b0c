"""What the tasks of a run waited for, and how far apart alike ones were: where single tasks are known."""

import polars as pl

from brooks.analysis.metrics.metric import OURS, Basis, Metric, each_run, ratio
from brooks.analysis.tables import Tables

_WAITS = {
    "waited_dependency": "until its dependencies were done",
    "waited_agent": "ready, for an agent",
    "waited_lease": "for an agent that was gone, until its lease ran out",
    "waited_check": "for a check of its change",
    "waited_merge": "in the merge queue",
    "waited_rate_limit": "for a rate limit",
    "waited_barrier": "for other agents' replies, at the end of a round",
}
"""What a task waits for; the table `tasks` says it exactly."""


def mean_of_tasks(column: str, says: str) -> Metric:
    """The metric of a column of `tasks` in seconds: the mean over a run's tasks."""
    return Metric(
        column, "s", Basis.ATTEMPT, f"Seconds that {says}; mean over the run's tasks.", OURS,
        lambda tables: each_run(tables.tasks, pl.col(column).mean()),
    )  # fmt: skip


def critical_tasks(tables: Tables) -> pl.DataFrame:
    """Tasks on the chain that decided when the run was over."""
    return each_run(tables.tasks.drop_nulls("on_critical_path"), pl.col("on_critical_path").sum())


def critical_wait_share(tables: Tables) -> pl.DataFrame:
    """Share of the time of the critical tasks, from ready to done, in which nobody worked on them."""
    critical = tables.tasks.filter("on_critical_path").drop_nulls(["ready", "done", "worked"])
    took = pl.col("done") - pl.col("ready")
    waited = (took - pl.col("worked")).clip(lower_bound=0)  # work may begin before a task is ready
    return each_run(critical, ratio(waited.sum(), took.sum()))


def turn_gap_by_cohort(tables: Tables) -> pl.DataFrame:
    """In each cohort of tasks alike in effort, the longest work on one less the mean; over cohorts."""
    worked = tables.tasks.drop_nulls(["done", "effort", "worked"])
    cohorts = worked.group_by("run", "effort", maintain_order=True).agg(
        gap=pl.col("worked").max() - pl.col("worked").mean(), size=pl.len()
    )
    return each_run(cohorts.filter(pl.col("size") >= 2), pl.col("gap").mean())


METRICS = (
    *(mean_of_tasks(column, f"a task waited {says}") for column, says in _WAITS.items()),
    mean_of_tasks("worked", "agents worked on a task"),
    Metric(
        "critical_tasks", "tasks", Basis.ATTEMPT,
        "Tasks on the chain that decided when the run was over: from the last one done back through "
        "what each waited for last.", OURS, critical_tasks,
    ),
    Metric(
        "critical_wait_share", "share", Basis.ATTEMPT,
        "Of the tasks on that chain, the share of the time from ready to done in which nobody worked "
        "on them.", OURS, critical_wait_share,
    ),
    Metric(
        "turn_gap_by_cohort", "s", Basis.ATTEMPT,
        "Among tasks of one effort (a cohort of two or more), the longest work on one less the mean; "
        "mean over cohorts. The straggler gap where there are no rounds.", OURS, turn_gap_by_cohort,
    ),
)  # fmt: skip
