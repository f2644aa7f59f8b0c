"""The tools an agent has, and what each call does to its draft and to the board.

Everything in a call comes from a model and is not trusted: names, arguments, paths and sizes are
checked here, and a mistake is an answer that the agent can read and mend, never an exception.

The calls of one reply are carried out in order. `complete` puts the task's change into the merge
queue and goes on; when all calls are through, their verdicts are awaited, so that a batch of tasks
is checked side by side.
"""

from brooks.core import commands, events
from brooks.core.facts import DropReason, RefusalReason, ToolResult
from brooks.core.paths import PathIndex, PathRefused, clean_path
from brooks.core.state import Verdict
from brooks.ids import ProposalId, TaskId
from brooks.models.base import Outcome, Parameter, Reply, Tool, ToolCall
from brooks.runtime.draft import Draft
from brooks.runtime.link import AwaitVerdict, Link
from brooks.runtime.order import Tree, TurnOrder

TOOLS = (
    Tool(name="list_files", description="List the project's files."),
    Tool(
        name="read_file",
        description="Read a whole file.",
        parameters=(Parameter(name="path", description="path relative to the project"),),
    ),
    Tool(
        name="write_file",
        description="Write a whole file.",
        parameters=(
            Parameter(name="path", description="path relative to the project"),
            Parameter(name="content", description="the whole content"),
        ),
    ),
    Tool(
        name="delete_file",
        description="Delete a file.",
        parameters=(Parameter(name="path", description="path relative to the project"),),
    ),
    Tool(
        name="complete",
        description="Say that a task is finished; its check runs on the merged project.",
        parameters=(Parameter(name="task", description="id of the task"),),
    ),
    Tool(
        name="give_up",
        description="Hand a task back.",
        parameters=(
            Parameter(name="task", description="id of the task"),
            Parameter(name="reason", description="why it cannot be done"),
        ),
    ),
)

READING = frozenset({"list_files", "read_file"})
"""Tools that only look."""

MAX_FILE_BYTES = 16 * 2**20
MAX_SHOWN = 60_000
"""Characters of one answer that an agent is shown."""
MAX_CALLS = 500
"""Tool calls of one reply that are carried out."""
GONE = frozenset({RefusalReason.TASK_OVER, RefusalReason.UNKNOWN_TASK})
"""Refusals after which there is nothing left to do for a task."""


class TurnOver(Exception):  # noqa: N818 - named for what happened
    """The turn is no longer this agent's."""


