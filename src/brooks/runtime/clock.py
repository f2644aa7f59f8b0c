"""The clock port: the only way in which code of a run waits.

Coordinator, workers, faults and models are ordinary `async def` code, but they wait through these
few calls and through nothing else. Two drivers stand behind the port: `RealClock` on asyncio, and
`VirtualClock`, a heap that jumps to the next moment at which anything happens. Code written to the
port runs the same on both.

Times are seconds of log time: from the run's start, without the time in which no coordinator ran.
"""

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Signal:
    """A flag that one coroutine waits for and others raise; raising it twice before the wait counts once."""

    __slots__ = ("raised", "waiter")

    def __init__(self) -> None:
        self.raised = False
        self.waiter: Any = None
        """Whatever the driver needs to wake the one that waits; None when nobody does."""


class Handle(Protocol):
    """A spawned coroutine."""

    @property
    def done(self) -> bool:
        """Whether it has ended, by itself or cancelled."""


class Clock(Protocol):
    """How code of a run reads the time and waits."""

    def time(self) -> float:
        """Seconds of log time."""

    async def sleep(self, seconds: float) -> None:
        """Wait for a time; nothing or less lets others run first."""

    async def wait(self, signal: Signal, seconds: float | None = None) -> bool:
        """Wait until the signal is raised, and lower it; False when `seconds` passed first."""

    def notify(self, signal: Signal) -> None:
        """Raise a signal."""

    def spawn(self, coroutine: Coroutine[Any, Any, None], name: str) -> Handle:
        """Start a coroutine beside this one; if it raises, the whole run does."""

    def cancel(self, handle: Handle) -> None:
        """End a coroutine where it waits; harmless when it is over."""

    async def call(self, work: Callable[[], T], charged: float) -> T:
        """Do blocking work: in a thread on the real clock; at once, then charged, on the virtual one."""


class Driver(Clock, Protocol):
    """A clock that can run a program: the real one or the virtual one."""

    def on_signal(self, number: int, callback: Callable[[], None]) -> None:
        """Call back when the process gets this signal; call it from a coroutine of the run."""

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end and return what it returns; what else it spawned is ended with it."""
