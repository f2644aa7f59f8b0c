"""What one request came to on the wire, whatever the client made of it.

The clients wrap errors in errors of their own, each in another way, and some lose the headers. So
every client is given an HTTP client with a hook that notes the answer here, and one piece of code
judges it. Which exchange an answer belongs to is said by a context variable, since the hook is
called by the task that asked.
"""

import json
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

import httpx2

CONNECT_SECONDS = 30.0
MOST_CONNECTIONS = 1000
KEPT_CONNECTIONS = 200

current: ContextVar["Exchange | None"] = ContextVar("exchange", default=None)


class Exchange:
    """One request and the answer to it."""

    __slots__ = ("body", "headers", "requests", "status")

    def __init__(self) -> None:
        self.requests = 0
        """How many were sent: 1 unless something is wrong."""
        self.status: int | None = None
        self.headers: Mapping[str, str] = {}
        self.body = b""
        """What the server said with an error."""

    def error(self) -> Any:
        """What the server said with an error, as JSON; None if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


def http_client(seconds: float) -> httpx2.AsyncClient:
    """A client that notes every exchange, for at most this many seconds a request."""
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
        limits=httpx2.Limits(
            max_connections=MOST_CONNECTIONS, max_keepalive_connections=KEPT_CONNECTIONS
        ),
        follow_redirects=False,
        event_hooks={"request": [_note_request], "response": [_note_response]},
    )


async def _note_request(request: httpx2.Request) -> None:
    exchange = current.get()
    if exchange is not None:
        exchange.requests += 1


async def _note_response(response: httpx2.Response) -> None:
    exchange = current.get()
    if exchange is None:
        return
    exchange.status = response.status_code
    exchange.headers = response.headers
    if response.status_code >= 300:
        exchange.body = await response.aread()
