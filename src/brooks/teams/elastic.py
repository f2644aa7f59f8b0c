"""A team that follows the width of what is ready: agents come when tasks wait, and go when none do.

The rule is about nothing but the state, so it is the same on every engine and under every clock; an
engine only brings agents to life and ends them. It stands around the policy of any team whose tasks
are held under leases, and looks when that one has done all it can:

- ready tasks wait and nobody who is there is free for them: as many members are called as tasks
  wait, less those that are on their way, and those that have handed in all they held and are about to
  end their turn. Who was called and is not heard for a lease's length is no longer waited for, and
  another is called;
- an agent has had nothing to do for `idle_seconds`: it is let go, the last to come first, down to
  the least. While tasks wait the last idle one stays: what it may not take (a locked file) it may
  take later, and to let it go would be to call it again.

A lead is never let go, and is not counted as free for a task.
"""

from collections.abc import Iterable, Iterator

from brooks.core import events
from brooks.core.commands import CallAgent, LeaveAgent
from brooks.core.events import Record
from brooks.core.spec import Elastic, Team
from brooks.core.state import Phase, State, Status
from brooks.ids import AgentId
from brooks.teams.lead import Lead
from brooks.teams.outlook import Outlook
from brooks.teams.policy import Policy, Wake, Wish
from brooks.teams.presence import is_barred, is_heard, is_idle

_BUSY = (events.TasksLeased, events.TurnStarted, events.TurnResumed)
_FREE = (events.AgentJoined, events.TurnEnded, events.TasksReturned)
"""After these an agent may have nothing in hand."""
_MAY_CHANGE_SIZE = (
    *_BUSY,
    *_FREE,
    events.AgentCalled,
    events.AgentLeft,
    events.AgentQuarantined,
    events.LeaseExpired,
    events.RunContinued,
    events.RunResumed,
    events.TaskReady,
    events.TaskDone,
)


