"""The judgement on a whole history: part by part, with the smallest witness."""

from collections.abc import Sequence

from brooks.audit.linearizability.operation import Operation
from brooks.audit.linearizability.search import Found, search
from brooks.audit.linearizability.specification import Specification
from brooks.audit.linearizability.witness import Witness, shrink
from brooks.audit.verdict import Result
from brooks.core.message import Message
from brooks.ids import Position

MOST_STATES = 1_000_000
"""Configurations that are looked at for one part: some ten seconds, and some hundred megabytes."""


class Judgement(Message, frozen=True, kw_only=True):
    """Whether a history is linearizable."""

    result: Result
    operations: int
    """How many were judged."""
    parts: int
    """How many parts of the object they concern."""
    states: int
    """Configurations that the search looked at."""
    witness: Witness | None = None
    """For violated."""

    def explanation(self, unit: str) -> str:
        """One sentence for a person; `unit` is what times count: a line, a record."""
        if self.witness is not None:
            return self.witness.sentence(unit)
        if self.result is Result.UNKNOWN:
            return f"the search was given up after {self.states} configurations"
        parts = "" if self.parts == 1 else f" on {self.parts} parts"
        return f"some order explains all {self.operations} operations{parts}"

    def places(self) -> tuple[Position, ...]:
        """Calls and returns of the witness's firm operations, in order."""
        if self.witness is None:
            return ()
        places = {each.called for each in self.witness.firm}
        places |= {each.returned for each in self.witness.firm if each.returned is not None}
        return tuple(map(Position, sorted(places)))


def check(
    operations: Sequence[Operation],
    specification: Specification,
    *,
    most_states: int = MOST_STATES,
) -> Judgement:
    """Whether the operations are linearizable; `unknown` if it takes more than `most_states` a part."""
    parts: dict[str, list[Operation]] = {}
    for operation in operations:
        parts.setdefault(specification.part(operation), []).append(operation)
    found = {
        name: search(
            part, specification, initial=specification.initial(name), most_states=most_states
        )
        for name, part in parts.items()
    }
    witness = _witness(parts, found, specification)
    return Judgement(
        result=_worst(found),
        operations=len(operations),
        parts=len(parts),
        states=sum(each.states for each in found.values()),
        witness=witness,
    )


def _worst(found: dict[str, Found]) -> Result:
    results = {each.result for each in found.values()}
    for result in (Result.VIOLATED, Result.UNKNOWN):
        if result in results:
            return result
    return Result.HOLDS


def _witness(
    parts: dict[str, list[Operation]], found: dict[str, Found], specification: Specification
) -> Witness | None:
    """The smallest of those of the parts that are violated."""
    witnesses = [
        shrink(parts[name], specification, initial=specification.initial(name), stuck=each.stuck)
        for name, each in found.items()
        if each.stuck is not None
    ]
    return min(witnesses, key=_size, default=None)


def _size(witness: Witness) -> tuple[int, int, list[int]]:
    """Few operations before many, and early ones before late ones."""
    return (len(witness.firm), len(witness.loose), [each.called for each in witness.firm])
