"""The one place from which replies are carried out, where a test run of one agent holds up everyone.

In the published experiment the whole team is one process, and that process waits while pytest runs:
replies that come in meanwhile are carried out afterwards, in the order in which they came. So an
agent takes the floor for as long as its reply is carried out, its tests included.
"""

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from brooks.runtime.clock import Clock, Signal


class Floor:
    """Taken by one agent at a time; the others wait in the order in which they came."""

    def __init__(self) -> None:
        self._taken = False
        self._waiting: deque[Signal] = deque()

    @asynccontextmanager
    async def taken(self, clock: Clock) -> AsyncIterator[None]:
        """Have the floor; given back also when the agent's life ends in the middle of it."""
        await self._wait_for_turn(clock)
        try:
            yield
        finally:
            self._leave(clock)

    async def _wait_for_turn(self, clock: Clock) -> None:
        if not self._taken:
            self._taken = True
            return
        signal = Signal()
        self._waiting.append(signal)
        try:
            await clock.wait(signal)
        except BaseException:
            if signal in self._waiting:
                self._waiting.remove(signal)
            else:  # it was handed over to an agent that is no more
                self._leave(clock)
            raise

    def _leave(self, clock: Clock) -> None:
        if self._waiting:
            clock.notify(self._waiting.popleft())
        else:
            self._taken = False
