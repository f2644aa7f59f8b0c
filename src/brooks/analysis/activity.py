"""What each agent is doing, and for how long it has been doing each thing, read off the events.

An agent does one thing at a time:

    IDLE ─► WRITES              a turn starts
    WRITES ─► ASKS_MODEL        a request is sent; back with its reply
    WRITES ─► WAITS_FOR_CHECK   a change is proposed; back with its verdict
    any ─► IDLE                 its turn ends
    any ─► GONE                 it loses its lease, or crashes, or the coordinator does
    any ─► AWAY                 it leaves the team
    GONE, AWAY ─► IDLE          it joins anew

The log knows what reached the coordinator and no more. A stalled agent still asks its model until
its lease runs out; where the log says that a fault is in effect, the track names it. Time in which
no coordinator ran is not in the log time, and so in none of these.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from brooks.core import events
from brooks.core.events import Record
from brooks.core.spec import FaultKind
from brooks.ids import AgentId, ProposalId, TaskId, TurnId


class Activity(StrEnum):
    """What an agent is doing, in the words that users read."""

    IDLE = "idle"
    """It is there and has no turn."""
    ASKS_MODEL = "asks model"
    """A request was sent and its reply is not durable yet."""
    WRITES = "writes"
    """In a turn, at its own work: preparing a request, carrying out a reply, or resending over
    a bad link."""
    WAITS_FOR_CHECK = "waits for check"
    """It proposed a change and has no verdict yet."""
    GONE = "gone"
    """It crashed, or lost its lease, or its coordinator did, and it has not been heard since."""
    AWAY = "away"
    """It is not in the team: it has left, or was let go and not called back."""


class Interval(NamedTuple):
    """A stretch of time in which an agent did one thing."""

    agent: AgentId
    start: float
    """Log seconds."""
    end: float
    """Log seconds; always after `start`."""
    activity: Activity
    task: TaskId | None
    """The task it was at; None for none."""


class AgentTrack:
    """One agent's present and the sums of its past."""

    __slots__ = (
        "_closed", "_passed", "_pending", "_turn_seconds", "_turn_since", "activity", "agent",
        "fault", "since", "tasks", "turn",
    )  # fmt: skip

    def __init__(self, agent: AgentId, time: float, closed: list[Interval] | None) -> None:
        self.agent = agent
        self.activity = Activity.IDLE
        self.since = time
        """Log time at which the present activity began."""
        self.turn: TurnId | None = None
        self.tasks: dict[TaskId, None] = {}
        """What it holds or was asked for and is not through with; the first is the one it is at."""
        self.fault = ""
        """The kind of injected fault that is in effect; empty for none."""
        self._closed = closed
        self._pending: dict[ProposalId, None] = {}
        """Proposals of its turn that have no verdict."""
        self._passed = dict.fromkeys(Activity, 0.0)
        self._turn_since = 0.0
        self._turn_seconds = 0.0

    @property
    def task(self) -> TaskId | None:
        """The task it is at."""
        return next(iter(self.tasks), None)

    def seconds(self, activity: Activity, now: float) -> float:
        """Log seconds that it spent in one activity until `now`."""
        present = now - self.since if activity is self.activity else 0.0
        return self._passed[activity] + present

    def seconds_in_turns(self, now: float) -> float:
        """Log seconds that it spent in turns until `now`, whatever it did in them."""
        return self._turn_seconds + (0.0 if self.turn is None else now - self._turn_since)

    def is_in(self, turn: TurnId) -> bool:
        """Whether this is its turn and it is there to carry it out."""
        return self.turn == turn and self.activity not in _NOT_THERE

    def move(self, activity: Activity, time: float) -> None:
        """It does something else from now on."""
        if activity is not self.activity:
            self.close(time)
            self.activity = activity

    def close(self, time: float) -> None:
        """Add the present stretch to the past and begin a new one."""
        if time > self.since:
            self._passed[self.activity] += time - self.since
            if self._closed is not None:
                stretch = Interval(self.agent, self.since, time, self.activity, self.task)
                self._closed.append(stretch)
        self.since = time

    def hold(self, tasks: Iterable[TaskId], time: float) -> None:
        """It has these tasks and no others."""
        held = dict.fromkeys(tasks)
        if held != self.tasks:
            self._close_at_task(time)
            self.tasks = held

    def let_go(self, task: TaskId, time: float) -> None:
        """It is through with a task."""
        if task in self.tasks:
            self._close_at_task(time)
            del self.tasks[task]

    def begin_turn(self, turn: TurnId, time: float) -> None:
        """A turn of its own starts."""
        self.turn = turn
        self._turn_since = time
        self._pending.clear()
        self.move(Activity.WRITES, time)

    def go_on(self, time: float) -> None:
        """Its turn goes on after a resume."""
        self.move(Activity.WAITS_FOR_CHECK if self._pending else Activity.WRITES, time)

    def lose(self, time: float) -> None:
        """Nothing is heard of it any more."""
        if self.activity is not Activity.AWAY:
            self.move(Activity.GONE, time)

    def end_turn(self, time: float) -> None:
        """Its turn is over."""
        self.rest(time)
        self._turn_seconds += time - self._turn_since
        self.turn = None
        self._pending.clear()
        self.hold((), time)

    def rest(self, time: float) -> None:
        """It has nothing to do, if it is there."""
        if self.activity not in _NOT_THERE:
            self.move(Activity.IDLE, time)

    def propose(self, proposal: ProposalId, task: TaskId, time: float) -> None:
        """A change for `task` in its turn waits for a verdict."""
        if not self._pending:
            self._put_first(task, time)
        self._pending[proposal] = None
        self.move(Activity.WAITS_FOR_CHECK, time)

    def hear_verdict(self, proposal: ProposalId, time: float) -> None:
        """A verdict is there; the last one lets it go on."""
        if proposal in self._pending:
            del self._pending[proposal]
            if not self._pending and self.activity is Activity.WAITS_FOR_CHECK:
                self.move(Activity.WRITES, time)

    def _put_first(self, task: TaskId, time: float) -> None:
        """It is at this one of its tasks."""
        if task != self.task:
            self._close_at_task(time)
            self.tasks = {task: None, **self.tasks}

    def _close_at_task(self, time: float) -> None:
        """End the stretch where its task changes, if anyone keeps stretches."""
        if self._closed is not None:
            self.close(time)


