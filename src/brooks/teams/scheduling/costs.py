"""What a task costs whom: the time its work takes each member, and what it takes to hand results on.

Members differ in speed, in what they can do and in price. A scheduler sees only this: the work of a
task on a member, infinite where the member may not take it; the communication between two tasks
that depend on each other when they are on two members; and a price, by which it chooses among
members that would finish a task at about the same time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite

from brooks.core.graph import TaskGraph
from brooks.core.spec import Member, Task
from brooks.ids import AgentId, TaskId

TOLERANCE = 0.01
"""Share of a task's work by which it may end later so that a cheaper member can have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """The work of every task on every member, in one unit of time for all."""

    members: tuple[AgentId, ...]
    works: Mapping[TaskId, tuple[float, ...]]
    """For each task its work on each member, in their order; infinite where it may not go, never for all."""
    communications: Mapping[tuple[TaskId, TaskId], float] = field(default_factory=dict)
    """How long the results of the first task take to the second, on another member; 0 if not named."""
    prices: tuple[float, ...] = ()
    """What each member's work costs beside the others', in their order; empty if it is all the same."""

    def work(self, task: TaskId, member: AgentId) -> float:
        """How long the task takes this member; infinite if it may not take it."""
        return self.works[task][self.members.index(member)]

    def communication(
        self, parent: TaskId, child: TaskId, *, source: AgentId, target: AgentId
    ) -> float:
        """How long the parent's results take from one member to another; none to the same one."""
        return 0.0 if source == target else self.communications.get((parent, child), 0.0)

    def mean_work(self, task: TaskId) -> float:
        """The task's work, averaged over the members that may take it."""
        works = [work for work in self.works[task] if isfinite(work)]
        return sum(works) / len(works)

    def mean_communication(self, parent: TaskId, child: TaskId) -> float:
        """The time between two tasks on different members; a lone member has nobody to wait for."""
        return self.communications.get((parent, child), 0.0) if len(self.members) > 1 else 0.0

    @property
    def equal(self) -> bool:
        """Whether it makes no difference who takes which task."""
        same_price = len(set(self.prices)) <= 1
        same_work = all(work[0] == each for work in self.works.values() for each in work)
        return same_price and same_work and not any(self.communications.values())

    def choose(self, task: TaskId, finishes: Sequence[float], frees: Sequence[float]) -> int:
        """The number of the member that is to take the task.

        It is the one that would finish first, or the cheapest of those that finish later by at most
        `TOLERANCE` of the task's work; then the longest free, then the first in their order.

        Args:
            task: The task.
            finishes: When each member would finish it.
            frees: Since when each member is free.
        """
        numbers = range(len(self.members))
        if not self.prices:
            return min(zip(finishes, frees, numbers, strict=True))[2]
        prices = self.prices
        latest = min(finishes) + TOLERANCE * min(self.works[task])
        return min(
            (number for number in numbers if finishes[number] <= latest),
            key=lambda number: (prices[number], finishes[number], frees[number], number),
        )


def equal_costs(graph: TaskGraph, members: Sequence[AgentId]) -> Costs:
    """Members of which each does any task in the time of its effort."""
    works = {task: (graph.weight(task),) * len(members) for task in graph}
    return Costs(members=tuple(members), works=works)


def costs_of(tasks: Mapping[TaskId, Task], graph: TaskGraph, members: Sequence[Member]) -> Costs:
    """The costs of a team's members: effort / speed where a member has the skill that a task asks for.

    A member that names no skills can do anything. If nobody has a task's skill, everybody may take
    it: somebody has to. A task that is only in the graph asks for no skill.
    """
    prices = tuple(member.price for member in members)
    works = {}
    for task in graph:
        skill = tasks[task].skill if task in tasks else ""
        able = [not skill or not member.skills or skill in member.skills for member in members]
        works[task] = tuple(
            graph.weight(task) / member.speed if can or not any(able) else inf
            for member, can in zip(members, able, strict=True)
        )
    return Costs(
        members=tuple(member.id for member in members),
        works=works,
        prices=prices if len(set(prices)) > 1 else (),
    )
