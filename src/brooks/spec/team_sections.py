"""The shapes of what users write about a team and its members."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from brooks.core.spec import Assignment, Claims, Pacing, Scheduler
from brooks.core.team_rules import Consistency, CutOff
from brooks.spec.choices import OneOf
from brooks.spec.presets import DEFAULT, PRESETS
from brooks.spec.rule_sections import (
    ElasticSection,
    FailureSection,
    Messages,
    RedundancySection,
    StragglersSection,
)
from brooks.spec.section import Count, Filled, Id, Positive, PresetName, Section, refuse

MOST_MEMBERS = 10_000


class MemberSection(Section):
    """One agent, or several that are alike."""

    id: Id | None = None
    """Its name; `agent-1`, `agent-2` and so on by its place if left out."""
    count: Annotated[int, Field(ge=1, le=MOST_MEMBERS)] | None = None
    """How many such agents; a number is added to their `id`, from `-1` on."""
    model: Filled | None = None
    """Its model; the run's own if left out."""
    speed: Positive = 1.0
    """How fast it works beside the others; a simulated latency is divided by it."""
    price: Annotated[float, Field(ge=0)] = 1.0
    """What its work costs beside that of the others."""
    skills: list[Filled] = Field(default_factory=list)
    """The skills of tasks that it takes; all if left out."""
    weight: Positive = 1.0
    """What its vote weighs, where votes are weighed."""
    group: Filled | None = None
    """The group it belongs to, where leads have groups."""
    lead: bool = False
    """Whether it may lead its group, or the team if there are no groups."""
    joins: Annotated[float, Field(ge=0)] = 0.0
    """When it joins, in seconds from the start."""
    leaves: Positive | None = None
    """When it leaves for good, in seconds from the start."""

    def names(self, place: int) -> list[str]:
        """Give the ids of these agents, the first of whom stands at a place, counted from 1."""
        if self.id is None:
            return [f"agent-{number}" for number in range(place, place + (self.count or 1))]
        if self.count is None:
            return [self.id]
        return [f"{self.id}-{number}" for number in range(1, self.count + 1)]


class TeamSection(Section):
    """A team: a preset, and what is to be different."""

    advice: ClassVar[dict[str, str]] = {
        "guarantees": "what a team promises follows from 'claims', 'consistency' and 'cut_off': "
        "choose those",
        "failing": "there is no key 'failing' here: did you mean 'failure'?",
    }

    preset: PresetName = DEFAULT
    """The named team to start from."""
    size: Annotated[int, Field(ge=1, le=MOST_MEMBERS)] | None = None
    """How many agents."""
    members: Annotated[list[MemberSection], Field(min_length=1, max_length=MOST_MEMBERS)] | None = (
        None
    )
    """The agents one by one, where they differ."""
    elastic: ElasticSection | None = None
    """Makes the team follow the work: `size` is the most agents, and more come only while tasks wait."""
    assignment: Annotated[Assignment, OneOf(Assignment, "assignment")] | None = None
    """Who decides which agent does which task."""
    scheduler: Annotated[Scheduler, OneOf(Scheduler, "scheduler")] | None = None
    """Which ready task comes first, and how tasks are dealt beforehand."""
    batch: Annotated[int, Field(ge=0, le=10**9)] | None = None
    """How many tasks an agent may take at once; 0 for as many as one reply can carry."""
    claims: Annotated[Claims, OneOf(Claims, "kind of claims")] | None = None
    """Whether a claim is a lease that is enforced, or only said."""
    pacing: Annotated[Pacing, OneOf(Pacing, "pacing")] | None = None
    """Whether agents wait for one another at the end of each round."""
    consistency: Annotated[Consistency, OneOf(Consistency, "consistency")] | None = None
    """What happens when two agents write the same file."""
    cut_off: Annotated[CutOff, OneOf(CutOff, "way of being cut off")] | None = None
    """What an agent does that cannot reach the board."""
    redundancy: RedundancySection | None = None
    """How many agents do each task, and which of their results is taken."""
    stragglers: StragglersSection | None = None
    """What is done about work that takes long."""
    failure: FailureSection | None = None
    """What is done about tasks and agents that fail."""
    messages: Messages = None
    """Who may write to whom: a topology, or a mapping with more."""
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
            listed = sum(member.count or 1 for member in self.members)
            if listed > MOST_MEMBERS:
                raise refuse(f"'members' has {listed} agents: {MOST_MEMBERS} is the most")
            if self.size is not None and self.size != listed:
                raise refuse(
                    f"'size' is {self.size} and 'members' has {listed}: "
                    "leave 'size' out, or make them agree"
                )
            size = listed
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
        found: list[str] = []
        for member in self.members or ():
            found += member.names(len(found) + 1)
        return found


def fixed_size(preset: str, size: int) -> str:
    """Give the sentence for a size that a preset cannot have."""
    only = PRESETS[preset].size
    agents = "agent" if only == 1 else "agents"
    return f"the preset {preset!r} has {only} {agents}, not {size}: use '{DEFAULT}:{size}'"
