"""Events of who is there and who holds what."""

from brooks.core.facts import RefusalReason, Role
from brooks.core.message import Message
from brooks.ids import AgentId, Fence, TaskId, TurnId


class AgentJoined(Message, frozen=True, kw_only=True):
    """An agent is there and free."""

    agent: AgentId


class AgentCalled(Message, frozen=True, kw_only=True):
    """An elastic team grows: this member is to come, for the first time or again."""

    agent: AgentId
    reason: str


class AgentLeft(Message, frozen=True, kw_only=True):
    """An agent left the team; only one that is called comes back."""

    agent: AgentId
    reason: str


class AgentQuarantined(Message, frozen=True, kw_only=True):
    """An agent is given no more work until a time (log seconds)."""

    agent: AgentId
    until: float
    reason: str


class TasksLeased(Message, frozen=True, kw_only=True):
    """An agent holds these tasks until `expires_at` (log time, seconds)."""

    agent: AgentId
    tasks: tuple[TaskId, ...]
    fence: Fence
    expires_at: float
    copy: int = 0
    """Which copy of the task, where several agents may each hold one (a lease of a copy covers one task)."""
    role: Role = Role.WORK
    """A lead's lease covers no task: its fence is what its word is good for."""
    group: str = ""
    """The sub-team it leads."""


class TaskAssigned(Message, frozen=True, kw_only=True):
    """A lead gave a task to an agent, who takes it when it is free."""

    task: TaskId
    agent: AgentId
    by: AgentId
    fence: Fence
    """The lead's."""
    turn: TurnId | None = None
    call: str = ""


class ClaimStated(Message, frozen=True, kw_only=True):
    """An agent said that it takes a task; the word binds the others, never runs out and is not taken back."""

    agent: AgentId
    task: TaskId
    turn: TurnId
    call: str


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
    by: AgentId | None = None
    """The lead that took them back, where one did."""
    turn: TurnId | None = None
    """The lead's turn."""
    call: str = ""


class Refused(Message, frozen=True, kw_only=True):
    """The board refused a command and changed nothing."""

    command: str
    reason: RefusalReason
    agent: AgentId | None = None
    task: TaskId | None = None
    turn: TurnId | None = None
    detail: str = ""
