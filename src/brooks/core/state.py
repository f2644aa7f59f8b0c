"""The state of a run: what the log says, folded.

Two rules for this file. Only `brooks.core.applying` changes anything in it. And it holds nothing
that is not a fold over the events, so that reading a log from its first record always rebuilds it.

The classes are plain mutable slotted ones, because the board applies a hundred thousand events a
second. Everyone else reads through `View`.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from brooks.core.events import (
    BallotCast,
    NoteWritten,
    ProposalQueued,
    Remembered,
    RunStarted,
)
from brooks.core.facts import CheckResult, DropReason, Mail, Outcome, Role, ToolResult, Votes
from brooks.core.graph import TaskGraph
from brooks.core.ledger import Ledger
from brooks.core.paths import PathIndex
from brooks.core.spec import Budget, Guarantees, Task
from brooks.core.team_rules import Rules
from brooks.ids import AgentId, BlobHash, Fence, Position, ProposalId, TaskId, TurnId


class Status(StrEnum):
    """Where a task is in its life."""

    WAITING = "waiting"
    """Something it depends on is not done."""
    READY = "ready"
    LEASED = "leased"
    """An agent holds it."""
    QUEUED = "queued"
    """A change for it was accepted and waits for its check."""
    DONE = "done"
    FAILED = "failed"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"


OVER = frozenset({Status.DONE, Status.FAILED, Status.BLOCKED, Status.CANCELLED})
"""Statuses in which a task needs no more work."""


class Phase(StrEnum):
    """Where the run is in its life."""

    NEW = "new"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    FINISHED = "finished"


class TaskState:
    """One task."""

    __slots__ = (
        "assigned", "ballots", "claimed_by", "done_at", "failures", "feedback", "first_leased", "holders",
        "lost", "proposal", "reason", "spec", "status", "tally", "unmet", "verified", "votes", "written",
    )  # fmt: skip

    def __init__(self, spec: Task, unmet: int) -> None:
        self.spec = spec
        self.status = Status.WAITING
        self.unmet = unmet
        """How many of its dependencies are not done."""
        self.holders: dict[Fence, int] = {}
        """The leases it is held under, several where copies are made, and which copy each covers."""
        self.ballots: dict[ProposalId, BallotCast] = {}
        """Changes accepted beside others: for the vote that goes on, or in reserve."""
        self.votes = 0
        """Rounds of the vote that goes on that have ended undecided."""
        self.tally: tuple[Votes, ...] = ()
        """What the last of them gave."""
        self.first_leased: float | None = None
        self.assigned: AgentId | None = None
        """Whom a lead gave it to, until it is taken: the assignment is then used up."""
        self.claimed_by: AgentId | None = None
        """Who said first that it takes the task, where claims are words."""
        self.written: tuple[int, tuple[str, ...]] = (0, ())
        """The commit of its last merge, and the paths it wrote; 0 for none."""
        self.proposal = ProposalId(0)
        """The proposal that waits in the queue, or that made it done; 0 for none."""
        self.failures = 0
        self.lost = 0
        self.reason = ""
        self.feedback: CheckResult | None = None
        """Its last failed check, for the next agent that works on it."""
        self.verified = False
        self.done_at = 0.0

    @property
    def fence(self) -> Fence:
        """The lease it is held under, the first of several; 0 for none."""
        return next(iter(self.holders), Fence(0))


class Lease:
    """A hold on some tasks until a time, unless renewed."""

    __slots__ = ("agent", "copy", "expires_at", "fence", "group", "role", "tasks", "turn")

    def __init__(
        self,
        agent: AgentId,
        fence: Fence,
        tasks: Iterable[TaskId],
        expires_at: float,
        *,
        copy: int = 0,
        role: Role = Role.WORK,
        group: str = "",
    ) -> None:
        self.agent = agent
        self.fence = fence
        self.tasks = dict.fromkeys(tasks)
        """Those not yet done, in the order of the batch."""
        self.expires_at = expires_at
        self.copy = copy
        self.role = role
        self.group = group
        self.turn: TurnId | None = None


class Turn:
    """A turn that is not over, with what a resume needs to replay it."""

    __slots__ = (
        "agent", "asked", "attempt", "began", "deadline", "done", "fence", "first_head", "head", "in_flight",
        "letters", "model", "progress", "proposals", "replies", "role", "round", "started", "tasks", "tools",
        "turn", "verdicts",
    )  # fmt: skip

    def __init__(
        self,
        turn: TurnId,
        agent: AgentId,
        *,
        tasks: tuple[TaskId, ...],
        fence: Fence,
        head: int,
        deadline: float,
        round_number: int,
        started: Position,
        began: float,
        model: str,
        role: Role,
    ) -> None:
        self.turn = turn
        self.agent = agent
        self.tasks = tasks
        self.fence = fence
        self.first_head = head
        """Number of commits in the tree that it began on."""
        self.head = head
        self.deadline = deadline
        self.round = round_number
        self.started = started
        self.began = began
        """When it began, log seconds."""
        self.progress = began
        """When anything last came of it: a request, a reply, a change."""
        self.model = model
        self.role = role
        self.letters = 0
        """Messages its agent has sent in it."""
        self.asked = 0
        """Requests sent; the reply to the last may be missing."""
        self.in_flight = False
        """Whether an attempt at the last request is on its way."""
        self.attempt = 0
        """The number of that attempt."""
        self.done: dict[str, Remembered] = {}
        """What tool calls led to that must not be done twice, by the call."""
        self.replies: list[BlobHash] = []
        self.tools: list[tuple[tuple[ToolResult, ...], int]] = []
        """For each reply whose tools finished: their results, and the head the agent then saw."""
        self.proposals: dict[str, ProposalId] = {}
        """Proposals by the tool call that made them."""
        self.verdicts: dict[ProposalId, Verdict] = {}


class Verdict:
    """What became of a proposal: merged, or dropped and why."""

    __slots__ = ("check", "dropped", "held", "merged", "paths")

    def __init__(
        self,
        *,
        merged: bool,
        check: CheckResult | None,
        dropped: DropReason | None = None,
        held: bool = False,
        paths: Sequence[str] = (),
    ) -> None:
        self.merged = merged
        self.check = check
        self.dropped = dropped
        self.held = held
        """After a drop: the agent still holds the task and may mend it."""
        self.paths = tuple(paths)


class Proposal:
    """A change in the merge queue."""

    __slots__ = ("changes", "check", "event", "paths", "run", "running", "task")

    def __init__(self, event: ProposalQueued) -> None:
        self.event = event
        self.task = event.task
        self.changes = event.changes
        self.paths = tuple(change.path for change in event.changes)
        self.run = 0
        """How often its check was started."""
        self.running = False
        self.check: CheckResult | None = None
        """The verdict on the tree with everything that is still ahead of it; None if there is none."""


class FileVersion:
    """What a file is from one commit on."""

    __slots__ = ("blob", "commit", "executable", "version")

    def __init__(
        self, commit: int, version: int, blob: BlobHash | None, *, executable: bool
    ) -> None:
        self.commit = commit
        self.version = version
        self.blob = blob
        self.executable = executable


class Verification:
    """The state of a look at the final tree."""

    __slots__ = ("failed", "head", "pending", "round")

    def __init__(self, round_number: int, head: int, pending: Iterable[TaskId | None]) -> None:
        self.round = round_number
        self.head = head
        self.pending = dict.fromkeys(pending)
        """Checks still to come; None is the project's own."""
        self.failed: list[TaskId | None] = []


