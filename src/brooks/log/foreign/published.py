"""The published runs of the study that this project starts from, as the tables that metrics read.

The study (Mieczkowski et al., arXiv 2603.12229) published two files: `runs.parquet`, a row a run, and
`events.parquet`, a row an event in the order in which it happened. What they do not say stays unknown:
task ids, replies' tokens, what became of single tasks. Names of models and modes are kept as they are,
whatever they are.

    round_start                    every agent is asked; the latest one is when a reply's request began
    agent_reply                    a call; the events after it, up to the next one, are its actions
    edit_file                      a write
    claim_task, claim_blocked      a claim; a claim refused because its dependencies are not done
    complete_task                  a completion
    run_tests                      a check: pytest's return code 0 passed, 1 to 3 failed, others tell nothing
    lock_attempt                   a lock that was never denied; left out

A run is *verified* when every task was marked done and its last tests passed on the files as they were
at the end: no file was written after them.
"""

from pathlib import Path

import polars as pl

from brooks.analysis.columns import ActionKind
from brooks.analysis.tables import Tables
from brooks.errors import OutsideError, UsageError

SOURCE = "published"
RUNS_FILE = "runs.parquet"
EVENTS_FILE = "events.parquet"

_FAILED_CODES = (1.0, 2.0, 3.0)
"""Return codes of pytest by which tests failed: failures, an interruption, an internal error."""
_KINDS = {
    "edit_file": ActionKind.WRITE,
    "claim_task": ActionKind.CLAIM,
    "claim_blocked": ActionKind.CLAIM_REFUSED,
    "complete_task": ActionKind.COMPLETION,
    "run_tests": ActionKind.CHECK,
}
_Columns = dict[str, pl.DataType]
_TEXT, _COUNT, _NUMBER, _FLAG = pl.String(), pl.Int64(), pl.Float64(), pl.Boolean()
_RUN_COLUMNS: _Columns = {
    "run_dir": _TEXT, "model_dir": _TEXT, "mode": _TEXT, "task_type": _TEXT, "p_label": _TEXT,
    "p_true": _NUMBER, "n_teammates": _COUNT, "rep": _COUNT, "success": _FLAG,
    "wall_clock_seconds": _NUMBER, "total_rounds": _COUNT, "concurrent_writes": _COUNT,
    "claims_blocked": _COUNT, "total_input_tokens": _COUNT, "total_output_tokens": _COUNT,
}  # fmt: skip
_EVENT_COLUMNS: _Columns = {
    "type": _TEXT, "ts": _NUMBER, "run_dir": _TEXT, "round": _COUNT, "agent": _TEXT, "path": _TEXT,
    "returncode": _NUMBER, "seconds": _NUMBER,
}  # fmt: skip
"""Whole numbers that may be missing are floating ones in the published files."""


def is_published(folder: Path) -> bool:
    """Whether a folder holds published runs."""
    return (folder / RUNS_FILE).is_file() and (folder / EVENTS_FILE).is_file()


def read_published(folder: Path) -> Tables:
    """The tables of the published runs in a folder.

    Raises:
        UsageError: A file or one of its columns is missing, or holds something else.
        OutsideError: A file cannot be read.
    """
    runs = _read(folder / RUNS_FILE, _RUN_COLUMNS)
    events = _ordered(_read(folder / EVENTS_FILE, _EVENT_COLUMNS))
    calls = _calls(events)
    actions = _actions(events)
    return Tables({"runs": _runs(runs, actions), "calls": calls, "actions": actions})


def _read(path: Path, columns: _Columns) -> pl.DataFrame:
    try:
        there = pl.read_parquet_schema(path)
        missing = [name for name in columns if name not in there]
        if missing:
            raise UsageError(f"{str(path)!r} has no column {missing[0]!r}: is it a published one?")
        frame = pl.read_parquet(path, columns=list(columns))
    except FileNotFoundError as error:
        raise UsageError(
            f"there is no file {str(path)!r}: name a folder of published runs"
        ) from error
    except OSError as error:
        raise OutsideError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    except pl.exceptions.PolarsError as error:
        raise UsageError(f"{str(path)!r} is no Parquet file that can be read: {error}") from error
    return _typed(frame, columns, path)


