"""Faults that hit where they should: a run is rehearsed in memory to learn when.

The demonstration wants a worker to die in the worst moment: its change is finished and on its way,
nobody has it, and when it arrives at last another agent has done the task. A change follows its
reply at once, so three faults in a row bring them apart:

    the link fails for two seconds just before the reply is there; the reply waits on it
    the agent freezes; the reply arrives, is made durable and acknowledged, the agent does not notice
    the link fails again, for long; the agent thaws and sends its change, which waits on it
    the agent is killed

Before a fault the run is the same as without it (every draw has a stream of its own), so a
rehearsal without faults tells when the reply will come, and one in which the link stays down tells
when the task is done by another and when all is over: half-way between the two the link is mended.
With modelled checks a rehearsal takes some hundredths of a second.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from brooks.cli.assembling import Prepared
from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.spec import CheckSettings, Fault, FaultKind, FaultPlan
from brooks.errors import InternalError
from brooks.ids import AgentId
from brooks.log.codec import Codec
from brooks.log.memory import MemoryLog
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.running import Surroundings, start
from brooks.workspace.memory import MemoryWorkspace

NEVER = 1e6
"""Seconds after which every run is over."""


def with_lost_worker(prepared: Prepared, victim: AgentId) -> Prepared:
    """The same run, in which this agent dies with its first change on the way."""
    quiet = _rehearse(prepared, FaultPlan())
    reply = _first(
        quiet,
        lambda event: isinstance(event, events.ReplyReceived) and event.agent == victim,
    )
    cut_off = _rehearse(prepared, losing_plan(victim, reply_at=reply.time, mended_at=NEVER))
    expired = _first(
        cut_off,
        lambda event: isinstance(event, events.LeaseExpired) and event.agent == victim,
    )
    assert isinstance(expired.event, events.LeaseExpired)
    task = expired.event.tasks[0]
    rescued = _first(
        cut_off, lambda event: isinstance(event, events.TaskDone) and event.task == task
    )
    mended_at = (rescued.time + cut_off[-1].time) / 2
    plan = losing_plan(victim, reply_at=reply.time, mended_at=mended_at)
    return replace(prepared, spec=msgspec.structs.replace(prepared.spec, faults=plan))


def losing_plan(victim: AgentId, *, reply_at: float, mended_at: float) -> FaultPlan:
    """The faults that keep a change on the way from the reply that holds it until the link is mended."""
    cut_again = round(reply_at + 2.0, 3)
    return FaultPlan(
        faults=(
            _fault(FaultKind.PARTITION, victim, reply_at - 1.0, 2.0),
            _fault(FaultKind.STALL, victim, reply_at + 0.5, 3.0),
            _fault(FaultKind.PARTITION, victim, cut_again, mended_at - cut_again),
            _fault(FaultKind.CRASH, victim, reply_at + 5.0, 0.0),
        )
    )


def _fault(kind: FaultKind, agent: AgentId, at: float, seconds: float) -> Fault:
    return Fault(kind=kind, agent=agent, at=round(max(at, 0.0), 3), seconds=round(seconds, 3))


def _rehearse(prepared: Prepared, faults: FaultPlan) -> list[Record]:
    """What the run would be with these faults, in memory, with modelled checks."""
    assert prepared.suite is not None
    files = {
        path.relative_to(prepared.suite).as_posix(): path.read_bytes()
        for path in sorted(prepared.suite.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    spec = msgspec.structs.replace(
        prepared.spec,
        faults=faults,
        checks=CheckSettings(mode="modelled", slots=prepared.spec.checks.slots),
    )
    log = MemoryLog()
    around = Surroundings(
        log=log, workspace=MemoryWorkspace(files), models=ModelFactory(Path("none"))
    )
    start(spec, dict(prepared.blobs), around)
    return list(Codec().decode_all(log.read()))


def _first(records: Sequence[Record], is_wanted: Callable[[Event], bool]) -> Record:
    for record in records:
        if is_wanted(record.event):
            return record
    raise InternalError("the rehearsal went otherwise than it was written for")
