"""Agents that wait between two attempts at a request."""

from brooks.runtime.clock import Clock, Signal


class BackingOff:
    """Who waits between two attempts; nobody does any longer once the run winds down."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: dict[Signal, None] = {}
        self._is_over = False

    async def wait(self, seconds: float, *, clock: Clock) -> None:
        """Wait for a time by the caller's own clock, or until all are told to go on."""
        if self._is_over:
            return
        signal = Signal()
        self._waiting[signal] = None
        try:
            await clock.wait(signal, seconds)
        finally:
            self._waiting.pop(signal, None)

    def end(self) -> None:
        """Let everyone go on at once, now and from now on."""
        self._is_over = True
        for signal in self._waiting:
            self._clock.notify(signal)
        self._waiting.clear()
