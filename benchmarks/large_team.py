"""How long a large team takes under the virtual clock, how much memory, and how large its log is.

All of the runtime, with modelled checks and no files of a project. Each number of tasks has a process
of its own, so that memory is its own too; seconds are of the processor, since nothing here waits. With
`--log sqlite` the log is a file, which is opened afterwards as `brooks show` does it: its header, and
then every record read and folded into the state.

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
"""Runs of the smaller numbers of tasks, of which the quickest counts."""


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


def in_a_process(agents: int, tasks: int, kind: str) -> dict[str, Any]:
    """The same, in a process of its own."""
    words = ["--agents", str(agents), "--tasks", str(tasks), "--log", kind, "--here"]
    command = [sys.executable, __file__, *words]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])["detail"]
    print(f"{agents} agents, {tasks} tasks: {found}", file=sys.stderr)
    return found


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
    by_size = {}
    for size in sizes:
        repeats = REPEATS if size < max(sizes) else 1
        runs = [in_a_process(options.agents, size, options.log) for _ in range(repeats)]
        by_size[size] = min(runs, key=lambda each: float(each["seconds"]))
    largest = by_size[max(sizes)]
    if options.measure == "ratio":
        measured = round(largest["ms_per_task"] / by_size[min(sizes)]["ms_per_task"], 3)
    else:
        measured = largest[options.measure]
    detail = largest if len(sizes) == 1 else {str(size): one for size, one in by_size.items()}
    print(json.dumps({"measured": measured, "detail": detail}))


if __name__ == "__main__":
    main()
