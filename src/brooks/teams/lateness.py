"""Which turns last too long, and when a lead is to be asked about them."""

from collections.abc import Iterator, Mapping

from brooks.core import events
from brooks.core.facts import Role
from brooks.core.spec import Member, Team
from brooks.core.state import State, Turn
from brooks.ids import AgentId, TurnId
from brooks.teams.cohort import Cohort

LATE = 2.0
"""A turn is late at so many times what turns for so much work take, by the team's quantile."""
UNKNOWN_SHARE = 0.25
"""Share of the longest turn after which one is late while nothing is known of such turns."""


class Lateness:
    """Watches the turns in which some members work."""

    def __init__(self, team: Team, members: Mapping[AgentId, Member]) -> None:
        self._team = team
        self._members = members
        self._cohort = Cohort(members)
        self._told: dict[TurnId, float] = {}
        """Late turns that a lead has seen, and when it is to be asked about them again."""

    def follow(self, event: events.Event, state: State, now: float) -> None:
        """Take in what happened."""
        self._cohort.follow(event, state, now)
        if isinstance(event, events.TurnEnded):
            self._told.pop(event.turn, None)

    def is_late(self, turn: Turn, state: State, now: float) -> bool:
        """Whether a turn has lasted longer than such turns usually do."""
        return turn.role is Role.WORK and self._since(turn, state) <= now

    def note_told(self, state: State, now: float) -> None:
        """A lead sees how things stand: it is asked again when a late turn has lasted twice as long."""
        for turn in self._turns(state):
            if self.is_late(turn, state, now):
                self._told[turn.turn] = turn.began + 2 * (now - turn.began)

    def has_news(self, state: State, now: float) -> bool:
        """Whether a turn is late and the lead has not seen it, or not for long."""
        return any(moment <= now for moment in self.moments(state))

    def moments(self, state: State) -> Iterator[float]:
        """When the lead is to be asked about each turn, past moments among them."""
        for turn in self._turns(state):
            yield max(self._since(turn, state), self._told.get(turn.turn, 0.0))

    def _turns(self, state: State) -> Iterator[Turn]:
        for agent in self._members:
            there = state.agents.get(agent)
            turn = None if there is None or there.turn is None else state.turns.get(there.turn)
            if turn is not None and turn.role is Role.WORK:
                yield turn

    def _since(self, turn: Turn, state: State) -> float:
        """When a turn becomes late."""
        effort = sum(state.graph.weight(task) for task in turn.tasks)
        quantile = self._team.rules.stragglers.quantile
        usual = self._cohort.seconds(effort, turn.agent, quantile)
        if usual is None:
            return turn.began + UNKNOWN_SHARE * self._team.turn_seconds
        return turn.began + max(LATE * usual, self._team.lease_seconds)
