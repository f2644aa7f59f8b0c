"""The shapes of what users write: one class for each mapping of the format.

They say what a shape can say: keys, types, bounds. `brooks.spec.validation` turns what Pydantic
finds into our messages, and `brooks.spec.schema` makes the JSON Schema from the same classes. A
sentence under a field is its description there.
"""

from typing import Annotated, Self, TypeAlias

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from brooks.core.spec import FaultKind
from brooks.spec.choices import OneOf
from brooks.spec.model_sections import ModelSection
from brooks.spec.section import Count, Filled, Id, Positive, Probability, Section, refuse
from brooks.spec.team_sections import TeamSection


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


class FaultSection(Section):
    """One planned fault of one agent."""

    kind: Annotated[FaultKind, OneOf(FaultKind, "fault")]
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
    skill: Filled | None = None
    """What kind of work it is: only members with that skill take it."""
    deadline: Positive | None = None
    """Seconds after it is first begun at which it is given up."""
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
