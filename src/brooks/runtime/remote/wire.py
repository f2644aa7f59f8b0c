"""The coordinator's end of the wire to one machine.

Two calls are out at a time: one that waits for what the machine has to tell, and one that brings it
post. A call that is not answered is not repeated and not given up: a machine that was cut off
answers it when it is whole again. Meanwhile nobody waits for it, and after a time the machine counts
as silent.
"""

from collections.abc import Callable
from typing import Any

from brooks.runtime.clock import Clock, Handle, Signal
from brooks.runtime.remote.hosting import Calls, Gone, Unreachable
from brooks.runtime.remote.post import FromNode, Inbox, Outbox, ToNode

HOLDS = 4
"""How often a machine that has nothing to tell says so before it would count as silent."""
LAST_WORDS_SECONDS = 0.05
"""What the coordinator may take to look at what a machine said before it was gone."""
PAUSE_SECONDS = 1.0
"""Between two calls where the machine cannot be reached for a moment."""


class Wire:
    """Carries post to and from one machine."""

    def __init__(
        self,
        name: str,
        calls: Calls,
        *,
        clock: Clock,
        receive: Callable[["Wire", FromNode], None],
        on_change: Callable[["Wire"], None],
        silent_seconds: float,
    ) -> None:
        """Make a wire.

        Args:
            name: What the machine is called in messages.
            calls: How it is called.
            clock: The coordinator's.
            receive: Takes what comes from there.
            on_change: Told when the machine falls silent, is heard again, or is gone.
            silent_seconds: After how long without a word it counts as silent.
        """
        self.name = name
        self.is_gone = False
        self.is_silent = False
        self._calls = calls
        self._clock = clock
        self._receive = receive
        self._on_change = on_change
        self._silent_seconds = silent_seconds
        self._outbox = Outbox()
        self._news = Signal()
        self._heard = clock.time()
        self._handles: list[Handle] = []
        self.is_told = False
        """Whether the machine was told of any files."""
        self.versions_told = 0
        """How many versions of files it was told of."""

    @property
    def silent_since(self) -> float:
        """When something was last heard from there."""
        return self._heard

    @property
    def is_audible(self) -> bool:
        """Whether the machine is there, as far as is known."""
        return not (self.is_gone or self.is_silent)

    def start(self) -> None:
        """Begin to carry."""
        spawn = self._clock.spawn
        self._handles = [
            spawn(self._collect_all(), f"post from {self.name}"),
            spawn(self._post_all(), f"post to {self.name}"),
        ]

    def send(self, item: ToNode) -> None:
        """Send an item, now or when the machine can be reached."""
        if not self.is_gone:
            self._outbox.put(item)
            self._clock.notify(self._news)

    def listen(self) -> None:
        """See whether the machine has fallen silent; to be called every now and then."""
        is_silent = self._clock.time() > self._heard + self._silent_seconds
        if is_silent and not self.is_silent and not self.is_gone:
            self.is_silent = True
            self._on_change(self)

    def close(self) -> None:
        """The machine is no more, or no longer wanted."""
        self.is_gone = True
        for handle in self._handles:
            self._clock.cancel(handle)

    async def _collect_all(self) -> None:
        inbox = Inbox()
        while True:
            try:
                batch = await self._calls.collect(inbox.last, self._silent_seconds / HOLDS)
            except Unreachable:
                await self._clock.sleep(PAUSE_SECONDS)
                continue
            except Gone:
                await self._lose()
                return
            self._hear()
            for item in inbox.take(batch):
                self._receive(self, _from_node(item))

    async def _post_all(self) -> None:
        while True:
            if not len(self._outbox):
                await self._clock.wait(self._news)
                continue
            try:
                self._outbox.acknowledge(await self._calls.post(self._outbox.batch()))
            except Unreachable:
                await self._clock.sleep(PAUSE_SECONDS)
            except Gone:
                await self._lose()
                return
            else:
                self._hear()

    def _hear(self) -> None:
        self._heard = self._clock.time()
        if self.is_silent:
            self.is_silent = False
            self._on_change(self)

    async def _lose(self) -> None:
        """The machine is gone; what it said last is looked at first."""
        await self._clock.sleep(LAST_WORDS_SECONDS)
        if not self.is_gone:
            self.close()
            self._on_change(self)


def _from_node(item: Any) -> FromNode:
    """What comes by this way was put in by a node."""
    found: FromNode = item
    return found
