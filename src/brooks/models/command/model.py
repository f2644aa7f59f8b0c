"""A coding agent on the command line as a model.

The agent gets the project in a folder of its own and the prompt on its standard input. What it has
changed there when it ends becomes one reply: a `write_file` or `delete_file` for each file, and
`complete` for each task. So its work is durable in the log before it is acted on, and what comes
after (another agent's conflicting change, a failed check, another attempt, a replay) is the same as
with any model. Whether the work is any good, the checks decide, whatever the agent says of itself.

An agent in flight cannot be replayed. If it fails, runs out of time or is cut short, its working
copy stays where it was and the error says where; after a reply it is removed.
"""

import asyncio
import os
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from shutil import which

from brooks.core.facts import Failure
from brooks.errors import OutsideError
from brooks.ids import TaskId
from brooks.models.base import (
    AttemptFailed,
    Files,
    ModelError,
    Reply,
    Request,
    Sleep,
    StopReason,
    ToolCall,
)
from brooks.models.command.changes import Change, Changes, TooMuchChanged, read_changes
from brooks.models.command.command import Command, environment, located
from brooks.models.command.output import MOST_TEXT, ending, read_output
from brooks.models.command.process import Printed, run_agent
from brooks.models.command.prompt import prompt_text
from brooks.models.command.repository import ignored
from brooks.models.command.working_copy import Copies, Places, WorkingCopy
from brooks.models.remembering import remember
from brooks.models.without_tasks import reply_without_tasks

GRACE_SECONDS = 5.0
"""How long an agent whose time is up has to end by itself."""
MOST_NOTES = 20
MOST_NOTE = 300
_SHOWN = 2_000
"""Characters of an agent's output that an error shows."""


