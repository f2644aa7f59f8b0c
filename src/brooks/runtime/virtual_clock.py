"""Virtual time: a heap of moments, and coroutines resumed in an order that never varies.

How it works. A coroutine that waits yields what it waits for to `_run_until_done`, which files it under a
moment in the heap or under a signal. When nothing is ready, time jumps to the earliest moment. Ties
go by a counter, so the order is that of asking, in every process. A coroutine is in the heap once: if it
is woken by a signal and waits again for a later time, as the coordinator does all the time, it is put
where it belongs when its old moment comes up.

When coroutines wait and neither a moment nor a ready coroutine is left, nothing can ever wake them:
that is a bug, and it raises at once.
"""

import signal as signals
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from heapq import heappop, heappush
from types import coroutine
from typing import Any, TypeVar

from brooks.errors import InternalError
from brooks.runtime.clock import Handle, Signal

T = TypeVar("T")


class _Process:
    """A coroutine and where it is."""

    __slots__ = ("coroutine", "done", "due", "filed", "name", "number", "signal")

    def __init__(self, coroutine: Coroutine[Any, Any, Any], name: str) -> None:
        self.coroutine = coroutine
        self.name = name
        self.done = False
        self.number = 0
        """Number of its current suspension."""
        self.signal: Signal | None = None
        self.due: _Entry | None = None
        """When it is to go on; None if it waits for no time."""
        self.filed: _Entry | None = None
        """Where the clock will look at it; that may be before it is due, but is never after."""


_Entry = tuple[float, int, _Process]
"""A moment, the number of the asking, which tells ties apart, and who asked."""


@coroutine
def _suspend(seconds: float | None, signal: Signal | None) -> Generator[Any, bool, bool]:
    return (yield (seconds, signal))


class VirtualClock:
    """The driver for simulation; see `brooks.runtime.clock.Clock` for what each call does."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start
        self._ready: deque[tuple[_Process, int, bool]] = deque()
        self._moments: list[_Entry] = []
        self._asked = 0
        self._handlers: dict[int, Any] = {}
        """The signal handlers that were there before ours."""
        self._alive: dict[_Process, None] = {}
        """Every coroutine that was started and is not over, in the order of starting."""

    def time(self) -> float:
        """Seconds of virtual time."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait for a time."""
        await _suspend(max(seconds, 0.0), None)

    async def wait(self, signal: Signal, seconds: float | None = None) -> bool:
        """Wait for a signal, at most `seconds`."""
        if signal.raised:
            signal.raised = False
            return True
        return await _suspend(seconds, signal)

    def notify(self, signal: Signal) -> None:
        """Raise a signal."""
        waiter: _Process | None = signal.waiter
        if waiter is None:
            signal.raised = True
        else:
            signal.waiter = None
            waiter.signal = None
            self._ready.append((waiter, waiter.number, True))

    def spawn(self, coroutine: Coroutine[Any, Any, None], name: str) -> Handle:
        """Start a coroutine; it first runs when the current one waits."""
        process = _Process(coroutine, name)
        self._alive[process] = None
        self._ready.append((process, 0, True))
        return process

    def cancel(self, handle: Handle) -> None:
        """End a coroutine where it waits."""
        assert isinstance(handle, _Process)
        if not handle.done:
            handle.done = True
            handle.number += 1
            handle.due = None
            del self._alive[handle]
            if handle.signal is not None:
                handle.signal.waiter = None
            handle.coroutine.close()

    async def call(self, work: Callable[[], T], charged: float) -> T:
        """Do the work now and let `charged` seconds pass."""
        result = work()
        await self.sleep(charged)
        return result

    def on_signal(self, number: int, callback: Callable[[], None]) -> None:
        """Call back when the process gets this signal."""
        before = signals.signal(number, lambda *_: callback())
        self._handlers.setdefault(number, before)

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end and return what it returns; what else it spawned is ended with it."""
        box: list[T] = []

        async def keep_result() -> None:
            box.append(await main)

        process = _Process(keep_result(), "main")
        self._alive[process] = None
        self._ready.append((process, 0, True))
        try:
            self._run_until_done(process)
        finally:
            self._close_all()
            for number, handler in self._handlers.items():
                signals.signal(number, handler)
        return box[0]

    def _run_until_done(self, main: _Process) -> None:
        """Resume whatever is due, one after the other.

        One loop, because a simulated run comes through here a thousand times a second of its processor.
        """
        ready, moments = self._ready, self._moments
        while not main.done:
            if ready:
                process, number, value = ready.popleft()
            elif moments:
                entry = heappop(moments)
                process = entry[2]
                if process.due is not entry:
                    self._file_again(process, entry)
                    continue
                process.filed = None
                self._now = entry[0]
                number, value = process.number, False
            else:
                message = f"at {self._now:.3f} s nothing is left that could ever wake the run"
                raise InternalError(message)
            if process.number != number or process.done:
                continue
            if process.signal is not None:  # the timeout came first
                process.signal.waiter = None
                process.signal = None
            process.number = number + 1
            process.due = None
            try:
                seconds, signal = process.coroutine.send(value if number else None)
            except StopIteration:
                process.done = True
                del self._alive[process]
                continue
            if signal is not None:
                self._file(process, signal)
            if seconds is not None:
                self._asked += 1
                process.due = entry = (self._now + seconds, self._asked, process)
                filed = process.filed
                if filed is None or entry < filed:
                    process.filed = entry
                    heappush(moments, entry)

    def _file_again(self, process: _Process, entry: "_Entry") -> None:
        """Put a process where it belongs that waits for a later moment than this one, or for none."""
        if process.filed is entry:
            process.filed = process.due
            if process.due is not None:
                heappush(self._moments, process.due)

    def _file(self, process: _Process, signal: Signal) -> None:
        """Have a process wait for a signal, for which nobody else does."""
        if signal.waiter is not None:
            message = f"{process.name!r} waits for a signal that {signal.waiter.name!r} waits for"
            raise InternalError(message)
        signal.waiter = process
        process.signal = signal

    def _close_all(self) -> None:
        """Close what still waits, so that no coroutine is left behind un-awaited."""
        self._ready.clear()
        self._moments.clear()
        while self._alive:
            self.cancel(next(iter(self._alive)))
