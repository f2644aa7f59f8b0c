"""Processes at work on a grid: numbers go out in small lists, results come back one by one.

A process is started anew (`spawn`), since one that was forked from a program with threads may hang.
A process that dies takes one run with it, which is recorded as failed, and another takes its place.
"""

import multiprocessing
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import connection
from multiprocessing.context import SpawnProcess
from typing import Any

from brooks.bench.experiment.carrying import Made
from brooks.bench.experiment.stopwatch import now
from brooks.bench.experiment.worker import Order, serve
from brooks.runtime.processes import seldom_collecting

MOST_AT_ONCE = 16
"""The most runs that are handed to a process in one list."""
PATIENCE_SECONDS = 600.0
"""How long a process may take to wind a run down whose model is waited for; others end at once."""


def carry_out_all(
    order: Order, indices: Sequence[int], *, jobs: int
) -> Generator[Made, None, None]:
    """Make the runs with these numbers, and give what became of each, as it comes.

    One job works in this process. Closing the iterator ends the processes.
    """
    if jobs == 1 or len(indices) == 1:
        yield from _here(order, indices)
        return
    pool = _Pool(order, indices, jobs=min(jobs, len(indices)))
    try:
        yield from pool.results()
    finally:
        pool.stop()


def _here(order: Order, indices: Sequence[int]) -> Iterator[Made]:
    carrier = order.carrier()
    with seldom_collecting():
        for index in indices:
            yield carrier.carry_out(index)


@dataclass(eq=False)
class _Hand:
    """One process."""

    process: SpawnProcess
    pipe: "connection.Connection[Any, Any]"
    given: deque[int] = field(default_factory=deque)
    """The runs that it has not answered for."""


class _Pool:
    def __init__(self, order: Order, indices: Sequence[int], *, jobs: int) -> None:
        self._order = order
        self._left = deque(indices)
        self._chunk = max(1, min(MOST_AT_ONCE, len(indices) // (jobs * 8)))
        self._context = multiprocessing.get_context("spawn")
        self._hands = [self._start() for _ in range(jobs)]

    def results(self) -> Iterator[Made]:
        """What became of each run."""
        for hand in self._hands:
            self._give(hand)
        while busy := [hand for hand in self._hands if hand.given]:
            ready = set(connection.wait([hand.pipe for hand in busy]))
            for hand in busy:
                if hand.pipe in ready:
                    yield self._receive(hand)

    def stop(self) -> None:
        """End all processes: those with nothing to do at once, the others after winding down."""
        for hand in self._hands:
            if hand.given:
                hand.process.terminate()
            else:
                self._dismiss(hand)
        until = now() + PATIENCE_SECONDS
        try:
            for hand in self._hands:
                hand.process.join(max(0.0, until - now()))
        finally:  # also when the user does not want to wait
            for hand in self._hands:
                hand.process.kill()
                hand.process.join()
                hand.pipe.close()

    def _start(self) -> _Hand:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(self._order, theirs), daemon=False)
        process.start()
        theirs.close()
        return _Hand(process=process, pipe=ours)

    def _give(self, hand: _Hand) -> None:
        """Hand out more runs, fewer towards the end so that all finish together."""
        size = max(1, min(self._chunk, len(self._left) // (2 * len(self._hands))))
        chunk = [self._left.popleft() for _ in range(min(size, len(self._left)))]
        if not chunk:
            return
        hand.given.extend(chunk)
        with suppress(OSError):  # it has died: waiting for its answer will tell
            hand.pipe.send(chunk)

    def _receive(self, hand: _Hand) -> Made:
        try:
            made = hand.pipe.recv()
        except (EOFError, OSError):
            return self._replace(hand)
        assert isinstance(made, Made)
        hand.given.popleft()
        if not hand.given:
            self._give(hand)
        return made

    def _replace(self, hand: _Hand) -> Made:
        """A process has died: blame the run it was at, and give the others to a new one."""
        hand.process.join()
        lost = hand.given.popleft()
        self._left.extendleft(reversed(hand.given))
        hand.pipe.close()
        self._hands[self._hands.index(hand)] = new = self._start()
        self._give(new)
        error = f"its process ended with exit code {hand.process.exitcode}"
        return Made(index=lost, run="", seconds=0.0, error=error)

    def _dismiss(self, hand: _Hand) -> None:
        with suppress(OSError):
            hand.pipe.send([])
