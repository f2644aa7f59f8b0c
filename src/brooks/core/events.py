"""Events: what happened. The log is a list of these, and everything else is a fold over it.

The coordinator stamps each with its position, its time and the position that led to it (`Record`),
so that no event reads a clock or makes anything up when it is loaded. A field may be added with a
default; any other change of an event's meaning needs a new version (`brooks.log.codec`).
"""

from typing import NamedTuple

from brooks.core.facts import (
    CheckResult,
    DropReason,
    EndReason,
    Failure,
    FileChange,
    InFlight,
    Mail,
    Outcome,
    RefusalReason,
    ToolResult,
    Usage,
)
from brooks.core.message import Message
from brooks.core.spec import Budget, Guarantees, Task
from brooks.ids import AgentId, BlobHash, Fence, Position, ProposalId, TaskId, TurnId


class RunStarted(Message, frozen=True, kw_only=True):
    """The run was opened; what it promises and the limits the board keeps."""

    spec: BlobHash
    seed: int
    brooks: str
    guarantees: Guarantees
    attempts: int
    lost_leases: int
    lease_seconds: float
    turn_seconds: float
    project_check: bool = False
    """Whether the project has a check of its own, run on the final tree."""
    budget: Budget = Budget()
    found_tasks: int = 0
    """How many tasks agents may add."""


class RunResumed(Message, frozen=True, kw_only=True):
    """The run goes on in a new epoch; every lease of the old one is revoked."""

    epoch: int
    revoked: tuple[Fence, ...]
    in_flight: tuple[InFlight, ...]
    budget: Budget = Budget()


class WorkspaceOpened(Message, frozen=True, kw_only=True):
    """The tree that the run starts from; each file is at version 1."""

    tree: BlobHash
    files: tuple[FileChange, ...]


class TaskAdded(Message, frozen=True, kw_only=True):
    """A task entered the graph."""

    task: Task
    agent: AgentId | None = None
    turn: TurnId | None = None
    call: str = ""
    """The tool call that asked, where an agent did."""


class DependencyAdded(Message, frozen=True, kw_only=True):
    """A task now waits for another one."""

    task: TaskId
    on: TaskId
    agent: AgentId | None = None
    turn: TurnId | None = None
    call: str = ""


class TaskReady(Message, frozen=True, kw_only=True):
    """Every dependency of a task is done and nobody holds it."""

    task: TaskId


class AgentJoined(Message, frozen=True, kw_only=True):
    """An agent is there and free."""

    agent: AgentId


class TasksLeased(Message, frozen=True, kw_only=True):
    """An agent holds these tasks until `expires_at` (log time, seconds)."""

    agent: AgentId
    tasks: tuple[TaskId, ...]
    fence: Fence
    expires_at: float


class LeaseRenewed(Message, frozen=True, kw_only=True):
    """A lease holds for another term."""

    agent: AgentId
    fence: Fence
    expires_at: float


class LeaseExpired(Message, frozen=True, kw_only=True):
    """A lease was not renewed in time; its tasks are offered again."""

    agent: AgentId
    fence: Fence
    tasks: tuple[TaskId, ...]


class TasksReturned(Message, frozen=True, kw_only=True):
    """An agent handed tasks back; those in `counted` used up an attempt."""

    agent: AgentId
    fence: Fence
    tasks: tuple[TaskId, ...]
    counted: tuple[TaskId, ...]
    reason: str


class Refused(Message, frozen=True, kw_only=True):
    """The board refused a command and changed nothing."""

    command: str
    reason: RefusalReason
    agent: AgentId | None = None
    task: TaskId | None = None
    turn: TurnId | None = None
    detail: str = ""


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
    turn: TurnId | None = None
    call: str = ""


class MailRead(Message, frozen=True, kw_only=True):
    """An agent took its mail."""

    agent: AgentId
    mail: tuple[Mail, ...]
    turn: TurnId | None = None
    call: str = ""


class TurnEnded(Message, frozen=True, kw_only=True):
    """A turn is over."""

    turn: TurnId
    agent: AgentId
    reason: EndReason


class ProposalQueued(Message, frozen=True, kw_only=True):
    """A change was accepted for checking, behind those accepted before it."""

    proposal: ProposalId
    agent: AgentId
    turn: TurnId
    call: str
    task: TaskId
    fence: Fence
    changes: tuple[FileChange, ...]


class CheckStarted(Message, frozen=True, kw_only=True):
    """A proposal's check began, on the head with the proposals `ahead` and then its own change merged in."""

    proposal: ProposalId
    run: int
    head: int
    ahead: tuple[ProposalId, ...] = ()


