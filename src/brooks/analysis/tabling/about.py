"""What the tables need of a run that its records do not say."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from brooks.core.message import Message
from brooks.ids import BlobHash, TaskId


class About(Message, frozen=True, kw_only=True):
    """What the log of a run does not know of it."""

    run: str
    """Id of the run."""
    project: str
    structure: str = ""
    """What the dependency structure of its tasks is called."""
    repetition: int | None = None
    faults: str = ""
    """The name of the plan of faults; empty for none."""
    simulated: bool = False
    """Whether its times and tokens come from a model of the world."""


class Called(NamedTuple):
    """One tool call of a reply."""

    call: str
    """Its id, which the result of the call names."""
    tool: str
    task: TaskId | None
    """The task it names, if it names one."""


CallsOf = Callable[[BlobHash], Sequence[Called]]
"""The tool calls of a reply by the hash of its blob: the log keeps them there, not in its records."""
