"""The data behind each of the study's figures, over any runs: published ones or our own.

Each function gives the table of one figure; `p_label` is the structure and `mode` the team. SEM is the
standard error of the mean. Successful runs are those in which every task was marked done.
"""

from collections.abc import Callable

import polars as pl

from brooks.analysis.metrics import by_attempt, by_round
from brooks.analysis.metrics.by_run import TOKENS
from brooks.analysis.tables import Tables
from brooks.bench.study.modes import is_decentralized, is_preassigned, modes_of

_CELL = ("mode", "model", "p_label", "n")
_SUCCESSFUL = pl.col("marked_done")


def runs(tables: Tables) -> pl.DataFrame:
    """The runs under the study's names for what they were."""
    return tables.runs.rename({"team": "mode", "structure": "p_label", "size": "n"})


def speedup(tables: Tables) -> pl.DataFrame:
    """Of successful runs: mean seconds of one agent by those of n, SEM by the delta method.

    The speedup is taken in each project and then averaged over projects. A cell with one successful run
    says nothing of its spread, and adds nothing to the SEM, as published.
    """
    by_project = _cells_against_one(tables).with_columns(
        variance=pl.when(pl.col("n") > 1)
        .then(pl.col("speedup").pow(2) * (_relative_variance("") + _relative_variance("_one")))
        .otherwise(0.0)
    )
    cells = by_project.group_by(_CELL, maintain_order=True).agg(
        speedup_mean=pl.col("speedup").mean(),
        speedup_sem=pl.col("variance").sum().sqrt() / pl.len(),
        suites=pl.len(),
        p=pl.col("parallel_fraction").first(),
    )
    return cells.with_columns(
        amdahl=1 / ((1 - pl.col("p")) + pl.col("p") / pl.col("n"))
    ).drop("p").sort(_CELL)  # fmt: skip


def cost_speedup(tables: Tables) -> pl.DataFrame:
    """Of successful runs: speedup, how many times the tokens, and one by the other."""
    cells = _cells_against_one(tables).with_columns(
        token_mult=pl.col("tokens") / pl.col("tokens_one")
    )
    return cells.group_by(_CELL, maintain_order=True).agg(
        speedup=pl.col("speedup").mean(),
        token_mult=pl.col("token_mult").mean(),
        efficiency=(pl.col("speedup") / pl.col("token_mult")).mean(),
        suites=pl.len(),
    ).sort(_CELL)  # fmt: skip


def _cells_against_one(tables: Tables) -> pl.DataFrame:
    """Each project's cells of successful runs, beside the cell of one agent."""
    by = ("mode", "model", "project", "p_label")
    cells = (
        runs(tables)
        .filter(_SUCCESSFUL)
        .group_by(*by, "n", maintain_order=True)
        .agg(
            pl.col("parallel_fraction").first(),
            seconds=pl.col("seconds").mean(),
            error=(pl.col("seconds").var() / pl.len()).fill_null(0.0),
            tokens=TOKENS.mean(),
        )
    )
    alone = cells.filter(pl.col("n") == 1).drop("n", "parallel_fraction")
    return cells.join(alone, on=by, suffix="_one", maintain_order="left").with_columns(
        speedup=pl.col("seconds_one") / pl.col("seconds")
    )


def _relative_variance(which: str) -> pl.Expr:
    return pl.col(f"error{which}") / pl.col(f"seconds{which}").pow(2)


def conflicts(tables: Tables) -> pl.DataFrame:
    """Of successful decentralized runs: what happened in one for agents' not knowing of each other.

    Concurrent writes and refused claims are taken as the runs' source counted them, where it did.
    """
    told = tables.runs.select(
        "run", told_writes="told_concurrent_writes", told_claims="told_claims_refused"
    )
    counted = _with(
        _with(
            _with(tables.runs, "concurrent_writes", by_round.concurrent_writes(tables)),
            "rewrites", by_round.rewrites(tables),
        ),
        "claims_blocked", by_attempt.refused_for_order(tables),
    ).join(told, on="run", maintain_order="left")  # fmt: skip
    chosen = counted.filter(_SUCCESSFUL & is_decentralized(modes_of(tables))).with_columns(
        concurrent_writes=pl.coalesce("told_writes", "concurrent_writes"),
        claims_blocked=pl.coalesce("told_claims", "claims_blocked"),
    )
    names = ["concurrent_writes", "rewrites", "claims_blocked"]
    return (
        chosen.unpivot(names, index="model", variable_name="metric")
        .group_by("model", "metric", maintain_order=True)
        .agg(mean_per_run=pl.col("value").mean(), sem=_sem("value"), runs=pl.len())
        .sort("model", maintain_order=True)
    )