class CheckFinished(CheckResult, frozen=True, kw_only=True):
    """A proposal's check ended."""

    proposal: ProposalId
    run: int


class CheckVoided(Message, frozen=True, kw_only=True):
    """A proposal must be checked anew: one that was merged in ahead of it left the queue."""

    proposal: ProposalId


class ProposalDropped(Message, frozen=True, kw_only=True):
    """A proposal left the queue without being merged."""

    proposal: ProposalId
    task: TaskId
    agent: AgentId
    reason: DropReason
    held: bool
    """True when its agent still holds the task and may mend it; otherwise the task went back to the board."""
    paths: tuple[str, ...] = ()
    """For a stale write: the files whose base was no longer current."""


class TaskDone(Message, frozen=True, kw_only=True):
    """A task's change was merged: commit number `commit` of the run."""

    task: TaskId
    agent: AgentId
    turn: TurnId
    fence: Fence
    proposal: ProposalId
    commit: int
    verified: bool
    """True when its check passed on exactly this tree; False when it has none or was merely marked."""
    changes: tuple[FileChange, ...]


class TaskFailed(Message, frozen=True, kw_only=True):
    """A task is given up on."""

    task: TaskId
    reason: str


class TaskBlocked(Message, frozen=True, kw_only=True):
    """A task can never start, because `on` is not going to be done."""

    task: TaskId
    on: TaskId


class TaskCancelled(Message, frozen=True, kw_only=True):
    """A task was cancelled."""

    task: TaskId
    reason: str


class TaskRequeued(Message, frozen=True, kw_only=True):
    """A task is offered again with all its attempts."""

    task: TaskId


class TaskReopened(Message, frozen=True, kw_only=True):
    """A done task failed its check on the final tree and is open again."""

    task: TaskId


class VerificationStarted(Message, frozen=True, kw_only=True):
    """The last look began: these tasks' checks (and the project's) run again on the final tree."""

    round: int
    head: int
    tasks: tuple[TaskId, ...]
    project: bool


class VerificationFinished(CheckResult, frozen=True, kw_only=True):
    """One check of the final tree ended; `task` None is the project's own."""

    round: int
    task: TaskId | None


class FaultInjected(Message, frozen=True, kw_only=True):
    """A fault was injected into an agent, or ended."""

    agent: AgentId
    kind: str
    seconds: float = 0.0
    over: bool = False


class FileKept(Message, frozen=True, kw_only=True):
    """The user changed a file during the run: theirs stayed, ours was put at `kept_at`."""

    path: str
    kept_at: str
    reason: str


class RunPaused(Message, frozen=True, kw_only=True):
    """Nothing new starts until `RunContinued`."""


class RunContinued(Message, frozen=True, kw_only=True):
    """The pause is over."""


class RunStopping(Message, frozen=True, kw_only=True):
    """The run winds down."""

    outcome: Outcome
    reason: str


class RunFinished(Message, frozen=True, kw_only=True):
    """The run is over."""

    outcome: Outcome
    reason: str
    done: int
    verified: int
    """Done tasks whose check passed on the final tree."""
    total: int


Event = (
    RunStarted
    | RunResumed
    | WorkspaceOpened
    | TaskAdded
    | DependencyAdded
    | TaskReady
    | AgentJoined
    | TasksLeased
    | LeaseRenewed
    | LeaseExpired
    | TasksReturned
    | Refused
    | TurnStarted
    | TurnResumed
    | RequestSent
    | RequestFailed
    | ReplyReceived
    | ToolsFinished
    | MailSent
    | MailRead
    | TurnEnded
    | ProposalQueued
    | CheckStarted
    | CheckFinished
    | CheckVoided
    | ProposalDropped
    | TaskDone
    | TaskFailed
    | TaskBlocked
    | TaskCancelled
    | TaskRequeued
    | TaskReopened
    | VerificationStarted
    | VerificationFinished
    | FaultInjected
    | FileKept
    | RunPaused
    | RunContinued
    | RunStopping
    | RunFinished
)


Remembered = TaskAdded | DependencyAdded | MailSent | MailRead
"""What a tool call led to that must not be done twice, though its turn be replayed."""


class Record(NamedTuple):
    """An event with its place in the log."""

    position: Position
    time: float
    """Seconds of log time: from the run's start, time when no coordinator ran left out."""
    cause: Position
    """Position of the record that led to this one; 0 for none."""
    event: Event
