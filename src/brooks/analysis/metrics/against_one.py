"""What a team gained over one agent, and what for: against runs of one agent in the same tables.

There are two baselines, and they must not be mixed. A team's *own* baseline is the same team with one
agent: the published one. It is unequal: a protocol that makes one agent slow makes its team look fast.
The *common* baseline of a model, project and structure is the same for all teams: the preset `single`
where it was run, else the team of one with the least mean time among its successful runs.
"""

import polars as pl

from brooks.analysis.columns import ActionKind
from brooks.analysis.metrics.by_run import TOKENS
from brooks.analysis.metrics.metric import OURS, PUBLISHED, Basis, Metric, actions, each_run
from brooks.analysis.tables import Tables

PROBLEM = ("model", "project", "structure", "faults")
"""Runs that differ in none of these worked on the same problem."""
OWN = (*PROBLEM, "team")
BASELINE_TEAM = "single"
_ALONE = pl.col("size") == 1
_MARKED = pl.col("marked_done")


def own_baseline(tables: Tables) -> pl.DataFrame:
    """By problem and team: mean seconds and tokens of the successful runs of one agent."""
    return _means(tables.runs.filter(_ALONE & _MARKED), OWN)


def common_baseline(tables: Tables) -> pl.DataFrame:
    """By problem: the same of the one team of one that all are compared with."""
    alone = _means(tables.runs.filter(_ALONE & _MARKED), OWN)
    best = alone.with_columns(is_other=pl.col("team") != BASELINE_TEAM)
    return best.sort(*PROBLEM, "is_other", "mean_seconds", "team").unique(
        PROBLEM, keep="first", maintain_order=True
    ).drop("is_other")  # fmt: skip


