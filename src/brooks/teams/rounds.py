"""Agents that move in rounds: everyone is asked at once, and the slowest ends the round.

This is the pacing of the published experiment. Who does what is dealt once, before the start, and a
round asks every agent that has something left for one reply. Nobody holds a lease: a task is done
when its agent says so. The run ends when all is marked done, or at the cap of rounds.
"""

from collections.abc import Iterable, Iterator

from brooks.core import events
from brooks.core.commands import StartTurn, StopRun
from brooks.core.events import Record
from brooks.core.facts import Outcome
from brooks.core.spec import Team
from brooks.core.state import OVER, Phase, State
from brooks.ids import AgentId, TaskId
from brooks.teams.policy import Wake, Wish
from brooks.teams.scheduling import DEALERS


class Rounds:
    """The policy of `paper-preassigned` teams."""

    def __init__(self, team: Team) -> None:
        self._team = team
        self._agents = [member.id for member in team.members]
        self._dealt: dict[AgentId, list[TaskId]] = {}
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
        there = [agent for agent in self._agents if self._is_there(agent, state)]
        return len(there) == len(self._agents) if self._gathers else bool(there)

    @staticmethod
    def _is_there(agent: AgentId, state: State) -> bool:
        return agent in state.agents and state.agents[agent].available

    def _next_round(self, state: State) -> Iterator[Wish]:
        if not state.open_tasks() or state.turns_spent:
            return
        if self._round >= self._team.rounds:
            yield StopRun(
                outcome=Outcome.FAILED, reason=f"the cap of {self._team.rounds} rounds is reached"
            )
            return
        if not self._dealt:
            dealt = DEALERS[self._team.scheduler](state.graph, self._agents)
            self._dealt = {agent: list(tasks) for agent, tasks in dealt.items()}
        asked = []
        for agent in self._agents:
            left = [task for task in self._dealt[agent] if state.tasks[task].status not in OVER]
            self._dealt[agent] = left
            if left and self._is_there(agent, state):
                asked.append(StartTurn(agent=agent, tasks=tuple(left), round=self._round + 1))
        if not asked:
            return
        self._gathers = False
        self._round += 1
        self._asked = {turn.agent: None for turn in asked}
        yield from asked
