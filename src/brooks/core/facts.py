"""The small values that commands and events are made of: reasons, changes of files, results, costs."""

from enum import StrEnum

from brooks.core.message import Message
from brooks.ids import AgentId, BlobHash, TurnId


class Outcome(StrEnum):
    """How a run ended."""

    DONE = "done"
    FAILED = "failed"
    BUDGET = "budget"
    INTERRUPTED = "interrupted"
    OUTSIDE = "outside"
    """A model could not be reached, or would not answer, for too long."""
    CANCELLED = "cancelled"


class Role(StrEnum):
    """What a turn is for."""

    WORK = "work"
    """Tasks that the agent holds, or that it says it does."""
    LEAD = "lead"
    """Seeing to the others: assigning, releasing, verifying."""


class EndReason(StrEnum):
    """Why a turn ended."""

    FINISHED = "finished"
    """The agent has nothing left to do in it."""
    GAVE_UP = "gave_up"
    OUT_OF_REQUESTS = "out_of_requests"
    LEASE_LOST = "lease_lost"
    MODEL_FAILED = "model_failed"
    UNUSABLE_REPLIES = "unusable_replies"
    """The model answered several times in a row with nothing that could be carried out."""
    DEADLINE = "deadline"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    """Another agent's result for the same task counts."""


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
    BUDGET_SPENT = "budget_spent"
    FILE_LOCKED = "file_locked"
    NOT_ALLOWED = "not_allowed"
    TOO_MANY = "too_many"


class DropReason(StrEnum):
    """Why a queued proposal left the queue without being merged."""

    CHECK_FAILED = "check_failed"
    STALE_WRITE = "stale_write"
    DEPENDENCY_NOT_DONE = "dependency_not_done"
    TASK_OVER = "task_over"


class Failure(StrEnum):
    """Why an attempt at a model request came to nothing."""

    RATE_LIMITED = "rate_limited"
    """The provider says: too many requests or tokens (429)."""
    OVERLOADED = "overloaded"
    """The provider has no room now (503, 529)."""
    SERVER = "server"
    """The provider failed (other 5xx)."""
    UNREACHABLE = "unreachable"
    """No connection, or it broke before an answer was there."""
    TIMEOUT = "timeout"
    BROKEN = "broken"
    """What came is no answer: cut off, or no valid JSON."""
    REJECTED = "rejected"
    """The provider will not take this request (400, 413, 422)."""
    KEY_REFUSED = "key_refused"
    """The key is wrong, or may not do this (401, 402, 403)."""
    UNKNOWN_MODEL = "unknown_model"
    """The provider does not have the model (404)."""


PASSING = frozenset(
    {
        Failure.RATE_LIMITED,
        Failure.OVERLOADED,
        Failure.SERVER,
        Failure.UNREACHABLE,
        Failure.TIMEOUT,
        Failure.BROKEN,
    }
)
"""Failures after which the same request may succeed."""

MAYBE_BILLED = frozenset({Failure.UNREACHABLE, Failure.TIMEOUT, Failure.BROKEN})
"""Failures after which the provider may have done the work all the same, and bill it."""


class FileChange(Message, frozen=True, kw_only=True):
    """One file's change: what it is to be, and the version it was made from."""

    path: str
    blob: BlobHash | None
    """The new content; None deletes the file."""
    base: int = 0
    """Version of the file that the change was made from; 0 for a file that was not there."""
    executable: bool = False


class FileRead(Message, frozen=True, kw_only=True):
    """One file as an agent saw it."""

    path: str
    version: int
    """0 for a file that was not there."""


class ToolResult(Message, frozen=True, kw_only=True):
    """What one tool call gave."""

    call: str
    ok: bool
    text: BlobHash
    """What the agent is shown, as a blob."""
    discarded: tuple[str, ...] = ()
    """Files that the agent wrote and must write anew, because they were changed under it."""
    rebased: tuple[FileChange, ...] = ()
    """Files whose change was merged line by line with another agent's, as they were proposed in the end."""


class Usage(Message, frozen=True, kw_only=True):
    """What one model reply cost."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    """Part of `input_tokens` that the provider read from its cache."""
    written_tokens: int = 0
    """Part of `input_tokens` that the provider wrote to its cache."""
    dollars: float | None = None
    """What it cost; None where nobody knows the price."""


class Mail(Message, frozen=True, kw_only=True):
    """One message between agents."""

    number: int
    """Its number in the run, from 1."""
    sender: AgentId
    """Who sent this copy."""
    text: BlobHash
    urgent: bool = False
    origin: int = 0
    """The number of the new message that this one passes on, by gossip; 0 for a new one."""
    author: AgentId | None = None
    """Who wrote it, where another passes it on."""
    size: int = 0
    """Characters of the text; 0 where the log does not say."""

    @property
    def rumour(self) -> int:
        """What all copies of one message have in common: the number of the first."""
        return self.origin or self.number


class Votes(Message, frozen=True, kw_only=True):
    """One answer and those who gave it."""

    answer: BlobHash
    agents: tuple[AgentId, ...]
    weight: float
    """The sum of their weights."""
    shown: BlobHash | None = None
    """What the first of them wrote in the first file of it, for others to see."""


class InFlight(Message, frozen=True, kw_only=True):
    """A request that had no durable reply when the coordinator stopped; it may be asked once more."""

    agent: AgentId
    turn: TurnId
    index: int


class CheckResult(Message, frozen=True, kw_only=True):
    """What a check gave."""

    passed: bool
    reason: CheckReason
    tests_passed: int | None
    """None when the command does not count tests."""
    tests_failed: int | None
    output: BlobHash
    """What it printed, normalised and cut, as a blob."""
    level: str
    """Which level of the sandbox held, or `modelled`."""
