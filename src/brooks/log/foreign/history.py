"""What a reader makes of a file: calls paired with how they ended.

In these files, as Jepsen writes them, a process calls (`:invoke`) and its call ends in one of three
ways. `:ok`: it was done. `:fail`: it was not done, and changed nothing. `:info`: nobody knows, it
may yet take effect at any time. A call whose end is not in the file is as one that ended as `:info`.
"""

from enum import StrEnum

from brooks.audit.linearizability import (
    Argument,
    KeyValueStore,
    Operation,
    Register,
    Specification,
    Value,
)
from brooks.core.message import Message
from brooks.errors import UsageError


class Format(StrEnum):
    """What kind of file it is."""

    REGISTER = "register"
    """Jepsen's log of one register: process, kind, function and value on a line."""
    KEY_VALUE = "key_value"
    """A map on each line, with process, type, function, key and value."""


class History(Message, frozen=True, kw_only=True):
    """The operations of a file; their times are its lines, from 1."""

    format: Format
    operations: tuple[Operation, ...]

    @property
    def specification(self) -> Specification:
        """What the object in it is to do."""
        match self.format:
            case Format.REGISTER:
                return Register()
            case Format.KEY_VALUE:
                return KeyValueStore()


class Place(Message, frozen=True, kw_only=True):
    """A line of a file, for complaints."""

    file: str
    line: int

    def error(self, complaint: str) -> UsageError:
        """A complaint about this line."""
        return UsageError(f"{self.file}:{self.line}: {complaint}")


class _Call(Message, frozen=True, kw_only=True):
    """A call whose end has not come."""

    line: int
    function: str
    argument: Argument


class Pairing:
    """Puts calls and their ends together, in the order of the calls."""

    def __init__(self) -> None:
        self._open: dict[str, _Call] = {}
        self._operations: dict[int, Operation] = {}
        """By the line of the call."""

    def call(self, place: Place, process: str, function: str, argument: Argument) -> None:
        """A process asks for something."""
        before = self._open.get(process)
        if before is not None:
            raise place.error(
                f"process {process!r} calls {function!r} while its {before.function!r} of line "
                f"{before.line} has no end: is a line missing, or are these two files in one?"
            )
        self._open[process] = _Call(line=place.line, function=function, argument=argument)
        self._operations[place.line] = Operation(
            process=f"process {process}", called=place.line, returned=None, argument=argument
        )

    def called(self, place: Place, process: str, function: str) -> Argument:
        """What the call that ends here asked for."""
        call = self._open.get(process)
        if call is None:
            raise place.error(
                f"{function!r} of process {process!r} ends here and was never called: is a line "
                "missing before it?"
            )
        if call.function != function:
            raise place.error(
                f"{function!r} of process {process!r} ends here, but it called {call.function!r} "
                f"in line {call.line}"
            )
        return call.argument

    def done(self, place: Place, process: str, result: Value | bool) -> None:
        """It was done, with this result."""
        line = self._open.pop(process).line
        call = self._operations[line]
        self._operations[line] = Operation(
            process=call.process,
            called=call.called,
            returned=place.line,
            argument=call.argument,
            result=result,
        )

    def not_done(self, process: str) -> None:
        """It changed nothing and said nothing."""
        del self._operations[self._open.pop(process).line]

    def nobody_knows(self, process: str) -> None:
        """It stays without an end."""
        del self._open[process]

    def operations(self) -> tuple[Operation, ...]:
        """All of them, in the order of their calls."""
        return tuple(self._operations.values())
