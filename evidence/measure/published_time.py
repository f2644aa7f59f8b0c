"""The published runs: how long does `brooks import` take, and with how much memory, beside plain pandas?

Each is a process of its own, from its start until everything is written: `brooks import PATH -o FOLDER`,
and `pandas_way.py`, which computes the same figures and findings and not what they hide. They take turns;
the time is the best of five, the memory the most that any of them had. Pandas is installed from the
package index into an environment under `build/`, its newest version. Both results are compared with the
expected ones, so that neither is quick by being wrong.

    PYTHONPATH=evidence python -m measure.published_time [--what memory]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from measure.data_folder import data_folder
from measure.published_numbers import differences

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / "build" / "pandas"
PACKAGES = ("pandas", "pyarrow", "scipy")
TIMES = 5


class Took(NamedTuple):
    """What one process took."""

    seconds: float
    megabytes: float
    """The most memory it had at a time."""


def pandas_python() -> Path:
    """The interpreter of an environment that has pandas, made where it is not there."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.is_file():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, *PACKAGES], check=True, stdout=sys.stderr)
    return python


def versions(python: Path) -> str:
    """Which versions it has, in words."""
    code = f"from importlib.metadata import version as v; print(*map(v, {PACKAGES!r}))"
    said = subprocess.run([str(python), "-c", code], check=True, capture_output=True, text=True)
    return ", ".join(map(" ".join, zip(PACKAGES, said.stdout.split(), strict=True)))


def take(command: Sequence[str]) -> Took:
    """Run a command to its end; ends the program if it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} left with {process.returncode}")
    return Took(seconds, used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10))


def wrong(expected: Path, found: Path) -> int:
    """How many values are not the expected ones, to four significant digits."""
    names = [
        *(path.name for path in expected.glob("fig_*.csv")),
        "success_rate.csv",
        "findings.csv",
    ]
    return sum(not same for name in names for _, same in differences(expected / name, found / name))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--what", choices=["time", "memory"], default="time")
    what = parser.parse_args().what
    folder = data_folder("published")
    python = pandas_python()
    with tempfile.TemporaryDirectory() as scratch:
        ours, plain = Path(scratch, "brooks"), Path(scratch, "pandas")
        way = str(Path(__file__).with_name("pandas_way.py"))
        commands = {
            "brooks": [sys.executable, "-m", "brooks", "import", str(folder), "-o", str(ours)],
            "pandas": [str(python), way, str(folder), str(plain)],
        }
        took: dict[str, list[Took]] = {name: [] for name in commands}
        for _ in range(TIMES):
            for name, command in commands.items():
                took[name].append(take(command))
        differ = {"brooks": wrong(folder / "expected", ours)}
        differ["pandas"] = wrong(folder / "expected", plain)
    detail = {
        name: {
            "best_seconds": round(min(each.seconds for each in every), 3),
            "seconds": [round(each.seconds, 2) for each in every],
            "peak_megabytes": round(max(each.megabytes for each in every)),
            "wrong_values": differ[name],
        }
        for name, every in took.items()
    }
    measured = detail["brooks"]["best_seconds" if what == "time" else "peak_megabytes"]
    print(json.dumps({"measured": measured, "detail": {**detail, "versions": versions(python)}}))


if __name__ == "__main__":
    main()
