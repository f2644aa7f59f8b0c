"""Who leads: the first member that may, and another when it dies, fails or decides nothing.

There is no election among agents, because the log is one and everyone's word goes through the board:
whoever the fold below names claims the lead, and the fence of its lease is the number of its term
(the token of Gray and Cheriton's leases; the term of Raft, Ongaro and Ousterhout 2014). Who was
deposed is asked again only when nobody else is there.
"""

from collections.abc import Sequence

from brooks.core import events
from brooks.core.facts import EndReason, Role
from brooks.core.spec import Member
from brooks.core.state import State
from brooks.ids import AgentId, TurnId
from brooks.teams.presence import is_gone, is_there

MOST_BAD_TURNS = 2
"""Turns in a row that end badly, after which another leads."""
MOST_OVERLOOKED = 2
"""Times in a row that the team had to help itself, each after a lease's length; then another leads."""

_BAD = frozenset(
    {
        EndReason.MODEL_FAILED,
        EndReason.DEADLINE,
        EndReason.UNUSABLE_REPLIES,
    }
)


class Succession:
    """Names the lead of some members."""

    def __init__(self, members: Sequence[Member], *, lease_seconds: float) -> None:
        self._members = members
        self._lease_seconds = lease_seconds
        named = [member.id for member in members if member.lead]
        self._line = [*named, *(each.id for each in members if each.id not in named)]
        """Everyone, those that the user named for it first."""
        self.leader: AgentId | None = None
        self.gathers = True
        """At the start and after a resume: whoever is first in line is waited for, for a while."""
        self._deposed: dict[AgentId, None] = {}
        self._bad_turns = 0
        self._overlooked = 0
        self._turns: dict[TurnId, AgentId] = {}
        """Turns in which someone leads."""

    def follow(self, event: events.Event) -> None:
        """Take in what happened."""
        if isinstance(event, events.RunStarted | events.RunResumed):
            self.gathers = True
        elif isinstance(event, events.TurnStarted) and event.role is Role.LEAD:
            self._turns[event.turn] = event.agent
        elif isinstance(event, events.TurnEnded):
            self._turn_ended(event)
        elif isinstance(event, events.LeaseExpired):
            self._depose(event.agent)
        elif isinstance(event, events.TaskAssigned | events.TasksReturned):
            self._decided(event.by)

    def is_leading(self, turn: TurnId) -> bool:
        """Whether this is a turn in which someone leads."""
        return turn in self._turns

    def overlook(self) -> None:
        """The team had to help itself, because nothing was decided for a lease's length."""
        self._overlooked += 1
        if self._overlooked >= MOST_OVERLOOKED and self.leader is not None:
            self._depose(self.leader)

    def choose(self, state: State, now: float) -> None:
        """See to it that someone leads who is there."""
        self.gathers = self.gathers and not self._all_came(state, now)
        if self.leader is not None and (self.gathers or is_there(self.leader, state, now)):
            return
        if self.gathers:
            first = self._line[0]
            self.leader = first if is_there(first, state, now) else None
            return
        there = [agent for agent in self._line if is_there(agent, state, now)]
        fresh = [agent for agent in there if agent not in self._deposed]
        if there and not fresh:
            self._deposed.clear()
            fresh = there
        self._crown(fresh[0] if fresh else None)

    def is_alone(self, state: State, now: float) -> bool:
        """Whether the lead is the last one left, and does the work itself."""
        return not self.gathers and all(
            member.id == self.leader
            or is_gone(member.id, state, now, lease_seconds=self._lease_seconds)
            for member in self._members
        )

    def _all_came(self, state: State, now: float) -> bool:
        due = [member.id for member in self._members if member.joins <= now]
        return all(is_there(agent, state, now) or _has_left(agent, state) for agent in due)

    def _crown(self, agent: AgentId | None) -> None:
        if agent != self.leader:
            self.leader = agent
            self._bad_turns = self._overlooked = 0

    def _decided(self, by: AgentId | None) -> None:
        if by is not None and by == self.leader:
            self._overlooked = 0

    def _turn_ended(self, event: events.TurnEnded) -> None:
        agent = self._turns.pop(event.turn, None)
        if agent is None or agent != self.leader:
            return
        self._bad_turns = self._bad_turns + 1 if event.reason in _BAD else 0
        if self._bad_turns >= MOST_BAD_TURNS:
            self._depose(agent)

    def _depose(self, agent: AgentId) -> None:
        if agent == self.leader:
            self._deposed[agent] = None
            self._crown(None)


def _has_left(agent: AgentId, state: State) -> bool:
    return agent in state.agents and state.agents[agent].left
