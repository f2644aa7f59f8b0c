"""The published study repeated by simulated teams: how long it takes, and whether it comes out the same.

Runs `brooks bench paper` (two modes, nine graphs, five sizes, three profiles, five repetitions) as a user
does, in new folders:

- `time`: seconds of the whole command; best of the repetitions.
- `same`: tables that differ between two runs of the grid, and a third that is killed (SIGKILL, with its
  processes) half-way and started again.

    PYTHONPATH=evidence python -m measure.paper_bench --what time
"""

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

RUNS = 1350
TABLES = ("runs", "calls", "actions", "tasks", "conflicts")
PATIENCE = 900.0


def bench(out: Path) -> subprocess.Popen[bytes]:
    """Start the command, in a process group of its own."""
    command = [sys.executable, "-m", "brooks", "bench", "paper", "-o", str(out), "--quiet"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)


def finish(out: Path) -> float:
    """Run the command to its end; seconds."""
    began = time.monotonic()
    process = bench(out)
    if process.wait(PATIENCE) != 0:
        sys.exit(f"brooks bench paper ended with {process.returncode}")
    return time.monotonic() - began


def kill_half_way(out: Path) -> int:
    """Run the command until half of the runs are made, and kill it with all its processes."""
    process = bench(out)
    began = time.monotonic()
    made = 0
    while made < RUNS // 2:
        if process.poll() is not None or time.monotonic() - began > PATIENCE:
            sys.exit(f"brooks bench paper could not be killed half-way: {made} runs were made")
        time.sleep(0.2)
        made = len(list((out / "done").glob("*"))) if (out / "done").is_dir() else 0
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return made


def hashes(out: Path) -> dict[str, str]:
    """A hash of the bytes of each table."""
    return {
        name: hashlib.sha256((out / f"{name}.parquet").read_bytes()).hexdigest() for name in TABLES
    }


def measure_same(scratch: Path) -> tuple[int, dict[str, Any]]:
    """How many tables differ, of two repetitions of the grid."""
    finish(scratch / "first")
    finish(scratch / "again")
    killed = kill_half_way(scratch / "killed")
    finish(scratch / "killed")
    first = hashes(scratch / "first")
    differing = [
        f"{folder}/{name}"
        for folder in ("again", "killed")
        for name, found in hashes(scratch / folder).items()
        if found != first[name]
    ]
    return len(differing), {"differing": differing, "runs_made_when_killed": killed}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--what", choices=["time", "same"], required=True)
    parser.add_argument("--repeat", type=int, default=2)
    options = parser.parse_args()
    measured: float
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        if options.what == "same":
            measured, detail = measure_same(scratch)
        else:
            seconds = [finish(scratch / str(number)) for number in range(options.repeat)]
            measured = round(min(seconds), 1)
            detail = {"seconds": [round(value, 1) for value in seconds], "cores": os.cpu_count()}
    print(json.dumps({"measured": measured, "detail": {"runs": RUNS, **detail}}))


if __name__ == "__main__":
    main()
