"""What the study's figures hide, computed from the same runs: see its findings for what they show.

Done is not correct; a team divided by its own slow single agent looks fast; agents that see the same
board do the same work; a claim that nobody reports holds the run to its cap.
"""

import polars as pl

from brooks.analysis.columns import ActionKind
from brooks.analysis.metrics import against_one, by_attempt, by_round
from brooks.analysis.metrics.by_run import TOKENS
from brooks.analysis.metrics.metric import actions, each_run
from brooks.analysis.tables import Tables
from brooks.bench.study.findings import Finding, average, middle, share, values_of
from brooks.bench.study.modes import is_decentralized, is_preassigned, modes_of

_DONE = pl.col("marked_done")
_CELL = ["team", "model", "project", "structure", "size"]


def hidden(tables: Tables) -> tuple[Finding, ...]:
    """Every number, mode by mode where the modes differ."""
    modes = modes_of(tables)
    by_mode = (("pre", is_preassigned(modes)), ("dec", is_decentralized(modes)))
    found: list[Finding] = []
    for name, mode in by_mode:
        part = tables.only(mode)
        if part.runs.is_empty():
            continue
        found += _correct(name, part)
        found += _beside_common(name, tables, mode)
        found += _first_round(name, part)
        found += _no_progress(name, part)
        found.append(_testing(name, part))
    return (*found, *_failed(tables), *_protocol_price(tables), *_amdahl(tables), *_told(tables))


def _correct(name: str, tables: Tables) -> list[Finding]:
    done = tables.runs.filter(_DONE)
    green = pl.col("last_check_passed").fill_null(value=False)
    verified = pl.col("verified_done").fill_null(value=False)
    says = f"of {done.height} runs with all tasks marked done, those"
    rows = [
        _share_of(
            f"share_green_of_done_{name}",
            done,
            green,
            f"{says} whose last test run passed",
        ),
        _share_of(
            f"share_verified_of_done_{name}",
            done,
            verified,
            f"{says} whose last test run passed on the files as they were at the end",
        ),
    ]
    for (model,), part in done.group_by("model", maintain_order=True):
        rows.append(
            _share_of(
                f"share_green_of_done_{name}_{model}",
                part,
                green,
                f"the same, of {part.height} runs of {model}",
            )
        )
    return rows


def _beside_common(name: str, tables: Tables, mode: pl.Expr) -> list[Finding]:
    teams = tables.runs.filter(mode & _DONE & (pl.col("size") > 1)).select("run")
    rows = []
    for metric, of, says in (
        ("common_speedup", against_one.common_speedup, "speedup"),
        ("common_token_cost", against_one.common_token_cost, "tokens"),
    ):
        values = of(tables).join(teams, on="run", how="semi")
        rows.append(
            middle(
                f"median_{metric}_{name}",
                values_of(values, "value"),
                f"{says} against one common single agent a problem, n > 1, {values.height} runs",
            )
        )
    return rows


def _first_round(name: str, tables: Tables) -> list[Finding]:
    largest = _largest(tables)
    part = tables.only(pl.col("size") == largest)
    writes = actions(part, ActionKind.WRITE).filter(pl.col("round") == 1)
    by_run = writes.group_by("run").agg(writes=pl.len(), files=pl.col("path").n_unique())
    duplicates = by_round.duplicate_first_writes(part).join(by_run, on="run", how="semi")
    says = f"in round one, a run of {largest} agents that wrote any, mean"
    return [
        average(
            f"first_round_writes_{name}",
            values_of(by_run, "writes"),
            f"files written {says}",
        ),
        average(
            f"first_round_distinct_files_{name}",
            values_of(by_run, "files"),
            f"different files {says}",
        ),
        average(
            f"duplicate_first_writes_{name}",
            values_of(duplicates, "value"),
            f"writes of a file that another agent wrote too {says}",
        ),
    ]


def _no_progress(name: str, tables: Tables) -> list[Finding]:
    largest = _largest(tables)
    replies = by_attempt.with_progress(tables.only(pl.col("size") == largest))
    says = f"of {replies.height} replies in teams of {largest}: no completion, claim or new file"
    return [
        _share_of(f"share_of_replies_without_progress_{name}", replies, ~pl.col("progress"), says)
    ]


def _testing(name: str, tables: Tables) -> Finding:
    tested = each_run(actions(tables, ActionKind.CHECK), pl.col("seconds").sum())
    share = _one(tested, pl.col("value").sum()) or 0.0
    seconds = _one(tables.runs, pl.col("seconds").sum())
    return Finding(
        f"share_of_time_in_tests_{name}",
        share / seconds if seconds else None,
        "seconds of test runs, which block the team, by seconds of runs",
    )


