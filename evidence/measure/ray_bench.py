"""Whether a bench on a cluster gives the tables that it gives here, whatever becomes of a node half-way.

A grid of 200 simulated runs is made three times: by two processes of this machine, on a Ray cluster of
three node processes, and there again with one node killed, with everything on it, when half of the runs
are made. What is counted is files of tables and logs that are not the same, byte for byte, runs that
failed, and what is left behind: processes, a token in the home folder, folders. With `--fate silent`
the node is not killed but cut off, and never heard again.

    PYTHONPATH=evidence python -m measure.ray_bench [--repetitions 50] [--fate killed|silent]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from nodes import Nodes

EXPERIMENT = """\
name: spread
suites: [mathlib/mixed, sales/mixed]
teams: ["leased:4", "hybrid:4"]
repetitions: {repetitions}
"""
OUTS = ("local", "ray", "killed")
PATIENCE_SECONDS = 240.0


def main() -> None:
    """Make the grid three times, and count what differs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repetitions", type=int, default=50)
    parser.add_argument("--fate", choices=["killed", "silent"], default="killed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "home").mkdir()
        (folder / "spread.yaml").write_text(EXPERIMENT.format(repetitions=options.repetitions))
        found = measure(folder, runs=4 * options.repetitions, fate=options.fate)
    print(json.dumps(found))


def measure(folder: Path, *, runs: int, fate: str) -> dict[str, Any]:
    """What the three benches came to."""
    seconds = {"local": bench(folder, "local", ["--engine", "local", "-j", "2"], dict(os.environ))}
    with Nodes(3, environ={"HOME": str(folder / "home")}) as nodes:
        kept = folders(nodes.address)
        remote = ["--engine", "ray", "--cluster", nodes.address]
        seconds["ray"] = bench(folder, "ray", remote, nodes.environ)
        killed = start(folder, "killed", remote, nodes.environ)
        began = time.perf_counter()
        half = wait_for(folder / "killed", runs // 2, killed)
        if fate == "killed":
            nodes.kill(1)
        else:
            nodes.cut_off(1)
        seconds[f"ray, a node {fate}"] = wait(killed, began)
    unequal = [
        f"{name}: {path}"
        for name in OUTS[1:]
        for path in differing(folder / "local", folder / name)
    ]
    failed = [name for name in OUTS if not is_complete(folder / name, runs)]
    left = left_behind(nodes.address, folder / "home", kept)
    return {
        "measured": len(unequal) + len(failed) + len(left),
        "detail": {
            "runs": runs,
            f"made when the node was {fate}": half,
            "seconds": {name: round(value, 1) for name, value in seconds.items()},
            "unequal": unequal,
            "incomplete": failed,
            "left behind": left,
        },
    }


def start(
    folder: Path, name: str, arguments: list[str], environ: dict[str, str]
) -> "subprocess.Popen[bytes]":
    """Begin a bench."""
    command = [sys.executable, "-m", "brooks", "bench", "spread.yaml", "-o", name, "--keep-logs"]
    return subprocess.Popen(
        [*command, *arguments],
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def wait(process: "subprocess.Popen[bytes]", began: float) -> float:
    """Wait for the end of a bench, and give the seconds since it began."""
    try:
        _, said = process.communicate(timeout=PATIENCE_SECONDS)
    finally:
        process.kill()
    if process.returncode:
        raise SystemExit(f"the bench ended with {process.returncode}: {said.decode()[-2000:]}")
    return time.perf_counter() - began


def bench(folder: Path, name: str, arguments: list[str], environ: dict[str, str]) -> float:
    """Make a whole bench, and give the seconds it took."""
    began = time.perf_counter()
    return wait(start(folder, name, arguments, environ), began)


def wait_for(out: Path, count: int, process: "subprocess.Popen[bytes]") -> int:
    """Look until so many runs are made, and give how many there are."""
    while process.poll() is None:
        made = len(list((out / "done").glob("*.msgpack"))) if (out / "done").is_dir() else 0
        if made >= count:
            return made
        time.sleep(0.02)
    _, said = process.communicate()
    raise SystemExit(f"the bench was over before a node could be killed: {said.decode()[-2000:]}")


def differing(one: Path, other: Path) -> list[str]:
    """The tables and logs that are not in both folders with the same bytes."""
    names = {
        path.relative_to(folder)
        for folder in (one, other)
        for pattern in ("*.parquet", "logs/*.jsonl")
        for path in folder.glob(pattern)
    }
    return [str(name) for name in sorted(names) if contents(one / name) != contents(other / name)]


def contents(path: Path) -> bytes | None:
    """The bytes of a file; None where there is none."""
    return path.read_bytes() if path.is_file() else None


def is_complete(out: Path, runs: int) -> bool:
    """Whether every run was made, and none had to be recorded as failed."""
    facts = json.loads((out / "manifest.json").read_text())["runs"]
    return bool(facts["done"] == runs and not facts["failed"])


def left_behind(address: str, home: Path, kept: set[Path]) -> list[str]:
    """What should not be there any more: tokens, folders, processes of the cluster."""
    found = [str(path) for path in home.rglob("*") if "token" in path.name]
    found += [f"folder {path}" for path in sorted(kept) if path.exists()]
    return [*found, *(f"process {pid}" for pid in commands(address))]


def commands(address: str) -> dict[int, list[str]]:
    """The command lines of all processes that are told where the cluster is."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
                if any(address in word for word in words):
                    found[int(entry.name)] = words
    return found


def folders(address: str) -> set[Path]:
    """Where a cluster keeps what it keeps."""
    name = "--temp-dir="
    words = [word for command in commands(address).values() for word in command]
    return {Path(word.removeprefix(name)) for word in words if word.startswith(name)}


if __name__ == "__main__":
    main()
