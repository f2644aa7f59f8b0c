"""Many simulated runs of one problem or several: candidates and seeds go out to a fleet, results come back.

This process is one of those that work, where they are of this machine: it works while the others
start, and there is one less to be started.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Self

from brooks.core.message import Message
from brooks.errors import UsageError
from brooks.plan.candidates import Candidate
from brooks.plan.problem import Problem
from brooks.plan.simulating import Simulated, Simulator
from brooks.runtime.fleet import Fleet, Fleets, Lost

LEAST_WORK = 1500
"""Tasks times runs below which it is quicker to start no processes."""


class Job(Message, frozen=True, kw_only=True):
    """One run to be made."""

    candidate: int
    """Its number."""
    seed: int
    as_it_is: bool = False
    problem: int = 0
    """The number of the problem that it does."""


class Made(Message, frozen=True, kw_only=True):
    """What became of one run."""

    job: Job
    result: Simulated | None = None
    error: str = ""
    """Why there is no result."""


@dataclass(frozen=True, kw_only=True)
class _Simulating:
    """Simulated runs of some candidates for some problems."""

    problems: tuple[Problem, ...]
    candidates: tuple[Candidate, ...]

    def begin(self) -> Callable[[Job], Made]:
        """What makes the runs."""
        simulators = tuple(Simulator(problem=problem) for problem in self.problems)
        return partial(_carry_out, simulators, self.candidates)


class Crew:
    """Makes runs wherever an engine has them made."""

    def __init__(
        self, problems: Sequence[Problem], candidates: Sequence[Candidate], *, engine: Fleets
    ) -> None:
        self._problems = problems
        self._candidates = candidates
        work = _Simulating(problems=tuple(problems), candidates=tuple(candidates))
        self._fleet: Fleet[Job, Made] = engine.fleet(work, takes_part=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._fleet.close()

    def make(self, jobs: Sequence[Job]) -> Iterator[Made]:
        """Make runs, and give each as it comes.

        Raises:
            UsageError: The user asked for what cannot be.
        """
        work = sum(
            len(self._problems[job.problem].tasks) * self._candidates[job.candidate].replicas
            for job in jobs
        )
        for answer in self._fleet.carry_out(jobs, is_little=work < LEAST_WORK):
            if isinstance(answer, Lost):
                yield Made(job=answer.piece, error=answer.reason)
            else:
                yield answer.made


def _carry_out(simulators: Sequence[Simulator], candidates: Sequence[Candidate], job: Job) -> Made:
    """Make one run.

    Raises:
        UsageError: The user asked for what cannot be.
    """
    simulator = simulators[job.problem]
    try:
        result = simulator.run(candidates[job.candidate], job.seed, as_it_is=job.as_it_is)
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - a team whose run breaks is out, and the others are not
        return Made(job=job, error=f"{type(error).__name__}: {error}")
    return Made(job=job, result=result)
