"""A schedule: who does which tasks, in which order, from when to when.

Times are in the unit of the costs it was made for. `flaws_of` checks a schedule without knowing how
it was made.
"""

from collections.abc import Iterator, Mapping, Sequence

from brooks.core.graph import TaskGraph
from brooks.core.message import Message
from brooks.ids import AgentId, TaskId
from brooks.teams.scheduling.costs import Costs

Dealing = Mapping[AgentId, Sequence[TaskId]]
"""Each agent's tasks, in the order in which it should take them."""

ROUNDING = 1e-9
"""Relative error of sums of times that is not held against a schedule."""


class Placed(Message, frozen=True, kw_only=True):
    """One task in its place."""

    task: TaskId
    start: float
    finish: float


class Line(Message, frozen=True, kw_only=True):
    """What one member does, the first task first."""

    member: AgentId
    tasks: tuple[Placed, ...]


class Schedule(Message, frozen=True, kw_only=True):
    """Every task's member and times."""

    lines: tuple[Line, ...]
    """One for each member, in the members' order."""

    @property
    def makespan(self) -> float:
        """When the last task is done."""
        return max((placed.finish for line in self.lines for placed in line.tasks), default=0.0)

    @property
    def dealing(self) -> Dealing:
        """Each member's tasks in order, without the times."""
        return {line.member: [placed.task for placed in line.tasks] for line in self.lines}


def schedule_of(members: Sequence[AgentId], placed: Sequence[Sequence[Placed]]) -> Schedule:
    """Put together what was placed on each member, in the members' order."""
    lines = zip(members, placed, strict=True)
    return Schedule(lines=tuple(Line(member=member, tasks=tuple(each)) for member, each in lines))


def flaws_of(schedule: Schedule, graph: TaskGraph, costs: Costs) -> list[str]:
    """Everything that cannot be done as the schedule says; empty for a valid one."""
    slack = ROUNDING * max(1.0, schedule.makespan)
    placed = {each.task: (line.member, each) for line in schedule.lines for each in line.tasks}
    count = sum(len(line.tasks) for line in schedule.lines)
    if not count == len(placed) == len(graph) or any(task not in graph for task in placed):
        return [f"{count} tasks are placed, {len(placed)} different ones, of {len(graph)}"]
    return [
        *_flaws_of_lines(schedule, costs, slack),
        *_flaws_of_dependencies(placed, graph, costs, slack),
    ]


def _flaws_of_lines(schedule: Schedule, costs: Costs, slack: float) -> Iterator[str]:
    for line in schedule.lines:
        free = 0.0
        for each in line.tasks:
            work = costs.work(each.task, line.member)
            if not abs(each.start + work - each.finish) <= slack:
                yield f"{each.task!r} takes {line.member!r} {work!r}, not {each!r}"
            if each.start < free - slack:
                yield f"{line.member!r} is busy until {free!r}, when {each.task!r} begins"
            free = each.finish


def _flaws_of_dependencies(
    placed: Mapping[TaskId, tuple[AgentId, Placed]], graph: TaskGraph, costs: Costs, slack: float
) -> Iterator[str]:
    for task, (target, there) in placed.items():
        for parent in graph.parents(task):
            source, before = placed[parent]
            way = costs.communication(parent, task, source=source, target=target)
            if there.start < before.finish + way - slack:
                yield f"{task!r} begins before {parent!r} has arrived, at {before.finish + way!r}"
