"""The published figures and findings in plain pandas, to measure beside `brooks import`.

What a careful engineer writes in an afternoon: the two files read whole, a group-by for each figure. The
definitions are those of arXiv 2603.12229. It needs pandas, pyarrow and scipy, and nothing of ours.

    python evidence/measure/pandas_way.py FOLDER OUT
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-not-found,import-untyped,unused-ignore]
from scipy import stats

PRE, DEC = "preassign_nolead", "decentralized"
CELL = ["mode", "model", "p_label", "n"]
NAMES = {"model_dir": "model", "n_teammates": "n", "wall_clock_seconds": "wall"}


def read(folder: Path) -> tuple[Any, Any]:
    """Runs with what is counted of their events, and replies with their latencies."""
    runs = pd.read_parquet(folder / "runs.parquet").rename(columns=NAMES)
    runs["tokens"] = runs["total_input_tokens"] + runs["total_output_tokens"]
    events = pd.read_parquet(folder / "events.parquet", columns=["type", "ts", "run_dir", "round",
                                                                 "path", "returncode"])  # fmt: skip
    kinds = dict(iter(events.groupby("type")))
    replies = with_latency(kinds["agent_reply"], kinds["round_start"])
    edits, tests = kinds["edit_file"], kinds["run_tests"]
    first = edits.groupby(["run_dir", "path"])["round"].transform("min")
    failed = tests[tests["returncode"].isin([1, 2, 3])]
    counts = {
        "messages": replies.groupby("run_dir").size(),
        "idle": idle_rounds(replies, kinds["complete_task"]),
        "rewrites": edits[edits["round"] > first].groupby("run_dir").size(),
        "tests": tests.groupby("run_dir").size(),
        "failures": failed.groupby("run_dir").size(),
    }
    for name, count in counts.items():
        runs[name] = runs["run_dir"].map(count).fillna(0)
    return runs, replies


def with_latency(replies: Any, starts: Any) -> Any:
    starts = starts[["run_dir", "round", "ts"]].rename(columns={"ts": "start"})
    replies = replies.merge(starts, on=["run_dir", "round"], how="left")
    return replies.assign(latency=replies["ts"] - replies["start"])


def idle_rounds(replies: Any, completions: Any) -> Any:
    rounds = replies[["run_dir", "round"]].drop_duplicates()
    completed = completions[["run_dir", "round"]].drop_duplicates().assign(completed=True)
    rounds = rounds.merge(completed, on=["run_dir", "round"], how="left")
    return rounds[rounds["completed"].isna()].groupby("run_dir").size()


def against_one(done: Any) -> Any:
    """By suite: cells of successful runs beside the cell of one agent."""
    by = ["mode", "model", "task_type", "p_label"]
    cells = done.groupby([*by, "n"]).agg(
        wall=("wall", "mean"), var=("wall", "var"), runs=("wall", "size"),
        tokens=("tokens", "mean"), p=("p_true", "first"),
    ).reset_index()  # fmt: skip
    cells["rel"] = (cells["var"] / cells["runs"]).fillna(0) / cells["wall"] ** 2
    one = cells[cells["n"] == 1].drop(columns=["n", "p", "runs", "var"])
    cells = cells.merge(one, on=by, suffixes=("", "_one"))
    cells["speedup"] = cells["wall_one"] / cells["wall"]
    cells["token_mult"] = cells["tokens"] / cells["tokens_one"]
    cells["efficiency"] = cells["speedup"] / cells["token_mult"]
    spread = cells["speedup"] ** 2 * (cells["rel"] + cells["rel_one"])
    cells["spread"] = np.where(cells["n"] > 1, spread, 0)
    return cells


def speedups(cells: Any) -> Any:
    found = cells.groupby(CELL).agg(
        speedup_mean=("speedup", "mean"), spread=("spread", "sum"), suites=("speedup", "size"),
        p=("p", "first"),
    ).reset_index()  # fmt: skip
    found["speedup_sem"] = np.sqrt(found["spread"]) / found["suites"]
    found["amdahl"] = 1 / ((1 - found["p"]) + found["p"] / found["n"])
    return found[[*CELL, "speedup_mean", "speedup_sem", "suites", "amdahl"]]


def costs(cells: Any) -> Any:
    return cells.groupby(CELL).agg(
        speedup=("speedup", "mean"), token_mult=("token_mult", "mean"),
        efficiency=("efficiency", "mean"), suites=("speedup", "size"),
    ).reset_index()  # fmt: skip


def conflicts(done: Any) -> Any:
    names = ["concurrent_writes", "rewrites", "claims_blocked"]
    long = done[done["mode"] == DEC].melt("model", names, var_name="metric")
    return long.groupby(["model", "metric"])["value"].agg(
        mean_per_run="mean", sem="sem", runs="size"
    ).reset_index()  # fmt: skip


def extra(runs: Any, column: str) -> Any:
    found = runs.groupby(["mode", "model", "n"])[column].agg(["mean", "sem", "size"])
    both = found.loc[DEC].merge(found.loc[PRE], on=["model", "n"], suffixes=("_dec", "_pre"))
    return pd.DataFrame(
        {
            "dec_mean": both["mean_dec"],
            "pre_mean": both["mean_pre"],
            "extra": both["mean_dec"] - both["mean_pre"],
            "extra_sem": np.hypot(both["sem_dec"], both["sem_pre"]),
            "dec_runs": both["size_dec"],
            "pre_runs": both["size_pre"],
        }
    ).reset_index()


def straggler_gaps(runs: Any, replies: Any) -> Any:
    known = replies[(replies["latency"] > 0) & (replies["latency"] < 180)]
    rounds = known.groupby(["run_dir", "round"])["latency"].agg(["max", "mean", "size"])
    rounds = rounds[rounds["size"] >= 2].reset_index()
    rounds["gap"] = rounds["max"] - rounds["mean"]
    return rounds.merge(runs[["run_dir", *CELL]], on="run_dir")


def stragglers(gaps: Any) -> Any:
    return gaps.groupby(CELL)["gap"].agg(
        gap_mean="mean", gap_sd="std", rounds="size", gap_sem="sem"
    ).reset_index()  # fmt: skip


def failed_tests(done: Any) -> Any:
    done = done.assign(by_round=done["failures"] / done["total_rounds"])
    found = done.groupby(["mode", "model"]).agg(
        failures_mean=("failures", "mean"), failures_sem=("failures", "sem"),
        runs=("failures", "size"), test_runs_mean=("tests", "mean"),
        failures=("failures", "sum"), tests=("tests", "sum"),
        failures_per_round=("by_round", "mean"),
    ).reset_index()  # fmt: skip
    found["pooled_fail_rate"] = found["failures"] / found["tests"]
    return found.drop(columns=["failures", "tests"])


def tokens(done: Any) -> Any:
    return done.groupby(CELL).agg(
        tokens_mean=("tokens", "mean"), tokens_sem=("tokens", "sem"),
        input_mean=("total_input_tokens", "mean"), output_mean=("total_output_tokens", "mean"),
        runs=("tokens", "size"),
    ).reset_index()  # fmt: skip


def success_rate(runs: Any) -> Any:
    return runs.groupby(CELL)["success"].agg(success_rate="mean", runs="size").reset_index()


def findings(runs: Any, done: Any, gaps: Any) -> Any:
    by = ["model", "task_type", "p_label", "mode"]
    one = done[done["n"] == 1].groupby(by)[["wall", "tokens"]].mean().add_suffix("_one")
    done = done.merge(one.reset_index(), on=by, how="left")
    done["speedup"] = done["wall_one"] / done["wall"]
    done["excess"] = done["tokens"] / done["tokens_one"] - done["speedup"]
    done["bound"] = 1 / ((1 - done["p_true"]) + done["p_true"] / done["n"])
    every_dec = runs[runs["mode"] == DEC]
    pre, dec = done[done["mode"] == PRE], done[done["mode"] == DEC]
    pre_teams, dec_teams = pre[pre["n"] > 1], dec[dec["n"] > 1]
    by_p = [part["speedup"] for _, part in pre_teams.groupby("p_true")]
    found = {
        "median_speedup_pre": pre_teams["speedup"].median(),
        "median_speedup_dec": dec_teams["speedup"].median(),
        "mannwhitney_U_pre_vs_dec_speedup": stats.mannwhitneyu(
            pre_teams["speedup"], dec_teams["speedup"]
        ).statistic,
        "kruskal_H_speedup_by_p_pre": stats.kruskal(*by_p).statistic,
        "mean_speedup_pre": pre_teams["speedup"].mean(),
        "mean_amdahl_pre": pre_teams["bound"].mean(),
        "wilcoxon_p_pre_vs_amdahl": stats.wilcoxon(pre_teams["speedup"], pre_teams["bound"]).pvalue,
        "median_failed_test_runs_dec": dec["failures"].median(),
        "median_failed_test_runs_pre": pre["failures"].median(),
        "mannwhitney_U_failed_test_runs": stats.mannwhitneyu(
            dec["failures"], pre["failures"]
        ).statistic,
        "spearman_messages_vs_size_dec (successful runs)": rho(dec, "messages"),
        "spearman_messages_vs_size_dec (all runs)": rho(every_dec, "messages"),
        "spearman_tokens_vs_size_dec": rho(dec, "tokens"),
        "spearman_speedup_vs_size_dec": rho(dec_teams, "speedup"),
        "median_straggler_gap_s_dec": gaps.loc[gaps["mode"] == DEC, "gap"].median(),
        "median_straggler_gap_s_pre": gaps.loc[gaps["mode"] == PRE, "gap"].median(),
        "median_token_multiple_minus_speedup_dec": dec_teams["excess"].median(),
        "median_token_multiple_minus_speedup_pre": pre_teams["excess"].median(),
    }
    return pd.DataFrame({"finding": list(found), "value": list(found.values())})


def rho(runs: Any, column: str) -> float:
    return float(stats.spearmanr(runs[column], runs["n"]).statistic)


def main() -> None:
    folder, out = map(Path, sys.argv[1:])
    runs, replies = read(folder)
    done = runs[runs["success"]]
    cells, gaps = against_one(done), straggler_gaps(runs, replies)
    tables = {
        "fig_speedup": speedups(cells),
        "fig_cost_speedup": costs(cells),
        "fig_conflicts": conflicts(done),
        "fig_extra_messages": extra(runs, "messages"),
        "fig_extra_idle": extra(runs, "idle"),
        "fig_straggler": stragglers(gaps),
        "fig_test_failures": failed_tests(done),
        "fig_tokens": tokens(done),
        "success_rate": success_rate(runs),
        "findings": findings(runs, done, gaps),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_csv(out / f"{name}.csv", index=False)


if __name__ == "__main__":
    main()
