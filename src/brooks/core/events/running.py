"""Events of the run as a whole: its start, its stops, its last look at the tree, its end."""

from brooks.core.facts import CheckResult, FileChange, InFlight, Outcome
from brooks.core.message import Message
from brooks.core.spec import Budget, Guarantees
from brooks.core.team_rules import Rules
from brooks.ids import AgentId, BlobHash, Fence, TaskId


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
    members: tuple[AgentId, ...] = ()
    """The team in its order; empty where the log does not say."""
    rules: Rules = Rules()
    """What the board keeps to beside the guarantees."""
    stated_claims: bool = False
    """Whether agents say which tasks they take, without a lease, and may mark only those done."""


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
