"""The rules a team works by, beside who is in it: one small value for each axis of the design space."""

from enum import StrEnum

from brooks.core.message import Message
from brooks.core.voting.rules import Rule


class Consistency(StrEnum):
    """What happens when two agents write the same file."""

    LAST_WRITER_WINS = "last_writer_wins"
    """The later write replaces the earlier one, unseen."""
    LOCKED = "locked"
    """Who takes a task locks the files it names; nobody else may take a task that names one of them."""
    VERSIONED = "versioned"
    """The first committer wins; a later write made from an old version comes back with the difference."""
    ISOLATED = "isolated"
    """Everyone works on a copy of their own; a write made from an old version is merged line by line, and
    comes back only where both changed the same lines."""


class CutOff(StrEnum):
    """What an agent does that cannot reach the board."""

    STOP = "stop"
    """It waits, its lease runs out, and what it says too late is refused: consistent, not available."""
    GO_ON = "go_on"
    """It goes on and reconciles by merge when it is back: available, but work may be done twice."""


class Topology(StrEnum):
    """Who may write to whom."""

    NONE = "none"
    HUB = "hub"
    """Everyone with the first member, and it with everyone."""
    MESH = "mesh"
    NEIGHBOURS = "neighbours"
    """Each with the one before and the one after it in a ring."""
    GOSSIP = "gossip"
    """Each message to a few, drawn by chance, who pass it on until everyone has it."""


class Messaging(Message, frozen=True, kw_only=True):
    """Who may write to whom, and how much."""

    topology: Topology = Topology.MESH
    budget: int | None = None
    """How many messages an agent may send in one turn; None for no limit."""
    fanout: int = 2
    """To how many others a gossiping agent passes a message on."""
    digest: int = 20
    """Of how many unread messages an agent is told at once; older ones of low priority are only counted."""
    notes: bool = False
    """Whether the team keeps shared notes; their tools are part of every request, some 140 tokens."""


class Redundancy(Message, frozen=True, kw_only=True):
    """How many agents do the same task, and how one answer is made of theirs."""

    replicas: int = 1
    rule: Rule = Rule.FIRST_VERIFIED
    faulty: int = 0
    """How many of them may fail, for a quorum."""
    byzantine: bool = False
    """Whether those may answer wrongly, and not only not at all."""
    discussion: int = 0
    """Further rounds when no rule has decided."""
    weights: tuple[float, ...] = ()
    """What each member's vote weighs, in the order of the team; empty for 1 each."""


class Stragglers(Message, frozen=True, kw_only=True):
    """What is done about those that take long."""

    stealing: bool = False
    """Whether an agent with nothing left takes what another has not begun."""
    backups: bool = False
    """Whether a task that takes long is given to a second agent as well; the first result counts."""
    quantile: float = 0.9
    """A turn is late when it has lasted longer than this share of its cohort is expected to take."""
    copies: int = 2
    """The most agents that work on one task."""


class Failing(Message, frozen=True, kw_only=True):
    """What is done about tasks and agents that fail."""

    quarantine: int = 0
    """Turns in a row that came to nothing, after which an agent is given no more work; 0 for never."""
    quarantine_seconds: float = 300.0
    """How long it is given none."""
    escalate_after: int = 0
    """Failed attempts after which a stronger model is asked for a task; 0 for never."""
    escalate_to: str = ""
    """That model."""
    compensate: bool = False
    """Whether what a task has merged is taken back when it is failed for good."""
    stall_seconds: float | None = None
    """How long a lease may be renewed without any progress: a request, a reply, a change. None for as long as
    the agent is alive."""
    suspect_seconds: float | None = None
    """Silence of a holder after which its task may get a backup before the lease ends; None for never."""


class Rules(Message, frozen=True, kw_only=True):
    """Everything of a team that the board keeps to, beside its guarantees."""

    consistency: Consistency = Consistency.VERSIONED
    cut_off: CutOff = CutOff.STOP
    redundancy: Redundancy = Redundancy()
    stragglers: Stragglers = Stragglers()
    failing: Failing = Failing()
    messaging: Messaging = Messaging()

    @property
    def copies(self) -> int:
        """The most agents that may hold one task at the same time, each a copy of its own."""
        backups = self.stragglers.copies if self.stragglers.backups else 1
        return max(self.redundancy.replicas, backups)
