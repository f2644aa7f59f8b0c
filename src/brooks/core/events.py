"""Events: what happened. The log is a list of these, and everything else is a fold over it.

The coordinator stamps each with its position, its time and the position that led to it (`Record`),
so that no event reads a clock or makes anything up when it is loaded. A field may be added with a
default; any other change of an event's meaning needs a new version (`brooks.log.codec`).
"""

from enum import StrEnum
from typing import NamedTuple

from brooks.core.message import Message
from brooks.core.spec import Guarantees, Task
from brooks.ids import AgentId, BlobHash, Fence, Position, ProposalId, TaskId, TurnId


class Outcome(StrEnum):
    """How a run ended."""

    DONE = "done"
    FAILED = "failed"
    BUDGET = "budget"
    INTERRUPTED = "interrupted"
    CANCELLED = "cancelled"


class EndReason(StrEnum):
    """Why a turn ended."""

    FINISHED = "finished"
    """The agent has nothing left to do in it."""
    GAVE_UP = "gave_up"
    OUT_OF_REQUESTS = "out_of_requests"
    LEASE_LOST = "lease_lost"
    MODEL_FAILED = "model_failed"
    DEADLINE = "deadline"
    REVOKED = "revoked"


class CheckReason(StrEnum):
    """What a check's verdict rests on."""

    PASSED = "passed"
    FAILED = "failed"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    KILLED = "killed"
    NOT_RUNNABLE = "not_runnable"


class RefusalReason(StrEnum):
    """Why the board refused a command that a correct program may send."""

    NOT_READY = "not_ready"
    HELD_BY_ANOTHER = "held_by_another"
    ALREADY_HOLDS = "already_holds"
    TASK_OVER = "task_over"
    UNKNOWN_TASK = "unknown_task"
    UNKNOWN_AGENT = "unknown_agent"
    DUPLICATE_TASK = "duplicate_task"
    CYCLE = "cycle"
    STALE_FENCE = "stale_fence"
    STALE_WRITE = "stale_write"
    DEPENDENCY_NOT_DONE = "dependency_not_done"
    TURN_OVER = "turn_over"
    RUN_NOT_OPEN = "run_not_open"
    OUTDATED = "outdated"
    PATH_CLASH = "path_clash"


class DropReason(StrEnum):
    """Why a queued proposal left the queue without being merged."""

    CHECK_FAILED = "check_failed"
    STALE_WRITE = "stale_write"
    DEPENDENCY_NOT_DONE = "dependency_not_done"
    TASK_OVER = "task_over"


class FileChange(Message, frozen=True, kw_only=True):
    """One file's change: what it is to be, and the version it was made from."""

    path: str
    blob: BlobHash | None
    """The new content; None deletes the file."""
    base: int = 0
    """Version of the file that the change was made from; 0 for a file that was not there."""
    executable: bool = False


class ToolResult(Message, frozen=True, kw_only=True):
    """What one tool call gave."""

    call: str
    ok: bool
    text: BlobHash
    """What the agent is shown, as a blob."""
    discarded: tuple[str, ...] = ()
    """Files that the agent wrote and must write anew, because they were changed under it."""


class Usage(Message, frozen=True, kw_only=True):
    """What one model reply cost."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    """Part of `input_tokens` that the provider read from its cache."""


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
    turn_budget: int | None = None
    seconds_budget: float | None = None


class InFlight(Message, frozen=True, kw_only=True):
    """A request that had no durable reply when the coordinator stopped; it may be asked once more."""

    agent: AgentId
    turn: TurnId
    index: int


class RunResumed(Message, frozen=True, kw_only=True):
    """The run goes on in a new epoch; every lease of the old one is revoked."""

    epoch: int
    revoked: tuple[Fence, ...]
    in_flight: tuple[InFlight, ...]
    turn_budget: int | None = None
    seconds_budget: float | None = None


class WorkspaceOpened(Message, frozen=True, kw_only=True):
    """The tree that the run starts from; each file is at version 1."""

    tree: BlobHash
    files: tuple[FileChange, ...]


class TaskAdded(Message, frozen=True, kw_only=True):
    """A task entered the graph."""

    task: Task
    agent: AgentId | None = None


class DependencyAdded(Message, frozen=True, kw_only=True):
    """A task now waits for another one."""

    task: TaskId
    on: TaskId
    agent: AgentId | None = None


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
    """A model was asked."""

    agent: AgentId
    turn: TurnId
    index: int
    request: BlobHash


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


class CheckFinished(Message, frozen=True, kw_only=True):
    """A proposal's check ended."""

    proposal: ProposalId
    run: int
    passed: bool
    reason: CheckReason
    tests_passed: int | None
    tests_failed: int | None
    output: BlobHash
    level: str


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


class VerificationFinished(Message, frozen=True, kw_only=True):
    """One check of the final tree ended; `task` None is the project's own."""

    round: int
    task: TaskId | None
    passed: bool
    reason: CheckReason
    tests_passed: int | None
    tests_failed: int | None
    output: BlobHash
    level: str


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
    | ReplyReceived
    | ToolsFinished
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


class Record(NamedTuple):
    """An event with its place in the log."""

    position: Position
    time: float
    """Seconds of log time: from the run's start, time when no coordinator ran left out."""
    cause: Position
    """Position of the record that led to this one; 0 for none."""
    event: Event
