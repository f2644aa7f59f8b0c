"""The shapes of a team's rules: each is a mapping under a key of the team.

A key that is left out is None here and keeps what the preset says; `brooks.spec.building` fills it
in. The names of the fields are those of `brooks.core.team_rules`.
"""

from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from brooks.core.team_rules import Topology
from brooks.core.voting.rules import Rule
from brooks.spec.choices import OneOf
from brooks.spec.section import Count, Filled, Positive, Section

CountOrNone: TypeAlias = Annotated[int, Field(ge=0, le=10**9)]
SecondsOrNever: TypeAlias = Annotated[float, Field(ge=0)]


class RedundancySection(Section):
    """How many agents do each task, and which of their results is taken."""

    replicas: Count | None = None
    """How many agents do each task, each on its own."""
    rule: Annotated[Rule, OneOf(Rule, "rule of voting")] | None = None
    """How one result is made of theirs."""
    faulty: CountOrNone | None = None
    """How many of them a quorum bears that fail."""
    byzantine: bool | None = None
    """Whether those may answer wrongly, and not only not at all."""
    discussion: CountOrNone | None = None
    """Further rounds of voting when the rule has decided nothing."""


class StragglersSection(Section):
    """What is done about work that takes long."""

    stealing: bool | None = None
    """Whether an agent with nothing left takes what another has not begun."""
    backups: bool | None = None
    """Whether a task that takes long is given to a second agent as well."""
    quantile: Annotated[float, Field(gt=0, lt=1)] | None = None
    """The share of its like that a turn must have outlasted to be late."""
    copies: Count | None = None
    """The most agents at work on one task."""


class FailureSection(Section):
    """What is done about tasks and agents that fail."""

    advice: ClassVar[dict[str, str]] = {
        key: f"{key!r} stands beside 'failure', not in it: move it there"
        for key in ("attempts", "lost_leases", "lease_seconds", "turn_seconds")
    }

    quarantine: CountOrNone | None = None
    """Turns in a row that came to nothing, after which an agent gets no work; 0 for never."""
    quarantine_seconds: Positive | None = None
    """How long it gets none."""
    escalate_after: CountOrNone | None = None
    """Failed attempts after which another model is asked for the task; 0 for never."""
    escalate_to: Filled | None = None
    """That model."""
    compensate: bool | None = None
    """Whether what a task has merged is taken back when it is failed for good."""
    stall_seconds: SecondsOrNever | None = None
    """How long an agent may hold a task without any progress; 0 for as long as it is alive."""
    suspect_seconds: SecondsOrNever | None = None
    """Silence of an agent after which its task may be given to another as well; 0 for never."""


class ElasticSection(Section):
    """A team that has no more agents than it has work for."""

    least: Count | None = None
    """How many agents are always there; as few as the team can do with if left out."""
    idle_seconds: Positive | None = None
    """How long an agent has had nothing to do before it is let go."""


class MessagingSection(Section):
    """Who may write to whom, and how much."""

    topology: Annotated[Topology, OneOf(Topology, "topology of messages")] | None = None
    """Who may write to whom."""
    budget: CountOrNone | None = None
    """How many messages an agent may send in one turn; 0 for none."""
    fanout: Count | None = None
    """To how many others an agent passes a message on, where they gossip."""
    digest: Count | None = None
    """Of how many unread messages an agent is told at once."""
    notes: bool | None = None
    """Whether the team keeps shared notes; their tools are part of every request."""


def _topology_alone(value: object) -> object:
    """Take `messages: hub` for `messages: {topology: hub}`."""
    if value is None or isinstance(value, dict | list | MessagingSection):
        return value
    return {"topology": value}


class _TopologyOrMapping:
    """Shows in the schema that a topology may stand alone."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        names = {"type": "string", "enum": [topology.value for topology in Topology]}
        return {"anyOf": [names, *handler(schema)["anyOf"]]}


Messages: TypeAlias = Annotated[
    MessagingSection | None, BeforeValidator(_topology_alone), _TopologyOrMapping()
]
"""A topology alone, or a mapping with all there is to say."""
