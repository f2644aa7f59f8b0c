"""A graph in numbers, for the schedulers that go through it hundreds of times.

Tasks are numbered in topological order, so that a task's number is above those of all it needs.
"""

from dataclasses import dataclass

from brooks.core.graph import TaskGraph
from brooks.ids import TaskId
from brooks.teams.scheduling.costs import Costs


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """Lists by task number."""

    tasks: list[TaskId]
    works: list[float]
    parents: list[list[int]]
    children: list[list[int]]

    @classmethod
    def of(cls, graph: TaskGraph, costs: Costs | None = None) -> "Numbered":
        """Number the tasks of a graph; their work is that on equal members, or else their effort."""
        tasks = graph.order()
        number = {task: index for index, task in enumerate(tasks)}
        works = (graph.weight(task) if costs is None else costs.works[task][0] for task in tasks)
        return cls(
            tasks=tasks,
            works=list(map(float, works)),
            parents=[[number[parent] for parent in graph.parents(task)] for task in tasks],
            children=[[number[child] for child in graph.children(task)] for task in tasks],
        )

    def heads(self) -> list[float]:
        """The weight of the heaviest path before each task: it cannot start sooner."""
        heads: list[float] = []
        for parents in self.parents:
            before = (heads[parent] + self.works[parent] for parent in parents)
            heads.append(max(before, default=0.0))
        return heads

    def tails(self) -> list[float]:
        """The weight of the heaviest path after each task: so much has to follow."""
        tails = [0.0] * len(self.tasks)
        for task in reversed(range(len(self.tasks))):
            after = (tails[child] + self.works[child] for child in self.children[task])
            tails[task] = max(after, default=0.0)
        return tails
