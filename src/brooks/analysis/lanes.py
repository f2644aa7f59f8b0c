"""What each agent did, stretch by stretch, and what it waited for where it did nothing.

The stretches are those of `brooks.analysis.timeline`, cut where the reason of a wait changes. Of a request
that was held back (a rate limit, backoff), the time before it was sent is `held back`. Idle time belongs to
the first of these that is true of it:

    left         the agent had left the team
    quarantine   it was given no work for a while, because it failed too often
    pause        the run was paused
    last look    all work was over, and the checks ran again on the final tree
    barrier      its turn of the round was over, and others' were not
    no task      no task was ready that nobody had
    free         otherwise: a task was ready, and it was not given one
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, NamedTuple

from brooks.analysis.activity import Activity, Interval
from brooks.analysis.tabling.stretches import Stretch, united
from brooks.analysis.timeline import intervals
from brooks.core import events
from brooks.core.events import Record
from brooks.ids import AgentId, TaskId, TurnId

HELD_BACK = "held back"
"""What an agent does whose request has to wait before it is sent."""


class LaneStretch(NamedTuple):
    """A stretch of time in which an agent did one thing, or waited for one."""

    agent: AgentId
    start: float
    """Log seconds."""
    end: float
    """Log seconds; after `start`."""
    doing: str
    """A value of `Activity`, or `held back`."""
    task: TaskId | None
    why: str
    """What it waited for; empty where it did not."""


def lanes(records: Sequence[Record]) -> tuple[LaneStretch, ...]:
    """Every stretch of every agent, ordered by start and then by agent, up to the last record."""
    reasons = Reasons.of(records)
    cut = (piece for interval in intervals(records) for piece in reasons.cut(interval))
    return tuple(sorted(cut, key=lambda piece: (piece.start, piece.agent)))


class Reasons:
    """When which reason to wait was there, folded from records."""

    def __init__(self) -> None:
        self._end = 0.0
        self._open: dict[str, float] = {}
        """Reasons for the whole team that are there now, and since when."""
        self._team: dict[str, list[Stretch]] = {}
        self._agents: dict[tuple[str, AgentId], list[Stretch]] = {}
        self._held_back: dict[AgentId, list[tuple[Stretch, str]]] = {}
        self._ready: dict[TaskId, None] = {}
        self._rounds: dict[TurnId, tuple[int, AgentId]] = {}
        self._over: dict[int, list[tuple[AgentId, float]]] = {}
        """By round: whose turn ended when."""

    @classmethod
    def of(cls, records: Sequence[Record]) -> "Reasons":
        """Those of a whole history."""
        reasons = cls()
        reasons._open["no task"] = records[0].time if records else 0.0
        for record in records:
            handler = cls._HANDLERS.get(type(record.event))
            if handler is not None:
                handler(reasons, record.event, record.time)
        reasons._close(records[-1].time if records else 0.0)
        return reasons

    def cut(self, interval: Interval) -> Iterator[LaneStretch]:
        """The interval in pieces, each with its reason."""
        agent, start, end, activity, task = interval
        if activity in _AT_REST:
            for (since, until), why in self._idle(agent, (start, end)):
                yield LaneStretch(agent, since, until, Activity.IDLE.value, task, why)
        elif activity in _CAN_BE_HELD_BACK and agent in self._held_back:
            for (since, until), why in _cut((start, end), self._held_back[agent], ""):
                doing = HELD_BACK if why else activity.value
                yield LaneStretch(agent, since, until, doing, task, why)
        else:
            yield LaneStretch(agent, start, end, activity.value, task, "")

    def _idle(self, agent: AgentId, whole: Stretch) -> list[tuple[Stretch, str]]:
        left = [(whole, "free")]
        for why in _OF_IDLENESS:
            own = self._agents.get((why, agent)) or self._team.get(why) or []
            if not own:
                continue
            named = [(stretch, why) for stretch in own]
            left = [
                piece
                for stretch, before in left
                for piece in (
                    _cut(stretch, named, before) if before == "free" else [(stretch, before)]
                )
            ]
        return left

    def _begin(self, why: str, time: float) -> None:
        self._open.setdefault(why, time)

    def _finish(self, why: str, time: float) -> None:
        since = self._open.pop(why, None)
        if since is not None and time > since:
            self._team.setdefault(why, []).append((since, time))

    def _close(self, end: float) -> None:
        self._end = end
        for why in list(self._open):
            self._finish(why, end)
        for over in self._over.values():
            until = max(time for _, time in over)
            for agent, time in over:
                if time < until:
                    self._agents.setdefault(("barrier", agent), []).append((time, until))
        self._agents = {key: united(found) for key, found in self._agents.items()}

    def _offer(self, event: events.TaskReady, time: float) -> None:
        self._ready[event.task] = None
        self._finish("no task", time)

    def _take(self, tasks: Sequence[TaskId], time: float) -> None:
        for task in tasks:
            self._ready.pop(task, None)
        if not self._ready:
            self._begin("no task", time)

    def _tasks_leased(self, event: events.TasksLeased, time: float) -> None:
        self._take(event.tasks, time)

    def _task_gone(self, event: Any, time: float) -> None:
        self._take((event.task,), time)

    def _paused(self, _: events.RunPaused, time: float) -> None:
        self._begin("pause", time)

    def _continued(self, _: events.RunContinued, time: float) -> None:
        self._finish("pause", time)

    def _look(self, _: events.VerificationStarted, time: float) -> None:
        self._begin("last look", time)

    def _turn_started(self, event: events.TurnStarted, time: float) -> None:
        self._finish("last look", time)
        if event.round:
            self._rounds[event.turn] = (event.round, event.agent)

    def _turn_ended(self, event: events.TurnEnded, time: float) -> None:
        found = self._rounds.pop(event.turn, None)
        if found is not None:
            self._over.setdefault(found[0], []).append((found[1], time))

    def _quarantined(self, event: events.AgentQuarantined, time: float) -> None:
        self._agents.setdefault(("quarantine", event.agent), []).append((time, event.until))

    def _left(self, event: events.AgentLeft, time: float) -> None:
        self._agents.setdefault(("left", event.agent), []).append((time, float("inf")))

    def _joined(self, event: events.AgentJoined, time: float) -> None:
        gone = self._agents.get(("left", event.agent))
        if gone is not None and gone[-1][1] == float("inf"):
            gone[-1] = (gone[-1][0], time)

    def _request_sent(self, event: events.RequestSent, time: float) -> None:
        if event.waited > 0:
            stretch = (time - event.waited, time)
            own = self._held_back.setdefault(event.agent, [])
            own.append((stretch, event.why or "held back"))

    _HANDLERS: ClassVar[dict[type, Callable[["Reasons", Any, float], None]]] = {
        events.TaskReady: _offer,
        events.TasksLeased: _tasks_leased,
        events.TaskDone: _task_gone,
        events.TaskFailed: _task_gone,
        events.TaskBlocked: _task_gone,
        events.TaskCancelled: _task_gone,
        events.ClaimStated: _task_gone,
        events.RunPaused: _paused,
        events.RunContinued: _continued,
        events.VerificationStarted: _look,
        events.TurnStarted: _turn_started,
        events.TurnEnded: _turn_ended,
        events.AgentQuarantined: _quarantined,
        events.AgentLeft: _left,
        events.AgentJoined: _joined,
        events.RequestSent: _request_sent,
    }


_OF_IDLENESS = ("left", "quarantine", "pause", "last look", "barrier", "no task")
"""The first that is true counts."""
_AT_REST = frozenset({Activity.IDLE, Activity.AWAY})
_CAN_BE_HELD_BACK = frozenset({Activity.WRITES, Activity.ASKS_MODEL})


def _cut(
    whole: Stretch, named: Sequence[tuple[Stretch, str]], otherwise: str
) -> list[tuple[Stretch, str]]:
    """A stretch in pieces: those that lie in one of the named ones (in order) have its name."""
    start, end = whole
    pieces: list[tuple[Stretch, str]] = []
    place = max(0, bisect_right(named, start, key=lambda each: each[0][0]) - 1)
    for (first, last), name in named[place:]:
        if first >= end:
            break
        since, until = max(first, start), min(last, end)
        if until <= since:
            continue
        if since > start:
            pieces.append(((start, since), otherwise))
        pieces.append(((since, until), name))
        start = until
    if start < end:
        pieces.append(((start, end), otherwise))
    return pieces
