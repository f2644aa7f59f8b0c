"""Published runs made up for tests, in files as the study publishes them.

    write(folder, [run("r", mode="decentralized", n_teammates=2)], happened("r", *STORY))

A story is a list of (type, second of the run, other columns); the second is None where the published
events have no time.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

Event = tuple[str, float | None, dict[str, Any]]
Rows = list[dict[str, Any]]

STARTED = 1_772_500_000.0
"""When every run started, in Unix time."""
RUN_TYPES: dict[str, Any] = {
    "run_dir": pl.String, "model_dir": pl.String, "exp_dir": pl.String, "mode": pl.String,
    "task_type": pl.String, "p_label": pl.String, "p_true": pl.Float64, "n_teammates": pl.Int64,
    "rep": pl.Int64, "success": pl.Boolean, "wall_clock_seconds": pl.Float64,
    "total_rounds": pl.Int64, "concurrent_writes": pl.Int64, "claims_blocked": pl.Int64,
    "total_input_tokens": pl.Int64, "total_output_tokens": pl.Int64,
}  # fmt: skip
EVENT_TYPES: dict[str, Any] = {
    "type": pl.String, "ts": pl.Float64, "run_dir": pl.String, "agents": pl.List(pl.String),
    "num_teammates": pl.Float64, "round": pl.Float64, "agent": pl.String, "path": pl.String,
    "returncode": pl.Float64, "seconds": pl.Float64,
}  # fmt: skip


def run(run_dir: str, **values: Any) -> dict[str, Any]:
    """A successful run of one preassigned agent, but for these values."""
    assert set(values) <= set(RUN_TYPES), values
    return {
        "run_dir": run_dir, "model_dir": "model", "exp_dir": "x", "mode": "preassign_nolead",
        "task_type": "math", "p_label": "p05", "p_true": 0.5, "n_teammates": 1, "rep": 1,
        "success": True, "wall_clock_seconds": 10.0, "total_rounds": 1, "concurrent_writes": 0,
        "claims_blocked": 0, "total_input_tokens": 100, "total_output_tokens": 10, **values,
    }  # fmt: skip


def happened(run_dir: str, *story: Event) -> Rows:
    """The events of a run, between its start and its end."""
    every: list[Event] = [("run_start", 0.0, {}), ("initialize", None, {}), *story]
    every.append(("run_end", max(time for _, time, _ in every if time is not None), {}))
    return [
        {
            "type": kind,
            "ts": None if time is None else STARTED + time,
            "run_dir": run_dir,
            **values,
        }
        for kind, time, values in every
    ]


def asked(time: float, number: int) -> Event:
    """A round starts."""
    return ("round_start", time, {"round": float(number)})


def replied(time: float, number: int, agent: str) -> Event:
    """An agent's reply is there."""
    return ("agent_reply", time, {"round": float(number), "agent": agent})


def did(kind: str, time: float, number: int, **values: Any) -> Event:
    """Something that a reply led to."""
    return (kind, time, {"round": float(number), **values})


def tested(time: float, number: int, code: float | None) -> Event:
    """Tests ran for half a second."""
    return did("run_tests", time, number, returncode=code, seconds=0.5)


def frames(runs: Iterable[dict[str, Any]], events: Rows) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The contents of both files."""
    return (
        pl.DataFrame(list(runs), schema=RUN_TYPES),
        pl.DataFrame(
            [{name: row.get(name) for name in EVENT_TYPES} for row in events], schema=EVENT_TYPES
        ),
    )


def write(folder: Path, runs: Iterable[dict[str, Any]], events: Rows) -> Path:
    """Both files in a folder; gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in zip(("runs", "events"), frames(runs, events), strict=True):
        frame.write_parquet(folder / f"{name}.parquet")
    return folder
