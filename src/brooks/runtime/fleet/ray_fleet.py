"""A fleet on a Ray cluster: lists of pieces go out as tasks of a whole processor each.

What is done travels as bytes, once for the whole cluster; a worker that has begun it goes on with it
from list to list. Ray itself repeats nothing, since it cannot know which piece ends its worker:

- A list that was lost, with its worker or its machine, is given out again piece by piece, and a piece
  that is lost alone is counted until it has ended so many workers.
- A list that nobody answers for is not waited for until Ray notices, which takes minutes where a
  machine falls silent: once it has taken many times as long as any other did, it is given out a
  second time, to the machine that answered last, and the first answer is taken.
- What is on a machine that joins is used, since the width is asked for again and again.
"""

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from brooks.runtime.collecting import seldom_collecting
from brooks.runtime.fleet.clusters import ADDRESS, Cluster
from brooks.runtime.fleet.protocol import (
    PATIENCE_SECONDS,
    TRIES,
    Answer,
    Done,
    Lost,
    Made,
    Piece,
    Raised,
    Work,
    default_jobs,
)
from brooks.runtime.fleet.ray_link import Link, Missing, now
from brooks.runtime.fleet.ray_worker import Answered

LIST_SECONDS = 0.5
"""How long a list of pieces is to take: much longer than Ray takes to hand it out."""
MOST_AT_ONCE = 64
"""The most pieces in one list."""
AHEAD = 2
"""Lists that are out for each processor, so that none waits for us."""
LOOK_SECONDS = 1.0
"""How often we look for machines that came and lists that are overdue."""
OVERDUE_FACTOR = 6.0
"""How many times as long as the slowest list so far one may take before it is given out again."""
LEAST_OVERDUE_SECONDS = 10.0
FIRST_OVERDUE_SECONDS = 600.0
"""Where no list has come back yet, so that nobody knows how long they take."""


