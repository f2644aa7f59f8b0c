"""Agents that move in rounds: everyone is asked at once, and the slowest ends the round.

This is the pacing of the published experiment. Each agent that is there is asked for one reply a
round, also one that has nothing to do. Where tasks are preassigned, who does what is dealt once,
before the start, and each turn names what its agent has left; where agents choose, a turn names no
task. Nobody holds a lease: a task is done when somebody says so. The run ends when all is marked
done, or at the cap of rounds.
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


class Rounds:
    """The policy of `paper-preassigned` and `paper-decentralized` teams."""

    def __init__(self, team: Team) -> None:
        self._team = team
        self._agents = [member.id for member in team.members]
        self._dealt = Dealt(team)
        self._round = 0
        """The last round that was asked for."""
        self._begun = 0
        """The last round in which a turn was started: what the log knows of."""
        self._asked: dict[AgentId, None] = {}
        """Agents whose turn of this round has not ended."""
        self._gathers = True
        """At the start and after a resume: the next round waits until everyone is there, for a while."""

    def react(self, record: Record, state: State, now: float) -> Iterable[Wish]:
        """Note who is through with the round, and begin the next one when all are."""
        event = record.event
        if isinstance(event, events.TurnStarted):
            self._begun = event.round
            self._asked[event.agent] = None
        elif isinstance(event, events.TurnEnded):
            self._asked.pop(event.agent, None)
        elif isinstance(event, events.RunStarted | events.RunResumed):
            self._asked = {turn.agent: None for turn in state.turns.values()}
            self._round = self._begun
            self._gathers = True
            yield Wake(at=now + self._team.lease_seconds)
        elif isinstance(event, events.Refused) and event.command == "StartTurn" and event.agent:
            self._asked.pop(event.agent, None)
        if state.phase is Phase.RUNNING and not self._asked and self._all_here(state):
            yield from self._next_round(state)

    def wake(self, state: State, now: float) -> Iterable[Wish]:
        """Whoever is not there by now is not waited for."""
        self._gathers = False
        if state.phase is Phase.RUNNING and not self._asked and self._all_here(state):
            yield from self._next_round(state)

    def _all_here(self, state: State) -> bool:
        there = [agent for agent in self._agents if is_heard(agent, state)]
        return len(there) == len(self._agents) if self._gathers else bool(there)

    def _next_round(self, state: State) -> Iterator[Wish]:
        if not state.open_tasks() or state.turns_spent:
            return
        if self._round >= self._team.rounds:
            yield StopRun(
                outcome=Outcome.FAILED, reason=f"the cap of {self._team.rounds} rounds is reached"
            )
            return
        asked = [
            StartTurn(agent=agent, tasks=self._dealt.left(agent, state), round=self._round + 1)
            for agent in self._agents
            if is_heard(agent, state)
        ]
        if not (self._dealt.nobody_deals or any(turn.tasks for turn in asked)):
            return  # whoever has something left is away
        self._gathers = False
        self._round += 1
        self._asked = {turn.agent: None for turn in asked}
        yield from asked
