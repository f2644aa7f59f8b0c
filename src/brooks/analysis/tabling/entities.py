"""What the life of a run is told in: turns, their replies, the lives of tasks. Changed by `history` alone."""

from typing import NamedTuple

from brooks.analysis.tabling.stretches import Stretch
from brooks.core.facts import EndReason, Role, Usage
from brooks.core.spec import Task
from brooks.core.state import Status
from brooks.ids import AgentId, BlobHash, TaskId, TurnId


class Answer:
    """One reply of a model."""

    __slots__ = (
        "agent", "began", "ended", "index", "led", "number", "reply", "touched", "turn", "usage", "waited",
    )  # fmt: skip

    def __init__(
        self,
        number: int,
        agent: AgentId,
        turn: "Turn | None",
        *,
        index: int,
        ended: float,
        usage: Usage,
        reply: BlobHash,
    ) -> None:
        self.number = number
        """From 1 in its run."""
        self.agent = agent
        self.turn = turn
        """None where the log does not have the turn's start."""
        self.index = index
        self.began: float | None = None
        """When the last attempt at the request was sent."""
        self.ended = ended
        self.waited: float | None = None
        self.usage = usage
        self.reply = reply
        self.touched: dict[TaskId, None] = {}
        """Tasks that it handed something in for, claimed, or asked to complete."""
        self.led = False
        """Whether it led to a word of a lead that the board accepted."""


class Turn:
    """One stretch of an agent's work."""

    __slots__ = (
        "agent", "answers", "claimed", "ended", "held_back", "id", "let_go", "overtaken", "reason", "role",
        "round", "sent", "started", "tasks", "touched", "waited",
    )  # fmt: skip

    def __init__(
        self,
        turn: TurnId,
        agent: AgentId,
        *,
        tasks: tuple[TaskId, ...],
        role: Role,
        round_number: int,
        started: float,
    ) -> None:
        self.id = turn
        self.agent = agent
        self.tasks = dict.fromkeys(tasks)
        self.role = role
        self.round = round_number
        self.started = started
        self.ended: float | None = None
        self.reason: EndReason | None = None
        self.touched: dict[TaskId, None] = {}
        """Tasks that its replies have touched."""
        self.claimed: dict[TaskId, None] = {}
        """Tasks that it was granted by its word."""
        self.overtaken: dict[TaskId, None] = {}
        """Tasks that it asked to complete when they were over."""
        self.let_go: dict[TaskId, float] = {}
        """When its agent was through with a task of it, or lost it."""
        self.answers: list[Answer] = []
        self.sent: float | None = None
        """When its open request was sent."""
        self.waited: float | None = None
        """How long that was held back before."""
        self.held_back: list[Stretch] = []
        """While its requests were held back."""

    @property
    def about(self) -> dict[TaskId, None]:
        """The tasks that it was asked for, or, in teams that ask for none, those it touched."""
        return self.tasks or self.touched

    def stretch(self, end: float) -> Stretch:
        """From its start to its end, or to the end of the log."""
        return (self.started, end if self.ended is None else self.ended)


class Merge(NamedTuple):
    """A change that made a task done."""

    time: float
    commit: int
    """Its number in the run: of two at the same time, the later one has the higher."""
    agent: AgentId
    turn: TurnId


class Hold(NamedTuple):
    """A stretch in which an agent had a task under a lease."""

    agent: AgentId
    since: float
    until: float


class Life:
    """The life of one task."""

    __slots__ = (
        "added", "checks", "claims", "decided", "dependencies", "done", "holding", "holds", "merge", "over",
        "queued", "settled", "spec", "status", "turns", "verified_on",
    )  # fmt: skip

    def __init__(self, spec: Task, added: float) -> None:
        self.spec = spec
        self.added = added
        self.dependencies: dict[TaskId, None] = dict.fromkeys(spec.depends_on)
        self.status = Status.WAITING
        self.merge: Merge | None = None
        """What made it done; None while it is not."""
        self.done: list[Stretch] = []
        """Stretches in which it was done, up to being opened again."""
        self.over: float | None = None
        """When it needed no more work; None while it does."""
        self.settled: list[Stretch] = []
        """Stretches in which it was taken to be done and was not."""
        self.queued: list[Stretch] = []
        self.checks: list[Stretch] = []
        self.holding: dict[int, tuple[AgentId, float]] = {}
        """By fence: who has it now, and since when."""
        self.holds: list[Hold] = []
        """Holds that are over."""
        self.claims: list[tuple[AgentId, float]] = []
        """Who took it by word, and when."""
        self.turns: dict[TurnId, Turn] = {}
        """Turns that are about it."""
        self.decided: dict[BlobHash, None] = {}
        """Answers that votes decided on."""
        self.verified_on: int | None = None
        """The commit on which its check passed last."""

    def done_stretches(self, end: float) -> list[Stretch]:
        """The stretches in which it was done; the present one goes on past the end of the log."""
        present = [] if self.merge is None else [(self.merge.time, end)]
        return [*self.done, *present]

    def all_holds(self, end: float) -> list[Hold]:
        """Holds that are over, and those that are not."""
        return [
            *self.holds,
            *(Hold(agent, since, end) for agent, since in self.holding.values()),
        ]