def _typed(frame: pl.DataFrame, columns: _Columns, path: Path) -> pl.DataFrame:
    """The frame with each column of its type: others write the same numbers in other ones."""
    for name, kind in columns.items():
        try:
            frame = frame.with_columns(pl.col(name).cast(kind))
        except pl.exceptions.PolarsError as error:
            raise UsageError(
                f"the column {name!r} of {str(path)!r} holds {frame.schema[name]} where {kind} is "
                f"needed: {error}"
            ) from error
    return frame


def _ordered(events: pl.DataFrame) -> pl.DataFrame:
    """Events with the run's clock, and with the reply to which each belongs, none before the first."""
    ids = pl.col("run_dir").cast(pl.Categorical)
    is_reply = pl.col("type") == "agent_reply"
    in_run = events.with_columns(ids.alias("run_dir"))
    return in_run.with_columns(
        time=pl.col("ts")
        - pl.col("ts").filter(pl.col("type") == "run_start").first().over("run_dir"),
        call=is_reply.cast(pl.Int64).cum_sum().over("run_dir"),
        by=pl.when(is_reply).then("agent").forward_fill().over("run_dir"),
        asked=pl.when(pl.col("type") == "round_start").then("ts").forward_fill().over("run_dir"),
    ).with_columns(
        asked=pl.col("asked") - (pl.col("ts") - pl.col("time")),
        call=pl.when(pl.col("call") > 0).then("call"),
        run_dir=pl.col("run_dir").cast(pl.String),
    )


def _calls(events: pl.DataFrame) -> pl.DataFrame:
    return events.filter(pl.col("type") == "agent_reply").select(
        "call", "agent", "round", run="run_dir", began="asked", ended="time"
    )


def _actions(events: pl.DataFrame) -> pl.DataFrame:
    """What replies led to; whose it was follows from the order."""
    known = events.filter(pl.col("type").is_in(list(_KINDS)))
    code = pl.col("returncode")
    return known.select(
        "call",
        "round",
        "time",
        "path",
        "seconds",
        run="run_dir",
        agent=pl.coalesce("agent", "by"),
        kind=pl.col("type").replace_strict({name: kind.value for name, kind in _KINDS.items()}),
        passed=pl.when(code == 0.0).then(True).when(code.is_in(_FAILED_CODES)).then(False),
        reason=pl.when(pl.col("type") == "claim_blocked").then(pl.lit("not_ready")),
    )


def _runs(runs: pl.DataFrame, actions: pl.DataFrame) -> pl.DataFrame:
    ends = _how_tests_ended(actions)
    last = pl.col("last_check_passed")
    done = runs.rename({"run_dir": "run"}).join(
        ends, on="run", how="left", maintain_order="left"
    ).select(
        "run",
        last_check_passed=last,
        source=pl.lit(SOURCE),
        simulated=pl.lit(False),
        model="model_dir",
        project="task_type",
        structure="p_label",
        parallel_fraction="p_true",
        team="mode",
        size="n_teammates",
        repetition="rep",
        faults=pl.lit(""),
        outcome=pl.when("success").then(pl.lit("done")).when(~pl.col("success")).then(pl.lit("failed")),
        marked_done="success",
        verified_done=pl.when(last.is_not_null()).then(
            pl.col("success") & last & ~pl.col("written_after")
        ),
        seconds="wall_clock_seconds",
        rounds="total_rounds",
        input_tokens="total_input_tokens",
        output_tokens="total_output_tokens",
        told_concurrent_writes="concurrent_writes",
        told_claims_refused="claims_blocked",
    )  # fmt: skip
    return done.with_columns(verified_seconds=pl.when("verified_done").then("seconds"))


def _how_tests_ended(actions: pl.DataFrame) -> pl.DataFrame:
    """Of each run with tests: whether the last ones passed, and whether a file was written after them."""
    rows = actions.with_row_index("row")
    tests = rows.filter(pl.col("kind") == ActionKind.CHECK.value).group_by("run").agg(
        pl.col("row").last().alias("tested"),
        pl.col("passed").last().fill_null(value=False).alias("last_check_passed"),
    )  # fmt: skip
    writes = rows.filter(pl.col("kind") == ActionKind.WRITE.value).group_by("run").agg(
        pl.col("row").last().alias("written")
    )  # fmt: skip
    return tests.join(writes, on="run", how="left").select(
        "run",
        "last_check_passed",
        written_after=(pl.col("written") > pl.col("tested")).fill_null(value=False),
    )
