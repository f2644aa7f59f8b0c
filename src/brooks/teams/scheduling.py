"""In which order ready tasks are taken, and how tasks are dealt to agents beforehand.

`upward_ranks` order a list schedule by the critical path (Hu 1961; Topcuoglu 2002): of the ready
tasks, the one with the heaviest path still after it goes first. `deal_chains_round_robin` is the
published experiment's rule and is kept with its flaw: the agent that gets a chain also gets its
share of the free tasks. `deal_by_critical_path` simulates the list schedule on the tasks' efforts
and gives each task to the agent that would be free first.
"""

from collections.abc import Callable, Mapping, Sequence
from heapq import heapify, heappop, heappush

from brooks.core.graph import TaskGraph
from brooks.core.spec import Scheduler
from brooks.ids import AgentId, TaskId

Dealing = Mapping[AgentId, Sequence[TaskId]]
"""Each agent's tasks, in the order in which it should take them."""


class Priorities:
    """Orders tasks by upward rank, ties by the order of adding; looks again when the graph has changed."""

    def __init__(self) -> None:
        self._revision = -1
        self._keys: dict[TaskId, tuple[float, int]] = {}

    def keys(self, graph: TaskGraph) -> Mapping[TaskId, tuple[float, int]]:
        """A sort key for each task: smaller goes first."""
        if graph.revision != self._revision:
            ranks = graph.upward_ranks()
            self._keys = {task: (-ranks[task], number) for number, task in enumerate(graph)}
            self._revision = graph.revision
        return self._keys


def deal_chains_round_robin(graph: TaskGraph, agents: Sequence[AgentId]) -> Dealing:
    """Deal in topological order: a task follows its last listed dependency, the rest go round the table."""
    owner: dict[TaskId, AgentId] = {}
    dealt: dict[AgentId, list[TaskId]] = {agent: [] for agent in agents}
    turn = 0
    for task in graph.order():
        parents = graph.parents(task)
        if parents:
            agent = owner[parents[-1]]
        else:
            agent = agents[turn % len(agents)]
            turn += 1
        owner[task] = agent
        dealt[agent].append(task)
    return dealt


def deal_by_critical_path(graph: TaskGraph, agents: Sequence[AgentId]) -> Dealing:
    """Deal by a list schedule on the tasks' efforts, the largest upward rank first."""
    keys = Priorities().keys(graph)
    unmet = {task: len(graph.parents(task)) for task in graph}
    ready = [(keys[task], task) for task in graph if not unmet[task]]
    heapify(ready)
    free = [(0.0, number) for number in range(len(agents))]
    running: list[tuple[float, TaskId]] = []
    dealt: dict[AgentId, list[TaskId]] = {agent: [] for agent in agents}
    now = 0.0
    while ready or running:
        if ready and free:
            now = max(now, free[0][0])
            _, number = heappop(free)
            _, task = heappop(ready)
            dealt[agents[number]].append(task)
            heappush(running, (now + graph.weight(task), task))
            heappush(free, (now + graph.weight(task), number))
        if running and (not ready or running[0][0] <= free[0][0]):
            now, finished = heappop(running)
            for child in graph.children(finished):
                unmet[child] -= 1
                if not unmet[child]:
                    heappush(ready, (keys[child], child))
    return dealt


DEALERS: Mapping[Scheduler, Callable[[TaskGraph, Sequence[AgentId]], Dealing]] = {
    Scheduler.CRITICAL_PATH: deal_by_critical_path,
    Scheduler.CHAINS_ROUND_ROBIN: deal_chains_round_robin,
}
"""How a preassignment is dealt, by scheduler."""
