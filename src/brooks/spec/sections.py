"""The shapes of what users write: one class for each mapping of the format.

They say what a shape can say: keys, types, bounds. `brooks.spec.validation` turns what Pydantic
finds into our messages, and `brooks.spec.schema` makes the JSON Schema from the same classes. A
sentence under a field is its description there.
"""

from typing import Annotated, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from brooks.core.spec import FaultKind
from brooks.spec.documents import nearest, show
from brooks.spec.model_sections import ModelSection
from brooks.spec.presets import DEFAULT, PRESETS
from brooks.spec.section import (
    Count,
    Filled,
    Id,
    Positive,
    PresetName,
    Probability,
    Section,
    refuse,
)

MOST_MEMBERS = 10_000


class MemberSection(Section):
    """One agent."""

    id: Id | None = None
    """Its name; `agent-1`, `agent-2` and so on by its place if left out."""
    model: Filled | None = None
    """Its model; the run's own if left out."""
    speed: Positive = 1.0
    """How fast it works beside the others; a simulated latency is divided by it."""


class TeamSection(Section):
    """A team: a preset, and what is to be different."""

    preset: PresetName = DEFAULT
    """The named team to start from."""
    size: Annotated[int, Field(ge=1, le=MOST_MEMBERS)] | None = None
    """How many agents."""
    members: Annotated[list[MemberSection], Field(min_length=1, max_length=MOST_MEMBERS)] | None = (
        None
    )
    """The agents one by one, where they differ."""
    batch: Count | None = None
    """How many tasks an agent may take at once."""
    attempts: Count | None = None
    """Failed checks and unfinished turns after which a task is failed."""
    lost_leases: Count | None = None
    """Expired leases after which a task is failed."""
    lease_seconds: Positive | None = None
    """How long a claim holds without being renewed."""
    turn_seconds: Positive | None = None
    """The longest time one turn of an agent may take."""
    requests_per_turn: Count | None = None
    """How many model requests one turn may make."""
    context_tokens: Count | None = None
    """The size above which the older part of a turn's conversation is shortened."""
    found_tasks: Annotated[int, Field(ge=0, le=10**6)] | None = None
    """How many tasks agents may add to the run."""
    rounds: Count | None = None
    """The most rounds, in teams that work in rounds."""

    @model_validator(mode="after")
    def _check_size(self) -> Self:
        preset = PRESETS[self.preset]
        size = self.size or preset.size
        if self.members is not None:
            if self.size is not None and self.size != len(self.members):
                raise refuse(
                    f"'size' is {self.size} and 'members' has {len(self.members)}: "
                    "leave 'size' out, or make them agree"
                )
            size = len(self.members)
        if preset.is_fixed and size != preset.size:
            raise refuse(fixed_size(self.preset, size))
        return self

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        seen: dict[str, int] = {}
        for number, name in enumerate(self.names(), start=1):
            if name in seen:
                raise refuse(
                    f"the members {seen[name]} and {number} are both called {name!r}: "
                    "give each its own 'id'"
                )
            seen[name] = number
        return self

    def names(self) -> list[str]:
        """Give the ids of the listed members."""
        return [member.id or f"agent-{n}" for n, member in enumerate(self.members or (), start=1)]


def fixed_size(preset: str, size: int) -> str:
    """Give the sentence for a size that a preset cannot have."""
    only = PRESETS[preset].size
    agents = "agent" if only == 1 else "agents"
    return f"the preset {preset!r} has {only} {agents}, not {size}: use '{DEFAULT}:{size}'"


class BudgetSection(Section):
    """Limits of the whole run."""

    usd: Positive | None = None
    """Dollars for models; the run needs models whose price is known."""
    tokens: Count | None = None
    """Tokens that models read and write."""
    minutes: Positive | None = None
    """Minutes of run time."""
    turns: Count | None = None
    """Turns of all agents together."""


def _fault_kind(value: object) -> FaultKind:
    known = [kind.value for kind in FaultKind]
    if isinstance(value, str) and value in known:
        return FaultKind(value)
    near = nearest(value, known) if isinstance(value, str) else None
    advice = f"did you mean {near!r}? " if near else ""
    raise refuse(f"there is no fault {show(value)}: {advice}There are {', '.join(known)}")