class Growing:
    """The policy of an elastic team: another one, and who is there to carry it out."""

    def __init__(self, team: Team, inner: Policy) -> None:
        assert team.elastic is not None
        self._rule: Elastic = team.elastic
        self._patience = team.lease_seconds
        self._replicas = team.rules.redundancy.replicas
        self._inner = inner
        self._number = {member.id: number for number, member in enumerate(team.members)}
        self._out: dict[AgentId, None] = dict.fromkeys(self._number)
        """Members that are not in the team now."""
        self._coming: dict[AgentId, float] = {}
        """Who was called and has not been heard, and since when."""
        self._idle: dict[AgentId, float] = {}
        """Who has nothing in hand, and since when."""
        self._is_stirred = False

    def react(self, record: Record, state: State, now: float) -> Iterable[Wish]:
        """Let the team's own policy react, and when it has nothing more to say, see to the size."""
        self._follow(record.event, state, now)
        yield from self._inner.react(record, state, now)
        if self._is_stirred and record.position == state.position:
            self._is_stirred = False
            yield from self._resize(state, now)

    def wake(self, state: State, now: float) -> Iterable[Wish]:
        """Somebody may have been idle for long enough, or have been waited for too long."""
        before = state.position
        yield from self._inner.wake(state, now)
        if state.position == before:
            yield from self._resize(state, now)
        else:
            self._is_stirred = True

    @property
    def _leader(self) -> AgentId | None:
        return self._inner.leader if isinstance(self._inner, Lead) else None

    def _follow(self, event: events.Event, state: State, now: float) -> None:
        """Keep the books of who is there."""
        if not isinstance(event, _MAY_CHANGE_SIZE):
            return
        self._is_stirred = True
        if isinstance(event, events.AgentCalled):
            self._out.pop(event.agent, None)
            self._coming[event.agent] = now
        elif isinstance(event, events.RunResumed):
            self._idle.clear()
            self._coming = {agent: now for agent in self._number if agent not in self._out}
        elif isinstance(event, events.AgentLeft):
            self._idle.pop(event.agent, None)
            self._coming.pop(event.agent, None)
            if event.agent in self._number:
                self._out[event.agent] = None
        elif isinstance(event, _BUSY):
            self._idle.pop(event.agent, None)
            self._coming.pop(event.agent, None)
        elif isinstance(event, _FREE):
            self._coming.pop(event.agent, None)
            if event.agent in self._number and is_idle(event.agent, state):
                self._idle.setdefault(event.agent, now)

    def _resize(self, state: State, now: float) -> Iterator[Wish]:
        if state.phase is not Phase.RUNNING or state.turns_spent:
            return
        waiting = self._waiting(state)
        self._idle = {agent: at for agent, at in self._idle.items() if is_idle(agent, state)}
        free = [agent for agent in self._idle if agent != self._leader]
        in_team = len(self._number) - len(self._out)
        if in_team < self._rule.least:
            many = max(self._rule.least - in_team, waiting)
            yield from self._call(many, state, now, reason="the team begins")
        elif waiting and all(is_barred(agent, state, now) for agent in free):
            if not self._out:
                return
            coming = [at for at in self._coming.values() if now < at + self._patience]
            tasks = "1 task waits" if waiting == 1 else f"{waiting} tasks wait"
            many = waiting - len(coming) - self._nearly_free(state)
            yield from self._call(many, state, now, reason=f"{tasks} and nobody is free")
            if coming:
                yield Wake(at=min(coming) + self._patience)
        else:
            yield from self._let_go(free, state, now, keep=1 if waiting else 0)

    def _waiting(self, state: State) -> int:
        """For how many agents there is work that nobody has taken."""
        waiting = self._replicas * state.counts[Status.READY]
        if self._replicas > 1:
            tasks = {task: None for lease in state.leases.values() for task in lease.tasks}
            for task in tasks:
                there = state.tasks[task]
                waiting += max(self._replicas - len(there.holders) - len(there.ballots), 0)
        return waiting

    def _nearly_free(self, state: State) -> int:
        """How many have handed in all they held, and have only to end their turn."""
        there = (state.agents.get(agent) for agent in self._number if agent not in self._out)
        return sum(
            agent is not None and agent.available and agent.turn is not None and not agent.fence
            for agent in there
        )

    def _call(self, many: int, state: State, now: float, *, reason: str) -> Iterator[Wish]:
        def rank(agent: AgentId) -> tuple[bool, int]:
            return is_barred(agent, state, now), self._number[agent]

        for agent in sorted(self._out, key=rank)[: max(many, 0)]:
            yield CallAgent(agent=agent, reason=reason)

    def _let_go(
        self, free: list[AgentId], state: State, now: float, *, keep: int
    ) -> Iterator[Wish]:
        longest = self._rule.idle_seconds
        overdue = [agent for agent in free if now >= self._idle[agent] + longest]
        many = min(len(self._number) - len(self._out) - self._rule.least, len(free) - keep)
        if overdue:
            heard = sum(is_heard(agent, state) for agent in self._number)
            many = min(many, heard - self._rule.least)
        if many <= 0:
            return
        for agent in sorted(overdue, key=self._number.__getitem__, reverse=True)[:many]:
            reason = f"there was nothing for it to do for {longest:g} s"
            yield LeaveAgent(agent=agent, reason=reason)
        moments = [self._idle[agent] + longest for agent in free if agent not in overdue]
        if many > len(overdue) and moments:
            yield Wake(at=min(moments))


class GrowingLed(Growing):
    """The same around a team that somebody leads."""

    def outlook(self, agent: AgentId, state: State, now: float) -> Outlook:
        """What this agent sees when it leads."""
        assert isinstance(self._inner, Lead)
        return self._inner.outlook(agent, state, now)


def elastic(team: Team, inner: Policy) -> Policy:
    """The policy around another's of a team that grows and shrinks."""
    return GrowingLed(team, inner) if isinstance(inner, Lead) else Growing(team, inner)
