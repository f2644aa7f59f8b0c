"""Simulated runs by the hundred: what is to be run, what came of it, and both cores at it.

A *trial* is one run of a bundled suite under the virtual clock with modelled checks, by a team, a
simulated model and a seed; its *result* is small enough to be kept in a file. Equal trials have
equal results. Two trials of one seed draw the same luck wherever they do the same.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

from msgspec.structs import replace

from brooks.analysis.messages import Messages
from brooks.analysis.summary import Summary
from brooks.audit.report import audit
from brooks.audit.verdict import Result
from brooks.core.events import Record
from brooks.core.invariants import violations
from brooks.core.message import Message
from brooks.core.spec import FaultPlan, Team
from brooks.core.state import State
from brooks.log.codec import Codec
from brooks.models.profile import Profile
from brooks.runtime.processes import at_most
from measure.bundled import MOST_SECONDS, OneProfile, bundled_spec, run_in_memory

RERUN_SEEDS = 1000
"""How far the seed of a rerun is from that of the run before it."""
MOST_RERUNS = 5

Job = TypeVar("Job")
Found = TypeVar("Found")


class Trial(Message, frozen=True, kw_only=True):
    """One run to be made."""

    suite: str
    team: Team
    profile: Profile
    seed: int
    faults: FaultPlan = FaultPlan()


class Ended(Message, frozen=True, kw_only=True):
    """What came of one run; times are log seconds from its start."""

    tasks: int = 0
    done: int = 0
    verified: int = 0
    is_verified: bool = False
    """Whether the run is done and each task is verified."""
    merged_seconds: float | None = None
    """To the last merge (`Summary.makespan_seconds`); None when nothing was merged."""
    seconds: float = 0.0
    """To its end, the last look included."""
    tokens: int = 0
    conflicts: int = 0
    deliveries: int = 0
    """Messages, one for each that received it."""
    availability: float = 1.0
    late: int = 0
    """Changes refused because the lease or the turn was over."""
    anomalies: int = 0
    """Anomalies seen, whether or not the team promised that there be none."""
    broken: tuple[str, ...] = ()
    """Invariants, and guarantees judged as violated or unknown."""
    crash: str = ""
    """The exception that the run ended with; then nothing else is known."""


def carry_out(trial: Trial, *, judged: bool = True) -> Ended:
    """Make a run, and judge it by invariants and audit unless that is not asked for."""
    spec, blobs, files = bundled_spec(
        trial.suite, trial.team, seed=trial.seed, faults=trial.faults, model="sim:typical"
    )
    try:
        with at_most(MOST_SECONDS):
            state, log = run_in_memory(spec, blobs, files, models=OneProfile(trial.profile))
    except Exception as error:  # noqa: BLE001 - a crash is one of the results
        return Ended(crash=f"{type(error).__name__}: {error}"[:300])
    records = list(Codec().decode_all(log.read()))
    ended = _facts(records)
    return _judged(ended, state, records) if judged else ended


def _facts(records: list[Record]) -> Ended:
    summary = Summary.of(records, simulated=True, clock="virtual")
    return Ended(
        tasks=summary.tasks.total,
        done=len(summary.tasks.done),
        verified=summary.tasks.verified,
        is_verified=summary.all_verified,
        merged_seconds=summary.makespan_seconds,
        seconds=summary.run_seconds,
        tokens=summary.tokens,
        conflicts=summary.conflicts,
        deliveries=Messages.of(records).deliveries,
        availability=1.0 if summary.availability is None else summary.availability,
        late=summary.late_writes_refused,
    )


def _judged(ended: Ended, state: State, records: list[Record]) -> Ended:
    broken = [f"invariant: {text}" for text in violations(state)]
    if state.finished is None or state.open_tasks():
        broken.append(f"ending: {state.finished} with {state.open_tasks()} open tasks")
    report = audit(records)
    broken += [
        f"{verdict.guarantee} {verdict.result}: {verdict.explanation}"
        for verdict in report.verdicts
        if verdict.result is not Result.HOLDS
    ]
    anomalies = sum(seen.count or 0 for seen in report.observed)
    return replace(ended, anomalies=anomalies, broken=tuple(broken))


class Verified(Message, frozen=True, kw_only=True):
    """How long a team takes until all is verified, where it may have to begin again."""

    seconds: float
    """Of all its runs together."""
    tokens: int
    reruns: int
    is_verified: bool
    """Whether the last of them was."""
    first: Ended


def until_verified(trial: Trial) -> Verified:
    """Run, and run again with other seeds as long as not everything is verified.

    A run that never verifies costs its time until it stops; each rerun has a seed that is
    `RERUN_SEEDS` more, and after `MOST_RERUNS` of them no more is tried: the time is then too short.
    """
    first = ended = carry_out(trial, judged=False)
    seconds, tokens, reruns = ended.seconds, ended.tokens, 0
    while not ended.is_verified and reruns < MOST_RERUNS:
        reruns += 1
        ended = carry_out(replace(trial, seed=trial.seed + reruns * RERUN_SEEDS), judged=False)
        seconds += ended.seconds
        tokens += ended.tokens
    return Verified(
        seconds=seconds, tokens=tokens, reruns=reruns, is_verified=ended.is_verified, first=first
    )


def in_parallel(
    work: Callable[[Job], Found], jobs: Sequence[Job], *, seconds: float | None = None
) -> Iterator[tuple[Job, Found]]:
    """Do all jobs on all cores and give each with what was found, in their order.

    It says on stderr how far it is, and stops when its time is over.
    """
    began = said = time.monotonic()
    with ProcessPoolExecutor() as pool:
        chunk = max(1, min(5, len(jobs) // 16))
        for number, answer in enumerate(
            zip(jobs, pool.map(work, jobs, chunksize=chunk), strict=True), 1
        ):
            yield answer
            now = time.monotonic()
            if now - said > 5 or number == len(jobs):
                said = now
                print(f"{number} of {len(jobs)}", file=sys.stderr)
            if seconds is not None and now - began > seconds and number < len(jobs):
                print("time is up: run it again to go on", file=sys.stderr)
                pool.shutdown(cancel_futures=True)
                return
