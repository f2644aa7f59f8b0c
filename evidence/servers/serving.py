"""The server: one asyncio loop for all dialects, in a thread of a test or a process of its own."""

import asyncio
import threading
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from brooks.core.facts import Usage
from servers.connection import LAST_CHUNK, Arrived, Connection, chunks, head_bytes
from servers.developer import Developer
from servers.exchange import Decision, Exchange
from servers.faults import Faults, Mishap
from servers.limits import Limits
from servers.record import Entry, Record
from servers.wire import conversation_hash

_BACKLOG = 512


class _Sent(NamedTuple):
    """What was sent of an answer."""

    status: int = 0
    whole: bool = False
    goes_on: bool = False
    """Whether the connection can carry another request."""


class Server:
    """Serves all dialects on one port of this machine."""

    def __init__(
        self,
        developer: Developer,
        *,
        faults: Faults | None = None,
        limits: Limits | None = None,
        record: Path | None = None,
        keys: Iterable[str] | None = None,
        models: Iterable[str] | None = None,
    ) -> None:
        """Without `keys` or `models`, every key and every model's name will do."""
        self._faults = faults or Faults()
        self._exchange = Exchange(
            developer,
            faults=self._faults,
            limits=limits or Limits(),
            keys=None if keys is None else frozenset(keys),
            models=None if models is None else frozenset(models),
        )
        self._developer = developer
        self._record = Record(record)
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: asyncio.Server | None = None
        self.url = ""
        """Where it listens, without a path."""
        self.arrived = 0
        """How many requests have arrived, those under way included."""

    async def start(self, port: int = 0, *, host: str = "127.0.0.1") -> None:
        """Listen; port 0 takes any that is free."""
        self._loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._connected, host, port, backlog=_BACKLOG)
        self.url = f"http://{host}:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Listen no more, and close every connection."""
        assert self._server is not None
        self._server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # closed transports say goodbye in the next round of the loop
        self._record.close()

    def entries(self) -> list[Entry]:
        """The entries of all requests that are over, in order of arrival; from another thread.

        What a client has got the whole of is among them.
        """
        loop = self._loop
        if loop is not None and loop.is_running():
            asyncio.run_coroutine_threadsafe(_settle(), loop).result()
        return self._record.entries()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        connection = Connection(reader, writer)
        try:
            while (arrived := await connection.read()) is not None:
                if not await self._answer(connection, arrived):
                    break
        except asyncio.CancelledError:
            connection.drop()
        finally:
            connection.close()
            self._tasks.discard(task)

    async def _answer(self, connection: Connection, arrived: Arrived) -> bool:
        """Answer one request, and say whether the connection goes on."""
        if (arrived.head.method, arrived.head.path) == ("GET", "/"):
            return await self._tell(connection)
        now = time.monotonic()
        number = self.arrived
        self.arrived += 1
        try:
            decision = self._exchange.decide(arrived, number=number, now=now)
        except Exception:  # noqa: BLE001 - a bug of ours must not look like a planned fault
            traceback.print_exc()
            decision = Decision(treatment="server_bug", status=500)
        told_at = now
        sent = _Sent()
        try:
            if await self._wait(connection, decision, number):
                told_at = time.monotonic()
                sent = await _send(connection, decision)
        finally:
            self._record.add(
                self._entry(arrived, decision, sent, number=number, arrived_at=now, told_at=told_at)
            )
        return sent.goes_on and arrived.keep_alive

    async def _tell(self, connection: Connection) -> bool:
        """Say how many requests arrived; what is over by now is in the record when the answer is read."""
        await _settle()
        body = b'{"arrived": %d}' % self.arrived
        headers = {"content-type": "application/json", "content-length": str(len(body))}
        return await connection.send(head_bytes(200, headers) + body)

    async def _wait(self, connection: Connection, decision: Decision, number: int) -> bool:
        """Take the time that the answer takes; whether the client waited for it."""
        if decision.mishap is Mishap.HANG:
            return await connection.wait(self._faults.hang_seconds)
        worked = decision.worked is not None
        return await connection.wait(self._faults.seconds(number) if worked else 0.0)

    def _entry(
        self,
        arrived: Arrived,
        decision: Decision,
        sent: _Sent,
        *,
        number: int,
        arrived_at: float,
        told_at: float,
    ) -> Entry:
        asked, wait = decision.asked, decision.retry_after
        usage = Usage() if decision.worked is None else decision.worked.usage
        return Entry(
            number=number,
            arrived=arrived_at,
            ended=time.monotonic(),
            protocol=decision.dialect,
            path=arrived.head.path,
            model="" if asked is None else asked.model,
            streamed=asked is not None and asked.streamed,
            status=sent.status,
            treatment=str(decision.treatment),
            retry_after=wait if sent.status else None,
            retry_at=None if wait is None or not sent.status else told_at + wait,
            body=sha256(arrived.body).hexdigest(),
            conversation="" if asked is None else conversation_hash(asked.request.conversation),
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cached_tokens=usage.cached_tokens,
            written_tokens=usage.written_tokens,
            key=sha256(decision.key.encode()).hexdigest() if decision.key else "",
            tasks=() if asked is None else self._developer.tasks(asked.request),
            written=sent.whole,
        )


async def _send(connection: Connection, decision: Decision) -> _Sent:
    """Send an answer, or what the mishap leaves of it."""
    status, headers, mishap = decision.status, decision.headers, decision.mishap
    if mishap is Mishap.HANG:
        return _Sent()
    if mishap is Mishap.DROPPED:
        connection.drop()
        return _Sent()
    if decision.events is None:
        body = decision.body
        if mishap is Mishap.CUT_OFF:
            body = body[: len(body) // 2]
        length = {"content-length": str(len(body))}
    else:
        events = decision.events
        if mishap is Mishap.CUT_OFF:
            events = events[: len(events) // 2]
        body = chunks(events) + LAST_CHUNK
        length = {"transfer-encoding": "chunked", "cache-control": "no-cache"}
    if mishap is Mishap.DROPPED_MIDWAY:
        body = body[: len(body) // 2]
    went = await connection.send(head_bytes(status, {**headers, **length}) + body)
    if mishap is Mishap.DROPPED_MIDWAY:
        connection.drop()
        return _Sent(status=status)
    return _Sent(status=status, whole=went and mishap is None, goes_on=went)


async def _settle() -> None:
    """Let what was just sent be recorded."""
    for _ in range(3):
        await asyncio.sleep(0)


@contextmanager
def serving(
    developer: Developer,
    *,
    faults: Faults | None = None,
    limits: Limits | None = None,
    record: Path | None = None,
    keys: Iterable[str] | None = None,
    models: Iterable[str] | None = None,
    host: str = "127.0.0.1",
) -> Iterator[Server]:
    """A server in a thread of its own, for as long as the block lasts."""
    server = Server(
        developer, faults=faults, limits=limits, record=record, keys=keys, models=models
    )
    started = threading.Event()
    stopping = asyncio.Event()
    loop = asyncio.new_event_loop()

    async def run() -> None:
        await server.start(host=host)
        started.set()
        await stopping.wait()
        await server.stop()

    def work() -> None:
        try:
            loop.run_until_complete(run())
        finally:
            started.set()
            loop.close()

    thread = threading.Thread(target=work, name="servers", daemon=True)
    thread.start()
    started.wait()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join()
