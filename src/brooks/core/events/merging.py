"""Events of changes on their way into the tree: proposals, ballots, checks."""

from brooks.core.facts import CheckResult, DropReason, FileChange, FileRead, Votes
from brooks.core.message import Message
from brooks.ids import AgentId, BlobHash, Fence, ProposalId, TaskId, TurnId


class ProposalQueued(Message, frozen=True, kw_only=True):
    """A change was accepted for checking, behind those accepted before it."""

    proposal: ProposalId
    agent: AgentId
    turn: TurnId
    call: str
    task: TaskId
    fence: Fence
    changes: tuple[FileChange, ...]
    reads: tuple[FileRead, ...] = ()
    """Versions of other files that the agent saw while it made the change."""
    ballot: ProposalId = ProposalId(0)
    """The ballot that it was made of; 0 for none."""


class FilesWritten(Message, frozen=True, kw_only=True):
    """An agent's writes are in the shared tree, for no task and unchecked: commit number `commit`."""

    agent: AgentId
    turn: TurnId
    call: str
    """The first of the tool calls that wrote."""
    commit: int
    changes: tuple[FileChange, ...]
    round: int = 0
    """The round it belongs to, from 1; 0 where the pacing has none."""


class BallotCast(Message, frozen=True, kw_only=True):
    """An agent's change was accepted beside others for the same task: for a vote, or in reserve."""

    proposal: ProposalId
    agent: AgentId
    turn: TurnId
    call: str
    task: TaskId
    fence: Fence
    changes: tuple[FileChange, ...]
    reads: tuple[FileRead, ...] = ()
    answer: BlobHash
    """What is compared with the answers of others."""


class VoteCounted(Message, frozen=True, kw_only=True):
    """A round of voting on a task has ended."""

    task: TaskId
    round: int
    """From 1."""
    tally: tuple[Votes, ...]
    """The answers, the most votes first."""
    decided: BlobHash | None
    """The answer that counts; None where the rule decides on none."""
    final: bool
    """Whether no further round follows."""


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