def _means(runs: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    return runs.group_by(by, maintain_order=True).agg(
        mean_seconds=pl.col("seconds").mean(),
        mean_verified_seconds=pl.col("verified_seconds").mean(),
        mean_tokens=TOKENS.mean(),
    )


def beside_own(tables: Tables) -> pl.DataFrame:
    """Every run beside its team's own baseline."""
    return _beside(tables.runs, own_baseline(tables), OWN)


def beside_common(tables: Tables) -> pl.DataFrame:
    """Every run beside the common baseline of its problem."""
    return _beside(tables.runs, common_baseline(tables).drop("team"), PROBLEM)


def _beside(runs: pl.DataFrame, means: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    return runs.join(means, on=by, how="left", nulls_equal=True, maintain_order="left")


def speedup(tables: Tables) -> pl.DataFrame:
    """Against the same team with one agent, over successful runs."""
    return _value(beside_own(tables).filter(_MARKED), pl.col("mean_seconds") / pl.col("seconds"))


def common_speedup(tables: Tables) -> pl.DataFrame:
    """Against the common baseline, over successful runs."""
    return _value(beside_common(tables).filter(_MARKED), pl.col("mean_seconds") / pl.col("seconds"))


def verified_speedup(tables: Tables) -> pl.DataFrame:
    """Against the common baseline, verified runs on both sides."""
    beside = beside_common(tables).filter("verified_done")
    return _value(beside, pl.col("mean_verified_seconds") / pl.col("verified_seconds"))


def token_cost(tables: Tables) -> pl.DataFrame:
    """Tokens against the same team with one agent."""
    return _value(beside_own(tables).filter(_MARKED), TOKENS / pl.col("mean_tokens"))


def common_token_cost(tables: Tables) -> pl.DataFrame:
    """Tokens against the common baseline."""
    return _value(beside_common(tables).filter(_MARKED), TOKENS / pl.col("mean_tokens"))


def efficiency(tables: Tables) -> pl.DataFrame:
    """Speedup for its token cost, both against the own baseline."""
    gain = (pl.col("mean_seconds") / pl.col("seconds")) / (TOKENS / pl.col("mean_tokens"))
    return _value(beside_own(tables).filter(_MARKED), gain)


def amdahl_bound(tables: Tables) -> pl.DataFrame:
    """Amdahl's bound for the run's parallel fraction and size."""
    parallel = pl.col("parallel_fraction")
    return _value(tables.runs, 1 / ((1 - parallel) + parallel / pl.col("size")))


def share_of_amdahl(tables: Tables) -> pl.DataFrame:
    """The speedup's share of Amdahl's bound."""
    bound = amdahl_bound(tables).rename({"value": "bound"})
    both = speedup(tables).join(bound, on="run", maintain_order="left")
    return both.select("run", value=pl.col("value") / pl.col("bound"))


def error_amplification(tables: Tables) -> pl.DataFrame:
    """Failed checks against the mean of the runs of one agent that are the common baseline."""
    failed = each_run(actions(tables, ActionKind.CHECK), (~pl.col("passed")).sum())
    runs = tables.runs.join(failed, on="run", how="left", maintain_order="left").with_columns(
        pl.col("value").fill_null(0.0)
    )
    chosen = common_baseline(tables).select(*PROBLEM, "team")
    alone = runs.filter(_ALONE).join(chosen, on=[*PROBLEM, "team"], how="semi", nulls_equal=True)
    means = alone.group_by(PROBLEM, maintain_order=True).agg(mean_failed=pl.col("value").mean())
    beside = _beside(runs, means, PROBLEM).filter(pl.col("mean_failed") > 0)
    return _value(beside, pl.col("value") / pl.col("mean_failed"))


def overhead(tables: Tables) -> pl.DataFrame:
    """Replies beyond those of one agent, as a share of them."""
    replies = each_run(tables.calls, pl.len())
    runs = tables.runs.join(replies, on="run", how="left", maintain_order="left")
    chosen = common_baseline(tables).select(*PROBLEM, "team")
    alone = runs.filter(_ALONE).join(chosen, on=[*PROBLEM, "team"], how="semi", nulls_equal=True)
    means = alone.group_by(PROBLEM, maintain_order=True).agg(mean_replies=pl.col("value").mean())
    return _value(_beside(runs, means, PROBLEM), pl.col("value") / pl.col("mean_replies") - 1)


def _value(frame: pl.DataFrame, value: pl.Expr) -> pl.DataFrame:
    return frame.select("run", value=value.cast(pl.Float64)).filter(pl.col("value").is_not_null())


METRICS = (
    Metric(
        "speedup", "times", Basis.BASELINE,
        "Mean seconds of the successful runs of the same team with one agent (same model, project, "
        "structure), divided by this run's; of successful runs.", PUBLISHED, speedup,
    ),
    Metric(
        "common_speedup", "times", Basis.BASELINE,
        "The same against the common baseline: `single` where it was run, else the team of one with "
        "the least mean time on this problem.", OURS, common_speedup,
    ),
    Metric(
        "verified_speedup", "times", Basis.BASELINE,
        "Mean verified seconds of the common baseline divided by this run's: verified runs on both "
        "sides.", OURS, verified_speedup,
    ),
    Metric(
        "token_cost", "times", Basis.BASELINE,
        "Tokens divided by the mean of the same team with one agent; of successful runs.", PUBLISHED,
        token_cost,
    ),
    Metric(
        "common_token_cost", "times", Basis.BASELINE,
        "Tokens divided by the mean of the common baseline; of successful runs.", OURS,
        common_token_cost,
    ),
    Metric(
        "efficiency", "speedup a token cost", Basis.BASELINE,
        "Speedup divided by token cost.", PUBLISHED, efficiency,
    ),
    Metric(
        "amdahl_bound", "times", Basis.BASELINE,
        "Amdahl's bound on the speedup: 1 / ((1 - p) + p / n).", "Amdahl 1967", amdahl_bound,
    ),
    Metric(
        "share_of_amdahl", "share", Basis.BASELINE,
        "Speedup divided by Amdahl's bound.", OURS, share_of_amdahl,
    ),
    Metric(
        "error_amplification", "times", Basis.BASELINE,
        "Failed checks divided by the mean of the common baseline; unknown where that is zero.",
        "after arXiv 2512.08296, which counts wrong final answers", error_amplification,
    ),
    Metric(
        "overhead", "share", Basis.BASELINE,
        "Replies beyond the mean of the common baseline, as a share of it.", "arXiv 2512.08296",
        overhead,
    ),
)  # fmt: skip
