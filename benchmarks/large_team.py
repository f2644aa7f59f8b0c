"""How long a large team takes under the virtual clock, and how much memory: all of the runtime, no files.

python benchmarks/large_team.py [--agents 1000] [--tasks 20000]
"""

import argparse
import json
import resource
import sys
import time
from pathlib import Path

from brooks.core.spec import CheckSettings, Spec, Task
from brooks.ids import TaskId
from brooks.log.memory import MemoryLog
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.running import Surroundings, start
from brooks.spec.teams import build_team
from brooks.workspace.memory import MemoryWorkspace


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--tasks", type=int, default=20000)
    parser.add_argument("--measure", choices=["seconds", "megabytes"], default="seconds")
    options = parser.parse_args()
    spec = Spec(
        project="large",
        tasks=tasks_of(options.tasks, max(options.agents // 2, 1)),
        team=build_team(f"leased:{options.agents}", attempts=12),
        model="sim:typical",
        clock="virtual",
        checks=CheckSettings(mode="modelled", slots=options.agents),
    )
    log = MemoryLog()
    around = Surroundings(log=log, workspace=MemoryWorkspace(), models=ModelFactory(Path.cwd()))
    began = time.perf_counter()
    state = start(spec, {}, around)
    seconds = time.perf_counter() - began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if state.finished is None or state.finished[0].value != "done":
        sys.exit(f"the run ended as {state.finished}")
    detail = {
        "seconds": round(seconds, 2),
        "megabytes": round(megabytes),
        "records": log.last_position(),
        "virtual_seconds": round(state.time, 1),
    }
    print(json.dumps({"measured": round(detail[options.measure], 2), "detail": detail}))


if __name__ == "__main__":
    main()
