"""The tools that are about the team: its board, its mail, its notes, and work that was found on the way."""

from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Any, ClassVar

from brooks.core import commands, events
from brooks.core.facts import Mail, RefusalReason
from brooks.core.noting import MOST_NAME as MOST_NOTE_NAME
from brooks.core.noting import is_name
from brooks.core.paths import clean_path
from brooks.core.spec import Task
from brooks.ids import AgentId, BlobHash, TaskId
from brooks.models.base import Outcome, ToolCall
from brooks.runtime.gossip import Circle
from brooks.runtime.link import Link, SeeBoard
from brooks.runtime.noticeboard import SeeNotes
from brooks.runtime.order import Tree, TurnOrder
from brooks.runtime.tools import no, number_argument, text_argument, texts_argument, yes

MOST_CHARACTERS = 20_000
"""Characters of a message, of a note, or of a proposed task's description."""
MOST_NAME = 200
MOST_LISTED = 50


class TeamTools:
    """Carries out the calls that are about the team."""

    def __init__(
        self, order: TurnOrder, tree: Tree, link: Link, circle: Circle | None = None
    ) -> None:
        self._order = order
        self._agent = order.agent
        self._tree = tree
        self._link = link
        self._circle = circle or Circle()

    def has(self, name: str) -> bool:
        """Whether a tool is one of these."""
        return name in self._TOOLS

    async def carry_out(self, call: ToolCall) -> Outcome:
        """Carry out a call of one of them."""
        return await self._TOOLS[call.name](self, call)

    async def _see_board(self, call: ToolCall) -> Outcome:
        text = await self._link.ask(SeeBoard(agent=self._agent))
        assert isinstance(text, str)
        return yes(call, text)

    async def _read_mail(self, call: ToolCall) -> Outcome:
        event = await self._board(
            call.id, commands.ReadMail(agent=self._agent, turn=self._order.turn, call=call.id)
        )
        if not isinstance(event, events.MailRead):
            return self._told(call, event, "")
        for mail in event.mail:
            if mail.rumour in event.pass_on:
                await self._pass_on(call, mail)
        if not event.mail:
            return yes(call, "no new messages")
        texts = [self._message(mail) for mail in event.mail]
        if event.left:
            texts.append(f"and {event.left} more of no higher priority: call read_mail again")
        return yes(call, "\n\n".join(texts))

    def _message(self, mail: Mail) -> str:
        author = f", written by {mail.author}" if mail.author is not None else ""
        urgent = ", urgent" if mail.urgent else ""
        text = self._tree.blob(mail.text).decode("utf-8", "replace")
        return f"{mail.number} from {mail.sender}{author}{urgent}:\n{text}"

    async def _pass_on(self, call: ToolCall, mail: Mail) -> None:
        """Pass a gossiped message on to others, once and without a word from the model."""
        name = f"{call.id}/{mail.rumour}"
        command = commands.SendMail(
            agent=self._agent,
            to=None,
            text=mail.text,
            passes_on=mail.rumour,
            to_some=self._circle.drawn(self._agent, mail.rumour),
            turn=self._order.turn,
            call=name,
        )
        await self._board(name, command)

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
            text=_hash(data),
            size=len(text),
            urgent=text_argument(call, "urgent").strip().lower() == "true",
            to_some=self._drawn(call.id),
        )
        event = await self._board(call.id, command, data)
        if isinstance(event, events.MailSent):
            who = ", ".join(event.to) or "nobody: you are alone"
            return yes(call, f"sent to {who}{self._and_on(event)}")
        assert isinstance(event, events.Refused)
        return no(call, f"not sent: {_why_not_sent(event, to[:MOST_NAME])}")

    def _drawn(self, call: str) -> tuple[AgentId, ...]:
        """Whom a new message is to be tried with, where messages travel by gossip."""
        if not self._circle.gossips:
            return ()
        return self._circle.drawn(self._agent, self._order.turn, call)

    def _and_on(self, event: events.MailSent) -> str:
        return ", who pass it on to the others" if self._circle.gossips and event.to else ""

    async def _read_notes(self, call: ToolCall) -> Outcome:
        name, search = text_argument(call, "name").strip(), text_argument(call, "search").strip()
        return yes(call, await self._notes(name, search))

    async def _notes(self, name: str, search: str = "") -> str:
        question = SeeNotes(agent=self._agent, name=name, search=search[:MOST_NAME])
        text = await self._link.ask(question)
        assert isinstance(text, str)
        return text

    async def _write_note(self, call: ToolCall) -> Outcome:
        name, text = call.arguments["name"].strip(), call.arguments["text"]
        if not is_name(name):
            return no(call, f"a note's name has 1 to {MOST_NOTE_NAME} printable characters")
        if not text.strip() or len(text) > MOST_CHARACTERS:
            return no(call, f"a note has between 1 and {MOST_CHARACTERS} characters")
        data = text.encode("utf-8", "replace")
        command = commands.WriteNote(
            agent=self._agent,
            name=name,
            text=_hash(data),
            base=max(number_argument(call, "version") or 0, 0),
            turn=self._order.turn,
            call=call.id,
        )
        event = await self._board(call.id, command, data)
        if isinstance(event, events.NoteWritten):
            return yes(call, f"{name} is at version {event.version}")
        assert isinstance(event, events.Refused)
        if event.reason is RefusalReason.STALE_WRITE:
            return no(call, f"refused: {_why_stale(event.detail)}{await self._notes(name)}")
        return self._told(call, event, "")

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
        return self._told(call, await self._board(call.id, command), f"{task.id} added")

    async def _propose_dependency(self, call: ToolCall) -> Outcome:
        task, on = TaskId(call.arguments["task"]), TaskId(call.arguments["on"])
        command = commands.AddDependency(
            task=task, on=on, agent=self._agent, turn=self._order.turn, call=call.id
        )
        return self._told(call, await self._board(call.id, command), f"{task} now waits for {on}")

    async def _board(self, name: str, command: commands.Command, *blobs: bytes) -> events.Event:
        """What a command leads to, or led to before the coordinator stopped; `name` is its call's."""
        earlier = self._order.done.get(name)
        return earlier or (await self._link.command(command, *blobs))[0].event

    def _told(self, call: ToolCall, answer: events.Event, done: str) -> Outcome:
        if not isinstance(answer, events.Refused):
            return yes(call, done)
        detail = f" ({answer.detail})" if answer.detail else ""
        return no(call, f"refused: {_WHY.get(answer.reason, answer.reason.value)}{detail}")

    _TOOLS: ClassVar[Mapping[str, Callable[[Any, ToolCall], Awaitable[Outcome]]]] = {
        "see_board": _see_board,
        "read_mail": _read_mail,
        "send_mail": _send_mail,
        "read_notes": _read_notes,
        "write_note": _write_note,
        "propose_task": _propose_task,
        "propose_dependency": _propose_dependency,
    }


