"""What each agent of a run was asked, answered and was told.

The log is read once, and what is kept of it is small: where each turn began, and for each reply its
hash, its cost and the hashes of what its tool calls gave. Texts are taken from the log one at a
time when they are written, so that a long run needs no more memory than its longest reply.

Seconds of log time become times of day only where they are: the run's clock was the real one, its
beginning is known, and it had not been resumed, because log time leaves out the time when no
coordinator ran. Everywhere else there are the seconds and nothing is made up.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

import msgspec

from brooks.analysis.summary import Summary
from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import EndReason, Role, ToolResult, Usage
from brooks.core.message import Message
from brooks.core.spec import Spec, Task
from brooks.errors import OutsideError, UsageError
from brooks.ids import AgentId, BlobHash, Position, TaskId, TurnId
from brooks.log.store import LogReader

PROMPT_NOTE = (
    "The log keeps the hash of each prompt and not its words: user steps tell the tasks of a turn "
    "as they are in the log."
)
"""What every document says of its user messages."""


class Call(Message, frozen=True, kw_only=True):
    """One tool call of a kept reply."""

    id: str
    name: str
    arguments: Mapping[str, Any] = {}
    """As the model gave them."""
    broken: str = ""
    """Why the arguments could not be read, where they could not."""


class KeptReply(Message, frozen=True, kw_only=True):
    """A reply as a log keeps it: the part of `brooks.models.base.Reply` that is exported."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    stop: str = "end"


class Opening(NamedTuple):
    """A turn began."""

    position: Position
    time: float
    """Log seconds."""
    turn: TurnId
    tasks: tuple[TaskId, ...]
    role: Role
    round: int
    """From 1; 0 where the team has no rounds."""
    is_first: bool
    """Whether it is the agent's first turn."""


class Answer(NamedTuple):
    """A model answered."""

    position: Position
    time: float
    """Log seconds."""
    turn: TurnId
    number: int
    """Which reply of the turn it is, from 0."""
    reply: BlobHash
    usage: Usage
    model: str
    """The model that was asked; empty where the log does not say."""
    attempts: int
    """How often it was asked for this reply."""


Moment = Opening | Answer


class Result(NamedTuple):
    """What one tool call gave."""

    call: str
    ok: bool
    text: str


