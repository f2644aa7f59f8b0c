"""Carrying out a reply of an advisory team: edits, then claims, then completions, then tests.

The order is that of the published experiment, whatever order the model gave. What reaches the board
goes there in one piece, so that it meets the board as it is at that moment: a later reply of the same
round sees what an earlier one has completed. Claims come before completions, so one reply can take
and finish a task, but of a chain only the first: when the second is claimed, the first is not done.
"""

from collections.abc import Iterable, Mapping, Sequence

from brooks.core import commands, events
from brooks.core.facts import FileChange, RefusalReason
from brooks.core.paths import PathRefused
from brooks.ids import TaskId
from brooks.models.base import Outcome, Reply, SeenBoard, Tool, ToolCall
from brooks.runtime.advisory.offering import RUN_CHECK
from brooks.runtime.checking import CheckVerdict
from brooks.runtime.draft import Draft
from brooks.runtime.file_tools import FileTools
from brooks.runtime.gossip import Circle
from brooks.runtime.link import Link, TryCheck
from brooks.runtime.order import Tree, TurnOrder
from brooks.runtime.team_tools import TeamTools
from brooks.runtime.toolbox import MAX_CALLS, TurnOver
from brooks.runtime.tools import cut, no, text_argument, wrong_arguments, yes

WRITING = frozenset({"write_file", "edit_file", "delete_file"})
_HEADS = (events.FilesWritten, events.ClaimStated, events.ProposalQueued, events.Refused)
"""What the answer to each command begins with."""


