"""Carrying out the tool calls of a turn: what each does to the agent's draft and to the board.

The calls of one reply are carried out in order. `complete` puts the task's change into the merge
queue and goes on; when all calls are through, their verdicts are awaited, so that a batch of tasks
is checked side by side.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from brooks.core import commands, events
from brooks.core.facts import DropReason, FileChange, RefusalReason, ToolResult
from brooks.core.paths import PathRefused
from brooks.core.state import Verdict
from brooks.core.team_rules import Consistency
from brooks.ids import ProposalId, TaskId
from brooks.models.base import Outcome, Reply, ToolCall
from brooks.runtime.ballots import answer_to_compare
from brooks.runtime.checking import CheckVerdict
from brooks.runtime.draft import Change, Draft
from brooks.runtime.file_tools import REPLAYED, FileTools
from brooks.runtime.link import AwaitVerdict, Link, TryCheck
from brooks.runtime.order import Tree, TurnOrder
from brooks.runtime.patient_link import PatientLink
from brooks.runtime.reconciling import (
    Reconciled,
    Written,
    difference,
    propose_again,
    reconcile,
)
from brooks.runtime.team_tools import TeamTools
from brooks.runtime.tools import cut, is_usable, no, wrong_arguments, yes

MAX_CALLS = 500
"""Tool calls of one reply that are carried out."""
GONE = frozenset(
    {RefusalReason.TASK_OVER, RefusalReason.UNKNOWN_TASK, RefusalReason.HELD_BY_ANOTHER}
)
"""Refusals after which there is nothing left to do for a task."""
MOST_REBASES = 5
"""How often one change is merged with what others wrote before its agent is asked."""


class TurnOver(Exception):  # noqa: N818 - named for what happened
    """The turn is no longer this agent's."""


class Done(NamedTuple):
    """What a call gave."""

    outcome: Outcome
    discarded: tuple[str, ...]
    """Files that must be written anew."""
    rebased: tuple[FileChange, ...]
    """Files whose change was merged with another agent's."""
    blobs: tuple[bytes, ...]
    """The contents of those."""


