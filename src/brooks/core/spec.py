"""What the user asked for, checked once by `brooks.spec` and never doubted again.

A `Spec` is a value: two runs of equal specs under the virtual clock give the same log, byte for
byte. So nothing here names a machine, a folder or a time of day; those go to the manifest beside
the log.
"""

from enum import StrEnum
from typing import Literal

from brooks.core.message import Message
from brooks.core.team_rules import Rules
from brooks.ids import AgentId, BlobHash, TaskId


class SolutionFile(Message, frozen=True, kw_only=True):
    """One file of a task's reference solution, used by simulated models only."""

    path: str
    blob: BlobHash
    part: bool = False
    """True when the bytes are this task's own part of a shared file, to be appended to the version read."""


class Task(Message, frozen=True, kw_only=True):
    """One unit of work with its own check."""

    id: TaskId
    title: str = ""
    description: str = ""
    depends_on: tuple[TaskId, ...] = ()
    files: tuple[str, ...] = ()
    """Paths this task says it will write; a hint for agents and planner, not a permission."""
    check: str | None = None
    """Command that exits 0 when the task is done; None means nothing can verify it."""
    effort: float = 1.0
    """Relative amount of work, without unit."""
    skill: str = ""
    """What kind of work it is; only members with that skill take it. Empty for any."""
    deadline: float | None = None
    """Seconds after its first lease at which it is given up if it is not done; None for never."""
    solution: tuple[SolutionFile, ...] = ()


class Claims(StrEnum):
    """How an agent comes to hold a task."""

    LEASED = "leased"
    ADVISORY = "advisory"


class Pacing(StrEnum):
    """Whether agents wait for one another."""

    ASYNC = "async"
    ROUNDS = "rounds"


class Assignment(StrEnum):
    """Who decides which agent takes which task."""

    SELF_CLAIM = "self_claim"
    PREASSIGNED = "preassigned"
    LEAD = "lead"
    """A member with a model of its own assigns, watches, releases and verifies."""
    HYBRID = "hybrid"
    """Dealt beforehand; who has nothing left takes over what another has not begun."""


class Scheduler(StrEnum):
    """In which order ready tasks are taken, and how a preassignment is dealt."""

    CRITICAL_PATH = "critical_path"
    CHAINS_ROUND_ROBIN = "chains_round_robin"
    LPT = "lpt"
    HEFT = "heft"
    CPOP = "cpop"


class Guarantees(Message, frozen=True, kw_only=True):
    """What a team promises; the board enforces and `brooks audit` judges exactly these."""

    one_holder: bool = True
    """At most one agent holds a task at a time, by a lease with a fencing token."""
    dependency_order: bool = True
    """A task is committed only after every task it depends on."""
    no_stale_write: bool = True
    """A write based on a version of a file that is no longer current is refused."""
    checked_completion: bool = True
    """A task with a check is done only when the check passed on the tree it was merged into."""
    liveness: bool = True
    """Every task ends as done, failed, blocked or cancelled, and the run ends."""


class Member(Message, frozen=True, kw_only=True):
    """One agent of a team."""

    id: AgentId
    model: str | None = None
    """Model string; None means the run's own model."""
    speed: float = 1.0
    """How fast this member works beside the others; a simulated latency is divided by it."""
    price: float = 1.0
    """What its work costs beside the others'; of two that would finish together, the cheaper is taken."""
    skills: tuple[str, ...] = ()
    """What it can do; empty for anything."""
    weight: float = 1.0
    """What its vote weighs, where votes are weighed."""
    group: str = ""
    """The sub-team it belongs to; a lead leads its own group."""
    lead: bool = False
    """Whether it may lead, where a lead assigns; the first that may does, the others take its place."""
    joins: float = 0.0
    """Log seconds at which it joins the team."""
    leaves: float | None = None
    """Log seconds at which it leaves for good; None for never."""


class Elastic(Message, frozen=True, kw_only=True):
    """A team that has no more agents than it has work for: the others of its members are not there."""

    least: int = 1
    """How many are always there."""
    idle_seconds: float = 10.0
    """How long an agent has had nothing to do before it is let go (log seconds)."""


class Team(Message, frozen=True, kw_only=True):
    """A point in the design space of teams."""

    preset: str
    members: tuple[Member, ...]
    assignment: Assignment = Assignment.SELF_CLAIM
    scheduler: Scheduler = Scheduler.CRITICAL_PATH
    claims: Claims = Claims.LEASED
    pacing: Pacing = Pacing.ASYNC
    rules: Rules = Rules()
    guarantees: Guarantees = Guarantees()
    batch: int = 1
    """How many tasks one lease may cover; a batch may follow a chain into tasks that are not ready yet.
    0 for as many as one reply can carry."""
    reply_tokens: int = 8192
    """What one reply can carry, in output tokens."""
    attempts: int = 3
    """Failed checks and unfinished turns after which a task is failed."""
    lost_leases: int = 20
    """Expired leases after which a task is failed."""
    lease_seconds: float = 30.0
    """How long a lease holds without renewal; workers renew at a third of it."""
    turn_seconds: float = 1800.0
    """Longest time one turn may take before the board ends it."""
    requests_per_turn: int = 12
    context_tokens: int = 100_000
    """Above this estimate, the older part of a turn's conversation is shortened."""
    found_tasks: int = 20
    """How many tasks agents may add to the run."""
    rounds: int = 100
    """Cap on rounds where the pacing has rounds."""
    elastic: Elastic | None = None
    """How the team grows and shrinks between its least and all its members; None for a team that does not."""

    @property
    def size(self) -> str:
        """How many agents it has, as `4`, or between which bounds, as `1-8`."""
        most = len(self.members)
        return str(most) if self.elastic is None else f"{self.elastic.least}-{most}"


