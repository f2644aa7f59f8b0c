"""The published metrics, by round, and what the published runs show beside them.

A round is a barrier: every agent is asked at once, and the slowest reply ends it. These metrics exist
for teams that move in rounds only; `by_attempt` has what corresponds to them for every team.
"""

import polars as pl

from brooks.analysis.columns import ActionKind
from brooks.analysis.metrics.metric import (
    OURS,
    PUBLISHED,
    Basis,
    Metric,
    actions,
    each_run,
    in_rounds,
)
from brooks.analysis.tables import Tables

LATENCY_SECONDS = (0.0, 180.0)
"""Replies that took nothing, or longer than this, are left out of straggler gaps, as published."""


def latencies(tables: Tables) -> pl.DataFrame:
    """Each reply of a round with its latency, s: from when the round began to when it was there."""
    low, high = LATENCY_SECONDS
    latency = pl.col("ended") - pl.col("began")
    return tables.calls.filter(pl.col("round").is_not_null()).select(
        "run", "round", "agent", latency=latency
    ).filter((pl.col("latency") > low) & (pl.col("latency") < high))  # fmt: skip


def straggler_gaps(tables: Tables) -> pl.DataFrame:
    """The slowest latency less the mean one, s, of each round with two replies or more."""
    rounds = latencies(tables).group_by("run", "round", maintain_order=True).agg(
        gap=pl.col("latency").max() - pl.col("latency").mean(), replies=pl.len()
    )  # fmt: skip
    return rounds.filter(pl.col("replies") >= 2)


def _rounds(tables: Tables) -> pl.DataFrame:
    """Each round that had a reply, and the tasks completed in it."""
    completed = (
        actions(tables, ActionKind.COMPLETION).group_by("run", "round").agg(completed=pl.len())
    )
    replies = tables.calls.filter(pl.col("round").is_not_null())
    return (
        replies.group_by("run", "round", maintain_order=True)
        .agg(replies=pl.len())
        .join(completed, on=["run", "round"], how="left", maintain_order="left")
        .with_columns(pl.col("completed").fill_null(0))
    )


def idle_rounds(tables: Tables) -> pl.DataFrame:
    """Rounds in which nobody completed a task."""
    return in_rounds(tables, each_run(_rounds(tables), (pl.col("completed") == 0).sum()))


def completions_per_round(tables: Tables) -> pl.DataFrame:
    """Tasks completed in a round, mean over rounds."""
    return each_run(_rounds(tables), pl.col("completed").mean())


def writes_in_rounds(tables: Tables) -> pl.DataFrame:
    """Each file that known agents wrote in a round: how often, and by how many of them."""
    writes = actions(tables, ActionKind.WRITE).drop_nulls(["round", "path", "agent"])
    return writes.group_by("run", "round", "path", maintain_order=True).agg(
        writes=pl.len(), agents=pl.col("agent").n_unique()
    )


def concurrent_writes(tables: Tables) -> pl.DataFrame:
    """Pairs of a round and a file that two agents or more wrote."""
    return in_rounds(tables, each_run(writes_in_rounds(tables), (pl.col("agents") > 1).sum()))


def rewrites(tables: Tables) -> pl.DataFrame:
    """Writes of a file in a later round than its first."""
    writes = actions(tables, ActionKind.WRITE)
    first = pl.col("round").min().over("run", "path")
    return in_rounds(tables, each_run(writes, (pl.col("round") > first).sum()))


def duplicate_first_writes(tables: Tables) -> pl.DataFrame:
    """Writes in the first round of a file that somebody else writes in it too, less one a file."""
    first = writes_in_rounds(tables).filter(pl.col("round") == 1)
    return in_rounds(tables, each_run(first, (pl.col("agents") - 1).sum()))


def straggler_gap(tables: Tables) -> pl.DataFrame:
    """The mean straggler gap of a run's rounds; unknown where no round had two replies."""
    return each_run(straggler_gaps(tables), pl.col("gap").mean())


METRICS = (
    Metric(
        "idle_rounds", "rounds", Basis.ROUND,
        "Rounds with at least one reply in which no task was completed.", PUBLISHED, idle_rounds,
    ),
    Metric(
        "completions_per_round", "tasks", Basis.ROUND,
        "Tasks completed in a round, mean over the rounds that had a reply.", OURS,
        completions_per_round,
    ),
    Metric(
        "concurrent_writes", "files", Basis.ROUND,
        "Pairs of a round and a file that two or more agents wrote.", PUBLISHED, concurrent_writes,
    ),
    Metric(
        "rewrites", "writes", Basis.ROUND,
        "Writes of a file in a later round than its first write.", PUBLISHED, rewrites,
    ),
    Metric(
        "duplicate_first_writes", "writes", Basis.ROUND,
        "In round one, for each file the agents that wrote it, less one: the same work done again.",
        OURS, duplicate_first_writes,
    ),
    Metric(
        "straggler_gap", "s", Basis.ROUND,
        "Of each round with two or more replies, the longest latency less the mean one, latencies "
        "within (0, 180) s; mean over the run's rounds.", PUBLISHED, straggler_gap,
    ),
)  # fmt: skip
