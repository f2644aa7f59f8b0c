"""The tools that are about the team: its board, its mail, and work that was found on the way."""

from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256

from brooks.core import commands, events
from brooks.core.facts import RefusalReason
from brooks.core.paths import clean_path
from brooks.core.spec import Task
from brooks.ids import AgentId, BlobHash, TaskId
from brooks.models.base import Outcome, ToolCall
from brooks.runtime.link import Link, SeeBoard
from brooks.runtime.order import Tree, TurnOrder
from brooks.runtime.tools import no, text_argument, texts_argument, yes

MOST_CHARACTERS = 20_000
"""Characters of a message, or of a proposed task's description."""
MOST_NAME = 200
MOST_LISTED = 50


class TeamTools:
    """Carries out the calls that are about the team."""

    def __init__(self, order: TurnOrder, tree: Tree, link: Link) -> None:
        self._order = order
        self._agent = order.agent
        self._tree = tree
        self._link = link
        self.tools: Mapping[str, Callable[[ToolCall], Awaitable[Outcome]]] = {
            "see_board": self._see_board,
            "read_mail": self._read_mail,
            "send_mail": self._send_mail,
            "propose_task": self._propose_task,
            "propose_dependency": self._propose_dependency,
        }

    async def _see_board(self, call: ToolCall) -> Outcome:
        text = await self._link.ask(SeeBoard(agent=self._agent))
        assert isinstance(text, str)
        return yes(call, text)

    async def _read_mail(self, call: ToolCall) -> Outcome:
        event = await self._board(
            call, commands.ReadMail(agent=self._agent, turn=self._order.turn, call=call.id)
        )
        if not isinstance(event, events.MailRead) or not event.mail:
            return yes(call, "no new messages")
        texts = [
            f"{mail.number} from {mail.sender}:\n"
            f"{self._tree.blob(mail.text).decode('utf-8', 'replace')}"
            for mail in event.mail
        ]
        return yes(call, "\n\n".join(texts))

    async def _send_mail(self, call: ToolCall) -> Outcome:
        to, text = call.arguments["to"].strip(), call.arguments["text"]
        if not text.strip() or len(text) > MOST_CHARACTERS:
            return no(call, f"a message has between 1 and {MOST_CHARACTERS} characters")
        data = text.encode("utf-8", "replace")
        command = commands.SendMail(
            agent=self._agent,
            turn=self._order.turn,
            call=call.id,
            to=None if to == "all" else AgentId(to[:MOST_NAME]),
            text=BlobHash(sha256(data).hexdigest()),
        )
        event = await self._board(call, command, data)
        if isinstance(event, events.MailSent):
            return yes(call, f"sent to {', '.join(event.to) or 'nobody: you are alone'}")
        return no(call, f"not sent: there is no other agent {to[:MOST_NAME]!r}")

    async def _propose_task(self, call: ToolCall) -> Outcome:
        task = Task(
            id=TaskId(call.arguments["id"].strip()),
            title=text_argument(call, "title").strip(),
            description=call.arguments["description"],
            files=tuple(clean_path(path) for path in texts_argument(call, "files")),
            depends_on=tuple(TaskId(one) for one in texts_argument(call, "depends_on")),
            check=text_argument(call, "check").strip() or None,
        )
        wrong = _wrong_task(task)
        if wrong:
            return no(call, wrong)
        command = commands.AddTask(
            task=task, agent=self._agent, turn=self._order.turn, call=call.id
        )
        return self._told(call, await self._board(call, command), f"{task.id} added")

    async def _propose_dependency(self, call: ToolCall) -> Outcome:
        task, on = TaskId(call.arguments["task"]), TaskId(call.arguments["on"])
        command = commands.AddDependency(
            task=task, on=on, agent=self._agent, turn=self._order.turn, call=call.id
        )
        return self._told(call, await self._board(call, command), f"{task} now waits for {on}")

    async def _board(
        self, call: ToolCall, command: commands.Command, *blobs: bytes
    ) -> events.Event:
        """What a command leads to, or led to before the coordinator stopped."""
        earlier = self._order.done.get(call.id)
        return earlier or (await self._link.command(command, *blobs))[0].event

    def _told(self, call: ToolCall, answer: events.Event, done: str) -> Outcome:
        if not isinstance(answer, events.Refused):
            return yes(call, done)
        detail = f" ({answer.detail})" if answer.detail else ""
        return no(call, f"refused: {_WHY.get(answer.reason, answer.reason.value)}{detail}")


_WHY = {
    RefusalReason.DUPLICATE_TASK: "there is such a task",
    RefusalReason.UNKNOWN_TASK: "there is no such task",
    RefusalReason.CYCLE: "the tasks would wait for each other",
    RefusalReason.TASK_OVER: "the task is over",
    RefusalReason.OUTDATED: "the task is being checked",
    RefusalReason.TOO_MANY: "no more tasks may be added to this run",
    RefusalReason.RUN_NOT_OPEN: "the run is about to end",
}


def _wrong_task(task: Task) -> str:
    """What is wrong with a proposed task; empty if it can be put to the board."""
    if not task.id or len(task.id) > MOST_NAME or not task.id.isprintable():
        return f"a task's id has between 1 and {MOST_NAME} printable characters"
    if not task.description.strip() or len(task.description) > MOST_CHARACTERS:
        return f"a task's description has between 1 and {MOST_CHARACTERS} characters"
    if len(task.title) > MOST_NAME or not task.title.isprintable():
        return f"a task's title is one line of at most {MOST_NAME} characters"
    if max(len(task.files), len(task.depends_on)) > MOST_LISTED:
        return f"a task has at most {MOST_LISTED} files and {MOST_LISTED} dependencies"
    if len(set(task.depends_on)) < len(task.depends_on) or task.id in task.depends_on:
        return "a task names each task it depends on once, and not itself"
    if task.check is not None and (len(task.check) > 1000 or not task.check.isprintable()):
        return "a check is one line of at most 1000 characters"
    return ""
