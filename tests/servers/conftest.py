"""Servers with a small developer, and clients that are closed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import NamedTuple

import pytest
from tests.servers.kit import Client, small_developer

from servers import Faults, Limits, Server, serving


class Pair(NamedTuple):
    """A server and a client of it."""

    server: Server
    client: Client


Start = Callable[..., Pair]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a server that goes wrong as told, and a client of it."""
    with ExitStack() as stack:

        def begin(faults: Faults | None = None, limits: Limits | None = None) -> Pair:
            server = stack.enter_context(serving(small_developer(), faults=faults, limits=limits))
            return Pair(server, stack.enter_context(closing(Client(server.url))))

        yield begin
