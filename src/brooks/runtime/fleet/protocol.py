"""What every fleet keeps to, wherever its workers are.

*Work* is sent to each worker once; it begins there, and is then called with one piece after the
other. Pieces do not know of each other, and the same piece gives the same result whoever does it and
however often: so a piece may be done twice, and one of the results is taken.

- Results come as they are made, in any order, exactly one answer for each piece.
- A worker that dies loses the piece it was at. That piece is given out again, and recorded as `Lost`
  once it has ended so many workers; no other piece suffers.
- What a piece raises is a mistake of the program, or something the user has to mend: it is raised
  here, and ends the work. A piece that may fail says so in its result.
- Closing the fleet ends all workers. Ctrl-C reaches this process alone, whose affair it is to do that.
  When this process ends, however it ends, its workers end too.
"""

import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from brooks.errors import BrooksError, InternalError, OutsideError, UsageError

TRIES = 3
"""How many workers a piece may end before it is given up."""
PATIENCE_SECONDS = 600.0
"""How long a process may take to wind down a piece that heeds the wish to end; others end at once."""

Piece = TypeVar("Piece")
Made = TypeVar("Made")
Doer_contra = TypeVar("Doer_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)


class Work(Protocol[Doer_contra, Result_co]):
    """What is done with every piece. It is pickled for each worker, so it holds values and no open things."""

    def begin(self) -> Callable[[Doer_contra], Result_co]:
        """Get ready, once in each process that works; the answer is called with each piece."""


class Done(NamedTuple, Generic[Piece, Made]):
    """A piece that was done."""

    piece: Piece
    made: Made


class Lost(NamedTuple, Generic[Piece]):
    """A piece that has ended every worker that tried it."""

    piece: Piece
    reason: str


Answer: TypeAlias = Done[Piece, Made] | Lost[Piece]


class Fleet(Protocol[Piece, Made]):
    """Workers that are ready for one kind of work."""

    def carry_out(
        self, pieces: Sequence[Piece], *, is_little: bool = False
    ) -> Iterator[Answer[Piece, Made]]:
        """Do the pieces, and answer for each as it comes.

        Args:
            pieces: What is to be done.
            is_little: Whether it is quicker done in this process than workers are started; those
                that are there already are used all the same.
        """

    def close(self) -> None:
        """End all workers; those that can wind down are waited for."""


class Fleets(Protocol):
    """The engine of a sweep: where its fleets are."""

    @property
    def sees_our_files(self) -> bool:
        """Whether workers read and write the disk of this process; else all travels with the work."""

    def width(self) -> int:
        """How many pieces are done at once."""

    def fleet(
        self,
        work: Work[Piece, Made],
        *,
        takes_part: bool = False,
        tries: int = TRIES,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> Fleet[Piece, Made]:
        """Workers for this work, started when they are first needed.

        Args:
            work: What is done with each piece.
            takes_part: Whether this process is one of the workers, where workers are its like.
            tries: How many workers a piece may end before it is given up.
            patience_seconds: How long closing waits for pieces that wind down.
        """

    def close(self) -> None:
        """Let go of what the fleets worked on."""


class Raised(NamedTuple):
    """What a piece raised, as it travels from a worker."""

    kind: str
    text: str

    @classmethod
    def of(cls, error: Exception) -> "Raised":
        """An error, with its traceback where it is a mistake of ours."""
        if isinstance(error, BrooksError):
            return cls(type(error).__name__, str(error))
        return cls("", "".join(traceback.format_exception(error)))

    def error(self) -> BrooksError:
        """The error again."""
        known: dict[str, type[BrooksError]] = {
            kind.__name__: kind for kind in (UsageError, OutsideError, InternalError)
        }
        return known.get(self.kind, InternalError)(self.text)


def default_jobs() -> int:
    """How many processes work if nobody says: as many as this one may use cores."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
