"""What teams are measured by without rounds: by reply, by attempt at a task, and by time."""

import polars as pl

from brooks.analysis.columns import ActionKind
from brooks.analysis.metrics.metric import (
    OURS,
    PUBLISHED,
    Basis,
    Metric,
    actions,
    counted,
    each_run,
    of_runs,
)
from brooks.analysis.tables import Tables

HAS_TASKS = pl.col("tasks").is_not_null()
"""Runs of which single tasks are known, which are our own."""


def messages(tables: Tables) -> pl.DataFrame:
    """Replies of models."""
    return counted(tables, each_run(tables.calls, pl.len()))


def refused_for_order(tables: Tables) -> pl.DataFrame:
    """Claims refused because the task's dependencies were not done."""
    refused = actions(tables, ActionKind.CLAIM_REFUSED).filter(pl.col("reason") == "not_ready")
    return counted(tables, each_run(refused, pl.len()))


def refused_claims(tables: Tables) -> pl.DataFrame:
    """Claims refused for whatever reason."""
    return counted(tables, each_run(actions(tables, ActionKind.CLAIM_REFUSED), pl.len()))


def test_failures(tables: Tables) -> pl.DataFrame:
    """Checks that failed."""
    return counted(tables, each_run(actions(tables, ActionKind.CHECK), (~pl.col("passed")).sum()))


def checks(tables: Tables) -> pl.DataFrame:
    """Checks that were run."""
    return counted(tables, each_run(actions(tables, ActionKind.CHECK), pl.len()))


def rewrites_by_attempt(tables: Tables) -> pl.DataFrame:
    """Writes of a file in a later reply than its first."""
    writes = actions(tables, ActionKind.WRITE).filter(pl.col("call").is_not_null())
    first = pl.col("call").min().over("run", "path")
    return counted(tables, each_run(writes, (pl.col("call") > first).sum()))


def overlapping_writes(tables: Tables) -> pl.DataFrame:
    """Files that two agents wrote in replies that were being made at the same time."""
    spans = tables.calls.select("run", "call", "began", "ended")
    writes = (
        actions(tables, ActionKind.WRITE)
        .select("run", "path", "agent", "call")
        .unique(maintain_order=True)
        .join(spans, on=["run", "call"], maintain_order="left")
    )
    pairs = writes.join(writes, on=["run", "path"], suffix="_other", maintain_order="left").filter(
        (pl.col("agent") < pl.col("agent_other"))
        & (pl.col("began") < pl.col("ended_other"))
        & (pl.col("began_other") < pl.col("ended"))
    )
    return counted(tables, each_run(pairs, pl.col("path").n_unique()))


def with_progress(tables: Tables) -> pl.DataFrame:
    """Every reply, and whether it made progress."""
    rows = tables.actions.with_row_index("row")
    is_write = pl.col("kind") == ActionKind.WRITE.value
    first = is_write & (pl.col("row") == pl.when(is_write).then("row").min().over("run", "path"))
    progress = rows.filter(
        first | pl.col("kind").is_in([ActionKind.CLAIM.value, ActionKind.COMPLETION.value])
    ).select("run", "call", progress=pl.lit(value=True)).unique(maintain_order=True)  # fmt: skip
    return tables.calls.join(
        progress, on=["run", "call"], how="left", maintain_order="left"
    ).with_columns(pl.col("progress").fill_null(value=False))


def no_progress_share(tables: Tables) -> pl.DataFrame:
    """Share of replies with no completion, no claim that was granted and no file written first."""
    return each_run(with_progress(tables), (~pl.col("progress")).mean())


def orphaned_claims(tables: Tables) -> pl.DataFrame:
    """Claims of an agent beyond its completions, in a run that was not all marked done."""
    known = actions(tables, ActionKind.CLAIM, ActionKind.COMPLETION)
    is_claim = (pl.col("kind") == ActionKind.CLAIM.value).cast(pl.Int64)
    left = known.group_by("run", "agent", maintain_order=True).agg(
        open=(2 * is_claim - 1).sum().clip(lower_bound=0)
    )
    unfinished = left.join(
        tables.runs.filter(~pl.col("marked_done")), on="run", how="semi", maintain_order="left"
    )
    return counted(tables, each_run(unfinished, pl.col("open").sum()))


def conflicts(tables: Tables) -> pl.DataFrame:
    """Times that one agent's work met another's."""
    return counted(tables, each_run(tables.conflicts, pl.len()), known=HAS_TASKS)


def stale_writes(tables: Tables) -> pl.DataFrame:
    """Proposals whose base version of a file they write was not the current one."""
    stale = tables.conflicts.filter(pl.col("kind") == "stale write")
    return counted(tables, each_run(stale, pl.len()), known=HAS_TASKS)


