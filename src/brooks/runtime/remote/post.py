"""What goes over the wire between the coordinator and a machine, and how nothing of it is lost.

Each side numbers what it sends and keeps it until the other has acknowledged it, and takes in each
number once. So a batch may be sent again after an error without anybody noticing.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from brooks.core.facts import Failure
from brooks.core.spec import Member
from brooks.core.state import FileVersion
from brooks.ids import AgentId, BlobHash
from brooks.runtime.checking import CheckVerdict
from brooks.runtime.link import Answer, Channel, Question
from brooks.runtime.order import TurnOrder
from brooks.workspace.tree import FileEntry


class Begin(NamedTuple):
    """An agent is to live on this machine."""

    member: Member
    life: int
    order: TurnOrder | None
    """A turn to go on with; None to ask for one."""


class End(NamedTuple):
    """A life is over."""

    agent: AgentId
    life: int


class Reply(NamedTuple):
    """The answer to a question, once what it says is committed."""

    channel: Channel
    number: int
    answer: Answer


class TreeNews(NamedTuple):
    """The versions of files that came with the commits up to this one."""

    commits: int
    versions: tuple[tuple[str, FileVersion], ...]


class Contents(NamedTuple):
    """Contents that were asked for."""

    blobs: Mapping[BlobHash, bytes]


class RunCheck(NamedTuple):
    """A check is to be run here."""

    number: int
    command: str
    tree: Mapping[str, FileEntry]


class Admitted(NamedTuple):
    """A request to a model may go out; or it may not, and `down_until` or `wrong` says why."""

    number: int
    waited: float
    why: str
    down_until: float | None
    wrong: str = ""
    """Why it may never go out; empty if it may."""


class OpenGates(NamedTuple):
    """The run winds down: nobody need wait to ask a model any longer."""


ToNode = Begin | End | Reply | TreeNews | Contents | RunCheck | Admitted | OpenGates


class Asked(NamedTuple):
    """A worker's letter."""

    channel: Channel
    number: int
    question: Question


class Want(NamedTuple):
    """Contents are needed."""

    hashes: tuple[BlobHash, ...]


class Checked(NamedTuple):
    """A check's verdict."""

    number: int
    verdict: CheckVerdict


class TurnLost(NamedTuple):
    """The board has taken this life's turn away."""

    agent: AgentId
    life: int


class Admit(NamedTuple):
    """A request to a model wants to go out."""

    number: int
    """Its ticket's on this machine."""
    lane: str
    tokens: int
    patient: bool


class Sent(NamedTuple):
    """A request that was let out is sent now."""

    number: int


class Fared(NamedTuple):
    """How a request fared that had been let out, or that nobody wants to make any longer."""

    number: int
    tokens: int | None = None
    """What it took; None if there is no reply."""
    failure: Failure | None = None
    """How it failed; None if it was given up."""
    retry_after: float | None = None


class Trouble(NamedTuple):
    """The machine cannot go on."""

    text: str
    is_usage: bool


FromNode = Asked | Want | Checked | TurnLost | Admit | Sent | Fared | Trouble


class Numbered(NamedTuple):
    """An item of post with its number, from 1 without gaps."""

    number: int
    item: ToNode | FromNode


class Outbox:
    """Numbers what is sent and keeps it until it is acknowledged."""

    def __init__(self) -> None:
        self._kept: deque[Numbered] = deque()
        self._last = 0

    def put(self, item: ToNode | FromNode) -> None:
        """Send an item with the next batch."""
        self._last += 1
        self._kept.append(Numbered(self._last, item))

    def acknowledge(self, number: int) -> None:
        """Forget everything up to this number: the other side has it."""
        while self._kept and self._kept[0].number <= number:
            self._kept.popleft()

    def batch(self, after: int = 0) -> list[Numbered]:
        """What is behind a number and not acknowledged."""
        return [each for each in self._kept if each.number > after]

    def __len__(self) -> int:
        return len(self._kept)


class Inbox:
    """Takes in each number once."""

    def __init__(self) -> None:
        self.last = 0
        """Everything up to here has been taken in."""

    def take(self, batch: Sequence[Numbered]) -> list[ToNode | FromNode]:
        """What is new of a batch, in order."""
        new = [each for each in batch if each.number > self.last]
        if new:
            self.last = new[-1].number
        return [each.item for each in new]