class RayFleets:
    """Fleets on a Ray cluster, which is opened when it is first needed."""

    sees_our_files = False

    def __init__(self, *, address: str | None = None, jobs: int | None = None) -> None:
        """Say which cluster.

        Args:
            address: Where the cluster is; None for RAY_ADDRESS, or else one of our own.
            jobs: How many pieces are done at once; None for as many as it has processors.
        """
        self._address = address
        self._jobs = jobs
        self._cluster: Cluster | None = None

    @property
    def is_open(self) -> bool:
        """Whether the cluster was needed already."""
        return self._cluster is not None

    def open(self) -> Cluster:
        """The cluster, opened if it is not.

        Raises:
            OutsideError: There is none, or nothing in it could do any work.
        """
        if self._cluster is None:
            self._cluster = Cluster.open(self._address, cpus=self._jobs)
            try:
                self._cluster.ensure_processors()
            except BaseException:
                self.close()
                raise
        return self._cluster

    def width(self) -> int:
        """How many pieces are done at once; a cluster of our own is not begun to know it."""
        if not self.is_open and not (self._address or os.environ.get(ADDRESS)):
            return self._jobs or default_jobs()
        width = self.open().width()
        return max(1, width if self._jobs is None else min(self._jobs, width))

    def most_out(self) -> int:
        """How many lists may be out: more than are worked on at once only where all processors are ours."""
        width = self.open().width()
        is_limited = self._jobs is not None and self._jobs < width
        return max(1, self._jobs or 1 if is_limited else AHEAD * width)

    def fleet(
        self,
        work: Work[Piece, Made],
        *,
        takes_part: bool = False,
        tries: int = TRIES,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> "RayFleet[Piece, Made]":
        """Workers for this work; see `Fleets`. This process never takes part, and nothing winds down."""
        return RayFleet(self, work, tries=tries)

    def close(self) -> None:
        """Let go of the cluster; one of our own ends."""
        cluster, self._cluster = self._cluster, None
        if cluster is not None:
            cluster.close()


class RayFleet(Generic[Piece, Made]):
    """Workers of a cluster for one kind of work."""

    def __init__(self, engine: RayFleets, work: Work[Piece, Made], *, tries: int = TRIES) -> None:
        self._engine = engine
        self._work = work
        self._tries = tries
        self._begun: Callable[[Piece], Made] | None = None
        self._link: Link | None = None
        self._pace = Pace()
        self._round: Round[Piece, Made] | None = None

    def carry_out(
        self, pieces: Sequence[Piece], *, is_little: bool = False
    ) -> Iterator[Answer[Piece, Made]]:
        """Do the pieces, and answer for each as it comes; see `Fleet`."""
        if not pieces or (is_little and not self._engine.is_open):
            yield from self._here(pieces)
            return
        self._engine.open()
        self._link = self._link or Link(self._work)
        self.close()
        self._round = Round(
            pieces, self._link, self._pace, most_out=self._engine.most_out, tries=self._tries
        )
        yield from self._round.answers()
        self.close()

    def close(self) -> None:
        """Take back what is out; the workers are the cluster's."""
        if self._round is not None and self._engine.is_open:
            self._round.end()
        self._round = None

    def _here(self, pieces: Sequence[Piece]) -> Iterator[Answer[Piece, Made]]:
        if self._begun is None:
            self._begun = self._work.begin()
        with seldom_collecting():
            for piece in pieces:
                yield Done(piece, self._begun(piece))


@dataclass
class Pace:
    """How quick the workers are."""

    piece: float = 0.0
    """Seconds of a piece in the list that came last; 0 before the first."""
    slowest: float = 0.0
    """Seconds from when a list was given out until its answer came, at most so far."""

    node: str = ""
    """Where the list was done that came last."""

    @property
    def overdue(self) -> float:
        """Seconds after which a list is given out again."""
        if not self.slowest:
            return FIRST_OVERDUE_SECONDS
        return max(LEAST_OVERDUE_SECONDS, OVERDUE_FACTOR * self.slowest)


@dataclass(frozen=True, slots=True)
class _Out:
    """A list of pieces that is out."""

    numbers: tuple[int, ...]
    since: float


class Round(Generic[Piece, Made]):
    """One call of `carry_out`: its pieces by number, and what has become of them."""

    def __init__(
        self,
        pieces: Sequence[Piece],
        link: Link,
        pace: Pace,
        *,
        most_out: Callable[[], int],
        tries: int,
        now: Callable[[], float] = now,
    ) -> None:
        self._now = now
        self._pieces = pieces
        self._link = link
        self._pace = pace
        self._ask_most_out = most_out
        self._tries = tries
        self._left = deque(range(len(pieces)))
        self._again: deque[tuple[int, ...]] = deque()
        """Lists that are given out before all others."""
        self._late: deque[tuple[int, ...]] = deque()
        """Lists that are out already, and may not come back."""
        self._open = set(range(len(pieces)))
        """Pieces without an answer."""
        self._out: dict[Any, _Out] = {}
        self._overdue: set[Any] = set()
        """Those of them that were given out a second time."""
        self._ended: Counter[int] = Counter()
        """How many workers each piece has ended."""
        self._most_out, self._looked = 1, float("-inf")

    def answers(self) -> Iterator[Answer[Piece, Made]]:
        """Give out and take in, until there is an answer for each piece."""
        while self._open:
            self._look()
            self._give()
            for reference in self._link.wait(list(self._out), seconds=LOOK_SECONDS):
                out = self._out.pop(reference)
                self._overdue.discard(reference)
                answer = self._link.take(reference)
                if isinstance(answer, Missing):
                    yield from self._lost(out, answer.reason)
                else:
                    yield from self._taken(out, answer)

    def end(self) -> None:
        """Take back what is out."""
        self._link.take_back(list(self._out))
        self._out.clear()

    def _look(self) -> None:
        """Now and then: how wide the cluster is, and which lists are overdue."""
        if self._now() - self._looked < LOOK_SECONDS:
            return
        self._looked = self._now()
        self._most_out = self._ask_most_out()
        before = self._looked - self._pace.overdue
        for reference, out in self._out.items():
            if out.since < before and reference not in self._overdue:
                self._overdue.add(reference)
                self._late.append(out.numbers)

    def _give(self) -> None:
        """Give out lists until enough are out."""
        while self._late:
            numbers = tuple(number for number in self._late.popleft() if number in self._open)
            if numbers:
                self._send(numbers, node=self._pace.node)
        while len(self._out) - len(self._overdue) < self._most_out:
            numbers = self._next()
            if not numbers:
                return
            self._send(numbers)

    def _send(self, numbers: tuple[int, ...], *, node: str = "") -> None:
        reference = self._link.give([self._pieces[number] for number in numbers], node=node)
        self._out[reference] = _Out(numbers, self._now())

    def _next(self) -> tuple[int, ...]:
        """The next list: what takes half a second, fewer towards the end so that all finish together."""
        while self._again:
            again = tuple(number for number in self._again.popleft() if number in self._open)
            if again:
                return again
        by_time = round(LIST_SECONDS / self._pace.piece) if self._pace.piece else 1
        size = max(1, min(MOST_AT_ONCE, by_time, len(self._left) // self._most_out))
        return tuple(self._left.popleft() for _ in range(min(size, len(self._left))))

    def _taken(self, out: _Out, answer: Answered) -> Iterator[Answer[Piece, Made]]:
        self._pace.piece = answer.seconds / max(1, len(answer.made))
        self._pace.node = answer.node
        self._pace.slowest = max(self._pace.slowest, self._now() - out.since)
        for made in answer.made:
            if isinstance(made, Raised):
                raise made.error()
        for number, made in zip(out.numbers, answer.made, strict=True):
            if number in self._open:
                self._open.remove(number)
                yield Done(self._pieces[number], made)

    def _lost(self, out: _Out, reason: str) -> Iterator[Answer[Piece, Made]]:
        if len(out.numbers) > 1:  # one of them may be to blame, and nobody knows which
            self._again.extend((number,) for number in out.numbers)
            return
        number = out.numbers[0]
        self._ended[number] += 1
        if self._ended[number] < self._tries:
            self._again.append(out.numbers)
        elif number in self._open:
            self._open.remove(number)
            yield Lost(self._pieces[number], f"its worker ended: {reason}")