class State:
    """Everything the log says, folded. Changed by `brooks.core.applying.apply` alone."""

    __slots__ = (
        "agents", "budget", "commits", "counts", "deadlines", "epoch", "expiries", "fence", "files",
        "finished", "found", "graph", "history", "leases", "ledger", "letters", "locks", "next_proposal",
        "notes", "paths", "phase", "position", "project_verified", "queue", "queued_paths", "queued_writes",
        "rounds_verified", "run", "stopping", "tasks", "time", "turn_deadlines", "turns", "turns_started",
        "verification", "verified",
    )  # fmt: skip

    def __init__(self) -> None:
        self.position = Position(0)
        self.time = 0.0
        self.phase = Phase.NEW
        self.run: RunStarted | None = None
        self.epoch = 0
        self.graph = TaskGraph()
        self.tasks: dict[TaskId, TaskState] = {}
        self.counts = dict.fromkeys(Status, 0)
        self.agents: dict[AgentId, AgentState] = {}
        self.leases: dict[Fence, Lease] = {}
        self.fence = Fence(0)
        """The last one granted."""
        self.expiries: list[tuple[float, Fence]] = []
        """Heap of lease expiries, an entry for each lease; of one that was renewed it is too early."""
        self.turn_deadlines: list[tuple[float, TurnId]] = []
        """Heap of turn deadlines, kept in the same way."""
        self.deadlines: list[tuple[float, TaskId]] = []
        """Heap of tasks' deadlines, kept in the same way."""
        self.locks: dict[str, dict[TaskId, None]] = {}
        """Where files are locked: the tasks at work that name each path."""
        self.budget = Budget()
        self.ledger = Ledger()
        self.letters = 0
        """Messages sent between agents."""
        self.notes: dict[str, list[NoteWritten]] = {}
        """The versions of each note that the team shares, oldest first."""
        self.found = 0
        """Tasks that agents added."""
        self.turns: dict[TurnId, Turn] = {}
        self.turns_started = 0
        self.files: dict[str, FileVersion] = {}
        self.history: dict[str, list[FileVersion]] = {}
        """Every version of each file, oldest first."""
        self.paths = PathIndex()
        """The files that are there."""
        self.commits = 0
        self.queue: dict[ProposalId, Proposal] = {}
        """The merge queue, front first."""
        self.queued_writes: dict[str, int] = {}
        """How many queued proposals write each path."""
        self.queued_paths = PathIndex()
        """The files that queued proposals write."""
        self.next_proposal = 1
        self.verification: Verification | None = None
        self.rounds_verified = 0
        self.verified: dict[TaskId, int] = {}
        """Commit count of the tree on which each task's check passed at a last look."""
        self.project_verified: int | None = None
        self.stopping: tuple[Outcome, str] | None = None
        self.finished: tuple[Outcome, str] | None = None

    @property
    def guarantees(self) -> Guarantees:
        """What the team declared."""
        return self.run.guarantees if self.run else Guarantees()

    @property
    def rules(self) -> Rules:
        """What the board keeps to beside the guarantees."""
        return self.run.rules if self.run else Rules()

    @property
    def claims_are_stated(self) -> bool:
        """Whether agents say which tasks they take, and may mark only those done."""
        return self.run is not None and self.run.stated_claims

    def has_begun(self, turn: TurnId) -> bool:
        """Whether a turn was ever started; they are numbered from 1."""
        number = turn.removeprefix("turn-")
        return number.isascii() and number.isdecimal() and 1 <= int(number) <= self.turns_started

    @property
    def turns_spent(self) -> bool:
        """Whether the budget of turns is used up: those begun go on, no other may begin."""
        return self.budget.turns is not None and self.turns_started >= self.budget.turns

    def open_tasks(self) -> int:
        """How many tasks still need work."""
        return len(self.tasks) - sum(self.counts[status] for status in OVER)

    def file_at(self, path: str, commit: int) -> FileVersion | None:
        """A file as it was after `commit` commits; None if it was never there by then."""
        for version in reversed(self.history.get(path, ())):
            if version.commit <= commit:
                return version
        return None


class AgentState:
    """One agent."""

    __slots__ = ("available", "fence", "heard", "left", "mail", "quarantined_until", "turn")

    def __init__(self) -> None:
        self.available = False
        """It has been heard and has not been lost since."""
        self.fence = Fence(0)
        self.turn: TurnId | None = None
        self.heard = 0.0
        """When it last said anything or was called, log seconds."""
        self.left = False
        """It is gone, for good unless it is called."""
        self.quarantined_until = 0.0
        self.mail: list[Mail] = []
        """What it has not read yet."""
