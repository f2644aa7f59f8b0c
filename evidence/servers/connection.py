"""One HTTP/1.1 connection, seen from the server: requests in, whole or broken answers out.

Bodies come with a length or in chunks; connections are kept alive. A client that sends the next
request before it has the answer to the last one loses the connection: no client of the providers
does.
"""

import asyncio
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from brooks.core.message import Message
from servers.wire import Head

MOST_BYTES = 64 * 2**20
"""The largest body that is read."""


class Arrived(Message, frozen=True, kw_only=True):
    """One request as it came."""

    head: Head
    body: bytes
    keep_alive: bool


class Connection:
    """Reads requests and writes answers."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        writer.transport.set_write_buffer_limits(high=0)  # so that `drain` waits for everything

    async def read(self) -> Arrived | None:
        """The next request; None where the client went away or does not speak HTTP."""
        try:
            raw = await self._reader.readuntil(b"\r\n\r\n")
            first, *lines = raw.decode("latin-1").split("\r\n")
            method, target, version = first.split(" ")
            pairs = (line.split(":", 1) for line in lines if line)
            headers = {name.lower(): value.strip() for name, value in pairs}
            if headers.get("expect", "").lower() == "100-continue":
                self._writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = await self._read_body(headers)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError):
            return None
        path, _, query = target.partition("?")
        wish = headers.get("connection", "").lower()
        return Arrived(
            head=Head(method=method, path=path, query=query, headers=headers),
            body=body,
            keep_alive=wish != "close" and (version == "HTTP/1.1" or wish == "keep-alive"),
        )

    async def _read_body(self, headers: Mapping[str, str]) -> bytes:
        if "chunked" not in headers.get("transfer-encoding", "").lower():
            size = int(headers.get("content-length", "0"))
            if size > MOST_BYTES:
                raise ValueError(size)
            return await self._reader.readexactly(size)
        parts = []
        while size := int((await self._reader.readuntil(b"\r\n")).split(b";")[0], 16):
            parts.append(await self._reader.readexactly(size))
            await self._reader.readexactly(2)
        while (await self._reader.readuntil(b"\r\n")) != b"\r\n":
            pass
        return b"".join(parts)

    async def wait(self, seconds: float) -> bool:
        """Wait, but not longer than the client does; whether it is still there."""
        if seconds > 0:
            try:
                async with asyncio.timeout(seconds):
                    await self._reader.read(1)
            except TimeoutError:
                return True
            except OSError:
                return False
            return False
        return not self._reader.at_eof()

    async def send(self, data: bytes) -> bool:
        """Write bytes; whether all of them went to the socket."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError:
            return False
        return not self._writer.is_closing()

    def close(self) -> None:
        """Close the connection in good order."""
        self._writer.close()

    def drop(self) -> None:
        """Break the connection."""
        self._writer.transport.abort()


def head_bytes(status: int, headers: Mapping[str, str]) -> bytes:
    """The head of an answer."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Overloaded"
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {text}" for name, text in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def chunks(parts: Iterable[bytes]) -> bytes:
    """Parts as chunks of a body, without the chunk that ends it."""
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)


LAST_CHUNK = b"0\r\n\r\n"
