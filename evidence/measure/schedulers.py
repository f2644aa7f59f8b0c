"""How near schedules are to proved optima, and how long they take to find.

- `several_passes` on every graph and number of processors of the Standard Task Graph Set with a
  proved optimal makespan: the ratio of its makespan to the optimum, mean and worst, and the processor
  time of one thread, from the graph to the schedule. Beside it the ratio of the plain list schedule.
- `heft` and `cpop` on the example of Topcuoglu, Hariri and Wu (2002).

A flaw is a figure above its limit, another makespan than the published one of the example, a schedule
that cannot be carried out, or one that is shorter than what was proved to be the shortest. With a
flaw the command fails. The data is found by `BROOKS_TEST_DATA`, or beside the project.

    PYTHONPATH=evidence python -m measure.schedulers
"""

import gc
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any

from brooks.core.graph import TaskGraph
from brooks.ids import AgentId, TaskId
from brooks.teams.scheduling import (
    Costs,
    Schedule,
    cpop,
    critical_path,
    equal_costs,
    flaws_of,
    heft,
    several_passes,
)
from measure.data_folder import data_folder

MOST_MEAN = 1.003
MOST_WORST = 1.09
MOST_MILLISECONDS = 50.0
HEFT_MAKESPAN = 80.0
CPOP_MAKESPAN = 86.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One graph and number of processors, with the makespan that was proved optimal."""

    graph: str
    """Name of its file."""
    processors: int
    optimum: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of a row."""

    row: Row
    listed: float
    """Makespan of the plain list schedule."""
    makespan: float
    milliseconds: float
    """Processor time."""
    flaws: tuple[str, ...]

    @property
    def ratio(self) -> float:
        """To the optimum."""
        return self.makespan / self.row.optimum


def read_rows(folder: Path) -> list[Row]:
    """The rows with a proved optimum; a fourth field marks an open one."""
    rows = []
    for file in sorted(folder.glob("*.csv")):
        for line in file.read_text(encoding="utf-8").split():
            fields = line.split(",")
            if len(fields) == 3:
                name, processors, optimum = fields
                row = Row(graph=Path(name).name, processors=int(processors), optimum=float(optimum))
                rows.append(row)
    return rows


def read_graph(text: str) -> TaskGraph:
    """A graph in STG format: `number time predecessors…` in lines, after the number of tasks."""
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    needs: dict[TaskId, list[TaskId]] = {}
    times: dict[TaskId, float] = {}
    for number, work, _, *parents in lines[1:]:
        needs[TaskId(number)] = [TaskId(parent) for parent in parents]
        times[TaskId(number)] = float(work)
    return TaskGraph.build(needs, times)


def read_example(text: str) -> tuple[TaskGraph, Costs]:
    """Graph and costs of the published example."""
    example = json.loads(text)
    works = {TaskId(task): tuple(map(float, each)) for task, each in example["W"].items()}
    ways = {}
    for name, way in example["comm"].items():
        parent, child = name.split(",")
        ways[TaskId(parent), TaskId(child)] = float(way)
    needs: dict[TaskId, list[TaskId]] = {task: [] for task in works}
    for parent, child in ways:
        needs[child].append(parent)
    members = tuple(AgentId(f"P{number}") for number in (1, 2, 3))
    return TaskGraph.build(needs), Costs(members=members, works=works, communications=ways)


def measure(row: Row, graph: TaskGraph) -> Found:
    """Make the row's schedule and judge it."""
    costs = equal_costs(graph, [AgentId(f"P{number}") for number in range(row.processors)])
    began = time.process_time_ns()
    schedule = several_passes(graph, costs)
    took = time.process_time_ns() - began
    flaws = flaws_of(schedule, graph, costs)
    if schedule.makespan < row.optimum:
        flaws.append(f"{schedule.makespan!r} is shorter than the optimum {row.optimum!r}")
    return Found(
        row=row,
        listed=critical_path(graph, costs).makespan,
        makespan=schedule.makespan,
        milliseconds=took / 1e6,
        flaws=tuple(f"{row.graph} on {row.processors}: {flaw}" for flaw in flaws),
    )


def summary_of(found: list[Found]) -> dict[str, Any]:
    """The figures over all rows."""
    ratios = [each.ratio for each in found]
    listed = [each.listed / each.row.optimum for each in found]
    milliseconds = [each.milliseconds for each in found]
    return {
        "rows": len(found),
        "mean_ratio": round(fmean(ratios), 6),
        "worst_ratio": round(max(ratios), 4),
        "optimal": sum(ratio == 1 for ratio in ratios),
        "median_ms": round(median(milliseconds), 2),
        "most_ms": round(max(milliseconds), 2),
        "plain_list": {"mean_ratio": round(fmean(listed), 6), "worst_ratio": round(max(listed), 4)},
    }


def excesses(summary: dict[str, Any]) -> Iterator[str]:
    """Each figure that is above its limit."""
    limits = {
        "mean_ratio": MOST_MEAN,
        "worst_ratio": MOST_WORST,
        "most_ms": MOST_MILLISECONDS,
    }
    for name, limit in limits.items():
        if not summary[name] <= limit:
            yield f"{name} is {summary[name]!r}, above {limit!r}"


def flaws_of_example(name: str, schedule: Schedule, due: float, *, text: str) -> list[str]:
    """What is wrong with a schedule of the published example."""
    flaws = [f"{name}: {flaw}" for flaw in flaws_of(schedule, *read_example(text))]
    if schedule.makespan != due:
        flaws.append(f"{name} takes {schedule.makespan!r}, published is {due!r}")
    return flaws


def main() -> None:
    folder = data_folder("stg")
    rows = read_rows(folder / "optimal")
    graphs = {
        name: read_graph((folder / "graphs" / name).read_text(encoding="utf-8"))
        for name in dict.fromkeys(row.graph for row in rows)
    }
    gc.freeze()  # what was read is no garbage of the schedulers
    found = [measure(row, graphs[row.graph]) for row in rows]
    gc.unfreeze()
    text = (folder.parent / "heft_topcuoglu2002.json").read_text(encoding="utf-8")
    by_heft, by_cpop = heft(*read_example(text)), cpop(*read_example(text))
    summary = summary_of(found) | {"heft": by_heft.makespan, "cpop": by_cpop.makespan}
    flaws = [
        *excesses(summary),
        *(flaw for each in found for flaw in each.flaws),
        *flaws_of_example("heft", by_heft, HEFT_MAKESPAN, text=text),
        *flaws_of_example("cpop", by_cpop, CPOP_MAKESPAN, text=text),
    ]
    print(json.dumps({"measured": len(flaws), "detail": summary | {"flaws": flaws[:5]}}))
    if flaws:
        sys.exit(f"{len(flaws)} flaws: {'; '.join(flaws[:5])}")


if __name__ == "__main__":
    main()
