"""Real time: the clock port on asyncio. The only module that may read the machine's clock for a run."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

from brooks.errors import InternalError
from brooks.runtime.clock import Handle, Signal

T = TypeVar("T")


class _Process:
    """A spawned asyncio task."""

    __slots__ = ("task",)

    def __init__(self, task: "asyncio.Task[None]") -> None:
        self.task = task

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self.task.done()


class RealClock:
    """The driver for real runs; see `brooks.runtime.clock.Clock` for what each call does."""

    def __init__(self, start: float = 0.0) -> None:
        self._start = start
        self._zero: float | None = None
        self._processes: set[asyncio.Task[None]] = set()
        self._failed: asyncio.Future[None] | None = None

    def time(self) -> float:
        """Seconds since `run` began, and `start`."""
        if self._zero is None:
            return self._start
        return self._start + asyncio.get_running_loop().time() - self._zero

    async def sleep(self, seconds: float) -> None:
        """Wait for a time."""
        await asyncio.sleep(max(seconds, 0.0))

    async def wait(self, signal: Signal, seconds: float | None = None) -> bool:
        """Wait for a signal, at most `seconds`."""
        if signal.raised:
            signal.raised = False
            return True
        if signal.waiter is not None and not signal.waiter.done():
            raise InternalError("a coroutine waits for a signal that another one waits for")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        signal.waiter = future
        timer = None
        if seconds is not None:
            timer = loop.call_later(max(seconds, 0.0), _resolve, future)
        try:
            return await future
        finally:
            if signal.waiter is future:
                signal.waiter = None
            if timer is not None:
                timer.cancel()

    def notify(self, signal: Signal) -> None:
        """Raise a signal; call it from the loop's own thread only."""
        future = signal.waiter
        if future is None or future.done():
            signal.raised = True
        else:
            signal.waiter = None
            future.set_result(True)

    def spawn(self, coroutine: Coroutine[Any, Any, None], name: str) -> Handle:
        """Start a coroutine; its error ends the run."""
        task = asyncio.get_running_loop().create_task(coroutine, name=name)
        self._processes.add(task)
        task.add_done_callback(self._ended)
        return _Process(task)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._processes.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None and self._failed is not None and not self._failed.done():
            self._failed.set_exception(error)

    def cancel(self, handle: Handle) -> None:
        """End a coroutine where it waits."""
        assert isinstance(handle, _Process)
        handle.task.cancel()

    async def call(self, work: Callable[[], T], charged: float) -> T:
        """Do blocking work in a thread; it takes the time it takes."""
        return await asyncio.get_running_loop().run_in_executor(None, work)

    def on_signal(self, number: int, callback: Callable[[], None]) -> None:
        """Call back, in the loop, when the process gets this signal; only within `run`."""
        asyncio.get_running_loop().add_signal_handler(number, callback)

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end and return what it returns; what else it spawned is ended with it."""
        return asyncio.run(self._run(main))

    async def _run(self, main: Coroutine[Any, Any, T]) -> T:
        loop = asyncio.get_running_loop()
        self._zero = loop.time()
        self._failed = failed = loop.create_future()
        task = loop.create_task(main, name="main")
        failed.add_done_callback(lambda _: task.cancel())
        try:
            return await task
        except asyncio.CancelledError:
            if failed.done():
                failed.result()
            raise
        finally:
            if failed.done():
                failed.exception()
            for process in tuple(self._processes):
                process.cancel()


def wall_clock() -> datetime:
    """The time of day, for what stands beside the log and never in it."""
    return datetime.now(UTC)


def steady_seconds() -> float:
    """Seconds since some moment, for who shows how long ago something was; never for the log."""
    return time.monotonic()


def _resolve(future: "asyncio.Future[bool]") -> None:
    if not future.done():
        future.set_result(False)
