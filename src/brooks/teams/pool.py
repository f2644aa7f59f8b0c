"""Agents that take tasks under a lease whenever they are free: no barrier, nobody waits for the slowest.

One policy serves every team of this kind; they differ in who may take what. In a self-claiming team
every free agent takes the ready task with the largest upward rank. In a preassigned team each has a
list of its own; when an agent falls silent, its list is dealt anew among those that are there, so
that the run still ends.

Work is handed out when the last of the news has come: of several tasks that become ready at once the
most urgent must go first, and a batch should see them all. A batch starts with a ready task and
follows it into tasks that the batch itself makes ready, so that a chain can cost one turn.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush

from brooks.core import events
from brooks.core.commands import Claim, StartTurn
from brooks.core.events import Record
from brooks.core.facts import EndReason
from brooks.core.spec import Assignment, Team
from brooks.core.state import Phase, State, Status
from brooks.ids import AgentId, Fence, TaskId
from brooks.teams.policy import Wake, Wish
from brooks.teams.scheduling import DEALERS, Priorities

Keys = Mapping[TaskId, tuple[float, int]]


class Pool:
    """The policy of `single`, `leased` and `preassigned` teams."""

    def __init__(self, team: Team) -> None:
        self._team = team
        self._agents = [member.id for member in team.members]
        self._priorities = Priorities()
        self._idle: deque[int] = deque()
        """Numbers of agents that are there and have nothing to do, the longest idle first: so a task that
        came back is not given at once to the agent that has just failed it."""
        self._is_idle = [False] * len(self._agents)
        self._number = {agent: number for number, agent in enumerate(self._agents)}
        self._fresh: list[TaskId] = []
        """Tasks that became ready and are not in a heap yet."""
        self._shelves: dict[AgentId | None, _Shelf] = {}
        self._owner: dict[TaskId, AgentId] = {}
        self._present: dict[AgentId, None] = {}
        """Agents that were heard and have not been lost since."""
        self._silent: dict[AgentId, None] = {}
        """Agents that were lost, or never heard in all the time that a lease holds."""

    def react(self, record: Record, state: State, now: float) -> Iterable[Wish]:
        """Keep the books, and give free agents work."""
        event = record.event
        if isinstance(event, events.TaskReady):
            self._fresh.append(event.task)
        elif isinstance(event, events.TasksLeased):
            turn = state.agents[event.agent].turn
            if turn is None and state.agents[event.agent].fence == event.fence:
                yield self._start(event.agent, event.tasks, event.fence)
        elif isinstance(event, events.LeaseExpired):
            self._lost(event.agent)
        elif isinstance(event, events.RunStarted | events.RunResumed):
            self._begin_anew(state)
            if self._team.assignment is Assignment.PREASSIGNED:
                yield Wake(at=now + self._team.lease_seconds)
        elif isinstance(event, events.TurnResumed):
            self._present[event.agent] = None
        elif isinstance(event, events.TurnEnded) and event.reason is EndReason.DEADLINE:
            self._lost(event.agent)
        elif isinstance(event, events.AgentJoined | events.TurnEnded):
            self._came_free(event.agent, state)
        elif isinstance(event, events.Refused) and event.command in {"Claim", "StartTurn"}:
            self._fresh = _ready_tasks(state)
            if event.agent is not None:
                self._came_free(event.agent, state)
        is_last = record.position == state.position
        if is_last and self._idle and state.phase is Phase.RUNNING and not state.turns_spent:
            yield from self._hand_out(state)

    def wake(self, state: State, now: float) -> Iterable[Wish]:
        """Whoever has not been heard by now is taken for lost."""
        for agent in self._agents:
            if agent not in self._present:
                self._lost(agent)
        if self._idle and state.phase is Phase.RUNNING and not state.turns_spent:
            yield from self._hand_out(state)

    @staticmethod
    def _start(agent: AgentId, tasks: tuple[TaskId, ...], fence: Fence) -> StartTurn:
        return StartTurn(agent=agent, tasks=tasks, fence=fence)

    def _begin_anew(self, state: State) -> None:
        """At the start and after a resume nobody is there yet, and what is ready is in the state."""
        self._present.clear()
        self._silent.clear()
        self._is_idle = [False] * len(self._agents)
        self._idle.clear()
        self._shelves.clear()
        self._fresh = _ready_tasks(state)

    def _came_free(self, agent: AgentId, state: State) -> None:
        there = state.agents.get(agent)
        if there is None or not there.available or there.fence or there.turn is not None:
            return
        self._present[agent] = None
        self._silent.pop(agent, None)
        self._deal_anew()
        number = self._number.get(agent)
        if number is not None and not self._is_idle[number]:
            self._is_idle[number] = True
            self._idle.append(number)

    def _lost(self, agent: AgentId) -> None:
        """An agent fell silent: its list goes to those that are there."""
        self._present.pop(agent, None)
        self._silent[agent] = None
        self._deal_anew()

    def _deal_anew(self) -> None:
        """Deal what the silent ones have among those that are there."""
        others = list(self._present)
        if not others or not self._silent:
            return
        orphans = [task for task, owner in self._owner.items() if owner in self._silent]
        for number, task in enumerate(orphans):
            self._owner[task] = others[number % len(others)]
        for agent in self._silent:
            shelf = self._shelves.pop(agent, None)
            if shelf is not None:
                self._fresh.extend(shelf.tasks())

    def _hand_out(self, state: State) -> Iterator[Wish]:
        self._shelve(state)
        without: list[int] = []
        while self._idle:
            number = self._idle.popleft()
            agent = self._agents[number]
            there = state.agents.get(agent)
            if there is None or not there.available or there.fence or there.turn is not None:
                self._is_idle[number] = False
                continue
            batch = self._take(agent, state)
            if batch:
                self._is_idle[number] = False
                yield Claim(agent=agent, tasks=batch)
            else:
                without.append(number)
                if self._team.assignment is Assignment.SELF_CLAIM:
                    break
        self._idle.extendleft(reversed(without))

    def _shelve(self, state: State) -> None:
        """Put what became ready where those who may take it look."""
        keys = self._priorities.keys(state.graph)
        for shelf in self._shelves.values():
            shelf.order_by(keys, state.graph.revision)
        if self._team.assignment is Assignment.PREASSIGNED:
            self._deal(state)
        for task in self._fresh:
            owner = self._owner.get(task)
            if owner not in self._shelves:
                self._shelves[owner] = _Shelf()
                self._shelves[owner].order_by(keys, state.graph.revision)
            self._shelves[owner].put(task)
        self._fresh.clear()

    def _deal(self, state: State) -> None:
        """Give every task an owner: all at the start, later ones to whoever has the fewest."""
        if len(self._owner) == len(state.graph):
            return
        if not self._owner:
            dealt = DEALERS[self._team.scheduler](state.graph, self._agents)
            self._owner = {task: agent for agent, tasks in dealt.items() for task in tasks}
            return
        loads = dict.fromkeys(self._present or self._agents, 0)
        for owner in self._owner.values():
            if owner in loads:
                loads[owner] += 1
        for task in state.graph:
            if task not in self._owner:
                agent = min(loads, key=loads.__getitem__)
                self._owner[task] = agent
                loads[agent] += 1

    def _take(self, agent: AgentId, state: State) -> tuple[TaskId, ...]:
        preassigned = self._team.assignment is Assignment.PREASSIGNED
        shelf = self._shelves.get(agent if preassigned else None)
        if shelf is None:
            return ()
        batch: list[TaskId] = []
        while len(batch) < self._team.batch:
            first = shelf.take(state)
            if first is None:
                break
            batch.append(first)
            self._follow(batch, agent, state)
        return tuple(batch)

    def _follow(self, batch: list[TaskId], agent: AgentId, state: State) -> None:
        """Extend a batch along the chain it opens, as far as it may grow."""
        preassigned = self._team.assignment is Assignment.PREASSIGNED
        keys = self._priorities.keys(state.graph)
        grown = True
        while grown and len(batch) < self._team.batch:
            grown = False
            for child in sorted(state.graph.children(batch[-1]), key=keys.__getitem__):
                waiting = state.tasks[child].status is Status.WAITING
                mine = not preassigned or self._owner.get(child) == agent
                if waiting and mine and child not in batch and _opened(child, batch, state):
                    batch.append(child)
                    grown = True
                    break


def _ready_tasks(state: State) -> list[TaskId]:
    return [task for task, there in state.tasks.items() if there.status is Status.READY]


def _opened(task: TaskId, batch: Sequence[TaskId], state: State) -> bool:
    """Whether everything the task needs is done or in the batch."""
    return all(
        state.tasks[parent].status is Status.DONE or parent in batch
        for parent in state.graph.parents(task)
    )


class _Shelf:
    """Ready tasks, the most urgent first, each once."""

    def __init__(self) -> None:
        self._heap: list[tuple[tuple[float, int], TaskId]] = []
        self._there: dict[TaskId, None] = {}
        self._keys: Keys = {}
        self._revision = -1

    def order_by(self, keys: Keys, revision: int) -> None:
        """Use these sort keys; sorts anew when the graph has changed."""
        if revision == self._revision:
            return
        self._revision = revision
        self._keys = keys
        self._heap = [(keys[task], task) for _, task in self._heap]
        heapify(self._heap)

    def put(self, task: TaskId) -> None:
        """Add a task, unless it is there."""
        if task not in self._there:
            self._there[task] = None
            heappush(self._heap, (self._keys[task], task))

    def take(self, state: State) -> TaskId | None:
        """The most urgent task that is still ready; None when there is none."""
        while self._heap:
            _, task = heappop(self._heap)
            del self._there[task]
            if state.tasks[task].status is Status.READY:
                return task
        return None

    def tasks(self) -> list[TaskId]:
        """Everything on the shelf."""
        return [task for _, task in self._heap]
