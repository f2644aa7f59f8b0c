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


def as_frame(found: Iterable[Finding]) -> pl.DataFrame:
    """Findings as a table: `finding`, `value` and `definition`."""
    rows = list(found)
    return pl.DataFrame(
        {
            "finding": [finding.name for finding in rows],
            "value": [finding.value for finding in rows],
            "definition": [finding.says for finding in rows],
        },
        schema_overrides={"value": pl.Float64},
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
    fast, slow = _values(pre, "speedup"), _values(dec, "speedup")
    bound = _values(pre, "bound")
    by_p = [
        _values(part, "speedup")
        for _, part in pre.group_by("parallel_fraction", maintain_order=True)
    ]
    between = _mannwhitney(fast, slow)
    spread = stats.kruskal(*by_p) if len(by_p) > 1 and len(np.unique(fast)) > 1 else None
    below = stats.wilcoxon(fast, bound) if np.any(fast != bound) else None
    return (
        Finding("median_speedup_pre", _median(fast), f"n > 1, {len(fast)} runs"),
        Finding("median_speedup_dec", _median(slow), f"n > 1, {len(slow)} runs"),
        Finding("mannwhitney_U_pre_vs_dec_speedup", between[0], f"p = {between[1]:.3g}"),
        Finding(
            "kruskal_H_speedup_by_p_pre",
            None if spread is None else float(spread.statistic),
            "" if spread is None else f"p = {spread.pvalue:.3g}",
        ),
        Finding("mean_speedup_pre", _mean(fast), "n > 1, mean over runs"),
        Finding("mean_amdahl_pre", _mean(bound), "Amdahl's bound at the same p and n"),
        Finding(
            "wilcoxon_p_pre_vs_amdahl",
            None if below is None else float(below.pvalue),
            "speedup and bound paired by run: p",
        ),
    )


def _failed_tests(runs: pl.DataFrame, modes: Modes) -> tuple[Finding, ...]:
    done = runs.filter("marked_done")
    pre = _values(done.filter(is_preassigned(modes)), "failures")
    dec = _values(done.filter(is_decentralized(modes)), "failures")
    test = _mannwhitney(dec, pre)
    return (
        Finding("median_failed_test_runs_dec", _median(dec), f"all n, {len(dec)} runs"),
        Finding("median_failed_test_runs_pre", _median(pre), f"all n, {len(pre)} runs"),
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
    test = stats.spearmanr(_values(runs, column), _values(runs, "size"))
    return Finding(
        name, float(test.statistic), f"rho over {runs.height} runs, p = {test.pvalue:.3g}"
    )


def _gaps(tables: Tables, modes: Modes) -> tuple[Finding, ...]:
    gaps = by_round.straggler_gaps(tables).join(
        tables.runs.select("run", "team"), on="run", maintain_order="left"
    )
    return tuple(
        Finding(
            f"median_straggler_gap_s_{name}",
            _median(_values(gaps.filter(pl.col("team") == mode), "gap")),
            "s a round with 2+ replies, latencies in (0, 180) s, all runs",
        )
        for name, mode in (("dec", modes.decentralized), ("pre", modes.preassigned))
    )


def _prices(runs: pl.DataFrame, modes: Modes) -> tuple[Finding, ...]:
    excess = pl.col("token_cost") - pl.col("speedup")
    return tuple(
        Finding(
            f"median_token_multiple_minus_speedup_{name}",
            _median(_values(_teams(runs, mode).with_columns(excess=excess), "excess")),
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
            _most(_values(cells, "speedup")),
            "the largest of the mean speedups by model, structure and size",
        ),
        Finding("serial_speedup_pre", _mean(_values(serial, "speedup")), says),
        Finding("serial_token_multiple_pre", _mean(_values(serial, "token_mult")), says),
    )


def _values(frame: pl.DataFrame, column: str) -> Values:
    return frame[column].cast(pl.Float64).drop_nulls().to_numpy()


def _median(values: Values) -> float | None:
    return float(np.median(values)) if len(values) else None


def _most(values: Values) -> float | None:
    return float(np.max(values)) if len(values) else None


def _mean(values: Values) -> float | None:
    return float(np.mean(values)) if len(values) else None


def _mannwhitney(first: Values, second: Values) -> tuple[float | None, float]:
    if not len(first) or not len(second):
        return None, float("nan")
    test = stats.mannwhitneyu(first, second, alternative="two-sided")
    return float(test.statistic), float(test.pvalue)