_NOT_THERE = frozenset({Activity.GONE, Activity.AWAY})


class Activities:
    """The tracks of all agents, folded from records one by one."""

    def __init__(self, *, closed: list[Interval] | None = None) -> None:
        self.agents: dict[AgentId, AgentTrack] = {}
        """By id, in the order in which they were first heard."""
        self._closed = closed

    def add(self, record: Record) -> None:
        """Fold the next record."""
        handler = _HANDLERS.get(type(record.event))
        if handler is not None:
            handler(self, record.event, record.time)

    def track(self, agent: AgentId, time: float) -> AgentTrack:
        """An agent's track; a new one begins at `time`."""
        track = self.agents.get(agent)
        if track is None:
            track = self.agents[agent] = AgentTrack(agent, time, self._closed)
        return track


def _agent_joined(here: Activities, event: events.AgentJoined, time: float) -> None:
    here.track(event.agent, time).move(Activity.IDLE, time)


def _agent_left(here: Activities, event: events.AgentLeft, time: float) -> None:
    here.track(event.agent, time).move(Activity.AWAY, time)


def _tasks_leased(here: Activities, event: events.TasksLeased, time: float) -> None:
    here.track(event.agent, time).hold(event.tasks, time)


def _tasks_returned(here: Activities, event: events.TasksReturned, time: float) -> None:
    track = here.track(event.agent, time)
    for task in event.tasks:
        track.let_go(task, time)


