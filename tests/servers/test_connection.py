"""HTTP/1.1 as clients use it: kept connections, bodies in chunks, a close, and nonsense."""

import json
import socket
from urllib.parse import urlsplit

from tests.servers.conftest import Start
from tests.servers.kit import BODIES, HEADERS, PATHS, PROMPT

from servers import Faults, Mishap

BODY = json.dumps(BODIES["openai-chat"](PROMPT, streamed=True)).encode()


def _exchange(url: str, data: bytes, more: bytes = b"") -> bytes:
    """Everything that the server sends until it closes the connection."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=5) as connection:
        connection.sendall(data)
        received = b""
        if more:
            received = connection.recv(1024)
            connection.sendall(more)
        while piece := connection.recv(65536):
            received += piece
        return received


def _head(*lines: str) -> bytes:
    named = [f"{name}: {value}" for name, value in HEADERS["openai-chat"].items()]
    first = f"POST {PATHS['openai-chat']} HTTP/1.1"
    return "\r\n".join([first, *named, *lines, "", ""]).encode()


def test_a_body_may_come_in_chunks(start: Start) -> None:
    """With extensions and trailers; the answer, a stream, comes in chunks too."""
    server, _ = start()
    chunks = b"%x;x=1\r\n%b\r\n0\r\nx-trailer: 1\r\n\r\n" % (len(BODY), BODY)

    got = _exchange(server.url, _head("Transfer-Encoding: chunked", "Connection: close") + chunks)

    assert got.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"content-type: text/event-stream" in got
    assert got.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n")


def test_a_client_may_ask_before_it_sends_the_body(start: Start) -> None:
    """`Expect: 100-continue` is answered at once."""
    server, _ = start()
    head = _head(f"Content-Length: {len(BODY)}", "Expect: 100-continue", "Connection: close")

    got = _exchange(server.url, head, BODY)

    assert got.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_what_is_not_http_ends_the_connection(start: Start) -> None:
    """Nothing is recorded of it, and the next client is served."""
    server, client = start()

    assert _exchange(server.url, b"hello\r\n\r\n") == b""
    assert _exchange(server.url, _head("Content-Length: many")) == b""
    assert client.ask().status == 200
    assert len(server.entries()) == 1


def test_a_mishap_takes_only_its_own_connection(start: Start) -> None:
    """A connection is kept after an error and after a cut off answer."""
    server, client = start(Faults(first=(Mishap.SERVER_ERROR, Mishap.CUT_OFF)))

    client.ask()
    before = client.port()
    client.ask()
    client.ask()

    assert client.port() == before
    assert server.arrived == 3
