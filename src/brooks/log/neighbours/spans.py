"""What the spans of a trace are before anything is encoded: a small value each, times in log seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from brooks.log.neighbours.otel_names import Name

Value = str | bool | int | float | tuple[str, ...]
"""What an attribute can hold."""
Attributes = dict[str, Value]

MOST_EVENTS = 1000
"""Events that one span keeps; further ones are counted, as the protocol has it."""


class Kind(IntEnum):
    """Whose side of a call a span is, by its number in the protocol."""

    INTERNAL = 1
    CLIENT = 3


@dataclass(frozen=True, slots=True)
class SpanEvent:
    """Something that happened during a span."""

    time: float
    name: str
    attributes: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Link:
    """That a span belongs with another one that is not above it."""

    key: str
    attributes: Mapping[str, Value]


@dataclass(slots=True, kw_only=True)
class Span:
    """One stretch of a run, open until it has an end."""

    key: str
    """Its name in the log: what it is and the position of the record that began it. Its id comes of it."""
    name: str
    start: float
    parent: str | None = None
    """The key of the span that it is part of; None for the run's own."""
    kind: Kind = Kind.INTERNAL
    end: float = 0.0
    attributes: Attributes = field(default_factory=dict)
    events: list[SpanEvent] = field(default_factory=list)
    dropped_events: int = 0
    links: list[Link] = field(default_factory=list)
    error: str = ""
    """What kind of failure it ended with; empty for none."""

    def happened(self, time: float, name: str, attributes: Attributes) -> None:
        """Note an event, or only count it where there are many."""
        if len(self.events) < MOST_EVENTS:
            self.events.append(SpanEvent(time, name, attributes))
        else:
            self.dropped_events += 1

    def close(self, time: float, *, error: str = "") -> "Span":
        """End it, well or with a kind of failure."""
        self.end = max(time, self.start)
        self.error = error
        if error:
            self.attributes[Name.ERROR] = error
        return self


def known(**values: Value | None) -> dict[str, Value]:
    """Attributes by the names of `Name`, those that are not known left out."""
    return {Name[name.upper()]: value for name, value in values.items() if value is not None}
