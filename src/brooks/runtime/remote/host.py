"""The process on a worker's machine that carries out its part of a run: a Ray actor around a `Node`.

Two threads: Ray's, which takes calls, and the node's, which runs the agents. The coordinator calls
`collect`, which waits until there is something to tell, and `post`. Neither is trusted to arrive once:
see `post`.
"""

import asyncio
import os
from collections.abc import Sequence
from threading import Thread
from typing import Any, NamedTuple

from brooks.errors import BrooksError
from brooks.runtime.remote.node import Node, Part, trouble_of
from brooks.runtime.remote.post import FromNode, Inbox, Numbered, Outbox, Trouble

CLEAR_SECONDS = 10.0
"""How long the end of what goes on here is waited for."""


class Ready(NamedTuple):
    """What a machine says of itself when it is asked to take part."""

    processors: int
    trouble: Trouble | None = None
    """Why it cannot; None if it does."""


class Host:
    """What the actor does."""

    def __init__(self) -> None:
        self._node: Node | None = None
        self._thread: Thread | None = None
        self._outbox = Outbox()
        self._inbox = Inbox()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()

    async def begin(self, part: Part) -> Ready:
        """Take part in a run, unless something that its agents need is missing here."""
        self._loop = asyncio.get_running_loop()
        try:
            self._node = Node(part, environ=dict(os.environ), send=self._send)
        except (BrooksError, OSError) as error:
            return Ready(0, trouble_of(error))
        self._thread = Thread(target=self._node.run, name="node", daemon=True)
        self._thread.start()
        return Ready(len(os.sched_getaffinity(0)))

    def _send(self, item: FromNode) -> None:
        """Put an item into the outbox; called in the node's threads."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._put, item)

    def _put(self, item: FromNode) -> None:
        self._outbox.put(item)
        self._news.set()

    async def collect(self, acknowledged: int, seconds: float) -> list[Numbered]:
        """What is behind the last number that the coordinator has; it waits for some while there is none."""
        self._outbox.acknowledge(acknowledged)
        if not len(self._outbox):
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), seconds)
            except TimeoutError:
                return []
        return self._outbox.batch()

    async def post(self, batch: Sequence[Numbered]) -> int:
        """Take in post from the coordinator; the number up to which everything is here."""
        assert self._node is not None
        items: list[Any] = self._inbox.take(batch)
        self._node.deliver(items)
        return self._inbox.last

    async def end(self) -> None:
        """The run is over: end what is going on here, and leave nothing behind."""
        self.stop()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, CLEAR_SECONDS)

    def stop(self) -> None:
        """End what is going on here, without waiting for it."""
        if self._node is not None:
            self._node.stop()