class Acting:
    """Carries out one reply."""

    def __init__(
        self,
        order: TurnOrder,
        tree: Tree,
        draft: Draft,
        link: Link,
        *,
        tools: Sequence[Tool],
        circle: Circle | None = None,
    ) -> None:
        assert order.board is not None
        self._order = order
        self._board: SeenBoard = order.board
        self._draft = draft
        self._link = link
        self._tools: Mapping[str, Tool] = {tool.name: tool for tool in tools}
        self._files = FileTools(tree, draft)
        self._team = TeamTools(order, tree, link, circle)
        self._outcomes: dict[str, Outcome] = {}
        self.written: events.FilesWritten | None = None
        """What the reply put into the shared tree."""

    async def carry_out(self, reply: Reply) -> tuple[Outcome, ...]:
        """Carry out a reply's calls; what each gave, in the order in which they were made."""
        calls = [call for number, call in enumerate(reply.calls) if self._may(call, number)]
        self._look(call for call in calls if self._files.has(call.name))
        await self._ask_board(calls)
        for call in calls:
            if self._team.has(call.name):
                self._outcomes[call.id] = await self._of_team(call)
        for call in calls:
            if call.name == RUN_CHECK.name:
                self._outcomes[call.id] = await self._run_check(call)
        return tuple(self._outcomes[call.id] for call in reply.calls)

    def _may(self, call: ToolCall, number: int) -> bool:
        why_not = wrong_arguments(call, self._tools)
        if number >= MAX_CALLS:
            why_not = f"only {MAX_CALLS} calls are carried out in one reply"
        elif not why_not and call.name == "complete":
            why_not = self._why_not_own(TaskId(call.arguments["task"]))
        if why_not:
            self._outcomes[call.id] = no(call, why_not)
        return not why_not

    def _why_not_own(self, task: TaskId) -> str:
        """Where tasks are dealt an agent reports on its own; where they are claimed the board knows."""
        if self._board.claims or task in self._order.tasks:
            return ""
        return f"{task!r} is not one of your tasks: {', '.join(self._order.tasks) or 'none'}"

    def _look(self, calls: Iterable[ToolCall]) -> None:
        """Carry out what is about files: looks see them without the reply's own writes."""
        for call in sorted(calls, key=lambda call: call.name in WRITING):
            try:
                self._outcomes[call.id] = self._files.carry_out(call)
            except PathRefused as error:
                self._outcomes[call.id] = no(call, f"{error}")

    async def _of_team(self, call: ToolCall) -> Outcome:
        try:
            return await self._team.carry_out(call)
        except PathRefused as error:
            return no(call, f"{error}")

    async def _ask_board(self, calls: Sequence[ToolCall]) -> None:
        """Write, claim and complete, in one piece; what was done before a stop is not done again."""
        change = self._draft.as_it_is(())
        writes = [call for call in calls if call.name in WRITING and self._outcomes[call.id].ok]
        asked: list[tuple[tuple[ToolCall, ...], commands.Command]] = []
        if change.files:
            asked.append((tuple(writes), self._write(writes[0].id, change.files)))
        asked += [((call,), self._claim(call)) for call in calls if call.name == "claim"]
        asked += [((call,), self._complete(call)) for call in calls if call.name == "complete"]
        open_ones = [pair for pair in asked if not self._was_done(*pair)]
        if not open_ones:
            return
        answer = await self._link.commands(
            tuple(command for _, command in open_ones), *change.blobs
        )
        heads = [record.event for record in answer if isinstance(record.event, _HEADS)]
        for (about, command), event in zip(open_ones, heads, strict=True):
            self._take(about, command, event)

    def _write(self, call: str, changes: tuple[FileChange, ...]) -> commands.WriteFiles:
        return commands.WriteFiles(
            agent=self._order.agent, turn=self._order.turn, call=call, changes=changes
        )

    def _claim(self, call: ToolCall) -> commands.StateClaim:
        return commands.StateClaim(
            agent=self._order.agent,
            task=TaskId(call.arguments["task"]),
            turn=self._order.turn,
            call=call.id,
        )

    def _complete(self, call: ToolCall) -> commands.Propose:
        return commands.Propose(
            agent=self._order.agent,
            turn=self._order.turn,
            call=call.id,
            task=TaskId(call.arguments["task"]),
            fence=self._order.fence,
            changes=(),
        )

    def _was_done(self, about: tuple[ToolCall, ...], command: commands.Command) -> bool:
        """Whether it was carried out before the coordinator stopped; then that is what it gave."""
        name = about[0].id
        earlier = self._order.done.get(name)
        if earlier is not None:
            self._take(about, command, earlier)
        elif name in self._order.proposals:
            self._outcomes[name] = yes(about[0], _marked(about[0]))
            return True
        return earlier is not None

    def _take(
        self, about: tuple[ToolCall, ...], command: commands.Command, event: events.Event
    ) -> None:
        """Take in what a command gave."""
        if isinstance(event, events.FilesWritten):
            self.written = event
        elif isinstance(event, events.ClaimStated):
            self._outcomes[about[0].id] = yes(about[0], f"{event.task} is yours")
        elif isinstance(event, events.Refused):
            if event.reason is RefusalReason.TURN_OVER:
                raise TurnOver
            for call in about:
                self._outcomes[call.id] = no(call, _refused(call, event))
        else:
            self._outcomes[about[0].id] = yes(about[0], _marked(about[0]))

    async def _run_check(self, call: ToolCall) -> Outcome:
        task = TaskId(text_argument(call, "task")) or None
        known = {seen.id: seen for seen in self._board.tasks}
        if task is not None and task not in known:
            return no(call, f"there is no task {task!r}")
        what = "the project" if task is None else task
        has_check = self._board.project_check if task is None else known[task].checked
        if not has_check:
            return yes(call, f"{what} has no check")
        answer = await self._link.ask(TryCheck(task=task, changes=()))
        assert isinstance(answer, CheckVerdict)
        output = answer.output.decode("utf-8", "replace")
        how = "passes" if answer.passed else f"fails ({answer.reason.value})"
        return Outcome(
            call=call.id, ok=answer.passed, text=cut(f"the check of {what} {how}\n{output}")
        )


def _marked(call: ToolCall) -> str:
    return f"{call.arguments['task']} is marked done"


def _refused(call: ToolCall, event: events.Refused) -> str:
    why = _WHY.get(event.reason, event.reason.value)
    return f"refused: {why}{f' ({event.detail})' if event.detail else ''}"


_WHY = {
    RefusalReason.NOT_READY: "a task it depends on is not done",
    RefusalReason.HELD_BY_ANOTHER: "another agent has claimed it",
    RefusalReason.ALREADY_HOLDS: "you have claimed it already",
    RefusalReason.TASK_OVER: "it is done already, or will not be done",
    RefusalReason.UNKNOWN_TASK: "there is no such task",
    RefusalReason.NOT_ALLOWED: "you have not claimed it",
    RefusalReason.PATH_CLASH: "it differs only by case from a file that is there",
}