def waits_for(column: str) -> Metric:
    """The metric of what tasks waited for one thing."""
    what = column.removeprefix("waited_").replace("_", " ")
    return Metric(
        column, "s", Basis.ATTEMPT,
        f"Seconds that tasks waited for: {what}; the mean over the run's tasks. The table `tasks` "
        "says what counts as that.", OURS,
        lambda tables: each_run(tables.tasks, pl.col(column).mean()),
    )  # fmt: skip


def critical_tasks(tables: Tables) -> pl.DataFrame:
    """Tasks on the chain that decided when the run was over."""
    return each_run(tables.tasks, pl.col("on_critical_path").sum())


def critical_wait_share(tables: Tables) -> pl.DataFrame:
    """Share of the time of the critical tasks, from ready to done, in which nobody worked on them."""
    critical = tables.tasks.filter(pl.col("on_critical_path") & pl.col("done").is_not_null())
    took = (pl.col("done") - pl.col("ready")).sum()
    return each_run(critical, 1 - pl.col("worked").sum() / took)


def turn_gap_by_cohort(tables: Tables) -> pl.DataFrame:
    """In each cohort of tasks alike in effort, the longest work on one less the mean; over cohorts."""
    worked = tables.tasks.filter(pl.col("done").is_not_null())
    cohorts = worked.group_by("run", "effort", maintain_order=True).agg(
        gap=pl.col("worked").max() - pl.col("worked").mean(), size=pl.len()
    )
    return each_run(cohorts.filter(pl.col("size") >= 2), pl.col("gap").mean())


METRICS = (
    Metric(
        "messages", "replies", Basis.ATTEMPT,
        "Replies of models: the published study calls each a message.", PUBLISHED, messages,
    ),
    Metric(
        "temporal_violations", "claims", Basis.ATTEMPT,
        "Claims that were refused because the task's dependencies were not done.", PUBLISHED,
        refused_for_order,
    ),
    Metric(
        "claims_refused", "claims", Basis.ATTEMPT,
        "Claims that were refused, for whatever reason.", OURS, refused_claims,
    ),
    Metric(
        "test_failures", "checks", Basis.ATTEMPT,
        "Checks that failed; of pytest, return codes 1, 2 and 3.", PUBLISHED, test_failures,
    ),
    Metric("checks", "checks", Basis.ATTEMPT, "Checks that were run.", OURS, checks),
    Metric(
        "rewrites_by_attempt", "writes", Basis.ATTEMPT,
        "Writes of a file in a later reply than its first write.", OURS, rewrites_by_attempt,
    ),
    Metric(
        "overlapping_writes", "files", Basis.ATTEMPT,
        "Files that two agents wrote in replies that were being made at the same time.", OURS,
        overlapping_writes,
    ),
    Metric(
        "conflicts", "conflicts", Basis.ATTEMPT,
        "Stale writes, lost claims, locked files and overtaken work: the rows of the table "
        "`conflicts`.", OURS, conflicts,
    ),
    Metric(
        "stale_writes", "proposals", Basis.ATTEMPT,
        "Proposals whose base version of a file they write was not the current one, refused or not.",
        OURS, stale_writes,
    ),
    Metric(
        "no_progress_share", "share", Basis.ATTEMPT,
        "Share of replies with no completion, no claim granted and no file written for the first "
        "time.", OURS, no_progress_share,
    ),
    Metric(
        "orphaned_claims", "claims", Basis.ATTEMPT,
        "In a run that was not all marked done, each agent's granted claims beyond its completions.",
        OURS, orphaned_claims,
    ),
    Metric(
        "leases_expired", "leases", Basis.ATTEMPT,
        "Leases that ran out because their holder fell silent or got nowhere.", OURS,
        of_runs(pl.col("leases_expired")),
    ),
    *map(
        waits_for,
        (
            "waited_dependency", "waited_agent", "waited_lease", "waited_check", "waited_merge",
            "waited_rate_limit", "waited_barrier", "worked",
        ),
    ),
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
    Metric(
        "utilisation", "share", Basis.ATTEMPT,
        "Share of the time that agents were there in which they were in a turn.", OURS,
        of_runs(pl.col("busy_seconds") / pl.col("agent_seconds")),
    ),
    Metric(
        "availability", "share", Basis.ATTEMPT,
        "Share of the time that agents were there in which they could make progress: neither crashed "
        "nor frozen nor cut off.", OURS, of_runs(pl.col("availability")),
    ),
    Metric(
        "letters", "letters", Basis.ATTEMPT,
        "Messages that agents wrote to each other.", OURS, of_runs(pl.col("letters")),
    ),
    Metric(
        "message_density", "letters a reply", Basis.ATTEMPT,
        "Messages between agents for each reply of a model.", "arXiv 2512.08296",
        lambda tables: messages(tables).join(
            tables.runs.select("run", "letters"), on="run", maintain_order="left"
        ).filter(pl.col("value") > 0).select("run", value=pl.col("letters") / pl.col("value")),
    ),
)  # fmt: skip
