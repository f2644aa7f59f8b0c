"""What a checker answers, and the list in which it collects what it finds on the way."""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

from brooks.core.events import Record
from brooks.core.message import Message
from brooks.ids import Position


class Guarantee(StrEnum):
    """What can be judged."""

    ONE_HOLDER = "one_holder"
    FENCING = "fencing"
    """Part of `one_holder`: tokens only grow, and a dead one commits nothing."""
    DEPENDENCY_ORDER = "dependency_order"
    NO_STALE_WRITE = "no_stale_write"
    NO_LOST_UPDATE = "no_lost_update"
    """Part of `no_stale_write`: nobody's version of a file is overwritten unseen."""
    LINEARIZABLE = "linearizable"
    """Part of `no_stale_write`: each file is as if its changes were made one at a time, each at some
    moment while it was being made. Foreign histories are judged by this alone."""
    CHECKED_COMPLETION = "checked_completion"
    LIVENESS = "liveness"
    PAID_ONCE = "paid_once"
    """Kept by every team: a reply that is durable is never asked for again."""
    MONEY_CONSERVED = "money_conserved"
    """Kept by every team: what replies cost is counted once for each request that was sent."""
    MAIL_CONSERVED = "mail_conserved"
    """Kept by every team: what is read was sent, to the reader, and is read once."""


class Result(StrEnum):
    """The three answers."""

    HOLDS = "holds"
    VIOLATED = "violated"
    UNKNOWN = "unknown"
    """The records cannot tell: the run is not over, something is missing, or the checker failed."""


class Verdict(Message, frozen=True, kw_only=True):
    """One guarantee's judgement."""

    guarantee: Guarantee
    result: Result
    witness: tuple[Position, ...] = ()
    """Positions of the records that show it, in order: the fewest that were found."""
    explanation: str
    """One sentence for a person."""


Checker = Callable[[Sequence[Record]], Verdict]
"""A pure function of a history."""


class _Finding(Message, frozen=True, kw_only=True):
    witness: tuple[Position, ...]
    sentence: str


class Findings:
    """What one checker found; the finding with the smallest witness becomes the verdict."""

    def __init__(self, guarantee: Guarantee) -> None:
        self._guarantee = guarantee
        self._violations: list[_Finding] = []
        self._doubts: list[_Finding] = []

    def violated(self, witness: Iterable[Position], sentence: str) -> None:
        """The records at these positions break the guarantee."""
        self._violations.append(_finding(witness, sentence))

    def unsure(self, witness: Iterable[Position], sentence: str) -> None:
        """The records at these positions keep us from telling."""
        self._doubts.append(_finding(witness, sentence))

    def verdict(self, holds: str) -> Verdict:
        """The judgement; `holds` says why all is well if nothing was found."""
        for result, findings in (
            (Result.VIOLATED, self._violations),
            (Result.UNKNOWN, self._doubts),
        ):
            if findings:
                worst = min(findings, key=lambda found: (len(found.witness), found.witness))
                return Verdict(
                    guarantee=self._guarantee,
                    result=result,
                    witness=worst.witness,
                    explanation=worst.sentence,
                )
        return Verdict(guarantee=self._guarantee, result=Result.HOLDS, explanation=holds)


def _finding(witness: Iterable[Position], sentence: str) -> _Finding:
    return _Finding(witness=tuple(sorted(set(witness))), sentence=sentence)
