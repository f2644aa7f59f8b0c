"""What a lead decides on: its agents and its open tasks at one moment, as plain values.

The policy that asks for a lead's turn and the text that the lead is shown are made from the same
outlook, so that a lead is asked about what it can see.
"""

from enum import StrEnum

from brooks.core.facts import CheckReason
from brooks.core.message import Message
from brooks.core.state import Status
from brooks.ids import AgentId, TaskId


class Doing(StrEnum):
    """What an agent is at."""

    FREE = "free"
    WORKING = "working"
    LEADING = "leading"
    AWAY = "away"


class AgentView(Message, frozen=True, kw_only=True):
    """One agent."""

    agent: AgentId
    doing: Doing
    tasks: tuple[TaskId, ...] = ()
    """What its turn is about."""
    seconds: float = 0.0
    """How long its turn has lasted."""
    late: bool = False
    """Whether that is longer than turns for so much work usually take."""
    next: tuple[TaskId, ...] = ()
    """What it was given and has not begun, in order."""
    speed: float = 1.0
    skills: tuple[str, ...] = ()
    """Empty for anything."""


class TaskView(Message, frozen=True, kw_only=True):
    """One open task."""

    task: TaskId
    title: str = ""
    status: Status
    assigned: AgentId | None = None
    """Whom it was given to, if that agent can still take it."""
    holders: tuple[AgentId, ...] = ()
    needs: tuple[TaskId, ...] = ()
    """What it depends on and is not done."""
    rank: float
    """Effort of the heaviest path from it to the end, its own included."""
    effort: float
    skill: str = ""
    failures: int = 0
    check: CheckReason | None = None
    """How its last failed check ended."""


class Outlook(Message, frozen=True, kw_only=True):
    """What a lead sees."""

    lead: AgentId
    group: str = ""
    agents: tuple[AgentView, ...] = ()
    """Everyone it may give tasks to."""
    tasks: tuple[TaskView, ...] = ()
    """Its open tasks, the largest rank first."""
    over: int = 0
    """How many of its tasks are over."""
