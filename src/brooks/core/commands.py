"""Commands: what anyone may ask of the board. Each is answered with events, a refusal among them."""

from brooks.core.facts import (
    CheckResult,
    EndReason,
    Failure,
    FileChange,
    FileRead,
    Outcome,
    Role,
    ToolResult,
    Usage,
)
from brooks.core.message import Message
from brooks.core.spec import Budget, Guarantees, Task
from brooks.core.team_rules import Rules
from brooks.ids import AgentId, BlobHash, Fence, ProposalId, TaskId, TurnId


class StartRun(Message, frozen=True, kw_only=True):
    """Open the run. The first command of every log."""

    spec: BlobHash
    """The whole spec as a blob in the log."""
    seed: int
    brooks: str
    """Version of the program."""
    guarantees: Guarantees
    attempts: int
    lost_leases: int
    lease_seconds: float
    turn_seconds: float
    project_check: bool
    budget: Budget
    found_tasks: int
    members: tuple[AgentId, ...] = ()
    rules: Rules = Rules()
    stated_claims: bool = False
    """Whether claims are mere words (`StateClaim`), and only who took a task may mark it done."""


class ResumeRun(Message, frozen=True, kw_only=True):
    """Go on after a stop or a crash: new epoch, old leases revoked."""

    epoch: int
    budget: Budget


class OpenWorkspace(Message, frozen=True, kw_only=True):
    """State the tree that the run starts from."""

    tree: BlobHash
    """Manifest of the tree as a blob."""
    files: tuple[FileChange, ...]


class AddTask(Message, frozen=True, kw_only=True):
    """Add a task; every task it depends on must be there already."""

    task: Task
    agent: AgentId | None = None
    turn: TurnId | None = None
    call: str = ""
    """The tool call that asked, where an agent did; one that was carried out is remembered with its turn."""


class AddDependency(Message, frozen=True, kw_only=True):
    """Make `task` wait for `on`; refused when that would close a cycle or when `task` is already over."""

    task: TaskId
    on: TaskId
    agent: AgentId | None = None
    turn: TurnId | None = None
    call: str = ""


class JoinAgent(Message, frozen=True, kw_only=True):
    """An agent says that it is there and free: at its start, after a restart, after losing a lease."""

    agent: AgentId


class CallAgent(Message, frozen=True, kw_only=True):
    """Have a member of an elastic team come, for the first time or again."""

    agent: AgentId
    reason: str


class LeaveAgent(Message, frozen=True, kw_only=True):
    """An agent leaves the team, for good unless it is called; what it holds is offered again."""

    agent: AgentId
    reason: str


class Quarantine(Message, frozen=True, kw_only=True):
    """Give an agent no more work until a time (log seconds)."""

    agent: AgentId
    until: float
    reason: str


class Revert(Message, frozen=True, kw_only=True):
    """Take back what a task has merged, after it was failed for good."""

    task: TaskId


class Release(Message, frozen=True, kw_only=True):
    """Take a task from its holder, by word of a lead or of a rule; the holder's late work is refused."""

    task: TaskId
    reason: str
    holder: AgentId | None = None
    """Only from this holder, where several have copies; None for from all."""
    agent: AgentId | None = None
    """The lead that says so; None for a rule."""
    fence: Fence = Fence(0)
    """The lead's."""
    turn: TurnId | None = None
    call: str = ""


class Claim(Message, frozen=True, kw_only=True):
    """Ask for a lease over an ordered batch of tasks, each unmet dependency earlier in the batch."""

    agent: AgentId
    tasks: tuple[TaskId, ...]
    role: Role = Role.WORK
    """A lead asks for a lease over no task, and takes the place of the one before it."""
    group: str = ""
    """The sub-team it leads."""


class StateClaim(Message, frozen=True, kw_only=True):
    """Say that an agent takes a task, where claims are words and not leases."""

    agent: AgentId
    task: TaskId
    turn: TurnId
    call: str


class WriteFiles(Message, frozen=True, kw_only=True):
    """Put files into the shared tree at once, for no task, where the last writer wins."""

    agent: AgentId
    turn: TurnId
    call: str
    """The first of the tool calls that wrote; the same call never writes twice."""
    changes: tuple[FileChange, ...]


class Assign(Message, frozen=True, kw_only=True):
    """A lead gives a task to an agent."""

    task: TaskId
    to: AgentId
    agent: AgentId
    """The lead."""
    fence: Fence
    """Its own; refused when another leads by now."""
    turn: TurnId | None = None
    call: str = ""


class Renew(Message, frozen=True, kw_only=True):
    """Ask to hold a lease for another term."""

    agent: AgentId
    fence: Fence
    queued: bool = False
    """Whether its request waits for its turn under the limits of its model: no fault of its own."""


class GiveUp(Message, frozen=True, kw_only=True):
    """Hand a leased task back; counts as a failed attempt."""

    agent: AgentId
    fence: Fence
    task: TaskId
    reason: str


class StartTurn(Message, frozen=True, kw_only=True):
    """Ask an agent for one stretch of work."""

    agent: AgentId
    tasks: tuple[TaskId, ...]
    fence: Fence = Fence(0)
    """The lease it works under; 0 for none."""
    round: int = 0
    """The round it belongs to, from 1; 0 where the pacing has none."""
    model: str = ""
    """A model to ask in place of the agent's own, where a task was escalated."""
    role: Role = Role.WORK


class SendRequest(Message, frozen=True, kw_only=True):
    """Say that a model is about to be asked, so that a crash cannot hide a paid request."""

    agent: AgentId
    turn: TurnId
    index: int
    """The request's number within the turn, from 0."""
    request: BlobHash
    """Hash of the request (not stored as a blob)."""
    attempt: int = 1
    """How often it was sent in this life of the agent, this time included."""
    model: str = ""
    """The model string that is asked."""
    waited: float = 0.0
    """Seconds that the request was held back before it was sent."""
    why: str = ""
    """What it waited for."""
    most_tokens: int = 0
    """The most it may cost, input and output; 0 where nobody can say."""
    most_dollars: float = 0.0


