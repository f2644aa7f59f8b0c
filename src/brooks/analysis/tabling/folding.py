"""Several folds over one log: each record goes to those that have a handler for its kind of event."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from brooks.core.events import Record


class Fold(Protocol):
    """Something that is folded from records, by a table of what it does at which kind of event."""

    @property
    def HANDLERS(self) -> Mapping[type, Callable[[Any, Any, float], None]]:  # noqa: N802 - a constant
        """By kind of event: takes the fold, the event and its time."""


class Folding:
    """Folds that go through a log together; at each record they come in their order."""

    def __init__(self, *folds: Fold) -> None:
        self._handlers: dict[type, list[Callable[[Any, float], None]]] = {}
        for fold in folds:
            for kind, handler in fold.HANDLERS.items():
                self._handlers.setdefault(kind, []).append(partial(handler, fold))

    def add(self, record: Record) -> None:
        """Fold the next record."""
        for handle in self._handlers.get(type(record.event), ()):
            handle(record.event, record.time)
