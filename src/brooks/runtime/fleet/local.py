"""A fleet of processes of this machine: pieces go out in short lists, results come back one by one.

A process is started anew (`spawn`), since one that was forked from a program with threads may hang.
One that dies is replaced. If this process takes part it works too, between looks at the others, which
are then given a little ahead.
"""

import multiprocessing
import os
import pickle
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import connection
from multiprocessing.context import SpawnProcess
from typing import Any, Generic

from brooks.errors import OutsideError
from brooks.runtime.collecting import seldom_collecting
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
from brooks.runtime.processes import end_with_parent

MOST_AT_ONCE = 16
"""The most pieces that are handed to a process in one list."""
LISTS = 8
"""Lists that each process gets at least of many pieces, so that all finish together."""
MOST_DEATHS = 20
"""Processes that may end one after the other without any piece done in between."""


class LocalFleets:
    """Fleets of processes of this machine."""

    sees_our_files = True

    def __init__(self, *, jobs: int | None = None) -> None:
        """Say how many processes work at once; one a core for None, and this one alone for 1."""
        self.jobs = jobs or default_jobs()

    def width(self) -> int:
        """How many pieces are done at once."""
        return self.jobs

    def fleet(
        self,
        work: Work[Piece, Made],
        *,
        takes_part: bool = False,
        tries: int = TRIES,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> "LocalFleet[Piece, Made]":
        """Workers for this work; see `Fleets`."""
        return LocalFleet(
            work,
            jobs=self.jobs,
            takes_part=takes_part,
            tries=tries,
            patience_seconds=patience_seconds,
        )

    def close(self) -> None:
        """Nothing is left open."""


@dataclass(eq=False)
class _Hand:
    """One process."""

    process: SpawnProcess
    pipe: "connection.Connection[Any, Any]"
    given: deque[int] = field(default_factory=deque)
    """The pieces that it has not answered for."""


class LocalFleet(Generic[Piece, Made]):
    """Processes of this machine for one kind of work."""

    def __init__(
        self,
        work: Work[Piece, Made],
        *,
        jobs: int,
        takes_part: bool = False,
        tries: int = TRIES,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._work = work
        self._takes_part = takes_part
        self._most = 0 if jobs == 1 else jobs - takes_part
        self._tries = tries
        self._patience = patience_seconds
        self._context = multiprocessing.get_context("spawn")
        self._hands: list[_Hand] = []
        self._begun: Callable[[Piece], Made] | None = None
        self._is_cut_short = False

    def carry_out(
        self, pieces: Sequence[Piece], *, is_little: bool = False
    ) -> Iterator[Answer[Piece, Made]]:
        """Do the pieces, and answer for each as it comes; see `Fleet`."""
        if not self._most or len(pieces) <= 1 or (is_little and not self._hands):
            yield from self._alone(pieces)
            return
        if self._is_cut_short:  # what is on its way must not be taken for answers to what comes now
            self.close()
        self._is_cut_short = True
        yield from self._together(pieces)
        self._is_cut_short = False

    def close(self) -> None:
        """End all processes: the idle at once, the others once they have wound down."""
        hands, self._hands = self._hands, []
        self._is_cut_short = False
        for hand in hands:
            if hand.given:
                hand.process.terminate()
            hand.pipe.close()  # whoever reads or writes at the other end is told so, and ends
        until = _now() + self._patience
        try:
            for hand in hands:
                hand.process.join(max(0.0, until - _now()))
        finally:  # also when the user does not want to wait
            for hand in hands:
                hand.process.kill()
                hand.process.join()

    def _alone(self, pieces: Sequence[Piece]) -> Iterator[Answer[Piece, Made]]:
        do = self._do()
        with seldom_collecting():
            for piece in pieces:
                yield Done(piece, do(piece))

    def _do(self) -> Callable[[Piece], Made]:
        if self._begun is None:
            self._begun = self._work.begin()
        return self._begun

    def _together(self, pieces: Sequence[Piece]) -> Iterator[Answer[Piece, Made]]:
        left = deque(range(len(pieces)))
        round_ = _Round(pieces, left, tries=self._tries)
        while len(self._hands) < min(self._most, len(pieces)):
            self._hands.append(self._start())
        chunk = max(1, min(MOST_AT_ONCE, len(pieces) // (self._most * LISTS)))
        for hand in self._hands:
            self._give(hand, round_, chunk)
        if not self._takes_part:
            yield from self._collect(round_, chunk)
            return
        do = self._do()
        with seldom_collecting():
            while left:
                number = left.popleft()
                yield Done(pieces[number], do(pieces[number]))
                yield from self._look(round_, chunk, seconds=0.0)
            yield from self._collect(round_, chunk)

    def _collect(self, round_: "_Round[Piece]", chunk: int) -> Iterator[Answer[Piece, Made]]:
        while any(hand.given for hand in self._hands):
            yield from self._look(round_, chunk, seconds=None)

    def _look(
        self, round_: "_Round[Piece]", chunk: int, *, seconds: float | None
    ) -> Iterator[Answer[Piece, Made]]:
        """Take what has come from processes that have something to do."""
        busy = [hand for hand in self._hands if hand.given]
        ready = set(connection.wait([hand.pipe for hand in busy], timeout=seconds))
        for hand in busy:
            if hand.pipe not in ready:
                continue
            answer: Answer[Piece, Made] | None
            try:
                made = hand.pipe.recv()
            except (EOFError, OSError):
                answer = self._replace(hand, round_, chunk)
                if answer is not None:
                    yield answer
                continue
            if isinstance(made, Raised):
                raise made.error()
            round_.deaths = 0
            number = hand.given.popleft()
            self._give(hand, round_, chunk)
            yield Done(round_.pieces[number], made)

    def _give(self, hand: _Hand, round_: "_Round[Piece]", chunk: int) -> None:
        """Hand out more pieces if few are left there, fewer towards the end so that all finish together."""
        left = round_.left
        size = max(1, min(chunk, len(left) // (2 * (len(self._hands) + self._takes_part))))
        if not left or len(hand.given) > (size if self._takes_part else 0):
            return
        self._send(hand, round_, [left.popleft() for _ in range(min(size, len(left)))])

    def _send(self, hand: _Hand, round_: "_Round[Piece]", numbers: Sequence[int]) -> None:
        hand.given.extend(numbers)
        with suppress(OSError):  # it has died: waiting for its answer will tell
            hand.pipe.send([round_.pieces[number] for number in numbers])

    def _replace(
        self, hand: _Hand, round_: "_Round[Piece]", chunk: int
    ) -> Answer[Piece, Made] | None:
        """A process has died: blame the piece it was at, and give the others to a new one."""
        hand.process.join()
        code = hand.process.exitcode
        number = hand.given.popleft()
        round_.left.extendleft(reversed(hand.given))
        hand.pipe.close()
        round_.deaths += 1
        if round_.deaths > MOST_DEATHS:
            raise OutsideError(
                f"{round_.deaths} processes ended one after the other and did nothing, the last with "
                f"exit code {code}: see what they said, or work in one process with --jobs 1"
            )
        self._hands[self._hands.index(hand)] = new = self._start()
        if round_.may_try_again(number):  # there, and not in this process, which is not to end too
            self._send(new, round_, [number])
            return None
        self._give(new, round_, chunk)
        return Lost(round_.pieces[number], f"its process ended with exit code {code}")

    def _start(self) -> _Hand:
        ours, theirs = self._context.Pipe()
        order = pickle.dumps(self._work)
        process = self._context.Process(target=_serve, args=(order, theirs), daemon=False)
        process.start()
        theirs.close()
        return _Hand(process=process, pipe=ours)


class _Round(Generic[Piece]):
    """One call of `carry_out`: its pieces by number, and which are still to be handed out."""

    def __init__(self, pieces: Sequence[Piece], left: deque[int], *, tries: int) -> None:
        self.pieces = pieces
        self.left = left
        self.deaths = 0
        self._tries = tries
        self._ended: Counter[int] = Counter()
        """How many workers each piece has ended."""

    def may_try_again(self, number: int) -> bool:
        """Note that a piece has ended its worker, and say whether another may try it."""
        self._ended[number] += 1
        return self._ended[number] < self._tries


def _serve(order: bytes, pipe: "connection.Connection[Any, Any]") -> None:
    """Do the pieces that come by the pipe, until it is closed."""
    os.setpgrp()  # so that Ctrl-C in the terminal reaches the parent alone, which then tells us
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    with suppress(EOFError, OSError), seldom_collecting():
        do: Callable[[Any], Any] | None = None
        while pieces := pipe.recv():
            for piece in pieces:
                try:
                    do = do or pickle.loads(order).begin()  # noqa: S301 - our own parent sent it
                    made = do(piece)
                except Exception as error:  # noqa: BLE001 - it is raised where the work was asked for
                    made = Raised.of(error)
                pipe.send(made)


def _now() -> float:
    return time.monotonic()  # noqa: TID251 - how long real processes are waited for
