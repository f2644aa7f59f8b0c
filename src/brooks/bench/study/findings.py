"""The study's findings as numbers, over any runs in its two modes.

Unless a finding says otherwise it is over successful runs, and a speedup is against the same team with
one agent. Each test is two-sided.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy import stats

from brooks.analysis.metrics import against_one, by_attempt, by_round
from brooks.analysis.metrics.by_run import TOKENS
from brooks.analysis.tables import Tables
from brooks.bench.statistics.intervals import (
    Interval,
    interval_of_mean,
    interval_of_median,
    interval_of_share,
)
from brooks.bench.study import figures
from brooks.bench.study.modes import Modes, is_decentralized, is_preassigned, modes_of

Values = np.ndarray[tuple[int], np.dtype[np.float64]]


class Finding(NamedTuple):
    """One number of the study."""

    name: str
    value: float | None
    """None where these runs do not give it."""
    says: str
    """How it was computed, and from how much."""
    low: float | None = None
    """Where its interval at 95 % begins; None where it has none: a statistic of a test, a count."""
    high: float | None = None


def as_frame(found: Iterable[Finding]) -> pl.DataFrame:
    """Findings as a table: `finding`, `value`, `low`, `high` and `definition`."""
    rows = list(found)
    return pl.DataFrame(
        {
            "finding": [finding.name for finding in rows],
            "value": [finding.value for finding in rows],
            "low": [finding.low for finding in rows],
            "high": [finding.high for finding in rows],
            "definition": [finding.says for finding in rows],
        },
        schema_overrides=dict.fromkeys(("value", "low", "high"), pl.Float64),
    )


def findings(tables: Tables) -> tuple[Finding, ...]:
    """Every finding, in the study's order."""
    modes = modes_of(tables)
    runs = _measured(tables)
    return (
        *_speedups(runs, modes),
        *_failed_tests(runs, modes),
        *_with_size(runs, modes),
        *_gaps(tables, modes),
        *_prices(runs, modes),
        *_best_and_serial(tables, modes),
    )


def _measured(tables: Tables) -> pl.DataFrame:
    columns = {
        "speedup": against_one.speedup(tables),
        "token_cost": against_one.token_cost(tables),
        "bound": against_one.amdahl_bound(tables),
        "messages": by_attempt.messages(tables),
        "failures": by_attempt.test_failures(tables),
    }
    runs = tables.runs.with_columns(tokens=TOKENS)
    for name, values in columns.items():
        value = values.select("run", pl.col("value").alias(name))
        runs = runs.join(value, on="run", how="left", maintain_order="left")
    return runs


def _teams(runs: pl.DataFrame, mode: pl.Expr) -> pl.DataFrame:
    """Successful runs of more than one agent whose speedup is known."""
    return runs.filter(mode & pl.col("marked_done") & (pl.col("size") > 1)).drop_nulls("speedup")


def _speedups(runs: pl.DataFrame, modes: Modes) -> tuple[Finding, ...]:
    pre = _teams(runs, is_preassigned(modes))
    dec = _teams(runs, is_decentralized(modes))
    fast, slow = values_of(pre, "speedup"), values_of(dec, "speedup")
    bound = values_of(pre, "bound")
    by_p = [
        values_of(part, "speedup")
        for _, part in pre.group_by("parallel_fraction", maintain_order=True)
    ]
    between = _mannwhitney(fast, slow)
    spread = stats.kruskal(*by_p) if len(by_p) > 1 and len(np.unique(fast)) > 1 else None
    below = stats.wilcoxon(fast, bound) if np.any(fast != bound) else None
    return (
        middle("median_speedup_pre", fast, f"n > 1, {len(fast)} runs"),
        middle("median_speedup_dec", slow, f"n > 1, {len(slow)} runs"),
        Finding("mannwhitney_U_pre_vs_dec_speedup", between[0], f"p = {between[1]:.3g}"),
        Finding(
            "kruskal_H_speedup_by_p_pre",
            None if spread is None else float(spread.statistic),
            "" if spread is None else f"p = {spread.pvalue:.3g}",
        ),
        average("mean_speedup_pre", fast, "n > 1, mean over runs"),
        Finding("mean_amdahl_pre", _mean(bound), "Amdahl's bound at the same p and n"),
        Finding(
            "wilcoxon_p_pre_vs_amdahl",
            None if below is None else float(below.pvalue),
            "speedup and bound paired by run: p",
        ),
    )


def _failed_tests(runs: pl.DataFrame, modes: Modes) -> tuple[Finding, ...]:
    done = runs.filter("marked_done")
    pre = values_of(done.filter(is_preassigned(modes)), "failures")
    dec = values_of(done.filter(is_decentralized(modes)), "failures")
    test = _mannwhitney(dec, pre)
    return (
        middle("median_failed_test_runs_dec", dec, f"all n, {len(dec)} runs"),
        middle("median_failed_test_runs_pre", pre, f"all n, {len(pre)} runs"),
        Finding("mannwhitney_U_failed_test_runs", test[0], f"dec against pre, p = {test[1]:.3g}"),
    )