_WHY = {
    RefusalReason.DUPLICATE_TASK: "there is such a task",
    RefusalReason.UNKNOWN_TASK: "there is no such task",
    RefusalReason.CYCLE: "the tasks would wait for each other",
    RefusalReason.TASK_OVER: "the task is over",
    RefusalReason.OUTDATED: "the task is being checked",
    RefusalReason.TOO_MANY: "no more tasks may be added to this run",
    RefusalReason.RUN_NOT_OPEN: "the run is about to end",
    RefusalReason.TURN_OVER: "your turn is over",
    RefusalReason.NOT_ALLOWED: "the rules of this team do not allow it",
}


def _why_not_sent(event: events.Refused, to: str) -> str:
    """Why a message was refused, for its sender to read."""
    match event.reason:
        case RefusalReason.UNKNOWN_AGENT:
            return f"there is no other agent {to!r}"
        case RefusalReason.NOT_ALLOWED:
            return f"you may write to {event.detail or 'nobody'} only"
        case RefusalReason.TOO_MANY:
            return f"only {event.detail} messages may be sent in a turn"
        case _:
            return _WHY.get(event.reason, event.reason.value)


def _why_stale(version: str) -> str:
    """What to do about a note that is not at the version that was given."""
    if version == "0":
        return "leave out the version of a note that is not there yet: "
    return f"another agent wrote it; make your change to version {version} and give that version.\n"


def _hash(data: bytes) -> BlobHash:
    return BlobHash(sha256(data).hexdigest())


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