def extra_messages(tables: Tables) -> pl.DataFrame:
    """Of all runs: replies in a decentralized run beyond those in a preassigned one."""
    return _extra(tables, by_attempt.messages(tables))


def extra_idle(tables: Tables) -> pl.DataFrame:
    """Of all runs: idle rounds in a decentralized run beyond those in a preassigned one."""
    return _extra(tables, by_round.idle_rounds(tables))


def _extra(tables: Tables, values: pl.DataFrame) -> pl.DataFrame:
    modes = modes_of(tables)
    known = _with(tables.runs, "value", values)
    by_mode = {
        name: known.filter(chosen).group_by("model", n="size").agg(
            mean=pl.col("value").mean(), sem=_sem("value"), runs=pl.len()
        )
        for name, chosen in (("dec", is_decentralized(modes)), ("pre", is_preassigned(modes)))
    }  # fmt: skip
    both = by_mode["dec"].join(by_mode["pre"], on=["model", "n"], suffix="_pre")
    return both.select(
        "model",
        "n",
        dec_mean="mean",
        pre_mean="mean_pre",
        extra=pl.col("mean") - pl.col("mean_pre"),
        extra_sem=(pl.col("sem").pow(2) + pl.col("sem_pre").pow(2)).sqrt(),
        dec_runs="runs",
        pre_runs="runs_pre",
    ).sort("model", "n")


def straggler(tables: Tables) -> pl.DataFrame:
    """Of all runs: straggler gaps of rounds; the SEM takes rounds to be independent."""
    gaps = by_round.straggler_gaps(tables).join(runs(tables), on="run", maintain_order="left")
    cells = gaps.group_by(_CELL, maintain_order=True).agg(
        gap_mean=pl.col("gap").mean(),
        gap_sd=pl.col("gap").std(),
        rounds=pl.len(),
        gap_sem=_sem("gap"),
    )
    return cells.sort(_CELL)


def failed_tests(tables: Tables) -> pl.DataFrame:
    """Of successful runs: test runs that failed, by mode and model."""
    known = _with(
        _with(runs(tables), "failures", by_attempt.test_failures(tables)),
        "tests", by_attempt.checks(tables),
    ).filter(_SUCCESSFUL)  # fmt: skip
    failures = pl.col("failures")
    return known.group_by("mode", "model", maintain_order=True).agg(
        failures_mean=failures.mean(),
        failures_sem=_sem("failures"),
        runs=pl.len(),
        test_runs_mean=pl.col("tests").mean(),
        pooled_fail_rate=failures.sum() / pl.col("tests").sum(),
        failures_per_round=(failures / pl.col("rounds")).mean(),
    ).sort("mode", "model")  # fmt: skip


def tokens(tables: Tables) -> pl.DataFrame:
    """Of successful runs: tokens of a run."""
    known = runs(tables).filter(_SUCCESSFUL).with_columns(tokens=TOKENS)
    return known.group_by(_CELL, maintain_order=True).agg(
        tokens_mean=pl.col("tokens").mean(),
        tokens_sem=_sem("tokens"),
        input_mean=pl.col("input_tokens").mean(),
        output_mean=pl.col("output_tokens").mean(),
        runs=pl.len(),
    ).sort(_CELL)  # fmt: skip


def success_rate(tables: Tables) -> pl.DataFrame:
    """Of all runs: the share in which every task was marked done."""
    return runs(tables).group_by(_CELL, maintain_order=True).agg(
        success_rate=_SUCCESSFUL.mean(), runs=pl.len()
    ).sort(_CELL)  # fmt: skip


def _with(frame: pl.DataFrame, name: str, values: pl.DataFrame) -> pl.DataFrame:
    return frame.join(
        values.select("run", pl.col("value").alias(name)),
        on="run",
        how="left",
        maintain_order="left",
    )


def _sem(name: str) -> pl.Expr:
    return pl.col(name).std() / pl.col(name).count().sqrt()


FIGURES: dict[str, Callable[[Tables], pl.DataFrame]] = {
    "fig_speedup": speedup,
    "fig_cost_speedup": cost_speedup,
    "fig_conflicts": conflicts,
    "fig_extra_messages": extra_messages,
    "fig_extra_idle": extra_idle,
    "fig_straggler": straggler,
    "fig_test_failures": failed_tests,
    "fig_tokens": tokens,
    "success_rate": success_rate,
}
"""Each table under the name that its file has."""
