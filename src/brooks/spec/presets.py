"""The teams that have a name, in one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from brooks.core.spec import Assignment, Claims, Guarantees, Pacing, Scheduler
from brooks.core.team_rules import (
    Consistency,
    Failing,
    Messaging,
    Redundancy,
    Rules,
    Stragglers,
    Topology,
)
from brooks.core.voting.rules import Rule
from brooks.spec.guarantees import guarantees_of

DEFAULT = "hybrid"
"""The team that runs when nobody asks for one."""

_USUAL = Rules()
_UNGUARDED = Rules(consistency=Consistency.LAST_WRITER_WINS, messaging=Messaging(notes=True))
_AS_PUBLISHED = Rules(
    consistency=Consistency.LAST_WRITER_WINS, messaging=Messaging(topology=Topology.NONE)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A point in the design space of teams, without its members."""

    summary: str
    size: int = 4
    is_fixed: bool = False
    """Whether the team can have no other size."""
    assignment: Assignment
    scheduler: Scheduler = Scheduler.CRITICAL_PATH
    unlike: Scheduler | None = None
    """The scheduler where members differ in speed, price or skills; None for the same as elsewhere."""
    claims: Claims = Claims.LEASED
    pacing: Pacing = Pacing.ASYNC
    batch: int = 1
    """How many tasks an agent takes at once; 0 for as many as one reply can carry."""
    rules: Rules = _USUAL

    @property
    def guarantees(self) -> Guarantees:
        """What the team promises as long as none of its rules is changed."""
        return guarantees_of(self.claims, self.rules)

    @property
    def least(self) -> int:
        """The fewest agents the team can have as long as none of its rules is changed."""
        if self.is_fixed:
            return self.size
        return max(self.rules.redundancy.replicas, 2 if self.assignment is Assignment.LEAD else 1)


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "single": Preset(
            summary="one agent: the baseline of every comparison",
            size=1,
            is_fixed=True,
            assignment=Assignment.SELF_CLAIM,
        ),
        "preassigned": Preset(
            summary="each task has its agent before the run begins",
            assignment=Assignment.PREASSIGNED,
        ),
        "leased": Preset(
            summary="each agent takes the most urgent ready task when it is free",
            assignment=Assignment.SELF_CLAIM,
        ),
        "lead": Preset(
            summary="a lead with a model of its own says who does what",
            assignment=Assignment.LEAD,
            rules=Rules(messaging=Messaging(topology=Topology.HUB, notes=True)),
        ),
        "hybrid": Preset(
            summary="each task has its agent, and who is done early takes over from who is late",
            assignment=Assignment.HYBRID,
            unlike=Scheduler.HEFT,
            batch=0,
            rules=Rules(
                stragglers=Stragglers(stealing=True, backups=True, quantile=0.9, copies=2),
                failing=Failing(quarantine=3, stall_seconds=240.0, suspect_seconds=20.0),
            ),
        ),
        "voting": Preset(
            summary="three agents do each task, and one of their results is taken",
            assignment=Assignment.SELF_CLAIM,
            rules=Rules(
                consistency=Consistency.ISOLATED,
                redundancy=Redundancy(replicas=3, rule=Rule.FIRST_VERIFIED),
            ),
        ),
        "decentralized": Preset(
            summary="agents agree among themselves by messages, and nothing is refused",
            assignment=Assignment.SELF_CLAIM,
            claims=Claims.ADVISORY,
            rules=_UNGUARDED,
        ),
        "paper-preassigned": Preset(
            summary="the published protocol with preassigned tasks, its faults included",
            assignment=Assignment.PREASSIGNED,
            scheduler=Scheduler.CHAINS_ROUND_ROBIN,
            claims=Claims.ADVISORY,
            pacing=Pacing.ROUNDS,
            rules=_AS_PUBLISHED,
        ),
        "paper-decentralized": Preset(
            summary="the published protocol in which agents choose, its faults included",
            assignment=Assignment.SELF_CLAIM,
            claims=Claims.ADVISORY,
            pacing=Pacing.ROUNDS,
            rules=_AS_PUBLISHED,
        ),
    }
)
