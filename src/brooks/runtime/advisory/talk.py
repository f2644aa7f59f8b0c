"""What an agent remembers from one turn to the next: the last messages of its conversation.

As in the published experiment the memory is the last 20 messages, the instructions aside: after
seven rounds or so the first of them is forgotten, and with it what it told about the project. A life
of an agent begins with an empty memory, so after a crash or a resume it knows only what it is told
anew.
"""

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from brooks.models.base import Returned, Said, Turned

MEMORY = 20
"""Messages that are remembered; fewer where the oldest of them would answer one that is forgotten."""


class _Entry(NamedTuple):
    item: Turned
    told: tuple[str, ...]


class Talk:
    """An agent's memory."""

    def __init__(self) -> None:
        self._entries: deque[_Entry] = deque()

    def items(self) -> tuple[Turned, ...]:
        """The messages, oldest first."""
        return tuple(entry.item for entry in self._entries)

    def knows(self, what: str) -> bool:
        """Whether a message that is remembered told this."""
        return any(what in entry.told for entry in self._entries)

    def remember(self, *items: Turned, told: Iterable[str] = ()) -> None:
        """Take in messages, of which the first told `told`, and forget the oldest."""
        known = tuple(told)
        for item in items:
            if isinstance(item, Returned) and not item.outcomes:
                continue
            self._entries.append(_Entry(item, known))
            known = ()
        while len(self._entries) > MEMORY:
            self._forget()

    def _forget(self) -> None:
        """Forget the oldest message, and what answers it: a conversation begins with what was asked."""
        self._entries.popleft()
        while self._entries and not isinstance(self._entries[0].item, Said):
            self._entries.popleft()