class Toolbox:
    """Carries out the tool calls of one turn."""

    def __init__(self, order: TurnOrder, tree: Tree, draft: Draft, link: Link) -> None:
        self._order = order
        self._tree = tree
        self._draft = draft
        self._link = link
        self._parameters = {tool.name: [one.name for one in tool.parameters] for tool in TOOLS}
        self.open = dict.fromkeys(order.tasks)
        """Tasks of the turn that the agent still holds."""
        self.asked_board = False
        """Whether the last reply proposed anything, so that the agent should see the current tree."""
        self._queued: dict[str, tuple[TaskId, ProposalId]] = {}
        self._discarded: dict[str, tuple[str, ...]] = {}

    async def carry_out(self, reply: Reply) -> list[tuple[Outcome, tuple[str, ...]]]:
        """Carry out a reply's calls: what each gave, and the files it must write anew."""
        self.asked_board = False
        self._queued.clear()
        self._discarded.clear()
        outcomes: dict[str, Outcome] = {}
        for number, call in enumerate(reply.calls):
            if number >= MAX_CALLS:
                outcomes[call.id] = _no(
                    call, f"only {MAX_CALLS} calls are carried out in one reply"
                )
                continue
            outcome = await self._call(call)
            if outcome is not None:
                outcomes[call.id] = outcome
        for call_id, (task, proposal) in self._queued.items():
            answer = await self._link.ask(AwaitVerdict(turn=self._order.turn, proposal=proposal))
            if not isinstance(answer, Verdict):
                raise TurnOver
            outcomes[call_id] = self._judge(call_id, task, answer)
        return [(outcomes[call.id], self._discarded.get(call.id, ())) for call in reply.calls]

    def replay(self, reply: Reply, results: tuple[ToolResult, ...]) -> list[Outcome]:
        """Do to the draft what these calls did when they were carried out, without asking anyone."""
        self._queued.clear()
        self._discarded.clear()
        outcomes = []
        for call, result in zip(reply.calls, results, strict=True):
            text = self._tree.blob(result.text).decode("utf-8", "replace")
            outcomes.append(Outcome(call=call.id, ok=result.ok, text=text))
            if len(outcomes) > MAX_CALLS or self._wrong_arguments(call):
                continue
            if call.name in {"write_file", "delete_file"} and result.ok:
                self._draft.write(clean_path(call.arguments["path"]), _content(call))
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
        proposal = self._order.proposals.get(call.id)
        if proposal is not None:
            self._queued[call.id] = (task, proposal)
            return
        self._draft.dropped(task, result.discarded)
        if text in {_refused_text(reason) for reason in GONE}:
            self.open.pop(task, None)

    async def _call(self, call: ToolCall) -> Outcome | None:
        """Carry out one call; None when its answer is a verdict still to come."""
        wrong = self._wrong_arguments(call)
        if wrong:
            return _no(call, wrong)
        try:
            match call.name:
                case "list_files":
                    return _yes(call, "\n".join(self._draft.paths()))
                case "read_file":
                    return self._read(call)
                case "write_file" | "delete_file":
                    return self._write(call)
                case "complete":
                    return await self._complete(call)
                case _:
                    return await self._give_up(call)
        except PathRefused as error:
            return _no(call, f"{error}")

    def _wrong_arguments(self, call: ToolCall) -> str:
        wanted = self._parameters.get(call.name)
        if wanted is None:
            return f"there is no tool {call.name!r}; there are {', '.join(self._parameters)}"
        missing = [name for name in wanted if not isinstance(call.arguments.get(name), str)]
        if missing:
            return f"{call.name} needs {', '.join(missing)} as text"
        return ""

    def _read(self, call: ToolCall) -> Outcome:
        path = clean_path(call.arguments["path"])
        data = self._draft.read(path)
        if data is None:
            return _no(call, f"there is no file {path!r}")
        try:
            return _yes(call, data.decode("utf-8"))
        except UnicodeDecodeError:
            return _no(call, f"{path!r} is not text: {len(data)} bytes")

    def _write(self, call: ToolCall) -> Outcome:
        path = clean_path(call.arguments["path"])
        if call.name == "delete_file":
            if self._draft.read(path) is None:
                return _no(call, f"there is no file {path!r}")
            self._draft.write(path, None)
            return _yes(call, f"{path} deleted")
        clash = self._tree.clash(path) or PathIndex(self._draft.written()).clash(path)
        if clash is not None:
            return _no(call, f"{path!r} clashes with {clash!r}, which is there")
        data = _content(call)
        assert data is not None
        if len(data) > MAX_FILE_BYTES:
            return _no(
                call, f"{len(data)} bytes are over the limit of {MAX_FILE_BYTES} for one file"
            )
        self._draft.write(path, data)
        return _yes(call, f"{path} written, {len(data)} bytes")

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
            return _no(call, why_not)
        self.asked_board = True
        change = self._draft.propose(task, self._reserved(task))
        earlier = self._order.proposals.get(call.id)
        if earlier is not None:  # accepted before the coordinator stopped
            self._queued[call.id] = (task, earlier)
            return None
        records = await self._link.command(
            commands.Propose(
                agent=self._order.agent,
                turn=self._order.turn,
                call=call.id,
                task=task,
                fence=self._order.fence,
                changes=change.files,
            ),
            *change.blobs,
        )
        answer = records[0].event
        if isinstance(answer, events.ProposalQueued):
            self._queued[call.id] = (task, answer.proposal)
            return None
        assert isinstance(answer, events.Refused)
        return self._refused(call, task, answer)

    def _refused(self, call: ToolCall, task: TaskId, answer: events.Refused) -> Outcome:
        if answer.reason in {RefusalReason.STALE_FENCE, RefusalReason.TURN_OVER}:
            raise TurnOver
        changed = answer.reason is RefusalReason.STALE_WRITE
        stale = tuple(answer.detail.split(", ")) if changed else ()
        self._discarded[call.id] = self._draft.dropped(task, stale)
        if changed:
            return _no(call, _stale_text(stale))
        if answer.reason is RefusalReason.PATH_CLASH:
            return _no(
                call, f"refused: {answer.detail} differs only by case from a file that is there"
            )
        if answer.reason in GONE:
            self.open.pop(task, None)
        return _no(call, _refused_text(answer.reason))

    def _judge(self, call: str, task: TaskId, verdict: Verdict) -> Outcome:
        anew = self._settle(call, task, verdict)
        if verdict.merged:
            counts = ""
            if verdict.check is not None and verdict.check.tests_passed is not None:
                counts = f", {verdict.check.tests_passed} tests passed"
            return Outcome(call=call, ok=True, text=f"{task} is done{counts}")
        text = self._dropped_text(task, verdict)
        stale = verdict.paths if verdict.dropped is DropReason.STALE_WRITE else ()
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

    def _dropped_text(self, task: TaskId, verdict: Verdict) -> str:
        tail = "" if verdict.held else " You no longer hold this task."
        match verdict.dropped:
            case DropReason.CHECK_FAILED:
                assert verdict.check is not None
                output = self._tree.blob(verdict.check.output).decode("utf-8", "replace")
                return f"the check of {task} failed ({verdict.check.reason.value}):\n{output}{tail}"
            case DropReason.STALE_WRITE:
                return _stale_text(verdict.paths) + tail
            case DropReason.DEPENDENCY_NOT_DONE:
                return f"{task} was not checked: a task it depends on failed its own check.{tail}"
            case _:
                return f"{task} was cancelled.{tail}"

    async def _give_up(self, call: ToolCall) -> Outcome:
        task = TaskId(call.arguments["task"])
        why_not = self._why_not_open(task)
        if why_not:
            return _no(call, why_not)
        await self._link.command(
            commands.GiveUp(
                agent=self._order.agent,
                fence=self._order.fence,
                task=task,
                reason=call.arguments["reason"][:2000],
            )
        )  # refused when the agent does not hold it any more, which is what it asked for
        del self.open[task]
        return _yes(call, f"{task} handed back")


def _content(call: ToolCall) -> bytes | None:
    """What a file is to hold after this call; None when it is to be deleted."""
    if call.name == "delete_file":
        return None
    content: str = call.arguments["content"]
    return content.encode("utf-8", "surrogatepass")


def _refused_text(reason: RefusalReason) -> str:
    return f"refused: {reason.value}"


def _stale_text(paths: tuple[str, ...]) -> str:
    return (
        f"refused: {', '.join(paths)} was changed by another agent after you read it, and your "
        "version of it was "
        "dropped. Read it again, make your change to what it is now, and call complete again."
    )


def _yes(call: ToolCall, text: str) -> Outcome:
    return Outcome(call=call.id, ok=True, text=_cut(text))


def _no(call: ToolCall, text: str) -> Outcome:
    return Outcome(call=call.id, ok=False, text=_cut(text))


def _cut(text: str) -> str:
    if len(text) <= MAX_SHOWN:
        return text
    return f"{text[:MAX_SHOWN]}\n… cut: {len(text) - MAX_SHOWN} more characters"
