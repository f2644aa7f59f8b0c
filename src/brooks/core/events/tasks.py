"""Events of the task graph: what was added, what became of each task."""

from brooks.core.facts import FileChange
from brooks.core.message import Message
from brooks.core.spec import Task
from brooks.ids import AgentId, Fence, ProposalId, TaskId, TurnId


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


class TaskReverted(Message, frozen=True, kw_only=True):
    """What a failed task had merged was taken back, as commit number `commit`."""

    task: TaskId
    commit: int
    changes: tuple[FileChange, ...]


class TaskReopened(Message, frozen=True, kw_only=True):
    """A done task failed its check on the final tree and is open again."""

    task: TaskId
