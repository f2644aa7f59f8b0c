"""One agent's view of time, through which faults reach it.

A stalled agent is frozen whole: whatever it waited for, it goes on only when the stall is over,
renewals included. A slow agent's model takes longer. Everything else passes through to the run's
clock.
"""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from brooks.runtime.clock import Clock, Handle, Signal

T = TypeVar("T")


class AgentClock:
    """The run's clock as one agent lives it."""

    def __init__(self, clock: Clock, *, scale: float) -> None:
        self._clock = clock
        self.time = clock.time
        """Seconds of log time."""
        self._scale = scale
        """What a simulated second of the model's work takes, in seconds of this clock."""
        self.frozen_until = 0.0
        self.slow_until = 0.0
        self.slow_factor = 1.0

    async def sleep(self, seconds: float) -> None:
        """Wait for a time, and until a stall is over."""
        await self._clock.sleep(seconds)
        if self.frozen_until:
            await self._thaw()

    async def model_sleep(self, seconds: float) -> None:
        """Wait as long as the model's work takes this agent."""
        factor = self.slow_factor if self._clock.time() < self.slow_until else 1.0
        await self.sleep(seconds * self._scale * factor)

    async def wait(self, signal: Signal, seconds: float | None = None) -> bool:
        """Wait for a signal, and until a stall is over."""
        raised = await self._clock.wait(signal, seconds)
        if self.frozen_until:
            await self._thaw()
        return raised

    async def _thaw(self) -> None:
        while (left := self.frozen_until - self._clock.time()) > 0:
            await self._clock.sleep(left)

    def notify(self, signal: Signal) -> None:
        """Raise a signal."""
        self._clock.notify(signal)

    def spawn(self, coroutine: Coroutine[Any, Any, None], name: str) -> Handle:
        """Start a coroutine."""
        return self._clock.spawn(coroutine, name)

    def cancel(self, handle: Handle) -> None:
        """End a coroutine where it waits."""
        self._clock.cancel(handle)

    async def call(self, work: Callable[[], T], charged: float) -> T:
        """Do blocking work."""
        return await self._clock.call(work, charged)
