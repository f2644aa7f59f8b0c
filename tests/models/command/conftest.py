"""What these tests share: a tree to work on, agents that are scripts, and a model that runs them."""

import asyncio
import os
import select
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from brooks.ids import AgentId, TaskId, TurnId
from brooks.models.base import Reply, Request, Said, Turned
from brooks.models.command import Command, CommandModel

PROMPT = (
    Said(role="system", text="You are agent-1."),
    Said(role="user", text="Task binomial: Binomial coefficient\nWrite it."),
)


class Tree:
    """Files as an agent sees them."""

    def __init__(self, files: Mapping[str, bytes], *executable: str) -> None:
        self._files = dict(files)
        self._executable = executable

    def paths(self) -> list[str]:
        """Every file, sorted."""
        return sorted(self._files)

    def read(self, path: str) -> bytes | None:
        """A file's content."""
        return self._files.get(path)

    def is_executable(self, path: str) -> bool:
        """Whether a file may be run."""
        return path in self._executable


class Workbench:
    """A place where agents work."""

    def __init__(self, folder: Path) -> None:
        self.copies = folder / "copies"
        self.bin = folder / "bin"
        self.tree = Tree(
            {"kept.py": b"kept\n", "old/gone.txt": b"gone\n", "run.sh": b"#!"}, "run.sh"
        )
        self.environ = {**os.environ, "CANARY_API_KEY": "sk-canary"}

    def script(self, code: str) -> Command:
        """An agent that is a few lines of Python."""
        words = ("-I", "-c", textwrap.dedent(code))
        return Command(argv=(sys.executable, *words))

    def model(
        self,
        command: Command | str,
        *,
        seconds: float = 30.0,
        grace: float = 5.0,
        passed: tuple[str, ...] = (),
        redactor: Callable[[str], str] = str,
    ) -> CommandModel:
        """A model of a command, or of a script."""
        return CommandModel(
            self.script(command) if isinstance(command, str) else command,
            environ=self.environ,
            copies=self.copies,
            redactor=redactor,
            seconds=seconds,
            grace=grace,
            passed=passed,
        )

    def request(self, *conversation: Turned, index: int = 0, tasks: str = "binomial") -> Request:
        """A request about some tasks."""
        return Request(
            agent=AgentId("agent-1"),
            turn=TurnId("turn-1"),
            index=index,
            tasks=tuple(map(TaskId, tasks.split())),
            conversation=conversation or PROMPT,
            files=self.tree,
        )

    def reply(self, model: CommandModel, request: Request | None = None) -> Reply:
        """What a model replies."""
        return asyncio.run(model.request(request or self.request(), sleep=never))

    def output(self, name: str = "turn-1.0") -> str:
        """What the agent printed."""
        return (self.copies / f"{name}.out").read_text()


async def never(seconds: float) -> None:
    """An agent takes real time."""
    raise AssertionError(seconds)


def ends(process: int) -> bool:
    """Whether a process ends, which is waited for."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 10.0)[0])
    finally:
        os.close(descriptor)


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path)


@pytest.fixture
def process_ends() -> Callable[[int], bool]:
    return ends
