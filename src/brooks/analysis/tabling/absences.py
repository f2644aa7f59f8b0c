"""When agents were gone, as far as a log can know.

An agent is gone from a crash until it joins again, while it is frozen or can reach nobody, and, where
no fault is in the log, from the last sign of life before its lease ran out until then.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from brooks.analysis.availability import UNREACHABLE
from brooks.analysis.tabling.stretches import Stretch
from brooks.core import events
from brooks.core.spec import FaultKind
from brooks.ids import AgentId

_FREEZING = frozenset({FaultKind.STALL.value, UNREACHABLE})


class _Presence:
    __slots__ = ("dead", "frozen", "heard", "restarted", "since")

    def __init__(self) -> None:
        self.heard = 0.0
        self.dead = False
        self.restarted = False
        """Whether its process runs again after a crash; it has yet to join."""
        self.frozen: dict[str, int] = {}
        self.since: float | None = None


class Absences:
    """Stretches in which each agent was gone, folded from records one by one."""

    def __init__(self) -> None:
        self._agents: dict[AgentId, _Presence] = {}
        self._gone: dict[AgentId, list[Stretch]] = {}

    def of(self, agent: AgentId, end: float) -> list[Stretch]:
        """When an agent was gone, up to the end of the log."""
        gone = self._gone.get(agent, [])
        there = self._agents.get(agent)
        return gone if there is None or there.since is None else [*gone, (there.since, end)]

    def _of(self, agent: AgentId) -> _Presence:
        found = self._agents.get(agent)
        if found is None:
            found = self._agents[agent] = _Presence()
        return found

    def _settle(self, agent: AgentId, time: float) -> None:
        there = self._of(agent)
        gone = there.dead or any(there.frozen.values())
        if gone and there.since is None:
            there.since = time
        elif not gone and there.since is not None:
            self._gone.setdefault(agent, []).append((there.since, time))
            there.since = None

    def _hear(self, event: Any, time: float) -> None:
        self._of(event.agent).heard = time

    def _join(self, event: events.AgentJoined | events.TurnResumed, time: float) -> None:
        there = self._of(event.agent)
        there.heard = time
        if there.restarted:
            there.dead = there.restarted = False
        self._settle(event.agent, time)

    def _call(self, event: events.AgentCalled, time: float) -> None:
        """What ailed it when it left the team is over; the time away is not an absence from it."""
        there = self._of(event.agent)
        there.frozen.clear()
        there.dead = there.restarted = False
        self._settle(event.agent, time)

    def _fault(self, event: events.FaultInjected, time: float) -> None:
        there = self._of(event.agent)
        if event.kind == FaultKind.CRASH:
            there.restarted = event.over and there.dead
            there.dead = there.dead or not event.over
        elif event.kind in _FREEZING:
            change = -1 if event.over else 1
            there.frozen[event.kind] = max(0, there.frozen.get(event.kind, 0) + change)
        self._settle(event.agent, time)

    def _expire(self, event: events.LeaseExpired, time: float) -> None:
        there = self._of(event.agent)
        if there.since is None:
            self._gone.setdefault(event.agent, []).append((there.heard, time))

    def _resume(self, _: events.RunResumed, time: float) -> None:
        """All processes ended with the coordinator's, and what ailed them did too."""
        for agent, there in self._agents.items():
            there.frozen.clear()
            there.dead = there.restarted = False
            self._settle(agent, time)

    HANDLERS: ClassVar[dict[type, Callable[[Any, Any, float], None]]] = {
        events.AgentCalled: _call,
        events.AgentJoined: _join,
        events.TurnResumed: _join,
        events.FaultInjected: _fault,
        events.LeaseExpired: _expire,
        events.RunResumed: _resume,
        events.TasksLeased: _hear,
        events.LeaseRenewed: _hear,
        events.TurnStarted: _hear,
        events.RequestSent: _hear,
        events.RequestFailed: _hear,
        events.ReplyReceived: _hear,
        events.ToolsFinished: _hear,
        events.ProposalQueued: _hear,
        events.BallotCast: _hear,
        events.FilesWritten: _hear,
    }
