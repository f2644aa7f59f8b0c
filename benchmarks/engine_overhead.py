"""What a turn costs beside its model, its tools and its checks: on a Ray cluster, as a ratio to one process.

Tasks that need nothing, a simulated model whose replies take no time, modelled checks, a log on disk,
the real clock. What is left of a turn is the coordinator, the log, the worker and the way between
them. Per turn: the time from the first turn's start to the last task's merge, divided by the turns.
With one agent that is how long a turn takes; with many it is how many turns a team can take at most.

The cluster is one of our own on this machine, so a call takes what Ray takes and no wire.

    python benchmarks/engine_overhead.py [--agents 1,10,100] [--repetitions 3]
"""

import argparse
import json
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from statistics import median

from msgspec.structs import replace

from brooks.core import events
from brooks.core.spec import CheckSettings, Spec, Task
from brooks.ids import TaskId
from brooks.log.codec import Codec
from brooks.log.sqlite import SqliteLog
from brooks.runtime.fleet.clusters import Cluster
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.remote.hosting import Hosting
from brooks.runtime.running import Surroundings, start
from brooks.spec.teams import build_team
from brooks.workspace.memory import MemoryWorkspace

NO_TIME = 1e-6
"""What simulated latencies are multiplied by."""
LEAST_TURNS, TURNS_PER_AGENT = 60, 4


def main() -> None:
    """Measure both engines at each size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", default="1,10,100")
    parser.add_argument("--repetitions", type=int, default=3)
    options = parser.parse_args()
    sizes = [int(each) for each in options.agents.split(",")]
    local = {size: _median(size, None, options.repetitions) for size in sizes}
    with closing(Cluster.open()):
        from brooks.runtime.remote.ray_hosting import RayHosting

        remote = {size: _median(size, RayHosting(), options.repetitions) for size in sizes}
    rows = {
        f"{size} agents": {
            "local, ms a turn": round(local[size] * 1000, 2),
            "ray, ms a turn": round(remote[size] * 1000, 2),
            "ratio": round(remote[size] / local[size], 2),
        }
        for size in sizes
    }
    worst = max(remote[size] / local[size] for size in sizes)
    print(json.dumps({"measured": round(worst, 2), "detail": rows}))


def _median(size: int, hosting: Hosting | None, repetitions: int) -> float:
    found = [seconds_per_turn(size, hosting, seed) for seed in range(repetitions)]
    where = "local" if hosting is None else "ray"
    print(where, size, [round(each * 1000, 2) for each in found], "ms a turn", file=sys.stderr)
    return median(found)


def seconds_per_turn(size: int, hosting: Hosting | None, seed: int) -> float:
    """Make one run, and divide its time by its turns."""
    with tempfile.TemporaryDirectory() as folder:
        log = SqliteLog.create(Path(folder) / "run.db")
        with closing(log):
            around = Surroundings(
                log=log,
                workspace=MemoryWorkspace(None),
                models=ModelFactory(Path(folder)),
                hosting=hosting,
            )
            start(spec_of(size, seed), {}, around)
            records = list(Codec().decode_all(log.read()))
    begun = [each.time for each in records if isinstance(each.event, events.TurnStarted)]
    merged = [each.time for each in records if isinstance(each.event, events.TaskDone)]
    return (merged[-1] - begun[0]) / len(begun)


def spec_of(size: int, seed: int) -> Spec:
    """A run of a team of this size."""
    count = max(LEAST_TURNS, TURNS_PER_AGENT * size)
    team = replace(build_team("leased", members=size), attempts=20)
    return Spec(
        project="overhead",
        tasks=tuple(Task(id=TaskId(f"t{number}"), check="check") for number in range(count)),
        team=team,
        model="sim:typical",
        seed=seed,
        clock="real",
        time_scale=NO_TIME,
        checks=CheckSettings(mode="modelled", slots=max(4, size)),
    )


if __name__ == "__main__":
    main()
