"""Lists that are lost, late or silent, on a link that stands in for Ray: no cluster is needed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from brooks.runtime.fleet.protocol import Answer, Done, Lost
from brooks.runtime.fleet.ray_fleet import FIRST_OVERDUE_SECONDS, LOOK_SECONDS, Pace, Round
from brooks.runtime.fleet.ray_link import Missing
from brooks.runtime.fleet.ray_worker import Answered


@dataclass
class StandIn:
    """Answers each list in the next second of a clock of its own, unless something befalls it."""

    deadly: int = -1
    """A number that ends every worker that tries it."""
    silent: int = -1
    """A number whose list is never answered when it is first given out."""
    clock: float = 0.0
    given: list[tuple[tuple[int, ...], str]] = field(default_factory=list)
    """What was given out, and to which node."""
    taken_back: list[int] = field(default_factory=list)

    def now(self) -> float:
        """Seconds."""
        return self.clock

    def give(self, pieces: Sequence[int], *, node: str = "") -> int:
        """Note a list."""
        self.given.append((tuple(pieces), node))
        return len(self.given) - 1

    def wait(self, references: Sequence[int], *, seconds: float) -> list[int]:
        """All but those that are silent."""
        self.clock += seconds
        return [reference for reference in references if not self._is_silent(reference)]

    def take(self, reference: int) -> Answered | Missing:
        """Squares, from the machine `n`."""
        pieces, _ = self.given[reference]
        if self.deadly in pieces:
            return Missing("it ended")
        return Answered([piece * piece for piece in pieces], 0.01, "n")

    def take_back(self, references: Sequence[int]) -> None:
        """Note what is ended."""
        self.taken_back += references

    def _is_silent(self, reference: int) -> bool:
        pieces, _ = self.given[reference]
        before = [each for each, _ in self.given[:reference]]
        return self.silent in pieces and not any(self.silent in each for each in before)


def answers(
    link: StandIn, count: int, *, tries: int = 3, most_out: int = 4
) -> list[Answer[int, int]]:
    """What becomes of so many pieces."""
    stands_in: Any = link
    round_: Round[int, int] = Round(
        range(count), stands_in, Pace(), most_out=lambda: most_out, tries=tries, now=link.now
    )
    found = list(round_.answers())
    round_.end()
    return found


def test_lists_grow_with_the_pace_and_shrink_towards_the_end() -> None:
    """The first hold one piece, since nobody knows how long it takes; so do the last."""
    link = StandIn()

    found = answers(link, 400)

    sizes = [len(pieces) for pieces, _ in link.given]
    assert sorted(found) == [Done(number, number * number) for number in range(400)]
    assert sizes[:4] == [1, 1, 1, 1]
    assert max(sizes) > 30
    assert sizes[-1] == 1


def test_a_lost_list_is_given_out_again_piece_by_piece() -> None:
    """So the piece that is to blame is found, and no other is given up."""
    link = StandIn(deadly=50)

    found = answers(link, 100)

    lost = [answer for answer in found if isinstance(answer, Lost)]
    assert [each.piece for each in lost] == [50]
    assert sorted(answer.piece for answer in found) == list(range(100))
    assert [pieces for pieces, _ in link.given].count((50,)) == 3


def test_a_list_that_nobody_answers_for_goes_to_the_machine_that_answered_last() -> None:
    """Long before anything is heard of the machine that fell silent; what is out at the end is ended."""
    link = StandIn(silent=50)

    found = answers(link, 100)

    silent, again = [number for number, (pieces, _) in enumerate(link.given) if 50 in pieces]
    assert sorted(found) == [Done(number, number * number) for number in range(100)]
    assert link.given[again][1] == "n"
    assert link.taken_back == [silent]
    assert link.clock < 30


def test_the_first_lists_are_waited_for_long() -> None:
    """As nobody knows yet how long a piece takes."""
    link = StandIn(silent=0)

    found = answers(link, 1)

    assert found == [Done(0, 0)]
    assert FIRST_OVERDUE_SECONDS <= link.clock <= FIRST_OVERDUE_SECONDS + 3 * LOOK_SECONDS
