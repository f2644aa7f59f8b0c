"""A run's life as turns, replies and tasks, folded from its records one by one."""

from collections.abc import Callable
from typing import Any, ClassVar

from brooks.analysis.tabling.entities import Answer, Hold, Life, Merge, Turn
from brooks.analysis.tabling.files import Files, Write
from brooks.core import events
from brooks.core.facts import RefusalReason
from brooks.core.state import OVER, Status
from brooks.ids import AgentId, BlobHash, ProposalId, TaskId, TurnId


class History:
    """Everything that the tables ask of a run's life."""

    def __init__(self) -> None:
        self.end = 0.0
        """Log time of the last record, seconds; known when the log is closed."""
        self.finished = False
        self.turns: dict[TurnId, Turn] = {}
        self.answers: list[Answer] = []
        self.lives: dict[TaskId, Life] = {}
        """Every task, in the order of adding."""
        self.ballots: dict[tuple[TurnId, TaskId], BlobHash] = {}
        """What each turn voted on a task."""
        self.files = Files()
        self.commits = 0
        """Number of the last merge, as a task's check is good for it."""
        self.last_of: dict[AgentId, Turn] = {}
        """The last turn of each agent."""
        self._queue: dict[ProposalId, tuple[TaskId, float]] = {}
        self._checks: dict[ProposalId, tuple[TaskId, float]] = {}

    def answer_before(self, agent: AgentId | None, turn: TurnId | None) -> Answer | None:
        """The last reply of a turn so far, or of an agent where the turn is not known."""
        there = self.turns.get(turn) if turn is not None else None
        if there is None and agent is not None:
            there = self.last_of.get(agent)
        return there.answers[-1] if there is not None and there.answers else None

    def _touch(self, turn: Turn, task: TaskId) -> None:
        """What a turn does is about a task."""
        turn.touched[task] = None
        if turn.answers:
            turn.answers[-1].touched[task] = None
        if not turn.tasks and task in self.lives:
            self.lives[task].turns[turn.id] = turn

    def _touch_by(self, turn: TurnId | None, task: TaskId | None) -> Turn | None:
        there = self.turns.get(turn) if turn is not None else None
        if there is not None and task is not None and task in self.lives:
            self._touch(there, task)
        return there

    # the run

    def _run_resumed(self, _: events.RunResumed, time: float) -> None:
        self.finished = False
        for turn in self.turns.values():
            turn.sent = None
        for life in self.lives.values():
            self._free(life, time)

    def _run_finished(self, _: events.RunFinished, time: float) -> None:
        self.finished = True

    def _workspace_opened(self, event: events.WorkspaceOpened, time: float) -> None:
        self.files.open(event.files)

    # tasks

    def _task_added(self, event: events.TaskAdded, time: float) -> None:
        self.lives[event.task.id] = Life(event.task, time)
        self.files.name(event.task)

    def _dependency_added(self, event: events.DependencyAdded, time: float) -> None:
        life = self.lives.get(event.task)
        if life is not None:
            life.dependencies[event.on] = None
            if life.status is Status.READY:
                life.status = Status.WAITING

    def _task_ready(self, event: events.TaskReady, time: float) -> None:
        self.lives[event.task].status = Status.READY

    def _task_done(self, event: events.TaskDone, time: float) -> None:
        life = self.lives[event.task]
        self._leave_queue(event.proposal, time)
        self._free(life, time)
        self._let_go(event.turn, event.task, time)
        life.merge = Merge(time, event.commit, event.agent, event.turn)
        life.over = time
        life.status = Status.DONE
        self.commits = event.commit
        if event.verified:
            life.verified_on = event.commit
        self._touch_by(event.turn, event.task)

    def _task_over(
        self, event: events.TaskFailed | events.TaskBlocked | events.TaskCancelled, time: float
    ) -> None:
        life = self.lives[event.task]
        self._free(life, time)
        if life.over is None:
            life.over = time
        life.status = _ENDS[type(event)]

    def _task_requeued(self, event: events.TaskRequeued, time: float) -> None:
        life = self.lives[event.task]
        life.over = None
        life.status = Status.WAITING

    def _task_reopened(self, event: events.TaskReopened, time: float) -> None:
        life = self.lives[event.task]
        if life.merge is not None:
            life.done.append((life.merge.time, time))
            life.settled.append((life.merge.time, time))
        life.merge = life.over = life.verified_on = None
        life.status = Status.WAITING

    # holding

    def _free(self, life: Life, time: float) -> None:
        """Nobody holds a task any more."""
        for agent, since in life.holding.values():
            life.holds.append(Hold(agent, since, time))
        life.holding.clear()

    def _tasks_leased(self, event: events.TasksLeased, time: float) -> None:
        for task in event.tasks:
            life = self.lives[task]
            life.holding[event.fence] = (event.agent, time)
            if life.status is not Status.QUEUED:
                life.status = Status.LEASED

    def _tasks_let_go(self, event: events.TasksReturned | events.LeaseExpired, time: float) -> None:
        turn = self.last_of.get(event.agent)
        for task in event.tasks:
            life = self.lives[task]
            held = life.holding.pop(event.fence, None)
            if held is not None:
                life.holds.append(Hold(held[0], held[1], time))
            if turn is not None and turn.ended is None:
                turn.let_go.setdefault(task, time)
            if life.status is Status.LEASED and not life.holding:
                life.status = Status.WAITING

    def _word_of_lead(self, event: Any, time: float) -> None:
        """A lead assigned a task, or took one back."""
        answer = self.answer_before(None, event.turn)
        if answer is not None:
            answer.led = True

    def _tasks_returned(self, event: events.TasksReturned, time: float) -> None:
        self._tasks_let_go(event, time)
        if event.by is not None:
            self._word_of_lead(event, time)

    def _claim_stated(self, event: events.ClaimStated, time: float) -> None:
        turn = self._touch_by(event.turn, event.task)
        self.lives[event.task].claims.append((event.agent, time))
        if turn is not None:
            turn.claimed[event.task] = None

    def _refused(self, event: events.Refused, time: float) -> None:
        if event.command == "Propose":
            turn = self._touch_by(event.turn, event.task)
            if turn is not None and event.reason is RefusalReason.TASK_OVER and event.task:
                turn.overtaken[event.task] = None

    # turns

    def _turn_started(self, event: events.TurnStarted, time: float) -> None:
        turn = Turn(
            event.turn,
            event.agent,
            tasks=event.tasks,
            role=event.role,
            round_number=event.round,
            started=time,
        )
        self.turns[event.turn] = self.last_of[event.agent] = turn
        for task in event.tasks:
            self.lives[task].turns[event.turn] = turn

    def _turn_ended(self, event: events.TurnEnded, time: float) -> None:
        turn = self.turns.get(event.turn)
        if turn is not None:
            turn.ended = time
            turn.reason = event.reason

    def _request_sent(self, event: events.RequestSent, time: float) -> None:
        turn = self.turns.get(event.turn)
        if turn is None:
            return
        turn.sent = time
        turn.waited = event.waited
        if event.waited > 0:
            turn.held_back.append((max(turn.started, time - event.waited), time))

    def _reply_received(self, event: events.ReplyReceived, time: float) -> None:
        turn = self.turns.get(event.turn)
        answer = Answer(
            len(self.answers) + 1,
            event.agent,
            turn,
            index=event.index,
            ended=time,
            usage=event.usage,
            reply=event.reply,
        )
        self.answers.append(answer)
        if turn is not None:
            turn.answers.append(answer)
            answer.began, turn.sent = turn.sent, None
            answer.waited, turn.waited = turn.waited, None

    def _let_go(self, turn: TurnId, task: TaskId, time: float) -> None:
        there = self.turns.get(turn)
        if there is not None and there.ended is None:
            there.let_go.setdefault(task, time)

    # changes

    def _files_written(self, event: events.FilesWritten, time: float) -> None:
        turn = self.turns.get(event.turn)
        own = [] if turn is None else [*turn.tasks, *turn.touched]
        own += [
            task
            for task, life in self.lives.items()
            if task not in own and any(agent == event.agent for agent, _ in life.claims)
        ]
        for change in event.changes:
            task = self.files.task_of(change.path, own)
            merge = self.lives[task].merge if task is not None else None
            write = Write(change.path, event.agent, event.turn, task)
            another = merge is not None and merge.agent != event.agent
            self.files.write(write, change.blob, done_by_another=another)
            self._touch_by(event.turn, task)

    def _proposal_queued(self, event: events.ProposalQueued, time: float) -> None:
        life = self.lives[event.task]
        self._queue[event.proposal] = (event.task, time)
        if life.status not in OVER:
            life.status = Status.QUEUED
        if not event.ballot:
            self._touch_by(event.turn, event.task)

    def _ballot_cast(self, event: events.BallotCast, time: float) -> None:
        life = self.lives[event.task]
        self._touch_by(event.turn, event.task)
        self._let_go(event.turn, event.task, time)
        self.ballots[event.turn, event.task] = event.answer
        held = life.holding.pop(event.fence, None)
        if held is not None:
            life.holds.append(Hold(held[0], held[1], time))
        if life.status is Status.LEASED and not life.holding:
            life.status = Status.WAITING

    def _vote_counted(self, event: events.VoteCounted, time: float) -> None:
        if event.decided is not None:
            self.lives[event.task].decided[event.decided] = None

    def _check_started(self, event: events.CheckStarted, time: float) -> None:
        queued = self._queue.get(event.proposal)
        if queued is not None:
            self._checks[event.proposal] = (queued[0], time)

    def _check_over(self, event: events.CheckFinished | events.CheckVoided, time: float) -> None:
        self._end_check(event.proposal, time)

    def _end_check(self, proposal: ProposalId, time: float) -> None:
        running = self._checks.pop(proposal, None)
        if running is not None:
            self.lives[running[0]].checks.append((running[1], time))

    def _leave_queue(self, proposal: ProposalId, time: float) -> None:
        self._end_check(proposal, time)
        queued = self._queue.pop(proposal, None)
        if queued is not None:
            self.lives[queued[0]].queued.append((queued[1], time))

    def _proposal_dropped(self, event: events.ProposalDropped, time: float) -> None:
        life = self.lives[event.task]
        if event.proposal in self._queue:
            self._leave_queue(event.proposal, time)
            if life.status is Status.QUEUED:
                life.status = Status.LEASED if life.holding else Status.WAITING
        turn = self.last_of.get(event.agent)
        if not event.held and turn is not None and turn.ended is None:
            turn.let_go.setdefault(event.task, time)

    def _verification_finished(self, event: events.VerificationFinished, time: float) -> None:
        if event.task is not None and event.task in self.lives:
            self.lives[event.task].verified_on = self.commits if event.passed else None

    def close(self, time: float) -> None:
        """End at the last record what is still under way; nothing may be added afterwards."""
        self.end = time
        for proposal in list(self._queue):
            self._leave_queue(proposal, self.end)

    HANDLERS: ClassVar[dict[type, Callable[[Any, Any, float], None]]] = {
        events.RunResumed: _run_resumed,
        events.RunFinished: _run_finished,
        events.WorkspaceOpened: _workspace_opened,
        events.TaskAdded: _task_added,
        events.DependencyAdded: _dependency_added,
        events.TaskReady: _task_ready,
        events.TaskDone: _task_done,
        events.TaskFailed: _task_over,
        events.TaskBlocked: _task_over,
        events.TaskCancelled: _task_over,
        events.TaskRequeued: _task_requeued,
        events.TaskReopened: _task_reopened,
        events.TasksLeased: _tasks_leased,
        events.TasksReturned: _tasks_returned,
        events.LeaseExpired: _tasks_let_go,
        events.TaskAssigned: _word_of_lead,
        events.ClaimStated: _claim_stated,
        events.Refused: _refused,
        events.TurnStarted: _turn_started,
        events.TurnEnded: _turn_ended,
        events.RequestSent: _request_sent,
        events.ReplyReceived: _reply_received,
        events.FilesWritten: _files_written,
        events.ProposalQueued: _proposal_queued,
        events.BallotCast: _ballot_cast,
        events.VoteCounted: _vote_counted,
        events.CheckStarted: _check_started,
        events.CheckFinished: _check_over,
        events.CheckVoided: _check_over,
        events.ProposalDropped: _proposal_dropped,
        events.VerificationFinished: _verification_finished,
    }


_ENDS: dict[type, Status] = {
    events.TaskFailed: Status.FAILED,
    events.TaskBlocked: Status.BLOCKED,
    events.TaskCancelled: Status.CANCELLED,
}
