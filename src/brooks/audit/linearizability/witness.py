"""Small proofs that a history is not linearizable.

Taking operations away from a history can make it wrong, so a handful of them proves nothing by
itself: the write that explains a read may be among those left out. What is shown here proves
something, because each step only loosens the history, and what no order explains after it, no order
explains before it:

- what comes after the shortest bad prefix is cut off, and what is open there never returns;
- what was over before some moment is left out, the state at that moment is taken to be any, and
  what was open at that moment never returns (it may have taken effect before);
- an operation that only reads is left out;
- one that changes something is taken never to have returned.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from brooks.audit.linearizability.operation import Operation, describe
from brooks.audit.linearizability.search import search
from brooks.audit.linearizability.specification import UNKNOWN, Specification, State
from brooks.audit.verdict import Result
from brooks.core.message import Message

_MOST_STATES = 20_000
"""For each try at making the witness smaller: one that costs more is not taken."""


class Witness(Message, frozen=True, kw_only=True):
    """Operations that no order explains."""

    firm: tuple[Operation, ...]
    """Those that took effect between their call and their return."""
    loose: tuple[Operation, ...] = ()
    """Those that may have taken effect at some time after their call, or not at all."""
    from_start: bool
    """Whether it matters that the object was in its first state; otherwise any state will not do."""

    def sentence(self, unit: str) -> str:
        """The witness for a person; `unit` is what times count: a line, a record."""
        words = [_placed(each, unit) for each in self.firm]
        start = "from the start" if self.from_start else "whatever came before"
        said = f"no order explains, {start}: {'; '.join(words)}"
        if not self.loose:
            return said
        known = [
            f"{describe(each)} of {each.process} ({unit} {each.called})" for each in self.loose
        ]
        shown = (
            known if len(known) <= _SHOWN else [*known[:_SHOWN], f"and {len(known) - _SHOWN} more"]
        )
        return f"{said}; not even if these took effect at some time: {', '.join(shown)}"


_SHOWN = 4
"""Loose operations that a sentence names."""


def shrink(
    operations: Sequence[Operation],
    specification: Specification,
    *,
    initial: State,
    stuck: Operation,
) -> Witness:
    """A small witness that the operations of one part are not linearizable."""
    prefix = _shortest_bad_prefix(operations, specification, initial, stuck)
    kept, start = _since(prefix, specification, initial)
    kept = _loosened(kept, specification, start)
    loose = tuple(
        each for each in kept if each.returned is None and _can_matter(each, specification)
    )
    return Witness(
        firm=tuple(each for each in kept if each.returned is not None),
        loose=loose,
        from_start=start is not UNKNOWN,
    )


def _shortest_bad_prefix(
    operations: Sequence[Operation], specification: Specification, initial: State, stuck: Operation
) -> list[Operation]:
    """Usually it ends where the search was stuck; later where that took results which came later."""
    ends = sorted(each.returned for each in operations if each.returned is not None)
    assert stuck.returned is not None
    good, bad = ends.index(stuck.returned) - 1, len(ends) - 1
    middle = good + 1
    while good + 1 < bad:
        if _is_bad(_until(operations, ends[middle]), specification, initial):
            bad = middle
        else:
            good = middle
        middle = (good + bad) // 2
    return _until(operations, ends[bad])


def _until(operations: Sequence[Operation], end: int) -> list[Operation]:
    """The history up to and with the moment `end`."""
    return [
        each if each.returned is not None and each.returned <= end else _opened(each)
        for each in sorted(operations, key=lambda each: each.called)
        if each.called <= end
    ]


def _since(
    prefix: list[Operation], specification: Specification, initial: State
) -> tuple[list[Operation], State]:
    """The last of its calls that are a witness by themselves, whatever the state before them."""
    count = 0
    while count < len(prefix):
        count = min(2 * count or 1, len(prefix))
        begin = prefix[-count].called
        cut = [
            each if each.called >= begin else _opened(each)
            for each in prefix
            if each.called >= begin or each.returned is None or each.returned > begin
        ]
        if _is_bad(cut, specification, UNKNOWN):
            return cut, UNKNOWN
    return prefix, initial


def _loosened(
    operations: list[Operation], specification: Specification, start: State
) -> list[Operation]:
    kept = list(operations)
    for each in operations:
        if each.returned is None:
            continue
        at = kept.index(each)
        instead = [] if specification.only_reads(each) else [_opened(each)]
        fewer = [*kept[:at], *instead, *kept[at + 1 :]]
        if _is_bad(fewer, specification, start):
            kept = fewer
    return kept


def _is_bad(operations: list[Operation], specification: Specification, start: State) -> bool:
    found = search(operations, specification, initial=start, most_states=_MOST_STATES)
    return found.result is Result.VIOLATED


def _opened(operation: Operation) -> Operation:
    return replace(operation, returned=None, result=None)


def _can_matter(operation: Operation, specification: Specification) -> bool:
    """One that only reads and never returned says nothing."""
    return not specification.only_reads(operation)


def _placed(operation: Operation, unit: str) -> str:
    times = f"{unit}s {operation.called} to {operation.returned}"
    return f"{describe(operation)} by {operation.process} ({times})"


__all__ = ["Witness", "shrink"]
