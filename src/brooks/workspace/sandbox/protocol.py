"""What the sandbox and the process inside it say to each other: one JSON object a line."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum


class UserKind(StrEnum):
    """Who a check runs as."""

    SAME = "same"
    """The user who runs the sandbox; not root."""
    DROPPED = "dropped"
    """A user of the check's own, with no rights at all."""
    READER = "reader"
    """The same, with the right to read everything: the interpreter lies where others may not look."""
    ROOT = "root"
    """Root: the kernel let nothing better happen."""


class Stopped(StrEnum):
    """What ended a check that did not end by itself."""

    TIMEOUT = "timeout"
    OUTPUT = "output"
    MEMORY = "memory"
    DISK = "disk"
    CLOSED = "closed"
    """The sandbox was closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The first line to the server: what holds for every check."""

    environment: dict[str, str]
    scratch: str
    warm: bool
    """Whether a check by pytest runs in a fork of the server."""
    landlock: bool
    is_contained: bool
    """Whether the server is inside bubblewrap."""
    probe_uid: int
    """A user to try whether checks can have one of their own; used by no check."""
    readable: list[str]
    processes_before: int
    """How many processes the user may have besides a check's, because the kernel counts all."""
    plugin_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The first line from the server: it is ready."""

    user: UserKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Run one check."""

    number: int
    command: str
    directory: str
    temporary: str
    uid: int
    """The user to run it as, where there may be one of its own."""
    seconds: float
    memory_bytes: int
    output_bytes: int
    processes: int
    file_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a check ended."""

    number: int
    stopped: Stopped | None = None
    exit_code: int | None = None
    output: str = ""
    """All that it printed, up to the limit."""
    counts: str = ""
    """What the counting plugin said."""
    problem: str | None = None
    """Why it never began."""
    is_lost: bool = False
    """Whether whoever watched it was killed."""


def to_line(message: Settings | Hello | Request | Answer) -> str:
    """One line of JSON, with its end."""
    return json.dumps(asdict(message)) + "\n"


def answer_from(line: str) -> Answer:
    """The answer that a line holds.

    Raises:
        ValueError: when it holds none.
    """
    try:
        fields = json.loads(line)
        stopped = fields.pop("stopped")
        return Answer(stopped=None if stopped is None else Stopped(stopped), **fields)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not an answer: {line[:200]!r}") from error
