"""The search for moments at which the operations of one part can have taken effect.

How it works. The calls and returns are walked through in order. An operation is given its moment
only when that can no longer be put off: at the return of one that has none yet, some of the open
ones take effect, and it last ("just in time", Lowe 2017). Every such choice is a branch of a
depth-first search (Wing and Gong 1993). A configuration is the place in the history, which of the
open operations have taken effect (a bit mask), and the state of the object; one that was looked at
is never looked at again (Lowe's cache).

Three kinds of branches are not taken, because what they lead to is found on others:

- An operation that only reads and whose result fits takes effect at once. It changes nothing, so it
  cannot be in anyone's way.
- Of several equal operations that never returned, the first called takes effect first.
- One that never returned and would change nothing now does not take effect now.

A place in the history is reached exactly if what comes before it is linearizable, given how the
operations that are open there will end. So no shorter prefix is wrong than that up to the farthest
return which was not passed, and mostly it is that one. The problem is NP-complete (Gibbons
and Korach 1997): the search gives up, and says so, at a number of configurations.
"""

from collections.abc import Sequence
from typing import NamedTuple

from brooks.audit.linearizability.operation import Operation
from brooks.audit.linearizability.specification import IMPOSSIBLE, Specification, State
from brooks.audit.verdict import Result


class Found(NamedTuple):
    """What a search came to."""

    result: Result
    stuck: Operation | None = None
    """For violated: the operation whose return the search could not pass."""
    states: int = 0
    """Configurations looked at."""


class _Place(NamedTuple):
    """One call or return."""

    operation: int
    bit: int
    is_return: bool
    open: tuple[int, ...]
    """The operations that are open here, the one that returns here last."""


def search(
    operations: Sequence[Operation],
    specification: Specification,
    *,
    initial: State,
    most_states: int,
) -> Found:
    """Whether the operations of one part are linearizable from the state `initial`."""
    return _Search(operations, specification).run(initial, most_states)


class _Search:
    """The history of one part, prepared for the search."""

    def __init__(self, operations: Sequence[Operation], specification: Specification) -> None:
        self.operations = operations
        self._specification = specification
        self._only_reads = [specification.only_reads(each) for each in operations]
        self._open_ended = [each.returned is None for each in operations]
        self._twins = _twins(operations)
        self.places = _places(operations)
        self._steps: dict[tuple[int, State], State] = {}

    def run(self, initial: State, most_states: int) -> Found:
        seen: set[tuple[int, int, State]] = set()
        stack = [(0, 0, initial)]
        farthest = 0
        while stack:
            at, done, state = stack.pop()
            at, done = self._walk(at, done, state)
            if at == len(self.places):
                return Found(Result.HOLDS, states=len(seen))
            configuration = (at, done, state)
            if configuration in seen:
                continue
            if len(seen) >= most_states:
                return Found(Result.UNKNOWN, states=len(seen))
            seen.add(configuration)
            farthest = max(farthest, at)
            stack += self._choices(at, done, state)
        stuck = self.operations[self.places[farthest].operation]
        return Found(Result.VIOLATED, stuck, len(seen))

    def _walk(self, at: int, done: int, state: State) -> tuple[int, int]:
        """On to the next return of an operation that has not taken effect."""
        places = self.places
        while at < len(places):
            place = places[at]
            if not place.is_return:
                if self._fits(place.operation, state):
                    done |= place.bit
            elif done & place.bit:
                done &= ~place.bit
            else:
                break
            at += 1
        return at, done

    def _choices(self, at: int, done: int, state: State) -> list[tuple[int, int, State]]:
        """What can take effect next; that which must comes last, and so is tried first."""
        found = []
        places = self.places[at].open
        for operation in places:
            bit = 1 << operation
            if done & bit or self._waits_for_twin(operation, done):
                continue
            after = self._step(operation, state)
            if after is IMPOSSIBLE or (after == state and self._open_ended[operation]):
                continue
            now_done = done | bit
            for other in places:
                if self._fits(other, after):
                    now_done |= 1 << other
            found.append((at, now_done, after))
        return found

    def _fits(self, operation: int, state: State) -> bool:
        return self._only_reads[operation] and self._step(operation, state) == state

    def _waits_for_twin(self, operation: int, done: int) -> bool:
        twin = self._twins[operation]
        return twin is not None and not done & (1 << twin)

    def _step(self, operation: int, state: State) -> State:
        known = self._steps.get((operation, state))
        if known is None:
            known = self._specification.step(state, self.operations[operation])
            self._steps[operation, state] = known
        return known


def _twins(operations: Sequence[Operation]) -> list[int | None]:
    """For each that never returned, the equal one that was called last before it."""
    twins: list[int | None] = [None] * len(operations)
    last: dict[object, int] = {}
    for number in sorted(range(len(operations)), key=lambda each: operations[each].called):
        operation = operations[number]
        if operation.returned is None:
            twins[number] = last.get(operation.argument)
            last[operation.argument] = number
    return twins


def _places(operations: Sequence[Operation]) -> list[_Place]:
    """Calls and returns in order; of those at the same time, calls first: they are concurrent."""
    moments = [(each.called, False, number) for number, each in enumerate(operations)]
    moments += [
        (each.returned, True, number)
        for number, each in enumerate(operations)
        if each.returned is not None
    ]
    open_here: dict[int, None] = {}
    places = []
    for _, is_return, number in sorted(moments):
        if is_return:
            del open_here[number]
            places.append(_Place(number, 1 << number, True, (*open_here, number)))
        else:
            open_here[number] = None
            places.append(_Place(number, 1 << number, False, ()))
    return places
