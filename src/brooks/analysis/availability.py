"""Availability: the share of agent-time in which an agent could have made progress.

For one agent it is a number in [0, 1]: of the log time from its first joining to its leaving or the
run's end (while the run goes on, to now; where an elastic team called it back, in each of its stays),
the share in which it was none of these:

- *crashed*: from the crash until it joined again, so what its restart and the way back into the team
  took is counted too; a coordinator that stops and is resumed takes all its agents with it, but the
  time in which no coordinator ran is not in the log time;
- *stalled*: from the beginning of a stall to its end;
- *unreachable*: while it could do nothing but wait for a wire that is cut.

Where those overlap the time is counted once. An agent that is slow, idle, or waits for a check could
make progress, or there was none to be made: that is not the failure of an agent. For a team it is the
same share of the time of all its agents together. None stands for a share of no time at all.

The log knows faults that were injected and no others: in a run without a plan of faults the share
is 1 but for its resumes.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import Any, ClassVar

from brooks.core import events
from brooks.core.events import Record
from brooks.core.spec import FaultKind
from brooks.ids import AgentId

UNREACHABLE = "unreachable"
"""The kind of fault that says when an agent can do nothing but wait for a wire that is cut."""
_FREEZING = frozenset({FaultKind.STALL.value, UNREACHABLE})
"""Kinds of faults during which an agent that is alive can do nothing."""


class _Life(Enum):
    ALIVE = auto()
    DEAD = auto()
    COMING_BACK = auto()
    """It was started again and has not joined yet; who joins while dead only has old mail delivered."""


class AgentAvailability:
    """When one agent could make progress."""

    __slots__ = (
        "_earlier", "_earlier_lost", "_frozen", "_joined", "_left", "_life", "_lost", "_since",
    )  # fmt: skip

    def __init__(self) -> None:
        self._joined: float | None = None
        self._left: float | None = None
        self._life = _Life.ALIVE
        self._frozen: dict[str, int] = {}
        """How many faults of each freezing kind are in effect."""
        self._lost = 0.0
        """Seconds of the past in which it could make no progress."""
        self._since: float | None = None
        """Since when it can make none; None while it can."""
        self._earlier = self._earlier_lost = 0.0
        """Seconds that it was in the run before it left and was called again, and those lost of them."""

    def seconds(self, now: float) -> float:
        """Log seconds that it was in the run until `now`."""
        present = 0.0 if self._joined is None else self._until(now) - self._joined
        return self._earlier + present

    def lost_seconds(self, now: float) -> float:
        """Those of them in which it could make no progress."""
        return self._earlier_lost + self._lost_of_stay(now)

    def _lost_of_stay(self, now: float) -> float:
        if self._joined is None:
            return 0.0
        begun = self._until(now)
        present = 0.0 if self._since is None else begun - max(self._since, self._joined)
        return self._lost + max(present, 0.0)

    def share(self, now: float) -> float | None:
        """Its availability until `now`."""
        return _share(self.seconds(now), self.lost_seconds(now))

    def join(self, time: float) -> None:
        """It is in the team, for the first time or again."""
        if self._joined is None:
            self._joined = time
        if self._life is _Life.COMING_BACK:
            self._life = _Life.ALIVE
        self._settle(time)

    def call(self, time: float) -> None:
        """It is to come, for the first time or again; what ailed it when it left is over."""
        self._earlier, self._earlier_lost = self.seconds(time), self.lost_seconds(time)
        self._joined = self._left = self._since = None
        self._lost = 0.0
        self._life = _Life.ALIVE
        self._frozen.clear()

    def leave(self, time: float) -> None:
        """It is no longer in the team."""
        if self._left is None:
            self._left = time

    def suffer(self, event: events.FaultInjected, time: float) -> None:
        """A fault begins or is over."""
        if event.kind == FaultKind.CRASH:
            self._crash(over=event.over)
        elif event.kind in _FREEZING:
            count = self._frozen.get(event.kind, 0) + (-1 if event.over else 1)
            self._frozen[event.kind] = max(count, 0)
        self._settle(time)

    def _crash(self, *, over: bool) -> None:
        """Of crashes that overlap, the first to be over brings it back."""
        if not over:
            self._life = _Life.DEAD
        elif self._life is _Life.DEAD:
            self._life = _Life.COMING_BACK

    def start_anew(self, time: float) -> None:
        """Its process ended with the coordinator's, and so did what ailed it."""
        self._life = _Life.COMING_BACK
        self._frozen.clear()
        self._settle(time)

    def _until(self, now: float) -> float:
        return now if self._left is None else min(now, self._left)

    def _settle(self, time: float) -> None:
        """Begin or end a stretch without progress."""
        is_able = self._life is _Life.ALIVE and not any(self._frozen.values())
        if is_able and self._since is not None:
            self._lost = self._lost_of_stay(time)
            self._since = None
        elif not is_able and self._since is None:
            self._since = time


class Availability:
    """When each agent of a run could make progress, folded from records one by one."""

    def __init__(self) -> None:
        self.agents: dict[AgentId, AgentAvailability] = {}
        """By id, in the order in which they were first heard."""
        self._end: float | None = None

    def add(self, record: Record) -> None:
        """Fold the next record."""
        handler = self._HANDLERS.get(type(record.event))
        if handler is not None:
            handler(self, record.event, record.time)

    def of(self, agent: AgentId) -> AgentAvailability:
        """One agent's; of an agent that never joined it is of no time."""
        found = self.agents.get(agent)
        if found is None:
            found = self.agents[agent] = AgentAvailability()
        return found

    def team(self, now: float) -> float | None:
        """The availability of all agents together until `now`, or the run's end."""
        now = self._until(now)
        seconds = sum(agent.seconds(now) for agent in self.agents.values())
        lost = sum(agent.lost_seconds(now) for agent in self.agents.values())
        return _share(seconds, lost)

    def to_json(self, now: float) -> dict[str, Any]:
        """The shares as JSON values."""
        end = self._until(now)
        agents = {name: agent.share(end) for name, agent in self.agents.items()}
        return {"team": self.team(end), "by_agent": agents}

    def _until(self, now: float) -> float:
        return now if self._end is None else self._end

    def _agent_joined(self, event: events.AgentJoined | events.TurnResumed, time: float) -> None:
        self.of(event.agent).join(time)

    def _agent_called(self, event: events.AgentCalled, time: float) -> None:
        self.of(event.agent).call(time)

    def _agent_left(self, event: events.AgentLeft, time: float) -> None:
        self.of(event.agent).leave(time)

    def _fault_injected(self, event: events.FaultInjected, time: float) -> None:
        self.of(event.agent).suffer(event, time)

    def _run_resumed(self, _: events.RunResumed, time: float) -> None:
        self._end = None
        for agent in self.agents.values():
            agent.start_anew(time)

    def _run_finished(self, _: events.RunFinished, time: float) -> None:
        self._end = time

    _HANDLERS: ClassVar[dict[type, Callable[[Any, Any, float], None]]] = {
        events.AgentJoined: _agent_joined,
        events.TurnResumed: _agent_joined,
        events.AgentCalled: _agent_called,
        events.AgentLeft: _agent_left,
        events.FaultInjected: _fault_injected,
        events.RunResumed: _run_resumed,
        events.RunFinished: _run_finished,
    }
    FOLLOWED: ClassVar[frozenset[type]] = frozenset(_HANDLERS)
    """What it takes note of; of all else it need not be told."""


def _share(seconds: float, lost: float) -> float | None:
    return 1.0 - lost / seconds if seconds > 0 else None
