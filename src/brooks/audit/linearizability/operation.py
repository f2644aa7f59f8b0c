"""One operation of a concurrent history: who asked for what, when, and what came of it."""

from brooks.core.message import Message

Value = str | int | None
"""What a register holds; None where nothing was ever written."""


class Read(Message, frozen=True, kw_only=True, tag=True):
    """Read the register; the result is the value."""


class Write(Message, frozen=True, kw_only=True, tag=True):
    """Write the register."""

    value: Value


class CompareAndSet(Message, frozen=True, kw_only=True, tag=True):
    """Write `new` if the register holds `expected`; the result says whether it did."""

    expected: Value
    new: Value


class Get(Message, frozen=True, kw_only=True, tag=True):
    """Read one key; the result is its text, empty for a key that was never written."""

    key: str


class Put(Message, frozen=True, kw_only=True, tag=True):
    """Write one key."""

    key: str
    value: str


class Append(Message, frozen=True, kw_only=True, tag=True):
    """Add to the end of one key's text."""

    key: str
    value: str


class Commit(Message, frozen=True, kw_only=True, tag=True):
    """Write a file that was read at version `base`; the result is the version that this made."""

    path: str
    base: int


Argument = Read | Write | CompareAndSet | Get | Put | Append | Commit


class Operation(Message, frozen=True, kw_only=True):
    """One operation.

    Times are positions in the history (lines of a file, records of a log): only their order counts.
    """

    process: str
    called: int
    returned: int | None
    """None for one that never returned: it may have taken effect at any time after its call, or not
    at all."""
    argument: Argument
    result: Value | bool = None
    """Means nothing where it never returned."""


def describe(operation: Operation) -> str:
    """An operation in words, without its process and its times."""
    argument, result = operation.argument, operation.result
    is_over = operation.returned is not None
    match argument:
        case Read():
            return f"read {_shown(result)}" if is_over else "read"
        case Write():
            return f"write {_shown(argument.value)}"
        case CompareAndSet():
            outcome = "" if not is_over else " done" if result else " refused"
            return f"set {_shown(argument.expected)} to {_shown(argument.new)}{outcome}"
        case Get():
            return f"get {argument.key!r}" + (f" gave {_shown(result)}" if is_over else "")
        case Put():
            return f"put {argument.key!r} {_shown(argument.value)}"
        case Append():
            return f"append {argument.key!r} {_shown(argument.value)}"
        case Commit():
            made = f", which made version {result}" if is_over else ""
            return f"write {argument.path!r} from version {argument.base}{made}"


def _shown(value: Value | bool) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, str) and len(value) > _SHOWN:
        return f"'…'{value[-_SHOWN:]!r}"
    return repr(value)


_SHOWN = 60
"""Characters of a text that are shown: its end, where what was appended last is."""