def _failed(tables: Tables) -> list[Finding]:
    failed = tables.runs.filter(~_DONE)
    orphans = by_attempt.orphaned_claims(tables.only(~_DONE)).filter(pl.col("value") > 0)
    whole = pl.col("passed") & pl.col("task").is_null()
    passed = actions(tables.only(~_DONE), ActionKind.CHECK).filter(whole)
    tokens = _one(failed, TOKENS.sum()) or 0.0
    every = _one(tables.runs, TOKENS.sum())
    return [
        Finding(
            "failed_runs", float(failed.height), f"of {tables.runs.height}, not all marked done"
        ),
        Finding(
            "failed_runs_with_orphaned_claims",
            float(orphans.height),
            "those in which an agent was granted more claims than it completed tasks",
        ),
        Finding(
            "failed_runs_once_green",
            float(passed["run"].n_unique()),
            "those in which a test run of the whole project had passed",
        ),
        Finding(
            "share_of_tokens_in_failed_runs",
            tokens / every if every else None,
            "tokens of failed runs by tokens of all",
        ),
    ]


def _protocol_price(tables: Tables) -> list[Finding]:
    """What the decentralized protocol costs one agent: cell by cell, over all models and by model."""
    modes = modes_of(tables)
    by = ["model", "project", "structure"]
    alone = tables.runs.filter((pl.col("size") == 1) & _DONE)
    dec, pre = (
        alone.filter(mode)
        .group_by(by, maintain_order=True)
        .agg(seconds=pl.col("seconds").mean(), tokens=TOKENS.mean())
        for mode in (is_decentralized(modes), is_preassigned(modes))
    )
    both = dec.join(pre, on=by, suffix="_pre", maintain_order="left")
    parts = [("", both)] + [
        (f"_{model}", part) for (model,), part in both.group_by("model", maintain_order=True)
    ]
    return [
        Finding(
            f"price_of_decentralized_at_one_agent_{what}{name}",
            _one(part, (pl.col(what) / pl.col(f"{what}_pre")).log().mean().exp()),
            f"{what} of one decentralized agent by those of one preassigned, geometric mean of "
            f"{part.height} cells",
        )
        for name, part in parts
        for what in ("seconds", "tokens")
    ]


def _amdahl(tables: Tables) -> list[Finding]:
    """How well Amdahl's bound predicts the cells of preassigned teams."""
    modes = modes_of(tables)
    columns = {
        "speedup": against_one.speedup(tables),
        "bound": against_one.amdahl_bound(tables),
    }
    runs = tables.runs.filter(is_preassigned(modes) & (pl.col("size") > 1))
    for name, values in columns.items():
        runs = runs.join(values.rename({"value": name}), on="run")
    cells = runs.group_by(_CELL).agg(pl.col("speedup", "bound").mean())
    speedup, bound = pl.col("speedup"), pl.col("bound")
    left = (speedup - bound).pow(2).sum()
    spread = (speedup - speedup.mean()).pow(2).sum()
    return [
        Finding(
            "r2_of_amdahl_pre",
            _one(cells, 1 - left / spread) if cells.height > 1 else None,
            f"Amdahl's bound as a prediction of {cells.height} cells' mean speedups, n > 1",
        ),
        Finding(
            "median_share_of_amdahl_pre",
            _one(cells, (speedup / bound).median()),
            "speedup by bound, median of these cells",
        ),
    ]


def _told(tables: Tables) -> list[Finding]:
    """Counts that the source gives and its own events do not bear out."""
    counted = {
        "concurrent_writes": by_round.concurrent_writes(tables),
        "claims_refused": by_attempt.refused_for_order(tables),
    }
    rows = []
    for name, values in counted.items():
        told = tables.runs.select("run", told=f"told_{name}").drop_nulls().join(values, on="run")
        if told.is_empty():
            continue
        rows.append(
            Finding(
                f"share_of_runs_whose_{name}_are_told_wrong",
                _one(told, (pl.col("told") != pl.col("value")).mean()),
                f"of {told.height} runs: the count that was published is not that of its events",
            )
        )
    return rows


def _share_of(name: str, frame: pl.DataFrame, which: pl.Expr, says: str) -> Finding:
    return share(name, int(_one(frame, which.sum()) or 0), frame.height, says)


def _largest(tables: Tables) -> int:
    return int(tables.runs.select(pl.col("size").max()).item())


def _one(frame: pl.DataFrame, value: pl.Expr) -> float | None:
    if frame.is_empty():
        return None
    found = frame.select(value.cast(pl.Float64)).item()
    return None if found is None else float(found)
