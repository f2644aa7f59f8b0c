"""What a worker is handed with a turn, and how it reads the tree."""

from collections.abc import Sequence
from typing import Protocol

from brooks.core.events import Remembered
from brooks.core.facts import CheckResult, Role, ToolResult, Votes
from brooks.core.spec import Task
from brooks.core.state import FileVersion, Verdict
from brooks.core.team_rules import Consistency
from brooks.ids import AgentId, BlobHash, Fence, ProposalId, TaskId, TurnId
from brooks.models.base import SeenBoard
from brooks.runtime.gossip import Circle
from brooks.teams.outlook import Outlook


class Assignment:
    """One task of a turn, with what an agent needs to know beyond the task itself."""

    __slots__ = ("feedback", "is_voted_on", "needs", "tally", "task")

    def __init__(
        self,
        task: Task,
        needs: tuple[Task, ...],
        feedback: CheckResult | None,
        *,
        is_voted_on: bool = False,
        tally: tuple[Votes, ...] = (),
    ) -> None:
        self.task = task
        self.needs = needs
        """The tasks it depends on."""
        self.feedback = feedback
        """Its last failed check, by whoever tried before."""
        self.is_voted_on = is_voted_on
        """Whether the answers of several agents to it are compared."""
        self.tally = tally
        """How the last vote on it went, where it decided nothing."""


class TurnOrder:
    """A turn to carry out, or to go on with after a resume."""

    __slots__ = (
        "agent",
        "assignments",
        "board",
        "circle",
        "consistency",
        "done",
        "fence",
        "head",
        "model",
        "outlook",
        "proposals",
        "replies",
        "role",
        "round",
        "tools",
        "turn",
        "verdicts",
    )  # fmt: skip

    def __init__(
        self,
        *,
        turn: TurnId,
        agent: AgentId,
        assignments: tuple[Assignment, ...],
        fence: Fence,
        head: int,
        round_number: int,
        replies: tuple[BlobHash, ...] = (),
        tools: tuple[tuple[tuple[ToolResult, ...], int], ...] = (),
        proposals: dict[str, ProposalId] | None = None,
        verdicts: dict[ProposalId, Verdict] | None = None,
        done: dict[str, Remembered] | None = None,
        circle: Circle | None = None,
        board: SeenBoard | None = None,
        consistency: Consistency = Consistency.VERSIONED,
        model: str = "",
        role: Role = Role.WORK,
        outlook: Outlook | None = None,
    ) -> None:
        self.turn = turn
        self.agent = agent
        self.assignments = assignments
        self.fence = fence
        self.head = head
        """The commit that the turn began on."""
        self.round = round_number
        self.replies = replies
        """Replies already paid for, to be replayed."""
        self.tools = tools
        """For each reply whose tool calls were finished: their results, and the head seen from then on."""
        self.proposals = proposals or {}
        """Proposals already accepted in this turn, by tool call."""
        self.verdicts = verdicts or {}
        """What became of them."""
        self.consistency = consistency
        self.model = model
        """The model to ask in place of the agent's own; empty for its own."""
        self.role = role
        self.outlook = outlook
        """What a lead sees; None in any other turn."""
        self.board = board
        """How all tasks stand, where claims are only words."""
        self.done = done or {}
        """What tool calls of this turn led to already that must not be done twice."""
        self.circle = circle or Circle()
        """Whom the agent may write to, and by which rules."""

    def check(self, task: TaskId) -> str | None:
        """The check of one of its tasks."""
        return next(each.task.check for each in self.assignments if each.task.id == task)

    @property
    def tasks(self) -> tuple[TaskId, ...]:
        """Ids of the tasks, in order."""
        return tuple(assignment.task.id for assignment in self.assignments)


class Tree(Protocol):
    """The files of the run as of any commit."""

    def paths(self, head: int) -> list[str]:
        """Paths of all files after `head` commits, sorted."""

    def file(self, path: str, head: int) -> FileVersion | None:
        """A file after `head` commits; None if it was never there, `blob` None if it was deleted."""

    def versions(self, path: str) -> Sequence[FileVersion]:
        """Every version of a file so far, oldest first."""

    def count(self, head: int) -> int:
        """How many files there are after `head` commits."""

    def clash(self, path: str) -> str | None:
        """What is in the current tree and cannot be beside `path` on every system; None if nothing."""

    def blob(self, blob_hash: BlobHash) -> bytes:
        """A content."""
