"""What a team gained over one agent, and what for: against runs of one agent in the same tables.

There are three baselines, and they must not be mixed. A team's *own* baseline is the same team with one
agent: the published one. It is unequal: a protocol that makes one agent slow makes its team look fast.
The *common* baseline of a problem is the same for all teams: the preset `single` where a run of it
succeeded, else the team of one with the least mean time among its successful runs. The *verified*
baseline is chosen in the same way among the verified runs alone: the fastest team of one is often the
one that stops before its work is correct. Runs that failed or were not verified are in no baseline.
"""

import polars as pl

from brooks.analysis.metrics.by_attempt import messages, test_failures
from brooks.analysis.metrics.by_run import TOKENS
from brooks.analysis.metrics.metric import OURS, PUBLISHED, Basis, Metric
from brooks.analysis.tables import Tables

PROBLEM = ("source", "simulated", "model", "project", "structure", "faults")
"""Runs that differ in none of these worked on the same problem, in worlds that can be compared."""
OWN = (*PROBLEM, "team")
BASELINE_TEAM = "single"
_ALONE = pl.col("size") == 1
_MARKED = pl.col("marked_done")
_VERIFIED = pl.col("verified_done")


def own_baseline(tables: Tables) -> pl.DataFrame:
    """By problem and team: mean seconds and tokens of the successful runs of one agent."""
    return _means(tables.runs.filter(_ALONE & _MARKED))


def common_baseline(tables: Tables) -> pl.DataFrame:
    """By problem: the same of the one team of one that all are compared with."""
    return _best(own_baseline(tables))


def verified_baseline(tables: Tables) -> pl.DataFrame:
    """By problem: the same, chosen among verified runs of one agent and over them alone."""
    return _best(_means(tables.runs.filter(_ALONE & _VERIFIED)))


def _means(runs: pl.DataFrame) -> pl.DataFrame:
    return runs.group_by(OWN, maintain_order=True).agg(
        mean_seconds=pl.col("seconds").mean(), mean_tokens=TOKENS.mean()
    )


def _best(alone: pl.DataFrame) -> pl.DataFrame:
    best = alone.with_columns(is_other=pl.col("team") != BASELINE_TEAM)
    return best.sort(*PROBLEM, "is_other", "mean_seconds", "team", nulls_last=True).unique(
        PROBLEM, keep="first", maintain_order=True
    ).drop("is_other")  # fmt: skip


def beside_own(tables: Tables) -> pl.DataFrame:
    """Every run beside its team's own baseline."""
    return _beside(tables.runs, own_baseline(tables), OWN)


def beside_common(tables: Tables) -> pl.DataFrame:
    """Every run beside the common baseline of its problem."""
    return _beside(tables.runs, common_baseline(tables).drop("team"), PROBLEM)


def beside_verified(tables: Tables) -> pl.DataFrame:
    """Every run beside the verified baseline of its problem."""
    return _beside(tables.runs, verified_baseline(tables).drop("team"), PROBLEM)


def _beside(runs: pl.DataFrame, means: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    return runs.join(means, on=by, how="left", nulls_equal=True, maintain_order="left")


def speedup(tables: Tables) -> pl.DataFrame:
    """Against the same team with one agent, over successful runs."""
    return _value(beside_own(tables).filter(_MARKED), pl.col("mean_seconds") / pl.col("seconds"))


def common_speedup(tables: Tables) -> pl.DataFrame:
    """Against the common baseline, over successful runs."""
    return _value(beside_common(tables).filter(_MARKED), pl.col("mean_seconds") / pl.col("seconds"))


def verified_speedup(tables: Tables) -> pl.DataFrame:
    """Against the verified baseline, over verified runs."""
    beside = beside_verified(tables).filter(_VERIFIED)
    return _value(beside, pl.col("mean_seconds") / pl.col("verified_seconds"))


def verified_token_cost(tables: Tables) -> pl.DataFrame:
    """Tokens against the verified baseline, over verified runs."""
    return _value(beside_verified(tables).filter(_VERIFIED), TOKENS / pl.col("mean_tokens"))


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
    return _value(_beside_alone(tables, test_failures(tables)), pl.col("value") / pl.col("alone"))


def overhead(tables: Tables) -> pl.DataFrame:
    """Replies beyond those of one agent, as a share of them."""
    return _value(_beside_alone(tables, messages(tables)), pl.col("value") / pl.col("alone") - 1)


def _beside_alone(tables: Tables, values: pl.DataFrame) -> pl.DataFrame:
    """Every run's value, and its mean over all runs, failed ones too, of the common baseline's team."""
    runs = tables.runs.join(values, on="run", how="left", maintain_order="left")
    chosen = common_baseline(tables).select(OWN)
    alone = runs.filter(_ALONE).join(
        chosen, on=OWN, how="semi", nulls_equal=True, maintain_order="left"
    )
    means = alone.group_by(PROBLEM, maintain_order=True).agg(alone=pl.col("value").mean())
    return _beside(runs, means, PROBLEM)


def _value(frame: pl.DataFrame, value: pl.Expr) -> pl.DataFrame:
    """The runs of which it is known; nothing is known of what would be divided by zero."""
    return frame.select("run", value=value.cast(pl.Float64)).filter(pl.col("value").is_finite())


METRICS = (
    Metric(
        "speedup", "times", Basis.BASELINE,
        "Mean seconds of the successful runs of the same team with one agent (same model, project, "
        "structure), divided by this run's; of successful runs.", PUBLISHED, speedup,
    ),
    Metric(
        "common_speedup", "times", Basis.BASELINE,
        "The same against the common baseline: `single` where a run of it succeeded, else the team of "
        "one with the least mean time of successful runs on this problem.", OURS, common_speedup,
    ),
    Metric(
        "verified_speedup", "times", Basis.BASELINE,
        "Mean seconds of the verified baseline divided by this run's, verified runs on both sides. "
        "The baseline is `single` where a run of it was verified, else the team of one with the least "
        "mean time of verified runs on this problem.", OURS, verified_speedup,
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
        "verified_token_cost", "times", Basis.BASELINE,
        "Tokens divided by the mean of the verified baseline, verified runs on both sides.", OURS,
        verified_token_cost,
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
        "Failed checks divided by their mean over all runs, failed ones too, of the common baseline's "
        "team; unknown where that is zero.",
        "after arXiv 2512.08296, which counts wrong final answers", error_amplification,
    ),
    Metric(
        "overhead", "share", Basis.BASELINE,
        "Replies beyond their mean over all runs, failed ones too, of the common baseline's team, as a "
        "share of it.", "arXiv 2512.08296", overhead,
    ),
)  # fmt: skip
