"""Events of an agent's work: its turns, requests, tools, mail and notes."""

from brooks.core.facts import EndReason, Failure, Mail, Role, ToolResult, Usage
from brooks.core.message import Message
from brooks.ids import AgentId, BlobHash, Fence, TaskId, TurnId


class TurnStarted(Message, frozen=True, kw_only=True):
    """An agent was asked for a stretch of work on a snapshot of the tree."""

    turn: TurnId
    agent: AgentId
    tasks: tuple[TaskId, ...]
    fence: Fence
    head: int
    """Number of commits in the tree that the agent sees."""
    deadline: float
    round: int = 0
    model: str = ""
    """The model asked in place of the agent's own, where a task was escalated."""
    role: Role = Role.WORK


class TurnResumed(Message, frozen=True, kw_only=True):
    """A turn goes on after a resume, its recorded replies replayed, under a new fence."""

    turn: TurnId
    agent: AgentId
    fence: Fence
    deadline: float


class RequestSent(Message, frozen=True, kw_only=True):
    """A model was asked; each attempt is an event of its own."""

    agent: AgentId
    turn: TurnId
    index: int
    request: BlobHash
    attempt: int = 1
    model: str = ""
    waited: float = 0.0
    """Seconds that it was held back before it was sent, by rate limits, backoff and the like."""
    why: str = ""
    """What it waited for."""
    most_tokens: int = 0
    """What the budget held back for it."""
    most_dollars: float = 0.0


class RequestFailed(Message, frozen=True, kw_only=True):
    """An attempt at a request came to nothing."""

    agent: AgentId
    turn: TurnId
    index: int
    attempt: int
    failure: Failure
    status: int | None = None
    """The HTTP status, where there was one."""
    retry_after: float | None = None
    """Seconds that the provider asked to wait."""
    text: str = ""
    wait: float | None = None
    """Seconds until it is tried again; None when this model is not asked again."""


class ReplyReceived(Message, frozen=True, kw_only=True):
    """A model answered; the reply is durable from here on."""

    agent: AgentId
    turn: TurnId
    index: int
    reply: BlobHash
    usage: Usage


class ToolsFinished(Message, frozen=True, kw_only=True):
    """The tool calls of one reply were carried out."""

    agent: AgentId
    turn: TurnId
    index: int
    results: tuple[ToolResult, ...]
    head: int
    """Number of commits in the tree that the agent sees from here on."""


class MailSent(Message, frozen=True, kw_only=True):
    """A message was put into the mailboxes of `to`."""

    mail: Mail
    to: tuple[AgentId, ...]
    known: tuple[AgentId, ...] = ()
    """Those that were tried as well and had it already, where messages travel by gossip."""
    turn: TurnId | None = None
    call: str = ""


class MailRead(Message, frozen=True, kw_only=True):
    """An agent took messages, in the order in which it is shown them."""

    agent: AgentId
    mail: tuple[Mail, ...]
    left: int = 0
    """How many it has still not read."""
    pass_on: tuple[int, ...] = ()
    """Those among them, by the number of the new message, that it is to pass on."""
    replies: int = 0
    """How many replies its turn must have for it to be certain that the agent was shown them: one more
    than it had. If the turn ends with fewer, they are unread again. 0 where reading them is enough."""
    turn: TurnId | None = None
    call: str = ""


class NoteWritten(Message, frozen=True, kw_only=True):
    """A text was put into the team's shared notes."""

    agent: AgentId
    name: str
    text: BlobHash
    version: int
    turn: TurnId | None = None
    call: str = ""


class TurnEnded(Message, frozen=True, kw_only=True):
    """A turn is over."""

    turn: TurnId
    agent: AgentId
    reason: EndReason
