"""Agents that take tasks under a lease whenever they are free: no barrier, nobody waits for the slowest.

One policy serves every team of this kind; they differ in who may take what. In a self-claiming team
every free agent takes the ready task with the largest upward rank. In a preassigned team each has a
list of its own; when an agent falls silent, its list is dealt anew among those that are there, so
that the run still ends. A hybrid team is dealt beforehand as well, and an agent with nothing left
helps the others (`brooks.teams.helping`).

Work is handed out when the last of the news has come: of several tasks that become ready at once the
most urgent must go first, and a batch should see them all. A batch starts with a ready task and
follows it into tasks that the batch itself makes ready, so that a chain can cost one turn; it holds
no more than one reply of the model can carry.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from brooks.core import events
from brooks.core.commands import Claim, Release, StartTurn
from brooks.core.copies import free_copy
from brooks.core.events import Record
from brooks.core.facts import EndReason
from brooks.core.leasing import locked_by
from brooks.core.spec import Team
from brooks.core.state import OVER, Phase, State, Status
from brooks.core.team_rules import Consistency
from brooks.ids import AgentId, TaskId
from brooks.teams.cohort import Cohort
from brooks.teams.guard import Guard
from brooks.teams.habits import Habits
from brooks.teams.helping import Helping
from brooks.teams.owning import Owning
from brooks.teams.policy import Wake, Wish
from brooks.teams.presence import is_barred, is_idle
from brooks.teams.scheduling import Priorities
from brooks.teams.shelf import Shelf

_STIRRING = frozenset(
    {
        events.AgentJoined,
        events.AgentLeft,
        events.AgentQuarantined,
        events.BallotCast,
        events.LeaseExpired,
        events.ProposalDropped,
        events.Refused,
        events.RunContinued,
        events.RunResumed,
        events.TaskDone,
        events.TaskReady,
        events.TasksLeased,
        events.TasksReturned,
        events.ToolsFinished,
        events.TurnEnded,
    }
)
"""What may give somebody work; of all else, such as requests and renewals, nobody need be told."""
_NOTED = frozenset(
    {
        events.AgentJoined,
        events.AgentLeft,
        events.AgentQuarantined,
        events.LeaseExpired,
        events.Refused,
        events.TaskReady,
        events.TurnEnded,
        events.TurnResumed,
    }
)
"""What says who is there and what is ready."""
_HEARD = (
    _STIRRING
    | _NOTED
    | Cohort.FOLLOWED
    | Guard.FOLLOWED
    | {events.RunStarted, events.TasksLeased, events.ToolsFinished}
)
"""What the policy listens to at all."""
_BEGINNING = frozenset({events.RunStarted, events.RunResumed})
REPLY_SHARE = 0.35
"""Of what a reply may carry, the share that a batch is planned to fill. What is wrong is mended in the same
conversation, so a fuller reply saves little time and makes every repair dearer."""


class Pool:
    """The policy of every team that works under leases, but for those with a lead."""

    def __init__(self, team: Team) -> None:
        self._team = team
        self._members = {member.id: member for member in team.members}
        self._agents = list(self._members)
        self._number = {agent: number for number, agent in enumerate(self._agents)}
        self._priorities = Priorities()
        self._owning = Owning(team)
        self._cohort = Cohort(self._members)
        self._habits = Habits()
        self._guard = Guard(team.rules.failing)
        self._helping = Helping(team.rules, self._members, self._cohort)
        self._idle: deque[int] = deque()
        """Numbers of agents that are there and have nothing to do, the longest idle first: so a task that
        came back is not given at once to the agent that has just failed it."""
        self._is_idle = [False] * len(self._agents)
        self._fresh: list[TaskId] = []
        """Tasks that became ready and are not on a shelf yet."""
        self._shelves: dict[AgentId | None, Shelf] = {}
        self._is_stirred = False
        """Whether something has happened that may give somebody work."""
        self._alike = not any(member.skills for member in team.members) and (
            team.rules.consistency is not Consistency.LOCKED
        )
        """Whether what one agent may not take no other may either."""

    def react(self, record: Record, state: State, now: float) -> Iterable[Wish]:
        """Keep the books, and give free agents work."""
        if type(record.event) in _HEARD:
            return self._hear(record, state, now)
        return self._settle(record, state, now)

    def _hear(self, record: Record, state: State, now: float) -> Iterator[Wish]:
        event = record.event
        kind = type(event)
        if kind in Cohort.FOLLOWED:
            self._cohort.follow(event, state, now)
        if kind in Guard.FOLLOWED:
            yield from self._guard.follow(event, state, now)
        if self._habits.learned(event, state) and not self._team.batch:
            yield from self._break_up(event, state)
        if isinstance(event, events.TasksLeased):
            yield from self._start(event, state)
        elif kind in _BEGINNING:
            self._begin_anew(state)
            if self._owning.deals:
                yield Wake(at=now + self._team.lease_seconds)
        elif kind in _NOTED:
            self._note(event, state)
        if kind in _STIRRING:
            self._is_stirred = True
        yield from self._settle(record, state, now)

    def _settle(self, record: Record, state: State, now: float) -> Iterable[Wish]:
        """Give free agents work, once the last of the news has come."""
        if self._is_stirred and record.position == state.position:
            self._is_stirred = False
            return self._hand_out(state, now)
        return ()

    def _note(self, event: events.Event, state: State) -> None:
        """Keep track of who is there and what is ready."""
        if isinstance(event, events.TaskReady):
            self._fresh.append(event.task)
        elif isinstance(event, events.LeaseExpired | events.AgentLeft | events.AgentQuarantined):
            self._lost(event.agent)
        elif isinstance(event, events.TurnResumed):
            self._owning.heard(event.agent)
        elif isinstance(event, events.TurnEnded) and self._is_away_after(event.reason):
            self._lost(event.agent)
        elif isinstance(event, events.AgentJoined | events.TurnEnded):
            self._came_free(event.agent, state)
        elif isinstance(event, events.Refused) and event.command in {"Claim", "StartTurn"}:
            self._fresh = _ready_tasks(state)
            if event.agent is not None:
                self._came_free(event.agent, state)

    def wake(self, state: State, now: float) -> Iterable[Wish]:
        """Whoever has not been heard by now is taken for lost; what has become late is backed up."""
        if self._owning.deals and now >= self._owning.gathered_by:
            for agent in self._agents:
                if not self._owning.is_present(agent):
                    self._lost(agent)
        yield from self._hand_out(state, now)

    def _break_up(self, event: events.Event, state: State) -> Iterator[Wish]:
        """Take back what an agent that works one by one has not begun of its batch.

        If what it leaves is a chain, an idle agent that is no slower and may do it at once gets it whole.
        """
        assert isinstance(event, events.ToolsFinished)
        lease = state.leases.get(state.agents[event.agent].fence)
        if lease is None:
            return
        left = [
            task
            for task in lease.tasks
            if state.tasks[task].status is Status.LEASED and not state.tasks[task].failures
        ]
        is_chain = any(state.tasks[task].unmet for task in left)
        heirs = [
            agent
            for agent in map(self._agents.__getitem__, self._idle)
            if is_idle(agent, state)
            and not self._habits.works_one_by_one(agent)
            and self._members[agent].speed >= self._members[event.agent].speed
        ]
        if is_chain and heirs and self._owning.steals:
            self._owning.give(left, max(heirs, key=self._habits.works_at_once))
        for task in left:
            if task in lease.tasks:  # releasing one also releases what depends on it
                yield Release(task=task, reason="its agent works one by one", holder=event.agent)

    def _start(self, event: events.TasksLeased, state: State) -> Iterator[StartTurn]:
        """Ask an agent for a turn under the lease it was given."""
        there = state.agents[event.agent]
        if there.turn is None and there.fence == event.fence:
            model = self._guard.model_for(event.tasks, state)
            yield StartTurn(agent=event.agent, tasks=event.tasks, fence=event.fence, model=model)

    def _begin_anew(self, state: State) -> None:
        """At the start and after a resume nobody is there yet, and what is ready is in the state."""
        self._owning.begin_anew(state.time + self._team.lease_seconds)
        self._is_idle = [False] * len(self._agents)
        self._idle.clear()
        self._shelves.clear()
        self._fresh = _ready_tasks(state)

    def _came_free(self, agent: AgentId, state: State) -> None:
        if not is_idle(agent, state):
            return
        self._owning.heard(agent)
        self._reshelve(self._owning.deal_anew(state))
        number = self._number.get(agent)
        if number is not None and not self._is_idle[number]:
            self._is_idle[number] = True
            self._idle.append(number)

    def _lost(self, agent: AgentId) -> None:
        """An agent fell silent: its list goes to those that are there."""
        self._owning.lost(agent)
        self._reshelve([agent])

    def _is_away_after(self, reason: EndReason) -> bool:
        """Whether the agent of a turn that ended so may be busy for long, and nobody can steal from it."""
        superseded = reason is EndReason.SUPERSEDED and not self._owning.steals
        return superseded or reason is EndReason.DEADLINE

    def _reshelve(self, agents: Iterable[AgentId]) -> None:
        """Put what lies on these agents' shelves where its owners are now."""
        for agent in agents:
            shelf = self._shelves.pop(agent, None)
            if shelf is not None:
                self._fresh.extend(shelf.tasks())

    def _hand_out(self, state: State, now: float) -> Iterator[Wish]:
        if not self._idle or state.phase is not Phase.RUNNING or state.turns_spent:
            return
        self._reshelve(self._owning.deal_anew(state))
        self._shelve(state)
        without: list[int] = []
        while self._idle:
            number = self._idle.popleft()
            agent = self._agents[number]
            if not is_idle(agent, state):
                self._is_idle[number] = False
                continue
            wishes = [] if is_barred(agent, state, now) else self._work_for(agent, state, now)
            if wishes:
                self._is_idle[number] = not isinstance(wishes[-1], Claim)
                yield from wishes
            if self._is_idle[number]:
                without.append(number)
                if self._alike and not self._owning.deals and not self._helping.shares:
                    break
        self._idle.extendleft(reversed(without))
        if self._idle:
            yield from (Wake(at=at) for at in self._helping.next_late(state, now))

    def _work_for(self, agent: AgentId, state: State, now: float) -> list[Wish]:
        """What a free agent is to take: of its own, or to help others."""

        def may(agent: AgentId, task: TaskId) -> bool:
            return self._may(agent, task, state)

        helping = self._helping
        if helping.replicates:
            replica = helping.replica(agent, state, may, self._begun(state))
            if replica is not None:
                return [Claim(agent=agent, tasks=(replica,))]
        batch = self._take(agent, state) or self._steal(agent, state)
        if batch:
            return [Claim(agent=agent, tasks=batch)]
        released = helping.part_of_batch(agent, state, may)
        if released:
            self._owning.give(released, agent)
            why = f"{agent} has nothing else to do"
            return [Release(task=task, reason=why) for task in released]

        def fits(batch: Sequence[TaskId]) -> bool:
            return self._fits(agent, batch, state)

        late = helping.backup(agent, state, may, fits, now)
        return [Claim(agent=agent, tasks=late)] if late else []

    def _begun(self, state: State) -> list[TaskId]:
        """Tasks that somebody works on or has an answer to, the most urgent first."""
        keys = self._priorities.keys(state.graph)
        begun = (
            task
            for task, there in state.tasks.items()
            if there.status not in OVER and (there.holders or there.ballots)
        )
        return sorted(begun, key=keys.__getitem__)

    def _may(
        self, agent: AgentId, task: TaskId, state: State, *, after: Sequence[TaskId] = ()
    ) -> bool:
        """Whether an agent can do a task, has not voted on it, and nobody keeps its files from it.

        A task on which others have voted is had only alone, not `after` others in a batch.
        """
        if state.tasks[task].ballots and (after or free_copy(state, task, agent) is None):
            return False
        return self._owning.is_able(agent, task, state) and locked_by(state, task) is None

    def _shelve(self, state: State) -> None:
        """Put what became ready where those who may take it look."""
        keys = self._priorities.keys(state.graph)
        for shelf in self._shelves.values():
            shelf.order_by(keys, state.graph.revision)
        self._owning.deal(state)
        for task in self._fresh:
            owner = self._owning.owner(task)
            if owner not in self._shelves:
                self._shelves[owner] = Shelf()
                self._shelves[owner].order_by(keys, state.graph.revision)
            self._shelves[owner].put(task)
        self._fresh.clear()

    def _take(self, agent: AgentId, state: State) -> tuple[TaskId, ...]:
        shelf = self._shelves.get(agent if self._owning.deals else None)
        if shelf is None:
            return ()
        batch: list[TaskId] = []
        while self._fits(agent, batch, state):
            first = shelf.take(state, partial(self._may, agent, state=state, after=batch))
            if first is None:
                break
            batch.append(first)
            if state.tasks[first].ballots:
                break
            self._follow(batch, agent, state, anyones=not self._owning.deals)
        return tuple(batch)

    def _fits(self, agent: AgentId, batch: Sequence[TaskId], state: State) -> bool:
        """Whether a batch may grow: by number, or as long as one reply can carry it."""
        if not batch:
            return True
        if self._team.batch or self._habits.works_one_by_one(agent):
            return len(batch) < max(self._team.batch, 1)
        effort = sum(state.graph.weight(task) for task in batch)
        mean = effort / len(batch)
        room = REPLY_SHARE * self._team.reply_tokens
        return (effort + mean) * self._cohort.tokens_for_effort <= room

    def _follow(self, batch: list[TaskId], agent: AgentId, state: State, *, anyones: bool) -> None:
        """Extend a batch along the chain it opens, as far as it may grow: its own tasks, or anyone's."""
        keys = self._priorities.keys(state.graph)
        grown = not state.tasks[batch[-1]].ballots
        while grown and self._fits(agent, batch, state):
            grown = False
            for child in sorted(state.graph.children(batch[-1]), key=keys.__getitem__):
                there = state.tasks[child]
                waiting = there.status is Status.WAITING and not there.ballots
                mine = anyones or self._owning.owner(child) == agent
                free = mine and self._may(agent, child, state=state, after=batch)
                if waiting and free and child not in batch and _opened(child, batch, state):
                    batch.append(child)
                    grown = True
                    break

    def _steal(self, thief: AgentId, state: State) -> tuple[TaskId, ...]:
        """Half of what lies ready for another agent, from the one with the most of it."""
        if not self._owning.steals:
            return ()
        loads = {
            owner: shelf.tasks()
            for owner, shelf in self._shelves.items()
            if owner is not None and owner != thief and self._owning.may_be_robbed(owner, state)
        }
        for owner in sorted(loads, key=lambda owner: -len(loads[owner])):
            held = sum(
                state.graph.weight(task)
                for lease in state.leases.values()
                if lease.agent == owner
                for task in lease.tasks
            )
            wanted = max((len(loads[owner]) + 1) // 2, 1)
            taken: list[TaskId] = []
            while len(taken) < wanted and self._fits(thief, taken, state):
                task = self._shelves[owner].take(
                    state, partial(self._may, thief, state=state, after=taken)
                )
                if task is None:
                    break
                if not self._helping.is_worth_stealing(thief, owner, task, held, state):
                    self._shelves[owner].put(task)
                    break
                taken.append(task)
            if taken:
                if self._members[thief].speed >= self._members[owner].speed:
                    self._follow(taken, thief, state, anyones=True)
                self._owning.give(taken, thief)
                return tuple(taken)
        return ()


def _ready_tasks(state: State) -> list[TaskId]:
    return [task for task, there in state.tasks.items() if there.status is Status.READY]


def _opened(task: TaskId, batch: Sequence[TaskId], state: State) -> bool:
    """Whether everything the task needs is done or in the batch."""
    return all(
        state.tasks[parent].status is Status.DONE or parent in batch
        for parent in state.graph.parents(task)
    )
