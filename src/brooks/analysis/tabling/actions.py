"""What replies led to, folded into rows of `actions`.

    write          each file of a change that was handed in: queued, cast as a ballot, or written at once
    claim          each task of a lease that was granted anew, and each claim by word
    claim refused  each refused claim, with the reason
    completion     each task that became done
    check          each check of a change that ended, of the last look, and of an agent's own

An action belongs to the last reply of its turn before it. Leases are taken by the team's policy and
not by a reply, and so belong to none. The checks that agents run for themselves are in the log only as
the results of tool calls: they are rows where the calls of replies are handed in, and then their
seconds are those since the reply was there, or since the last thing that happened to its turn or held
the team up, in equal parts where one reply ran several.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from brooks.analysis.columns import ActionKind
from brooks.analysis.tabling.about import Called, CallsOf
from brooks.analysis.tabling.entities import Answer
from brooks.analysis.tabling.history import History
from brooks.core import events
from brooks.core.facts import CheckReason, CheckResult, FileChange, Role, ToolResult
from brooks.ids import AgentId, ProposalId, TaskId, TurnId

Row = dict[str, Any]

_CLAIMS = frozenset({"Claim", "StateClaim"})
_CHECKING_TOOLS = frozenset({"run_check", "verify"})


class Actions:
    """Rows of `actions`, folded from records one by one, each after the history has it."""

    def __init__(self, history: History, *, rounds: bool, calls_of: CallsOf | None) -> None:
        self.rows: list[Row] = []
        """Without the run's id."""
        self._history = history
        self._rounds = rounds
        self._calls_of = calls_of
        self._proposals: dict[ProposalId, events.ProposalQueued] = {}
        self._checks: dict[ProposalId, float] = {}
        self._acted: dict[TurnId, float] = {}
        """When something happened last to each turn."""
        self._tools_finished = 0.0
        """When calls were carried out last, of anyone: in rounds, one agent's tests hold up the others."""
        self._project_check = False
        self.look: list[bool] = []
        """Verdicts of the present or last look at the final tree."""
        self.last_check: bool | None = None

    def _row(
        self,
        kind: ActionKind,
        time: float,
        agent: AgentId | None,
        *,
        turn: TurnId | None = None,
        answer: Answer | None = None,
        **values: Any,
    ) -> None:
        there = self._history.turns.get(turn) if turn is not None else None
        self.rows.append(
            {
                "call": None if answer is None else answer.number,
                "agent": agent,
                "round": there.round if self._rounds and there is not None else None,
                "time": time,
                "kind": kind.value,
                "task": values.get("task"),
                "path": values.get("path"),
                "passed": values.get("passed"),
                "seconds": values.get("seconds"),
                "reason": values.get("reason"),
            }
        )
        if turn is not None:
            self._acted[turn] = time

    def _of_turn(
        self, kind: ActionKind, time: float, agent: AgentId, turn: TurnId | None, **values: Any
    ) -> None:
        answer = self._history.answer_before(agent, turn)
        self._row(kind, time, agent, turn=turn, answer=answer, **values)

    def _run_started(self, event: events.RunStarted, time: float) -> None:
        self._project_check = event.project_check

    # files

    def _handed_in(self, event: events.ProposalQueued | events.BallotCast, time: float) -> None:
        for change in event.changes:
            self._write(event.agent, event.turn, change, event.task, time)

    def _proposal_queued(self, event: events.ProposalQueued, time: float) -> None:
        self._proposals[event.proposal] = event
        if not event.ballot:  # else it was handed in as the ballot
            self._handed_in(event, time)

    def _files_written(self, event: events.FilesWritten, time: float) -> None:
        written = self._history.files.writes[-len(event.changes) :]
        for change, write in zip(event.changes, written, strict=True):
            self._write(event.agent, event.turn, change, write.task, time)

    def _write(
        self, agent: AgentId, turn: TurnId, change: FileChange, task: TaskId | None, time: float
    ) -> None:
        self._of_turn(ActionKind.WRITE, time, agent, turn, task=task, path=change.path)

    # claims

    def _tasks_leased(self, event: events.TasksLeased, time: float) -> None:
        turn = self._history.last_of.get(event.agent)
        if event.role is Role.LEAD or (turn is not None and turn.ended is None):
            return  # a turn that is open goes on after a resume
        for task in event.tasks:
            self._row(ActionKind.CLAIM, time, event.agent, task=task)

    def _claim_stated(self, event: events.ClaimStated, time: float) -> None:
        self._of_turn(ActionKind.CLAIM, time, event.agent, event.turn, task=event.task)

    def _refused(self, event: events.Refused, time: float) -> None:
        if event.command not in _CLAIMS:
            return
        answer = None
        if event.turn is not None:
            answer = self._history.answer_before(event.agent, event.turn)
        self._row(
            ActionKind.CLAIM_REFUSED,
            time,
            event.agent,
            turn=event.turn,
            answer=answer,
            task=event.task,
            reason=event.reason.value,
        )

    # completions and checks

    def _task_done(self, event: events.TaskDone, time: float) -> None:
        self._of_turn(ActionKind.COMPLETION, time, event.agent, event.turn, task=event.task)
        self._proposals.pop(event.proposal, None)

    def _check_started(self, event: events.CheckStarted, time: float) -> None:
        self._checks[event.proposal] = time

    def _check_finished(self, event: events.CheckFinished, time: float) -> None:
        proposal = self._proposals.get(event.proposal)
        began = self._checks.pop(event.proposal, None)
        self.last_check = event.passed
        self.look = []
        verdict = {**_verdict(event), "seconds": None if began is None else time - began}
        if proposal is None:
            self._row(ActionKind.CHECK, time, None, **verdict)
            return
        verdict["task"] = proposal.task
        self._of_turn(ActionKind.CHECK, time, proposal.agent, proposal.turn, **verdict)

    def _verification_started(self, _: events.VerificationStarted, time: float) -> None:
        self.look = []

    def _verification_finished(self, event: events.VerificationFinished, time: float) -> None:
        self.look.append(event.passed)
        self.last_check = all(self.look)
        self._row(ActionKind.CHECK, time, None, task=event.task, **_verdict(event))

    def _tools_done(self, event: events.ToolsFinished, time: float) -> None:
        turn = self._history.turns.get(event.turn)
        answer = None
        if turn is not None and self._calls_of is not None:
            answer = next((each for each in turn.answers if each.index == event.index), None)
        if answer is not None and self._calls_of is not None:
            results = {result.call: result for result in event.results}
            ran = [
                (called, results[called.call])
                for called in self._calls_of(answer.reply)
                if called.call in results and self._has_check(called)
            ]
            self._own_checks(event, answer, ran, time)
        if self._rounds:
            self._tools_finished = time

    def _has_check(self, called: Called) -> bool:
        """Whether a call ran a check: there is nothing to run for a task without one."""
        if called.tool not in _CHECKING_TOOLS:
            return False
        if called.task is None:
            return self._project_check
        life = self._history.lives.get(called.task)
        return life is not None and life.spec.check is not None

    def _own_checks(
        self,
        event: events.ToolsFinished,
        answer: Answer,
        ran: list[tuple[Called, ToolResult]],
        time: float,
    ) -> None:
        if not ran:
            return
        since = max(answer.ended, self._acted.get(event.turn, 0.0), self._tools_finished)
        each = max(0.0, time - since) / len(ran)
        for number, (called, result) in enumerate(ran, start=1):
            if called.tool == "verify":
                answer.led = True
            self.last_check = result.ok
            self._row(
                ActionKind.CHECK,
                time - each * (len(ran) - number),
                event.agent,
                turn=event.turn,
                answer=answer,
                task=called.task,
                passed=result.ok,
                seconds=each,
                reason=None if result.ok else CheckReason.FAILED.value,
            )

    HANDLERS: ClassVar[dict[type, Callable[[Any, Any, float], None]]] = {
        events.RunStarted: _run_started,
        events.ProposalQueued: _proposal_queued,
        events.BallotCast: _handed_in,
        events.FilesWritten: _files_written,
        events.TasksLeased: _tasks_leased,
        events.ClaimStated: _claim_stated,
        events.Refused: _refused,
        events.TaskDone: _task_done,
        events.CheckStarted: _check_started,
        events.CheckFinished: _check_finished,
        events.VerificationStarted: _verification_started,
        events.VerificationFinished: _verification_finished,
        events.ToolsFinished: _tools_done,
    }


def _verdict(result: CheckResult) -> Row:
    return {"passed": result.passed, "reason": None if result.passed else result.reason.value}
