"""What teams are measured by without rounds: by reply, by attempt, and by time; `by_task` has the rest.

An *attempt* is what an agent was asked for once: a turn with all its replies where turns are known, as
in our own logs, else a single reply. It lasts from when its first request was made until its last reply
was there. It stands for a round of a single agent.
"""

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
    ratio,
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


def by_attempts(tables: Tables) -> pl.DataFrame:
    """Each reply's `attempt`: the number of the first reply of its turn, or its own."""
    first = pl.col("call").min().over("run", "turn")
    return tables.calls.select(
        "run", "call", "began", "ended",
        attempt=pl.when(pl.col("turn").is_not_null()).then(first).otherwise("call"),
    )  # fmt: skip


def attempts(tables: Tables) -> pl.DataFrame:
    """Each attempt: when it `began` and `ended`, and how many tasks were `completed` by it."""
    replies = by_attempts(tables)
    completed = actions(tables, ActionKind.COMPLETION).group_by("run", "call").agg(
        completed=pl.len()
    )  # fmt: skip
    return (
        replies.join(completed, on=["run", "call"], how="left", maintain_order="left")
        .group_by("run", "attempt", maintain_order=True)
        .agg(pl.col("began").min(), pl.col("ended").max(), pl.col("completed").sum())
    )


def idle_attempts(tables: Tables) -> pl.DataFrame:
    """Attempts that led to no completion."""
    return counted(tables, each_run(attempts(tables), (pl.col("completed") == 0).sum()))


def idle_time_share(tables: Tables) -> pl.DataFrame:
    """Share of the time in attempts that was spent in those which led to no completion."""
    took = pl.col("ended") - pl.col("began")
    return each_run(
        attempts(tables), ratio(took.filter(pl.col("completed") == 0).sum(), took.sum())
    )


def completions_per_minute(tables: Tables) -> pl.DataFrame:
    """Tasks completed in a minute of the run."""
    completions = counted(tables, each_run(actions(tables, ActionKind.COMPLETION), pl.len()))
    runs = tables.runs.join(completions, on="run", maintain_order="left")
    return runs.select("run", value=60 * ratio(pl.col("value"), pl.col("seconds")))


def _writes(tables: Tables) -> pl.DataFrame:
    """Every write of a reply, with the attempt that it was in."""
    return actions(tables, ActionKind.WRITE).join(
        by_attempts(tables).select("run", "call", "attempt"),
        on=["run", "call"], maintain_order="left",
    ).drop_nulls(["path", "attempt"])  # fmt: skip


def rewrites_by_attempt(tables: Tables) -> pl.DataFrame:
    """Writes of a file in another attempt than its first."""
    first = pl.col("attempt").first().over("run", "path")
    return counted(tables, each_run(_writes(tables), (pl.col("attempt") != first).sum()))


def overlapping_writes(tables: Tables) -> pl.DataFrame:
    """Files that two agents wrote in attempts that went on at the same time."""
    spans = attempts(tables).select("run", "attempt", "began", "ended")
    writes = (
        _writes(tables)
        .select("run", "path", "agent", "attempt")
        .unique(maintain_order=True)
        .join(spans, on=["run", "attempt"], maintain_order="left")
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
    """Claims that nobody made good, in a run that was not all marked done.

    Where tasks are known these are tasks whose last claim no completion followed, so that a task which
    was claimed again and done is none. Where they are not, these are claims of an agent beyond its
    completions: an agent that also completes what it did not claim hides some.
    """
    known = actions(tables, ActionKind.CLAIM, ActionKind.COMPLETION).with_columns(
        is_claim=pl.col("kind") == ActionKind.CLAIM.value
    )
    is_task = pl.col("task").is_not_null()
    of_task = known.filter(is_task).group_by("run", "task", maintain_order=True).agg(
        open=pl.col("is_claim").last().cast(pl.Int64)
    )  # fmt: skip
    balance = (2 * pl.col("is_claim").cast(pl.Int64) - 1).sum()
    of_agent = known.filter(~is_task).group_by("run", "agent", maintain_order=True).agg(
        open=balance.clip(lower_bound=0)
    )  # fmt: skip
    left = pl.concat([of_task.select("run", "open"), of_agent.select("run", "open")])
    unfinished = left.join(
        tables.runs.filter(~pl.col("marked_done")), on="run", how="semi", maintain_order="left"
    )
    return counted(
        tables,
        each_run(unfinished, pl.col("open").sum()),
        known=pl.col("marked_done").is_not_null(),
    )


def conflicts(tables: Tables) -> pl.DataFrame:
    """Times that one agent's work met another's."""
    return counted(tables, each_run(tables.conflicts, pl.len()), known=HAS_TASKS)


def stale_writes(tables: Tables) -> pl.DataFrame:
    """Proposals whose base version of a file they write was not the current one."""
    stale = tables.conflicts.filter(pl.col("kind") == "stale write")
    return counted(tables, each_run(stale, pl.len()), known=HAS_TASKS)


def message_density(tables: Tables) -> pl.DataFrame:
    """Letters for each reply."""
    runs = tables.runs.join(messages(tables), on="run", maintain_order="left")
    return runs.select("run", value=ratio(pl.col("letters"), pl.col("value")))


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
        "idle_attempts", "attempts", Basis.ATTEMPT,
        "Attempts that led to no completion of a task: what idle rounds are for teams in rounds.", OURS,
        idle_attempts,
    ),
    Metric(
        "idle_time_share", "share", Basis.ATTEMPT,
        "Of the time that agents spent in attempts, the share in attempts that led to no completion.",
        OURS, idle_time_share,
    ),
    Metric(
        "completions_per_minute", "tasks a minute", Basis.ATTEMPT,
        "Tasks completed in a minute of the run.", OURS, completions_per_minute,
    ),
    Metric(
        "rewrites_by_attempt", "writes", Basis.ATTEMPT,
        "Writes of a file in another attempt than that of its first write.", OURS,
        rewrites_by_attempt,
    ),
    Metric(
        "overlapping_writes", "files", Basis.ATTEMPT,
        "Files that two agents wrote in attempts that went on at the same time: what concurrent "
        "writes are for teams in rounds.", OURS, overlapping_writes,
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
        "In a run that was not all marked done, the tasks whose last granted claim no completion "
        "followed; where tasks are unknown, each agent's granted claims beyond its completions.", OURS,
        orphaned_claims,
    ),
    Metric(
        "leases_expired", "leases", Basis.ATTEMPT,
        "Leases that ran out because their holder fell silent or got nowhere.", OURS,
        of_runs(pl.col("leases_expired")),
    ),
    Metric(
        "utilisation", "share", Basis.ATTEMPT,
        "Share of the time that agents were there in which they were in a turn.", OURS,
        of_runs(ratio(pl.col("busy_seconds"), pl.col("agent_seconds"))),
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
        message_density,
    ),
)  # fmt: skip