class RecordFailure(Message, frozen=True, kw_only=True):
    """Record that an attempt at a request came to nothing."""

    agent: AgentId
    turn: TurnId
    index: int
    attempt: int
    failure: Failure
    status: int | None
    retry_after: float | None
    text: str
    wait: float | None
    """Seconds until it is tried again; None when this model is not asked again."""


class RecordReply(Message, frozen=True, kw_only=True):
    """Make a model's reply durable before anyone acts on it."""

    agent: AgentId
    turn: TurnId
    index: int
    reply: BlobHash
    usage: Usage


class RecordTools(Message, frozen=True, kw_only=True):
    """Record what the tool calls of one reply gave."""

    agent: AgentId
    turn: TurnId
    index: int
    results: tuple[ToolResult, ...]
    refresh: bool = False
    """True when the agent was shown the current tree and works on from it."""


class Propose(Message, frozen=True, kw_only=True):
    """Ask that a task's change be checked and merged."""

    agent: AgentId
    turn: TurnId
    call: str
    """The tool call that asked; the same call never makes two proposals."""
    task: TaskId
    fence: Fence
    changes: tuple[FileChange, ...]
    reads: tuple[FileRead, ...] = ()
    """Versions of other files that the agent saw while it made the change."""
    answer: BlobHash | None = None
    """What is compared where the task is put to the vote; None for the changes."""


class SendMail(Message, frozen=True, kw_only=True):
    """Send a message to an agent, or to all others that may be written to."""

    agent: AgentId
    to: AgentId | None
    text: BlobHash
    size: int = 0
    """Characters of the text."""
    urgent: bool = False
    """Urgent messages are read before others."""
    passes_on: int = 0
    """The number of the new message that is passed on, where messages travel by gossip; everything else is
    then as it was in that one. 0 for a new one."""
    to_some: tuple[AgentId, ...] = ()
    """Those that a gossiping agent has drawn, in order; they are tried until enough of them did not have the
    message. Empty in every other topology."""
    turn: TurnId | None = None
    call: str = ""


class ReadMail(Message, frozen=True, kw_only=True):
    """Take as many of the messages that an agent has not read as it is shown at once, urgent ones first."""

    agent: AgentId
    turn: TurnId | None = None
    call: str = ""


class WriteNote(Message, frozen=True, kw_only=True):
    """Put a text under a name into the notes that the team shares."""

    agent: AgentId
    name: str
    text: BlobHash
    base: int
    """The version of the note that the writer saw; 0 for a new one. Refused where another came before it."""
    turn: TurnId | None = None
    call: str = ""


class EndTurn(Message, frozen=True, kw_only=True):
    """Say that a turn is over; what its lease still holds goes back."""

    agent: AgentId
    turn: TurnId
    reason: EndReason


class StartCheck(Message, frozen=True, kw_only=True):
    """Take the next proposal that needs a check."""

    proposal: ProposalId


class RecordCheck(CheckResult, frozen=True, kw_only=True):
    """Report what a check of a proposal's merged tree gave."""

    proposal: ProposalId
    run: int
    """Which start of the proposal's check this answers."""


class StartVerification(Message, frozen=True, kw_only=True):
    """Begin the last look: every check again, on the final tree."""


class RecordVerification(CheckResult, frozen=True, kw_only=True):
    """Report one check of the final tree; `task` None is the project's own check."""

    round: int
    task: TaskId | None


class RecordFault(Message, frozen=True, kw_only=True):
    """Record a fault that was injected, or its end."""

    agent: AgentId
    kind: str
    seconds: float = 0.0
    over: bool = False


class KeepFile(Message, frozen=True, kw_only=True):
    """Record that the user's version of a file was left in place."""

    path: str
    kept_at: str
    reason: str


class PauseRun(Message, frozen=True, kw_only=True):
    """Let nothing new start until `ContinueRun`."""


class ContinueRun(Message, frozen=True, kw_only=True):
    """End a pause."""


class StopRun(Message, frozen=True, kw_only=True):
    """Wind the run down: nothing new starts, replies in flight are kept."""

    outcome: Outcome
    reason: str


class FinishRun(Message, frozen=True, kw_only=True):
    """Close the run."""

    outcome: Outcome
    reason: str


class CancelTask(Message, frozen=True, kw_only=True):
    """Give a task up for good; what depends on it is blocked."""

    task: TaskId
    reason: str = "cancelled by the user"


class Requeue(Message, frozen=True, kw_only=True):
    """Offer a task again, with all its attempts: a failed, cancelled or held one."""

    task: TaskId


class Tick(Message, frozen=True, kw_only=True):
    """Let the board notice the time: leases and turns that are over."""


Command = (
    StartRun
    | ResumeRun
    | OpenWorkspace
    | AddTask
    | AddDependency
    | JoinAgent
    | CallAgent
    | LeaveAgent
    | Quarantine
    | Release
    | Revert
    | Claim
    | StateClaim
    | WriteFiles
    | Assign
    | Renew
    | GiveUp
    | StartTurn
    | SendRequest
    | RecordReply
    | RecordFailure
    | RecordTools
    | Propose
    | SendMail
    | ReadMail
    | WriteNote
    | EndTurn
    | StartCheck
    | RecordCheck
    | StartVerification
    | RecordVerification
    | RecordFault
    | KeepFile
    | PauseRun
    | ContinueRun
    | StopRun
    | FinishRun
    | CancelTask
    | Requeue
    | Tick
)