class CommandModel:
    """Runs a coding agent for each request."""

    def __init__(
        self,
        command: Command,
        *,
        environ: Mapping[str, str],
        copies: Path,
        redactor: Callable[[str], str],
        seconds: float,
        passed: Sequence[str] = (),
        grace: float = GRACE_SECONDS,
        places: Places | None = None,
        kept: str = "in the run's folder",
    ) -> None:
        """Find the agent's program.

        Args:
            command: What to run.
            environ: The user's environment, of which the agent sees what it is given by name.
            copies: The folder for working copies, in the run's own; made when it is needed.
            redactor: Takes the user's keys out of a text that is kept.
            seconds: The longest time one attempt may take.
            passed: Names of more environment variables that the agent gets.
            grace: How long it has to end by itself after that.
            places: Makes the folders that agents work in; None for independent copies in `copies`.
            kept: Where and for how long `copies` is there, in words.

        Raises:
            UsageError: There is no such program.
        """
        path = environ.get("PATH", os.defpath)
        self._argv = located(command, path=path, folder=Path.cwd())
        self._command = command
        self._environment = environment(command, environ, passed=passed)
        self._copies = copies.absolute()
        self._redact = redactor
        self._seconds = seconds
        self._grace = grace
        self._kept = kept
        self._git = which("git", path=path)
        self._places = places or Copies(copies, git=self._git if command.wants_git else None)

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Have the agent work on a request; it takes real time, so `sleep` is not used.

        Raises:
            AttemptFailed: The agent failed and changed nothing, took too long, or changed too much.
            ModelError: There is no task to work on, or there are no files to work with.
            OutsideError: The disk or the system does not let it work.
        """
        if request.files is None:
            raise ModelError("an agent on the command line works on files, and is given none")
        tasks = remember(request.conversation).open_tasks(request.tasks)
        if not tasks:
            idle = reply_without_tasks(request)
            if idle is not None:
                return idle
            raise ModelError(
                "an agent on the command line works on tasks, and this request is about none"
            )
        try:
            return await self._attempt(request, request.files, tasks)
        except OSError as error:
            raise OutsideError(
                f"an agent cannot work in {str(self._copies)!r}: {error}. See to that and resume"
            ) from error

    async def _attempt(self, request: Request, files: Files, tasks: Iterable[TaskId]) -> Reply:
        copy = await self._places.make(f"{request.turn}.{request.index}", files)
        printed = Printed()
        code: int | None = None
        try:
            code = await run_agent(
                self._argv,
                prompt=prompt_text(request),
                folder=copy.folder,
                environment=self._environment,
                seconds=self._seconds,
                grace=self._grace,
                printed=printed,
            )
        finally:
            copy.keep_output(self._redact(_transcript(code, printed)))
        if code is None:
            raise AttemptFailed(
                Failure.TIMEOUT,
                f"the agent was not done after {self._seconds:g} seconds; {self._left_in(copy)}",
            )
        changes = await self._changes(copy)
        if code and not changes.files:
            said = read_output(self._command.usage, printed.stdout.text()).text
            shown = ending(self._redact(f"{said}\n{printed.stderr.text()}".strip()), _SHOWN)
            raise AttemptFailed(
                Failure.SERVER,
                f"the agent ended with exit code {code} and changed nothing; {self._left_in(copy)}. "
                f"It said last: {shown or '(nothing)'}",
            )
        reply = await asyncio.to_thread(self._reply, request, tasks, changes, code, printed)
        await asyncio.to_thread(copy.take_away)
        return reply

    def _left_in(self, copy: WorkingCopy) -> str:
        output = f"{copy.output.parent.name}/{copy.output.name}"
        return f"its work is kept in {copy.shown!r} {self._kept}, its output in {output!r}"

    async def _changes(self, copy: WorkingCopy) -> Changes:
        def is_ignored(paths: Iterable[str]) -> frozenset[str]:
            return ignored(copy.folder, paths, git=self._git) if self._git else frozenset()

        work = partial(read_changes, own_repository=copy.own_repository, ignored=is_ignored)
        try:
            return await asyncio.to_thread(work, copy.folder, copy.before)
        except TooMuchChanged as error:
            raise AttemptFailed(
                Failure.REJECTED,
                f"what the agent did is too much for one reply: {error}; {self._left_in(copy)}. "
                "Split the task, or add what it makes on the way to a .gitignore",
            ) from error
        except OSError as error:
            raise AttemptFailed(
                Failure.SERVER,
                f"the agent left a folder that cannot be read ({error}); {self._left_in(copy)}",
            ) from error

    def _reply(
        self,
        request: Request,
        tasks: Iterable[TaskId],
        changes: Changes,
        code: int,
        printed: Printed,
    ) -> Reply:
        output = read_output(self._command.usage, printed.stdout.text())
        notes = [f"(The agent ended with exit code {code}.)"] if code else []
        if changes.passed_over:
            notes.append(_passed_over(changes.passed_over))
        note = self._redact("\n".join(notes))
        text = ending(self._redact(output.text), MOST_TEXT - len(note) - 2)
        prefix = f"{request.turn}.{request.index}"
        calls = tuple(
            ToolCall(id=f"{prefix}.{number}", name=name, arguments=arguments)
            for number, (name, arguments) in enumerate(_steps(changes.files, tasks))
        )
        return Reply(
            text="\n\n".join(part for part in (text, note) if part),
            calls=calls,
            stop=StopReason.TOOLS,
            usage=output.usage,
        )


def _steps(
    files: Iterable[Change], tasks: Iterable[TaskId]
) -> Iterator[tuple[str, dict[str, str]]]:
    """The tool calls that make these changes and complete these tasks."""
    for change in files:
        if change.data is None:
            yield "delete_file", {"path": change.path}
            continue
        arguments = {"path": change.path, **_content(change.data)}
        if change.executable is not None:
            arguments["executable"] = "true" if change.executable else "false"
        yield "write_file", arguments
    for task in tasks:
        yield "complete", {"task": task}


def _content(data: bytes) -> dict[str, str]:
    try:
        return {"content": data.decode("utf-8")}
    except UnicodeDecodeError:
        return {"content": b64encode(data).decode("ascii"), "encoding": "base64"}


def _passed_over(notes: Sequence[str]) -> str:
    shown = [ending(note, MOST_NOTE) for note in notes[:MOST_NOTES]]
    if len(notes) > len(shown):
        shown.append(f"and {len(notes) - len(shown)} more")
    return "(Not taken over: " + "; ".join(shown) + ".)"


def _transcript(code: int | None, printed: Printed) -> str:
    """All that was printed, for whoever wants to know later what went on."""
    parts = []
    for name, tail in (("standard output", printed.stdout), ("standard error", printed.stderr)):
        text = tail.text()
        cut = f", without its first {tail.left_out} bytes" if tail.left_out else ""
        parts.append(f"--- {name}{cut} ---\n{text}")
    ended = "it did not end by itself" if code is None else f"exit code {code}"
    return "\n".join((*parts, f"--- {ended} ---\n"))