class Toolbox:
    """Carries out the tool calls of one turn."""

    def __init__(self, order: TurnOrder, tree: Tree, draft: Draft, link: Link) -> None:
        self._order = order
        self._tree = tree
        self._draft = draft
        self._link = link
        self._files = FileTools(tree, draft)
        self._team = TeamTools(order, tree, link, order.circle)
        self.open = dict.fromkeys(order.tasks)
        """Tasks of the turn that the agent still holds."""
        self.asked_board = False
        """Whether the last reply proposed anything, so that the agent should see the current tree."""
        self._queued: dict[str, tuple[TaskId, ProposalId]] = {}
        self._discarded: dict[str, tuple[str, ...]] = {}
        self._rebased: dict[str, Reconciled] = {}
        if isinstance(link, PatientLink):
            link.mend = partial(propose_again, tree, order.consistency)

    async def carry_out(self, reply: Reply) -> list[Done]:
        """Carry out a reply's calls."""
        self.asked_board = False
        self._queued.clear()
        self._discarded.clear()
        self._rebased.clear()
        outcomes: dict[str, Outcome] = {}
        for number, call in enumerate(reply.calls):
            if number >= MAX_CALLS:
                outcomes[call.id] = no(call, f"only {MAX_CALLS} calls are carried out in one reply")
                continue
            outcome = await self._call(call)
            if outcome is not None:
                outcomes[call.id] = outcome
        for call_id, (task, proposal) in self._queued.items():
            outcomes[call_id] = await self._await_verdict(call_id, task, proposal)
        return [self._done(outcomes[call.id]) for call in reply.calls]

    def is_usable(self, reply: Reply) -> bool:
        """Whether any call of a reply can be carried out."""
        return is_usable(reply)

    def _done(self, outcome: Outcome) -> Done:
        rebased = self._rebased.get(outcome.call)
        return Done(
            outcome,
            self._discarded.get(outcome.call, ()),
            rebased.changes() if rebased else (),
            tuple(file.data for file in rebased.files if file.data is not None) if rebased else (),
        )

    async def _await_verdict(self, call: str, task: TaskId, proposal: ProposalId) -> Outcome:
        """Wait until a change is merged or dropped; one that was overtaken is merged and proposed anew."""
        verdict = await self._verdict(proposal)
        for again in range(1, MOST_REBASES + 1):
            overtaken = verdict.dropped is DropReason.STALE_WRITE and verdict.held
            change = self._rebase(call, task, verdict.paths if overtaken else ())
            if change is None:
                break
            event = await self._propose(f"{call}~{again}", task, change)
            if not isinstance(event, events.ProposalQueued):
                break
            verdict = await self._verdict(event.proposal)
        return self._judge(call, task, verdict)

    async def _verdict(self, proposal: ProposalId) -> Verdict:
        answer = await self._link.ask(AwaitVerdict(turn=self._order.turn, proposal=proposal))
        if not isinstance(answer, Verdict):
            raise TurnOver
        return answer

    def _rebase(self, call: str, task: TaskId, stale: Sequence[str]) -> Change | None:
        """A change on top of the current versions of its files; None where that cannot or need not be."""
        if not stale or self._order.consistency is not Consistency.ISOLATED:
            return None
        result = reconcile(self._tree, self._draft.proposed(task, stale))
        if not result.files:
            return None
        self._rebased[call] = result
        return self._put_on_top(task, result.files)

    def _put_on_top(self, task: TaskId, files: Sequence[Written]) -> Change:
        self._draft.dropped(task, ())
        for file in files:
            self._draft.write(file.path, file.data, executable=file.executable)
            self._draft.rebase(file.path, file.data, file.base)
        return self._draft.propose(task, self._reserved(task))

    def replay(self, reply: Reply, results: tuple[ToolResult, ...]) -> list[Outcome]:
        """Do to the draft what these calls did when they were carried out, without asking anyone."""
        self._queued.clear()
        self._discarded.clear()
        outcomes = []
        for call, result in zip(reply.calls, results, strict=True):
            text = self._tree.blob(result.text).decode("utf-8", "replace")
            outcomes.append(Outcome(call=call.id, ok=result.ok, text=text))
            if len(outcomes) > MAX_CALLS or wrong_arguments(call):
                continue
            if call.name in REPLAYED and result.ok:
                self._files.redo(call)
            elif call.name == "complete":
                self._replay_complete(call, result, text)
            elif call.name == "give_up" and result.ok:
                self.open.pop(TaskId(call.arguments["task"]), None)
        for call_id, (task, proposal) in self._queued.items():
            self._settle(call_id, task, self._order.verdicts[proposal])
        return outcomes

    def _replay_complete(self, call: ToolCall, result: ToolResult, text: str) -> None:
        task = TaskId(call.arguments["task"])
        if self._why_not_open(task):
            return
        self._draft.propose(task, self._reserved(task))
        if result.rebased:
            self._put_on_top(task, [self._written(change) for change in result.rebased])
        proposal = self._last_proposal(call.id)
        if proposal is not None:
            self._queued[call.id] = (task, proposal)
            return
        if isinstance(self._order.done.get(call.id), events.BallotCast):
            self.open.pop(task, None)
            return
        self._draft.dropped(task, result.discarded)
        if text in {_refused_text(reason) for reason in GONE}:
            self.open.pop(task, None)

    def _written(self, change: FileChange) -> Written:
        data = None if change.blob is None else self._tree.blob(change.blob)
        return Written(change.path, data, change.base, change.executable)

    def _last_proposal(self, call: str) -> ProposalId | None:
        """The proposal that a call came down to, after all its rebases."""
        made = [
            number
            for name, number in self._order.proposals.items()
            if name == call or name.startswith(f"{call}~")
        ]
        return max(made, default=None)

    async def _call(self, call: ToolCall) -> Outcome | None:
        """Carry out one call; None when its answer is a verdict still to come."""
        wrong = wrong_arguments(call)
        if wrong:
            return no(call, wrong)
        try:
            if self._files.has(call.name):
                return self._files.carry_out(call)
            if self._team.has(call.name):
                return await self._team.carry_out(call)
            return await self._about_task(call)
        except PathRefused as error:
            return no(call, f"{error}")

    async def _about_task(self, call: ToolCall) -> Outcome | None:
        match call.name:
            case "complete":
                return await self._complete(call)
            case "run_check":
                return await self._try_check(call)
            case _:
                return await self._give_up(call)

    def _reserved(self, task: TaskId) -> set[str]:
        """Files that belong to other tasks of the turn which are not complete yet."""
        mine: set[str] = set()
        others: set[str] = set()
        for assignment in self._order.assignments:
            if assignment.task.id == task:
                mine.update(assignment.task.files)
            elif assignment.task.id in self.open:
                others.update(assignment.task.files)
        return others - mine

    def _why_not_open(self, task: TaskId) -> str:
        if task not in self.open:
            return f"{task!r} is not one of your open tasks: {', '.join(self.open) or 'none'}"
        if any(task == queued for queued, _ in self._queued.values()):
            return f"{task} is already being checked"
        return ""

    async def _complete(self, call: ToolCall) -> Outcome | None:
        task = TaskId(call.arguments["task"])
        why_not = self._why_not_open(task)
        if why_not:
            return no(call, why_not)
        self.asked_board = True
        change = self._draft.propose(task, self._reserved(task))
        earlier = self._order.proposals.get(call.id)
        if earlier is not None:  # accepted before the coordinator stopped
            self._queued[call.id] = (task, earlier)
            return None
        answer = self._order.done.get(call.id) or await self._propose(call.id, task, change)
        for _ in range(MOST_REBASES):
            stale = _stale_paths(answer)
            rebased = self._rebase(call.id, task, stale)
            if rebased is None:
                break
            answer = await self._propose(call.id, task, rebased)
        if answer is None:
            self.open.pop(task, None)
            return yes(call, f"the board cannot be reached; your change for {task} is kept for it")
        if isinstance(answer, events.ProposalQueued):
            self._queued[call.id] = (task, answer.proposal)
            return None
        if isinstance(answer, events.BallotCast):
            self.open.pop(task, None)
            return yes(call, f"your change for {task} is in; it is weighed against those of others")
        assert isinstance(answer, events.Refused)
        return self._refused(call, task, answer)

    async def _propose(self, call: str, task: TaskId, change: Change) -> events.Event | None:
        """Propose a change; None where the board cannot be reached and is told later."""
        records = await self._link.command(
            commands.Propose(
                agent=self._order.agent,
                turn=self._order.turn,
                call=call,
                task=task,
                fence=self._order.fence,
                changes=change.files,
                reads=self._draft.looked_at(change),
                answer=answer_to_compare(change) if self._is_voted_on(task) else None,
            ),
            *change.blobs,
        )
        return records[0].event if records else None

    def _is_voted_on(self, task: TaskId) -> bool:
        return any(each.is_voted_on for each in self._order.assignments if each.task.id == task)

    def _refused(self, call: ToolCall, task: TaskId, answer: events.Refused) -> Outcome:
        if answer.reason in {RefusalReason.STALE_FENCE, RefusalReason.TURN_OVER}:
            raise TurnOver
        stale = _stale_paths(answer)
        why = self._stale_text(task, stale)
        self._discarded[call.id] = self._draft.dropped(task, stale)
        if stale:
            return no(call, why)
        if answer.reason is RefusalReason.FILE_LOCKED:
            return no(
                call,
                f"refused: {answer.detail} is locked by a task of another agent; leave it as it is, "
                "or give this task up",
            )
        if answer.reason is RefusalReason.PATH_CLASH:
            return no(
                call, f"refused: {answer.detail} differs only by case from a file that is there"
            )
        if answer.reason in GONE:
            self.open.pop(task, None)
        return no(call, _refused_text(answer.reason))

    def _judge(self, call: str, task: TaskId, verdict: Verdict) -> Outcome:
        stale = verdict.paths if verdict.dropped is DropReason.STALE_WRITE else ()
        why = self._stale_text(task, stale)
        anew = self._settle(call, task, verdict)
        if verdict.merged:
            counts = ""
            if verdict.check is not None and verdict.check.tests_passed is not None:
                counts = f", {verdict.check.tests_passed} tests passed"
            return Outcome(call=call, ok=True, text=f"{task} is done{counts}")
        text = self._dropped_text(task, verdict, why)
        more = [path for path in anew if path not in stale]
        if more:
            text += f"\nWrite anew, since it was made on top of that: {', '.join(more)}"
        return Outcome(call=call, ok=False, text=text)

    def _settle(self, call: str, task: TaskId, verdict: Verdict) -> tuple[str, ...]:
        """Take a verdict into the draft; the files that must be written anew."""
        if verdict.merged:
            self._draft.merged(task)
            self.open.pop(task, None)
            return ()
        if not verdict.held:
            self.open.pop(task, None)
        stale = verdict.paths if verdict.dropped is DropReason.STALE_WRITE else ()
        anew = self._discarded[call] = self._draft.dropped(task, stale)
        return anew

    def _stale_text(self, task: TaskId, stale: Sequence[str]) -> str:
        """What an agent is told whose files were changed under it, with what was changed."""
        if not stale:
            return ""
        written = self._draft.proposed(task, stale)
        if self._order.consistency is Consistency.ISOLATED:
            marked = reconcile(self._tree, written).conflicts
            return f"{_stale_text(stale)}\nYou both changed the same lines:\n{marked}"
        return f"{_stale_text(stale)}\nWhat was changed:\n{difference(self._tree, written)}"

    def _dropped_text(self, task: TaskId, verdict: Verdict, why: str) -> str:
        tail = "" if verdict.held else " You no longer hold this task."
        match verdict.dropped:
            case DropReason.CHECK_FAILED:
                assert verdict.check is not None
                output = self._tree.blob(verdict.check.output).decode("utf-8", "replace")
                return f"the check of {task} failed ({verdict.check.reason.value}):\n{output}{tail}"
            case DropReason.STALE_WRITE:
                return why + tail
            case DropReason.DEPENDENCY_NOT_DONE:
                return f"{task} was not checked: a task it depends on failed its own check.{tail}"
            case _:
                return f"{task} was cancelled.{tail}"

    async def _try_check(self, call: ToolCall) -> Outcome:
        task = TaskId(call.arguments["task"])
        why_not = self._why_not_open(task)
        if why_not:
            return no(call, why_not)
        if self._order.check(task) is None:
            return yes(call, f"{task} has no check")
        change = self._draft.as_it_is(self._reserved(task))
        answer = await self._link.ask(TryCheck(task=task, changes=change.files, blobs=change.blobs))
        assert isinstance(answer, CheckVerdict)
        output = answer.output.decode("utf-8", "replace")
        how = "passes" if answer.passed else f"fails ({answer.reason.value})"
        return Outcome(
            call=call.id, ok=answer.passed, text=cut(f"the check of {task} {how}\n{output}")
        )

    async def _give_up(self, call: ToolCall) -> Outcome:
        task = TaskId(call.arguments["task"])
        why_not = self._why_not_open(task)
        if why_not:
            return no(call, why_not)
        await self._link.command(
            commands.GiveUp(
                agent=self._order.agent,
                fence=self._order.fence,
                task=task,
                reason=call.arguments["reason"][:2000],
            )
        )  # refused when the agent does not hold it any more, which is what it asked for
        del self.open[task]
        return yes(call, f"{task} handed back")


def _stale_paths(answer: events.Event | None) -> tuple[str, ...]:
    """The files of a refused change that were changed by another agent."""
    if isinstance(answer, events.Refused) and answer.reason is RefusalReason.STALE_WRITE:
        return tuple(answer.detail.split(", "))
    return ()


def _refused_text(reason: RefusalReason) -> str:
    return f"refused: {reason.value}"


def _stale_text(paths: Sequence[str]) -> str:
    return (
        f"refused: {', '.join(paths)} was changed by another agent after you read it, and your "
        "version of it was "
        "dropped. Read it again, make your change to what it is now, and call complete again."
    )