def _lease_expired(here: Activities, event: events.LeaseExpired, time: float) -> None:
    track = here.track(event.agent, time)
    track.lose(time)
    track.hold((), time)


def _turn_started(here: Activities, event: events.TurnStarted, time: float) -> None:
    track = here.track(event.agent, time)
    track.hold(event.tasks, time)
    track.begin_turn(event.turn, time)


def _turn_resumed(here: Activities, event: events.TurnResumed, time: float) -> None:
    here.track(event.agent, time).go_on(time)


def _turn_ended(here: Activities, event: events.TurnEnded, time: float) -> None:
    track = here.track(event.agent, time)
    if track.turn == event.turn:
        track.end_turn(time)


def _request_sent(here: Activities, event: events.RequestSent, time: float) -> None:
    track = here.track(event.agent, time)
    if track.is_in(event.turn):
        track.move(Activity.ASKS_MODEL, time)


def _back_to_work(
    here: Activities, event: events.ReplyReceived | events.ToolsFinished, time: float
) -> None:
    track = here.track(event.agent, time)
    if track.is_in(event.turn):
        track.move(Activity.WRITES, time)


def _proposal_queued(here: Activities, event: events.ProposalQueued, time: float) -> None:
    track = here.track(event.agent, time)
    if track.is_in(event.turn):
        track.propose(event.proposal, event.task, time)


def _proposal_dropped(here: Activities, event: events.ProposalDropped, time: float) -> None:
    track = here.track(event.agent, time)
    track.hear_verdict(event.proposal, time)
    if not event.held:
        track.let_go(event.task, time)


def _task_done(here: Activities, event: events.TaskDone, time: float) -> None:
    track = here.track(event.agent, time)
    track.hear_verdict(event.proposal, time)
    track.let_go(event.task, time)


def _task_over(
    here: Activities,
    event: events.TaskFailed | events.TaskBlocked | events.TaskCancelled,
    time: float,
) -> None:
    for track in here.agents.values():
        track.let_go(event.task, time)


def _fault_injected(here: Activities, event: events.FaultInjected, time: float) -> None:
    if event.kind not in _LASTING:
        return
    track = here.track(event.agent, time)
    if not event.over:
        track.fault = event.kind
        if event.kind == FaultKind.CRASH:
            track.lose(time)
    elif track.fault == event.kind:
        track.fault = ""


_LASTING = frozenset(FaultKind)
"""Faults of an agent, which last; what happens to single messages does not."""


def _run_resumed(here: Activities, _: events.RunResumed, time: float) -> None:
    for track in here.agents.values():
        track.fault = ""
        track.lose(time)
        if track.turn is None:
            track.hold((), time)


def _run_finished(here: Activities, _: events.RunFinished, time: float) -> None:
    for track in here.agents.values():
        track.rest(time)


_HANDLERS: dict[type, Callable[[Activities, Any, float], None]] = {
    events.AgentJoined: _agent_joined,
    events.AgentLeft: _agent_left,
    events.TasksLeased: _tasks_leased,
    events.TasksReturned: _tasks_returned,
    events.LeaseExpired: _lease_expired,
    events.TurnStarted: _turn_started,
    events.TurnResumed: _turn_resumed,
    events.TurnEnded: _turn_ended,
    events.RequestSent: _request_sent,
    events.ReplyReceived: _back_to_work,
    events.ToolsFinished: _back_to_work,
    events.ProposalQueued: _proposal_queued,
    events.ProposalDropped: _proposal_dropped,
    events.TaskDone: _task_done,
    events.TaskFailed: _task_over,
    events.TaskBlocked: _task_over,
    events.TaskCancelled: _task_over,
    events.FaultInjected: _fault_injected,
    events.RunResumed: _run_resumed,
    events.RunFinished: _run_finished,
}
ACTIVE = frozenset(_HANDLERS)
"""Events that say what an agent does; `Activities` need be told of no others."""
