"""Agents that are left to themselves: no barrier, no leases, nobody says who does what.

Each agent is asked again as soon as its reply has been carried out. Whoever got nothing out of its
last reply rests a little, so that it does not ask over and over what only another can change. The run
ends when all is marked done, or when everyone has had as many replies as a team in rounds has rounds.
"""

from collections.abc import Iterable, Iterator

from brooks.core import events
from brooks.core.commands import StartTurn, StopRun
from brooks.core.events import Record
from brooks.core.facts import Outcome
from brooks.core.spec import Team
from brooks.core.state import Phase, State
from brooks.ids import AgentId
from brooks.teams.dealing import Dealt
from brooks.teams.policy import Wake, Wish
from brooks.teams.presence import is_heard

REST_SECONDS = 5.0
"""How long an agent rests after a reply that came to nothing."""


class Free:
    """The policy of `decentralized` teams."""

    def __init__(self, team: Team) -> None:
        self._team = team
        self._agents = [member.id for member in team.members]
        self._dealt = Dealt(team)
        self._asked = dict.fromkeys(self._agents, 0)
        """How often each agent was asked."""
        self._idle: dict[AgentId, None] = {}
        """Agents of whose last reply no call has led to anything."""
        self._rests: dict[AgentId, float] = {}
        """Until when agents rest."""

    def react(self, record: Record, state: State, now: float) -> Iterable[Wish]:
        """Ask whoever has come free, unless it should rest."""
        event = record.event
        if isinstance(event, events.TurnStarted):
            self._asked[event.agent] = self._asked.get(event.agent, 0) + 1
            self._idle[event.agent] = None
            self._rests.pop(event.agent, None)
        elif isinstance(event, events.ToolsFinished):
            if any(result.ok for result in event.results):
                self._idle.pop(event.agent, None)
        elif isinstance(event, events.AgentJoined):
            yield from self._ask(event.agent, state)
        elif isinstance(event, events.TurnEnded):
            yield from self._came_free(event.agent, state, now)
        elif isinstance(event, events.RunStarted | events.RunResumed):
            self._rests.clear()
        elif isinstance(event, events.RunContinued | events.TaskRequeued):
            for agent in self._agents:
                yield from self._ask(agent, state)

    def wake(self, state: State, now: float) -> Iterable[Wish]:
        """Ask those that have rested."""
        for agent in [agent for agent, until in self._rests.items() if until <= now]:
            del self._rests[agent]
            yield from self._ask(agent, state)

    def _came_free(self, agent: AgentId, state: State, now: float) -> Iterator[Wish]:
        if agent in self._idle and self._asked[agent] < self._team.rounds:
            self._rests[agent] = now + REST_SECONDS
            yield Wake(at=now + REST_SECONDS)
        else:
            yield from self._ask(agent, state)

    def _ask(self, agent: AgentId, state: State) -> Iterator[Wish]:
        if state.phase is not Phase.RUNNING or not state.open_tasks() or state.turns_spent:
            return
        if self._is_free(agent, state) and self._has_replies_left(agent):
            yield StartTurn(agent=agent, tasks=self._dealt.left(agent, state))
        elif not state.turns and self._all_are_through(state):
            reason = f"every agent has had its {self._team.rounds} replies"
            yield StopRun(outcome=Outcome.FAILED, reason=reason)

    def _all_are_through(self, state: State) -> bool:
        there = [agent for agent in self._agents if is_heard(agent, state)]
        return bool(there) and not any(map(self._has_replies_left, there))

    def _has_replies_left(self, agent: AgentId) -> bool:
        return self._asked.get(agent, 0) < self._team.rounds

    @staticmethod
    def _is_free(agent: AgentId, state: State) -> bool:
        return is_heard(agent, state) and state.agents[agent].turn is None
