"""How long a large team takes under the virtual clock, how much memory, and how large its log is.

All of the runtime, with modelled checks and no files of a project. Each number of tasks has a process
of its own, so that memory is its own too, and the smaller ones are made beside the largest, so that the
machine is the same to both. Seconds are of the processor, since nothing here waits. With `--log sqlite`
the log is a file, which is opened afterwards as `brooks show` does it: its header, and then every record
read and folded into the state.

    python benchmarks/large_team.py [--agents 1000] [--tasks 20000] [--log memory]
    python benchmarks/large_team.py --log sqlite --tasks 1000,100000 --measure ratio
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from brooks.core.board import apply
from brooks.core.spec import CheckSettings, Spec, Task
from brooks.core.state import State
from brooks.ids import TaskId
from brooks.log.codec import Codec
from brooks.log.memory import MemoryLog
from brooks.log.sqlite import SqliteLog
from brooks.log.store import LogStore
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.running import Surroundings, start
from brooks.spec.teams import build_team
from brooks.workspace.memory import MemoryWorkspace

REPEATS = 3
"""The least runs of each of the smaller numbers of tasks."""


def tasks_of(count: int, apart: int) -> tuple[Task, ...]:
    """Tasks of which two thirds depend on the one `apart` places before."""
    return tuple(
        Task(
            id=TaskId(f"t{number}"),
            check="check",
            files=(f"part{number % 100}/t{number}.txt",),
            depends_on=(TaskId(f"t{number - apart}"),) if number >= apart and number % 3 else (),
        )
        for number in range(count)
    )


def run(agents: int, tasks: int, log: LogStore) -> dict[str, Any]:
    """One run to its end; ends the program if it does not end well."""
    spec = Spec(
        project="large",
        tasks=tasks_of(tasks, max(agents // 2, 1)),
        team=build_team(f"leased:{agents}", attempts=12),
        model="sim:typical",
        clock="virtual",
        checks=CheckSettings(mode="modelled", slots=agents),
    )
    around = Surroundings(log=log, workspace=MemoryWorkspace(), models=ModelFactory(Path.cwd()))
    began = time.process_time()
    state = start(spec, {}, around)
    seconds = time.process_time() - began
    if state.finished is None or state.finished[0].value != "done":
        sys.exit(f"the run ended as {state.finished}")
    return {
        "seconds": round(seconds, 2),
        "ms_per_task": round(1000 * seconds / tasks, 3),
        "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "records": log.last_position(),
        "virtual_seconds": round(state.time, 1),
    }


def open_again(path: Path) -> dict[str, Any]:
    """How large the log's file is, and how long it takes to open it and to fold it."""
    began = time.process_time()
    reader = SqliteLog.open_reader(path)
    opened = time.process_time() - began
    began = time.process_time()
    state = State()
    for record in Codec().decode_all(reader.read()):
        apply(state, record)
    folded = time.process_time() - began
    reader.close()
    return {
        "log_megabytes": round(path.stat().st_size / 1024**2, 1),
        "open_seconds": round(opened, 3),
        "fold_seconds": round(folded, 2),
    }


def one_size(agents: int, tasks: int, kind: str) -> dict[str, Any]:
    """What there is to say of one number of tasks, in this process."""
    if kind == "memory":
        return run(agents, tasks, MemoryLog())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.db"
        log = SqliteLog.create(path)
        found = run(agents, tasks, log)
        log.close()
        return {**found, **open_again(path)}


def begin(agents: int, tasks: int, kind: str) -> "subprocess.Popen[str]":
    """Begin the same in a process of its own."""
    words = ["--agents", str(agents), "--tasks", str(tasks), "--log", kind, "--here"]
    return subprocess.Popen([sys.executable, __file__, *words], stdout=subprocess.PIPE, text=True)


def end(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """What a process said."""
    said = process.communicate()[0]
    if process.returncode:
        sys.exit(f"{process.args} left with {process.returncode}")
    found: dict[str, Any] = json.loads(said.splitlines()[-1])["detail"]
    return found


def compare(agents: int, sizes: Sequence[int], kind: str) -> dict[int, dict[str, Any]]:
    """The largest number of tasks on one processor, and on another the smaller ones again and again.

    A machine that others use is now quick and now slow, and the largest takes minutes. What is made at the
    same time sees the same machine; of the smaller ones the run of median time counts.
    """
    *smaller, most = sorted(sizes)
    large = begin(agents, most, kind)
    found: dict[int, list[dict[str, Any]]] = {size: [] for size in smaller}
    rounds = 0
    while large.poll() is None or rounds < REPEATS:
        rounds += 1
        for size, runs in found.items():
            runs.append(end(begin(agents, size, kind)))
        if not smaller:
            break
    by_size = {size: _middle(runs) for size, runs in found.items()} | {most: end(large)}
    for size, one in by_size.items():
        print(f"{agents} agents, {size} tasks: {one}", file=sys.stderr)
    return by_size


def _middle(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return sorted(runs, key=lambda run: float(run["seconds"]))[len(runs) // 2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--tasks", default="20000")
    parser.add_argument("--log", choices=["memory", "sqlite"], default="memory")
    parser.add_argument("--measure", choices=["seconds", "megabytes", "ratio"], default="seconds")
    parser.add_argument("--here", action="store_true", help="one number of tasks, in this process")
    options = parser.parse_args()
    sizes = [int(size) for size in options.tasks.split(",")]
    if options.here:
        found = one_size(options.agents, sizes[0], options.log)
        print(json.dumps({"measured": found["seconds"], "detail": found}))
        return
    by_size = compare(options.agents, sizes, options.log)
    largest = by_size[max(sizes)]
    if options.measure == "ratio":
        measured = round(largest["ms_per_task"] / by_size[min(sizes)]["ms_per_task"], 3)
    else:
        measured = largest[options.measure]
    detail = largest if len(sizes) == 1 else {str(size): one for size, one in by_size.items()}
    print(json.dumps({"measured": measured, "detail": detail}))


if __name__ == "__main__":
    main()
