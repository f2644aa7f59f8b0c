"""What an object does when it is asked one operation at a time.

A specification says three things: which part of the object an operation concerns (parts are judged
one by one, for a history is linearizable exactly if that of every part is: Herlihy and Wing 1990,
Horn and Kroening 2015), whether it can change that part at all, and the state after it, or
`IMPOSSIBLE` where the recorded result cannot come from the state before it.

The state `UNKNOWN` stands for any state at all. It allows too much rather than too little, so what
is impossible from it is impossible from every state; small witnesses rest on that.
"""

from collections.abc import Hashable, Mapping
from enum import Enum, auto
from typing import Protocol

from brooks.audit.linearizability.operation import (
    Append,
    Commit,
    CompareAndSet,
    Get,
    Operation,
    Put,
    Read,
    Write,
)
from brooks.errors import UsageError

State = Hashable


class Special(Enum):
    """States that are none of the object's own."""

    UNKNOWN = auto()
    """Any state."""
    IMPOSSIBLE = auto()
    """No state: what was asked cannot have happened here."""


UNKNOWN = Special.UNKNOWN
IMPOSSIBLE = Special.IMPOSSIBLE


class Specification(Protocol):
    """A sequential object."""

    def initial(self, part: str) -> State:
        """The state of a part before anything is asked."""

    def part(self, operation: Operation) -> str:
        """The part that an operation concerns."""

    def only_reads(self, operation: Operation) -> bool:
        """Whether it leaves every state as it is, given how it ended."""

    def step(self, state: State, operation: Operation) -> State:
        """The state after it; of one that never returned, the state if it takes effect now."""


class Register:
    """One value, with read, write, and compare-and-set."""

    def initial(self, part: str) -> State:
        """Nothing was ever written."""
        return None

    def part(self, operation: Operation) -> str:
        """There is only one."""
        return ""

    def only_reads(self, operation: Operation) -> bool:
        """A read, and a compare-and-set that was refused."""
        match operation.argument:
            case Read():
                return True
            case CompareAndSet():
                return operation.returned is not None and not operation.result
            case _:
                return False

    def step(self, state: State, operation: Operation) -> State:
        """A refused compare-and-set met another value than it expected."""
        argument = operation.argument
        match argument:
            case Read():
                return _read(state, operation)
            case Write():
                return argument.value
            case CompareAndSet():
                return self._compare(state, operation, argument)
            case _:
                raise _misuse(self, operation)

    def _compare(self, state: State, operation: Operation, argument: CompareAndSet) -> State:
        if operation.returned is None:
            return argument.new if state == argument.expected else state
        if operation.result:
            return argument.new if state in {argument.expected, UNKNOWN} else IMPOSSIBLE
        return IMPOSSIBLE if state == argument.expected else state


class KeyValueStore:
    """A text for each key, with get, put and append; each key is a part."""

    def initial(self, part: str) -> State:
        """No text."""
        return ""

    def part(self, operation: Operation) -> str:
        """Its key."""
        match operation.argument:
            case Get() | Put() | Append():
                return operation.argument.key
            case _:
                raise _misuse(self, operation)

    def only_reads(self, operation: Operation) -> bool:
        """A get."""
        return isinstance(operation.argument, Get)

    def step(self, state: State, operation: Operation) -> State:
        """What was appended to any text may be any text."""
        argument = operation.argument
        match argument:
            case Get():
                return _read(state, operation)
            case Put():
                return argument.value
            case Append():
                return state + argument.value if isinstance(state, str) else state
            case _:
                raise _misuse(self, operation)


class VersionedFiles:
    """The version of each file; a write made from a version is a compare-and-set of it."""

    def __init__(self, versions: Mapping[str, int]) -> None:
        """Files that are there from the start, with their versions; every other is at 0."""
        self._versions = versions

    def initial(self, part: str) -> State:
        """The version that the file had at the start."""
        return self._versions.get(part, 0)

    def part(self, operation: Operation) -> str:
        """Its path."""
        if isinstance(operation.argument, Commit):
            return operation.argument.path
        raise _misuse(self, operation)

    def only_reads(self, operation: Operation) -> bool:
        """Never: every write makes a new version."""
        return False

    def step(self, state: State, operation: Operation) -> State:
        """A write takes effect only on the version it was made from, and makes the next one."""
        argument = operation.argument
        if not isinstance(argument, Commit):
            raise _misuse(self, operation)
        fits = state in {argument.base, UNKNOWN}
        if operation.returned is None:
            return argument.base + 1 if fits else IMPOSSIBLE
        return argument.base + 1 if fits and operation.result == argument.base + 1 else IMPOSSIBLE


def _read(state: State, operation: Operation) -> State:
    if operation.returned is None:
        return state
    return operation.result if state in {operation.result, UNKNOWN} else IMPOSSIBLE


def _misuse(specification: Specification, operation: Operation) -> UsageError:
    return UsageError(
        f"a {type(specification).__name__} cannot be asked {operation.argument!r}: judge this "
        "history by the specification of the object it is about"
    )
