"""The teams that have a name, in one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from brooks.core.spec import Assignment, Claims, Consistency, Guarantees, Pacing, Scheduler

DEFAULT = "leased"
"""The team that runs when nobody asks for one."""

ALL_GUARANTEES = Guarantees()
NO_GUARANTEES = Guarantees(
    one_holder=False,
    dependency_order=False,
    no_stale_write=False,
    checked_completion=False,
    liveness=False,
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
    claims: Claims = Claims.LEASED
    pacing: Pacing = Pacing.ASYNC
    consistency: Consistency = Consistency.VERSIONED
    guarantees: Guarantees = ALL_GUARANTEES


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
        "paper-preassigned": Preset(
            summary="the published protocol with preassigned tasks, its faults included",
            assignment=Assignment.PREASSIGNED,
            scheduler=Scheduler.CHAINS_ROUND_ROBIN,
            claims=Claims.ADVISORY,
            pacing=Pacing.ROUNDS,
            consistency=Consistency.LAST_WRITER_WINS,
            guarantees=NO_GUARANTEES,
        ),
    }
)
