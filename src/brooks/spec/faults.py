"""Plans of what is to go wrong: written by hand in a file, or drawn from a seed.

Every random fault has a stream of its own, named by what it is, so that asking for one stall more
moves no crash. Times are rounded to a millisecond: they are read by people, and the last bits of a
logarithm differ between machines.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from brooks.core.spec import Fault, FaultKind, FaultPlan, MessageFaults, Team
from brooks.errors import UsageError
from brooks.ids import AgentId
from brooks.spec.documents import nearest
from brooks.spec.files import read_document
from brooks.spec.sections import FaultSection, FaultsSection
from brooks.spec.validation import validate_whole

KIND = "fault file"
MEAN_SECONDS = 30.0
SHORTEST = 0.001
LARGEST_FACTOR = 20.0
_DEFAULT_FACTOR = 10.0


def load_faults(path: Path) -> FaultPlan:
    """Read a fault file: what stands under `faults:` in a task file, alone in a file.

    Raises:
        UsageError: The file is not there or describes no faults.
        OutsideError: The file cannot be read.
    """
    return build_plan(validate_whole(FaultsSection, read_document(path, kind=KIND)))


def build_plan(section: FaultsSection) -> FaultPlan:
    """Give the plan that a validated section describes, in its order."""
    messages = section.messages
    return FaultPlan(
        faults=tuple(map(_build_fault, section.agents)),
        messages=MessageFaults(
            lost=messages.lost,
            duplicated=messages.duplicated,
            delayed=messages.delayed,
            delay_seconds=messages.delay_seconds,
        ),
    )


def _build_fault(section: FaultSection) -> Fault:
    return Fault(
        kind=section.kind,
        agent=AgentId(section.agent),
        at=section.at,
        seconds=section.seconds or 0.0,
        factor=_DEFAULT_FACTOR if section.factor is None else section.factor,
    )


def random_plan(
    seed: str,
    agents: Sequence[AgentId],
    *,
    horizon: float,
    crashes: int = 0,
    stalls: int = 0,
    slows: int = 0,
    partitions: int = 0,
    messages: MessageFaults | None = None,
    mean_seconds: float = MEAN_SECONDS,
) -> FaultPlan:
    """Draw a plan, the same for the same arguments on every machine.

    When a fault begins is uniform over the horizon, whom it hits uniform over the agents, and how
    long it lasts exponential. Crashed agents come back.

    Args:
        seed: Names the draw.
        agents: Who may be hit.
        horizon: Seconds of log time in which faults begin.
        crashes: How many crashes.
        stalls: How many stalls.
        slows: How many slow stretches, of up to 20 times the latency.
        partitions: How many partitions.
        messages: What the network does to each message: nothing if left out.
        mean_seconds: How long a fault lasts on average.

    Raises:
        UsageError: A number makes no sense.
    """
    counts = {
        FaultKind.CRASH: crashes,
        FaultKind.STALL: stalls,
        FaultKind.SLOW: slows,
        FaultKind.PARTITION: partitions,
    }
    _refuse_nonsense(agents, counts, horizon=horizon, mean_seconds=mean_seconds)
    faults = [
        _draw(Random(f"{seed}/{kind.value}/{number}"), kind, agents, horizon, mean_seconds)
        for kind, count in counts.items()
        for number in range(count)
    ]
    faults.sort(key=lambda fault: (fault.at, fault.agent, fault.kind, fault.seconds))
    return FaultPlan(faults=tuple(faults), messages=messages or MessageFaults())


def _draw(
    random: Random, kind: FaultKind, agents: Sequence[AgentId], horizon: float, mean: float
) -> Fault:
    agent = agents[random.randrange(len(agents))]
    at = round(random.uniform(0.0, horizon), 3)
    seconds = max(SHORTEST, round(random.expovariate(1.0 / mean), 3))
    if kind is not FaultKind.SLOW:
        return Fault(kind=kind, agent=agent, at=at, seconds=seconds)
    factor = round(random.uniform(2.0, LARGEST_FACTOR), 1)
    return Fault(kind=kind, agent=agent, at=at, seconds=seconds, factor=factor)


def _refuse_nonsense(
    agents: Sequence[AgentId],
    counts: Mapping[FaultKind, int],
    *,
    horizon: float,
    mean_seconds: float,
) -> None:
    for kind, count in counts.items():
        if count < 0:
            raise UsageError(f"{count} faults of kind {kind.value!r}: ask for 0 or more")
    if any(counts.values()) and not agents:
        raise UsageError(f"faults {_show_counts(counts)} for no agents: name at least one agent")
    for name, value in (("horizon", horizon), ("mean_seconds", mean_seconds)):
        if not 0 < value < float("inf"):
            raise UsageError(f"{name} is {value!r}: it must be more than 0 and finite")


def _show_counts(counts: Mapping[FaultKind, int]) -> str:
    """Give the counts that are not 0, as in `2 crash, 1 slow`."""
    return ", ".join(f"{count} {kind.value}" for kind, count in counts.items() if count)


def refuse_strangers(plan: FaultPlan, team: Team) -> None:
    """Raise `UsageError` if the plan hits an agent that is not in the team."""
    names = [member.id for member in team.members]
    known = set(names)
    for fault in plan.faults:
        if fault.agent in known:
            continue
        near = nearest(fault.agent, names)
        few = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
        advice = f"did you mean {near!r}?" if near else "name one of those"
        raise UsageError(
            f"a fault of kind {fault.kind.value!r} at {fault.at:g} s hits {fault.agent!r}, "
            f"who is not in the team of {few}: {advice}"
        )
