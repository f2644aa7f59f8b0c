"""Processes that make simulated runs of one problem: candidates and seeds go out, results come back.

This process is one of them: it works while the others start, and there is one less to be started.
"""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from brooks.core.message import Message
from brooks.errors import UsageError
from brooks.plan.candidates import Candidate
from brooks.plan.problem import Problem
from brooks.plan.simulating import Simulated, Simulator
from brooks.runtime.processes import end_with_parent, seldom_collecting

LEAST_WORK = 1500
"""Tasks times runs below which it is quicker to start no processes."""
CHUNKS = 8
"""Lists that each process gets of a batch, so that all finish together."""
AHEAD = 2
"""Lists that each other process has been given and has not answered for."""


class Job(Message, frozen=True, kw_only=True):
    """One run to be made."""

    candidate: int
    """Its number."""
    seed: int
    as_it_is: bool = False


class Made(Message, frozen=True, kw_only=True):
    """What became of one run."""

    job: Job
    result: Simulated | None = None
    error: str = ""
    """Why there is no result."""
    is_wrong_use: bool = False
    """Whether it is the user's to mend."""


@dataclass
class _Here:
    simulator: Simulator
    candidates: Sequence[Candidate]


_WORK: list[_Here] = []
"""What this process works on, once it is told."""


class Crew:
    """Makes runs in this process, or in some of its own."""

    def __init__(
        self, problem: Problem, candidates: Sequence[Candidate], *, jobs: int | None = None
    ) -> None:
        self._problem = problem
        self._candidates = candidates
        self._jobs = jobs or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None
        self._here = _Here(Simulator(problem=problem), candidates)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=kind is None, cancel_futures=True)

    def make(self, jobs: Sequence[Job]) -> Iterator[Made]:
        """Make runs, and give each as it comes.

        Raises:
            UsageError: The user asked for what cannot be.
        """
        work = sum(
            len(self._problem.tasks) * self._candidates[job.candidate].replicas for job in jobs
        )
        with seldom_collecting():
            if self._jobs == 1 or (self._pool is None and work < LEAST_WORK):
                for job in jobs:
                    yield _checked(_carry_out(self._here, job))
                return
            for made in self._together(jobs):
                yield _checked(made)

    def _together(self, jobs: Sequence[Job]) -> Iterator[Made]:
        """Make runs here and in the other processes, each as many as it gets done."""
        pool = self._pool or self._start()
        size = max(1, len(jobs) // (self._jobs * CHUNKS))
        left = deque(list(jobs[start : start + size]) for start in range(0, len(jobs), size))
        given: set[Future[list[Made]]] = set()
        while left or given:
            while left and len(given) < AHEAD * (self._jobs - 1):
                given.add(pool.submit(_carry_out_all, left.popleft()))
            if left:
                yield from [_carry_out(self._here, job) for job in left.popleft()]
            done, given = wait(given, timeout=0 if left else None, return_when=FIRST_COMPLETED)
            for future in done:
                yield from future.result()

    def _start(self) -> ProcessPoolExecutor:
        self._pool = ProcessPoolExecutor(
            self._jobs - 1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(self._problem, list(self._candidates)),
        )
        return self._pool


def _begin(problem: Problem, candidates: Sequence[Candidate]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    _WORK[:] = [_Here(Simulator(problem=problem), candidates)]


def _carry_out_all(jobs: Sequence[Job]) -> list[Made]:
    with seldom_collecting():
        return [_carry_out(_WORK[0], job) for job in jobs]


def _carry_out(here: _Here, job: Job) -> Made:
    try:
        result = here.simulator.run(here.candidates[job.candidate], job.seed, as_it_is=job.as_it_is)
    except UsageError as error:
        return Made(job=job, error=str(error), is_wrong_use=True)
    except Exception as error:  # noqa: BLE001 - a team whose run breaks is out, and the others are not
        return Made(job=job, error=f"{type(error).__name__}: {error}")
    return Made(job=job, result=result)


def _checked(made: Made) -> Made:
    if made.is_wrong_use:
        raise UsageError(made.error)
    return made