def _with_size(runs: pl.DataFrame, modes: Modes) -> tuple[Finding, ...]:
    every = runs.filter(is_decentralized(modes))
    done = every.filter("marked_done")
    teams = _teams(runs, is_decentralized(modes))
    return (
        _rank("spearman_messages_vs_size_dec (successful runs)", done, "messages"),
        _rank("spearman_messages_vs_size_dec (all runs)", every, "messages"),
        _rank("spearman_tokens_vs_size_dec", done, "tokens"),
        _rank("spearman_speedup_vs_size_dec", teams, "speedup"),
    )


def _rank(name: str, runs: pl.DataFrame, column: str) -> Finding:
    if runs["size"].n_unique() < 2 or runs[column].n_unique() < 2:
        return Finding(name, None, "needs runs of more than one size that differ")
    test = stats.spearmanr(values_of(runs, column), values_of(runs, "size"))
    rho = float(test.statistic)
    says = f"rho over {runs.height} runs, p = {test.pvalue:.3g}"
    return Finding(name, rho, says, *_around_rho(rho, runs.height))


def _around_rho(rho: float, runs: int) -> tuple[float | None, float | None]:
    """Fisher's transformation with the variance of Bonett and Wright (2000)."""
    if runs <= 3 or abs(rho) >= 1:
        return None, None
    reach = stats.norm.ppf(0.975) * np.sqrt((1 + rho * rho / 2) / (runs - 3))
    return float(np.tanh(np.arctanh(rho) - reach)), float(np.tanh(np.arctanh(rho) + reach))


def _gaps(tables: Tables, modes: Modes) -> tuple[Finding, ...]:
    gaps = by_round.straggler_gaps(tables).join(
        tables.runs.select("run", "team"), on="run", maintain_order="left"
    )
    return tuple(
        middle(
            f"median_straggler_gap_s_{name}",
            values_of(gaps.filter(pl.col("team") == mode), "gap"),
            "s a round with 2+ replies, latencies in (0, 180) s, all runs",
        )
        for name, mode in (("dec", modes.decentralized), ("pre", modes.preassigned))
    )


def _prices(runs: pl.DataFrame, modes: Modes) -> tuple[Finding, ...]:
    excess = pl.col("token_cost") - pl.col("speedup")
    return tuple(
        middle(
            f"median_token_multiple_minus_speedup_{name}",
            values_of(_teams(runs, mode).with_columns(excess=excess), "excess"),
            "n > 1",
        )
        for name, mode in (("dec", is_decentralized(modes)), ("pre", is_preassigned(modes)))
    )


def _best_and_serial(tables: Tables, modes: Modes) -> tuple[Finding, ...]:
    """The best mean speedup of any cell, and what the most serial structure gains and costs."""
    cells = figures.cost_speedup(tables).filter(pl.col("mode") == modes.preassigned)
    largest = cells.filter(pl.col("n") == pl.col("n").max())
    least = tables.runs.filter(pl.col("parallel_fraction") == pl.col("parallel_fraction").min())
    serial = largest.filter(pl.col("p_label").is_in(least["structure"].unique().to_list()))
    says = "mean over models, at the largest size on the most serial structure"
    return (
        Finding(
            "best_speedup_pre",
            _most(values_of(cells, "speedup")),
            "the largest of the mean speedups by model, structure and size",
        ),
        Finding("serial_speedup_pre", _mean(values_of(serial, "speedup")), says),
        Finding("serial_token_multiple_pre", _mean(values_of(serial, "token_mult")), says),
    )


def values_of(frame: pl.DataFrame, column: str) -> Values:
    return frame[column].cast(pl.Float64).drop_nulls().to_numpy()


def middle(name: str, values: Values, says: str) -> Finding:
    """A median, with its interval from the binomial distribution."""
    if not len(values):
        return Finding(name, None, says)
    interval = interval_of_median(values)
    return Finding(name, float(np.median(values)), says, *_bounded(interval))


def average(name: str, values: Values, says: str) -> Finding:
    """A mean, with Student's interval."""
    if len(values) < 2:
        return Finding(name, float(values[0]) if len(values) else None, says)
    return Finding(name, float(np.mean(values)), says, *_bounded(interval_of_mean(values)))


def share(name: str, count: int, total: int, says: str) -> Finding:
    """A share, with Wilson's interval."""
    if not total:
        return Finding(name, None, says)
    return Finding(name, count / total, says, *_bounded(interval_of_share(count, total)))


def _bounded(interval: Interval) -> tuple[float | None, float | None]:
    ends = (interval.low, interval.high)
    return ends if np.isfinite(ends).all() else (None, None)


def _mean(values: Values) -> float | None:
    return float(np.mean(values)) if len(values) else None


def _most(values: Values) -> float | None:
    return float(np.max(values)) if len(values) else None


def _mannwhitney(first: Values, second: Values) -> tuple[float | None, float]:
    if not len(first) or not len(second):
        return None, float("nan")
    test = stats.mannwhitneyu(first, second, alternative="two-sided")
    return float(test.statistic), float(test.pvalue)