class FaultSection(Section):
    """One planned fault of one agent."""

    kind: Annotated[
        FaultKind,
        BeforeValidator(_fault_kind),
        WithJsonSchema({"type": "string", "enum": [kind.value for kind in FaultKind]}),
    ]
    """Its process ends, it freezes, its model is slow, or nothing passes to and from it."""
    agent: Id
    """The member it happens to."""
    at: Annotated[float, Field(ge=0)]
    """When, in seconds from the start."""
    seconds: Annotated[float, Field(ge=0)] | None = None
    """How long. A crash of 0 seconds, which is what it has if this is left out, is for good."""
    factor: Annotated[float, Field(ge=1)] | None = None
    """How many times as long the model takes, for `slow`."""

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        if self.kind is not FaultKind.CRASH and not self.seconds:
            raise refuse(f"a {self.kind.value!r} fault lasts 0 seconds: say how long in 'seconds'")
        if self.kind is not FaultKind.SLOW and self.factor is not None:
            raise refuse(
                f"'factor' is {self.factor} in a {self.kind.value!r} fault: only 'slow' has one"
            )
        return self


class MessageFaultsSection(Section):
    """What the network does to each message."""

    lost: Probability = 0.0
    """The probability that it is lost."""
    duplicated: Probability = 0.0
    """The probability that it arrives twice."""
    delayed: Probability = 0.0
    """The probability that it is late."""
    delay_seconds: Positive = 5.0
    """How late on average."""


class FaultsSection(Section):
    """Everything that is made to go wrong."""

    agents: list[FaultSection] = Field(default_factory=list)
    """Faults of agents, one by one."""
    messages: MessageFaultsSection = MessageFaultsSection()
    """Faults of the network."""


class PartSection(Section):
    """A task's own part of a file that several tasks write."""

    part: str
    """The text to append to the file."""


Solution: TypeAlias = Annotated[
    object,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "additionalProperties": {
                        "anyOf": [
                            {"type": "string"},
                            {
                                "type": "object",
                                "properties": {"part": {"type": "string"}},
                                "required": ["part"],
                                "additionalProperties": False,
                            },
                        ]
                    },
                },
            ]
        }
    ),
]
"""A folder or a mapping: `brooks.spec.solutions` takes it apart."""


class TaskSection(Section):
    """One task."""

    id: Id
    """Its name, once in the file."""
    title: str = ""
    """A line for lists."""
    description: str = ""
    """What an agent is told to do."""
    depends_on: list[Id] | None = None
    """The tasks that must be done before."""
    needs: list[Id] | None = None
    """The same as `depends_on`."""
    dependencies: list[Id] | None = None
    """The same as `depends_on`."""
    files: list[str] | None = None
    """The files it will write: a hint, not a permission."""
    check: Filled | None = None
    """A command that succeeds when the task is done."""
    effort: Positive = 1.0
    """How much work it is beside the others."""
    solution: Solution = None
    """Its reference solution, for simulated models: a folder, or a mapping of paths to text."""


def _check_models(models: list[ModelSection]) -> list[ModelSection]:
    seen: set[str] = set()
    for section in models:
        if section.model in seen:
            raise refuse(f"{section.model!r} has settings twice: put them together")
        seen.add(section.model)
    return models


class HeaderSection(Section):
    """Everything in a task file but the tasks."""

    project: Filled | None = None
    """The project's name; the file's own if left out."""
    workspace: Filled = "."
    """The folder the agents work on, relative to this file's."""
    check: Filled | None = None
    """A command that succeeds when the whole project is done."""
    model: Filled | None = None
    """The model of all agents that name none."""
    models: Annotated[list[ModelSection], AfterValidator(_check_models)] = Field(
        default_factory=list
    )
    """Limits, fallbacks and prices of models."""
    prompts: Filled | None = None
    """A folder with prompt templates in place of the bundled ones, relative to this file's."""
    team: TeamSection | None = None
    """The team, if the command line names no other."""
    budget: BudgetSection = BudgetSection()
    """When the run stops though it is not done."""
    faults: FaultsSection = FaultsSection()
    """What is made to go wrong, to see the team survive it."""


class FileSection(HeaderSection):
    """A task file: tasks that wait for one another, and who is to do them."""

    tasks: Annotated[list[TaskSection], Field(min_length=1)]
    """The tasks."""
