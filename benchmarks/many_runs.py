"""Does a bench of many runs stay small, and does joining its results take time by the run?

Benches of several sizes, each in a process of its own with its workers, of a small generated project:
the most memory that any of its processes had, the time it took, and then the time of the same command
once more, which finds every run there and only joins what is in the files. Measured is how many times
more memory the largest bench takes than the smallest.

    python benchmarks/many_runs.py [--runs 100,1000] [--jobs 2]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

FILE = """\
name: many
suites: [tasks.yaml]
teams: ["leased:2"]
models: [sim:typical]
checks: modelled
"""
TASKS = """\
project: small
tasks:
  - {id: first, files: [first.txt]}
  - {id: second, files: [second.txt]}
  - {id: third, files: [third.txt], depends_on: [first, second]}
"""


class Took(NamedTuple):
    """What one command took."""

    seconds: float
    megabytes: float


def take(command: list[str], folder: Path) -> Took:
    """Run a command; ends the program if it fails."""
    began = time.perf_counter()
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)}: {(folder / 'said').read_text()[-500:]}")
    return Took(time.perf_counter() - began, used.ru_maxrss / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", default="100,1000")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    detail = {}
    for runs in map(int, options.runs.split(",")):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "many.yaml").write_text(FILE, encoding="utf-8")
            (folder / "tasks.yaml").write_text(TASKS, encoding="utf-8")
            words = ["bench", "many.yaml", "--repetitions", str(runs), "-o", "out", "--json"]
            command = [sys.executable, "-m", "brooks", *words, "-q", "-y", "-j", str(options.jobs)]
            whole, again = take(command, folder), take(command, folder)
        detail[str(runs)] = {
            "seconds": round(whole.seconds, 2),
            "ms_per_run": round(1000 * whole.seconds / runs, 1),
            "megabytes": round(max(whole.megabytes, again.megabytes)),
            "joining_seconds": round(again.seconds, 2),
        }
        print(f"{runs} runs: {detail[str(runs)]}", file=sys.stderr)
    sizes = list(detail.values())
    measured = round(sizes[-1]["megabytes"] / sizes[0]["megabytes"], 3)
    print(json.dumps({"measured": measured, "detail": detail}))


if __name__ == "__main__":
    main()