class Conversations:
    """A run as what its agents said."""

    def __init__(
        self,
        log: LogReader,
        *,
        run: str,
        started: datetime | None = None,
        simulated: bool = False,
    ) -> None:
        self.run = run
        """The run's id."""
        self.started = started
        """The time of day at which the run began; None where nobody knows it."""
        self.simulated = simulated
        """Whether its replies, tokens and times come from a model of the world."""
        self.spec: Spec | None = None
        """What was run; None until the log says so."""
        self.version = ""
        """The version of the program that made the log."""
        self.tasks: dict[TaskId, Task] = {}
        """Every task, in the order of adding."""
        self.moments: dict[AgentId, list[Moment]] = {}
        """What happened to each agent, in order; every member of the team is there."""
        self.ended: dict[TurnId, EndReason] = {}
        """Why each turn ended."""
        self.summary = Summary(simulated=simulated)
        """The facts of the run."""
        self._log = log
        self._asked: dict[TurnId, tuple[str, int]] = {}
        self._results: dict[tuple[TurnId, int], tuple[ToolResult, ...]] = {}
        self._resumed: Position | None = None

    @classmethod
    def of(
        cls,
        records: Iterable[Record],
        log: LogReader,
        *,
        run: str,
        started: datetime | None = None,
        simulated: bool = False,
    ) -> Self:
        """The run of these records, whose contents are in `log`.

        Raises:
            UsageError: The run never began.
            OutsideError: The log is damaged.
        """
        found = cls(log, run=run, started=started, simulated=simulated)
        for record in records:
            found.add(record)
        if found.spec is None:
            raise UsageError(
                f"the log of the run {run!r} is empty: it was stopped before it began; start it again"
            )
        return found

    def add(self, record: Record) -> None:
        """Fold the next record."""
        self.summary.add(record)
        event = record.event
        match event:
            case events.RunStarted():
                self._start(event, record.position)
            case events.RunResumed():
                self._resumed = self._resumed or record.position
            case events.TaskAdded():
                self.tasks[event.task.id] = event.task
            case events.TurnStarted():
                self._open(event, record)
            case events.RequestSent():
                _, attempts = self._asked.get(event.turn, ("", 0))
                self._asked[event.turn] = (event.model, attempts + 1)
            case events.ReplyReceived():
                self._answer(event, record)
            case events.ToolsFinished():
                self._results[event.turn, event.index] = event.results
            case events.TurnEnded():
                self.ended[event.turn] = event.reason
            case _:
                pass

    def _start(self, event: events.RunStarted, position: Position) -> None:
        data = self._content(event.spec, position)
        try:
            self.spec = msgspec.json.decode(data, type=Spec)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _damaged(position, f"the spec it names cannot be read: {error}") from error
        self.version = event.brooks
        for member in event.members or [each.id for each in self.spec.team.members]:
            self.moments.setdefault(member, [])

    def _open(self, event: events.TurnStarted, record: Record) -> None:
        moments = self.moments.setdefault(event.agent, [])
        moments.append(
            Opening(
                record.position,
                record.time,
                event.turn,
                event.tasks,
                event.role,
                event.round,
                is_first=not moments,
            )
        )

    def _answer(self, event: events.ReplyReceived, record: Record) -> None:
        model, attempts = self._asked.pop(event.turn, ("", 0))
        self.moments.setdefault(event.agent, []).append(
            Answer(
                record.position,
                record.time,
                event.turn,
                event.index,
                event.reply,
                event.usage,
                model,
                attempts,
            )
        )

    @property
    def plan(self) -> Spec:
        """What was run."""
        assert self.spec is not None, "`of` refuses a run that never began"
        return self.spec

    def model_of(self, agent: AgentId) -> str:
        """The model that an agent asks where its requests do not say."""
        for member in self.plan.team.members:
            if member.id == agent and member.model:
                return member.model
        return self.plan.model

    def in_order(self) -> Iterator[tuple[AgentId, Moment]]:
        """What happened to all agents, in the order of the log."""
        pairs = [(agent, moment) for agent, found in self.moments.items() for moment in found]
        return iter(sorted(pairs, key=lambda pair: pair[1].position))

    def day_time(self, moment: Moment) -> datetime | None:
        """The time of day of a moment; None where it is not known."""
        if self._resumed is not None and moment.position > self._resumed:
            return None
        return self.day_time_of_run(moment.time)

    def day_time_of_run(self, seconds: float) -> datetime | None:
        """The time of day at these log seconds of a run that was never resumed; None if not known."""
        if self.started is None or self.plan.clock != "real":
            return None
        return self.started + timedelta(seconds=seconds)

    @property
    def is_resumed(self) -> bool:
        """Whether the run was resumed, so that its log time left something out."""
        return self._resumed is not None

    def reply(self, answer: Answer) -> KeptReply:
        """What was answered.

        Raises:
            OutsideError: It is not in the log, or is damaged.
        """
        data = self._content(answer.reply, answer.position)
        try:
            return msgspec.json.decode(data, type=KeptReply)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _damaged(answer.position, f"the reply it names: {error}") from error

    def results(self, answer: Answer) -> list[Result] | None:
        """What the tool calls of an answer gave; None if they were not carried out to the end.

        Raises:
            OutsideError: A result is not in the log.
        """
        kept = self._results.get((answer.turn, answer.number))
        if kept is None:
            return None
        return [
            Result(
                each.call,
                each.ok,
                self._content(each.text, answer.position).decode("utf-8", "replace"),
            )
            for each in kept
        ]

    def asked(self, opening: Opening) -> str:
        """What a turn was about, told from the log: its tasks, or all of them where it names none."""
        tasks = [task_text(self.tasks[name]) for name in opening.tasks if name in self.tasks]
        if tasks:
            return "\n\n".join(tasks)
        what = "Lead the team." if opening.role is Role.LEAD else "Work with the team."
        return f"{what}\n\n{self.project_text()}" if opening.is_first else what

    def project_text(self) -> str:
        """The project and all its tasks, as one text."""
        return "\n\n".join([self.plan.project, *map(task_text, self.tasks.values())])

    def _content(self, name: BlobHash, position: Position) -> bytes:
        if not self._log.has_blob(name):
            raise _damaged(position, f"the content {name!r} that it names is not in the log")
        return self._log.blob(name)


def task_text(task: Task) -> str:
    """A task as one text: its name, what is wanted, its files and its check."""
    title = " ".join(task.title.split())
    parts = [f"Task {task.id}: {title}" if title else f"Task {task.id}"]
    parts += [task.description.strip()] if task.description.strip() else []
    parts += [f"Files: {', '.join(task.files)}"] if task.files else []
    parts += [f"Check: {task.check.strip()}"] if task.check else []
    return "\n\n".join(parts)


def _damaged(position: Position, why: str) -> OutsideError:
    return OutsideError(
        f"record {position} is damaged: {why}; copy the run's whole folder again, its log included"
    )