class Budget(Message, frozen=True, kw_only=True):
    """Limits of the whole run; None means no limit."""

    seconds: float | None = None
    turns: int | None = None
    tokens: int | None = None
    """Input and output tokens together."""
    dollars: float | None = None


class Price(Message, frozen=True, kw_only=True):
    """What a model costs, in dollars per million tokens."""

    input: float
    output: float
    cached: float | None = None
    """For input that is read from the provider's cache; None for the price of other input."""
    written: float | None = None
    """For input that is written to the provider's cache; None for the price of other input."""


class ModelSettings(Message, frozen=True, kw_only=True):
    """How one model is used by the whole team; None leaves it to the provider or means no limit."""

    model: str
    """The model string these settings are for."""
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    """Input and output tokens together."""
    concurrency: int | None = None
    """The most requests at once; None for as many as the provider bears, found while running."""
    fallback: str | None = None
    """The model to ask when this one cannot be reached."""
    patience_seconds: float = 900.0
    """How long a request that fails is tried again before the run stops, to be resumed."""
    timeout_seconds: float = 600.0
    """The longest time one attempt may take."""
    backoff_seconds: float = 1.0
    """Bound of the random wait after the first failure; it doubles with each further one."""
    most_backoff_seconds: float = 60.0
    max_output_tokens: int = 8192
    stream: bool = False
    """Whether replies are read as they are written, where the provider can."""
    base_url: str | None = None
    """Where the model is served; None for the provider's own address or its `…_BASE_URL` variable."""
    price: Price | None = None
    """What it costs; None for what the price list says."""
    environment: tuple[str, ...] = ()
    """Names of environment variables that an agent on the command line is given besides the usual ones."""


class FaultKind(StrEnum):
    """What can be made to go wrong with one agent, at a time and for a time."""

    CRASH = "crash"
    """The agent's process ends; it starts again after `seconds`, or never if they are 0."""
    STALL = "stall"
    """The agent freezes whole, renewals included, and goes on after `seconds` as if nothing had happened."""
    SLOW = "slow"
    """The agent's model takes `factor` times as long for `seconds`."""
    PARTITION = "partition"
    """Nothing passes between agent and coordinator for `seconds`; it is delivered when the link is back."""


class Fault(Message, frozen=True, kw_only=True):
    """One planned fault."""

    kind: FaultKind
    agent: AgentId
    at: float
    """Seconds of log time."""
    seconds: float
    factor: float = 10.0


class MessageFaults(Message, frozen=True, kw_only=True):
    """What the network does to each message, as probabilities in [0, 1]."""

    lost: float = 0.0
    duplicated: float = 0.0
    delayed: float = 0.0
    delay_seconds: float = 5.0
    """Mean of the exponential extra delay of a delayed message."""


class FaultPlan(Message, frozen=True, kw_only=True):
    """Everything that is made to go wrong in a run, drawn beforehand from a seed or written by hand."""

    faults: tuple[Fault, ...] = ()
    messages: MessageFaults = MessageFaults()


class CheckSettings(Message, frozen=True, kw_only=True):
    """How checks run and what they may use."""

    mode: Literal["real", "modelled"] = "real"
    """`modelled` compares with the reference solution and runs no process: for simulation only."""
    seconds: float = 60.0
    memory_bytes: int = 2 * 2**30
    output_bytes: int = 16 * 1024
    processes: int = 64
    charged_seconds: float = 0.5
    """What a check costs under the virtual clock."""
    slots: int = 4
    """How many checks may run at once."""


class Spec(Message, frozen=True, kw_only=True):
    """One run, whole."""

    project: str
    tasks: tuple[Task, ...]
    team: Team
    model: str
    seed: int = 0
    clock: Literal["real", "virtual"] = "real"
    time_scale: float = 1.0
    """Simulated latencies are multiplied by this under the real clock."""
    check: str | None = None
    """The whole project's check, run at the end on the final tree."""
    checks: CheckSettings = CheckSettings()
    budget: Budget = Budget()
    models: tuple[ModelSettings, ...] = ()
    """Settings of the models that have any."""
    prompts: tuple[tuple[str, str], ...] = ()
    """Name and text of each prompt template that is the user's own."""
    faults: FaultPlan = FaultPlan()
