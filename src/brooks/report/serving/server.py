"""The server: answers this machine only, with a thread for each request.

==========================  ======================================================================
`/`                         the list of runs, which refreshes itself
`/rows`                     the rows of that list
`/runs/ID`                  the page of a run
`/runs/ID/page.json`        what the page is drawn from, and the news of it
`/runs/ID/events`           Server-Sent Events: the news of each newer page (`Edition.news`)
==========================  ======================================================================

Everything is read and nothing is changed, so there is nothing but GET and HEAD. Each connection is
good for one request; only `events` stays open. Who is answered is told in `refusing.py`, which
folders are read in `paths.py`.

All threads are daemons: the process ends at once, whoever still listens.
"""

import http.client
import http.server
import socket
import socketserver
import sys
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from io import BufferedIOBase
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, ClassVar

from brooks.report.serving.answering import HTML, Answer, Answers, Making, News
from brooks.report.serving.index import problem_html
from brooks.report.serving.refusing import HEADERS, refusal
from brooks.report.wording import plain
from brooks.runtime.run_folder import RunFolder

HOST = "127.0.0.1"
MOST_HEADER_BYTES = 32 * 1024
MOST_CONNECTIONS = 128
MOST_LISTENERS = 32
"""How many `events` may be open at once."""
SOCKET_SECONDS = 10.0
"""How long one read or write may take."""
PIECE_BYTES = 64 * 1024
"""How much is written at once, so that a slow line has that long for each piece and not for the whole."""
KEEP_ALIVE_SECONDS = 10.0
"""After so long without news a comment is sent: it shows that the other end is still there."""
RETRY_MILLISECONDS = 1000
"""When a browser comes back after `events` ended."""


class PageServer(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """Serves the runs of a folder; `serve_forever` does, `close` ends it."""

    daemon_threads = True
    block_on_close = False

    def __init__(
        self,
        runs: Path,
        *,
        making: Making,
        port: int = 0,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        """Take the port.

        Args:
            runs: The folder of runs; it need not be there yet.
            making: How pages are made.
            port: Where to listen; 0 for any that is free.
            tell: Gets a line for each request.

        Raises:
            OSError: The port cannot be had.
        """
        self.answers = Answers(runs, making=making)
        self.tell = tell
        self.listeners = BoundedSemaphore(MOST_LISTENERS)
        self._connections = BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__((HOST, port), _Handler)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server_port

    @property
    def url(self) -> str:
        """The address of the list of runs."""
        return f"http://{HOST}:{self.port}/"

    def server_bind(self) -> None:
        """Take the port, without asking the network for this machine's name."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def close(self) -> None:
        """Give the port back and let everything go that was read."""
        self.server_close()
        self.answers.feeds.end()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread, unless there are too many."""
        if not self._connections.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, in the thread."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._connections.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong with a request, unless its client has just left."""
        error = sys.exc_info()[1]
        if self.tell is not None and not isinstance(error, OSError):
            self.tell(f"a request failed: {type(error).__name__}: {plain(str(error))}")


class _LimitedInput:
    """The head of a request, up to so many bytes."""

    def __init__(self, source: BufferedIOBase) -> None:
        self._source = source
        self._left = MOST_HEADER_BYTES

    def readline(self, most: int = -1) -> bytes:
        """The next line."""
        line = self._source.readline(min(most, self._left + 1) if most >= 0 else self._left + 1)
        self._left -= len(line)
        if self._left < 0:
            raise http.client.LineTooLong("request")
        return line

    def close(self) -> None:
        """Close what it reads."""
        self._source.close()


class _Handler(http.server.BaseHTTPRequestHandler):
    """Answers one request."""

    server: PageServer  # type: ignore[mutable-override]  # set once, by that server
    server_version = "brooks"
    sys_version = ""
    timeout: ClassVar[float | None] = SOCKET_SECONDS

    def setup(self) -> None:
        """Take the connection."""
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rfile: Any = _LimitedInput(self.rfile)

    def handle_one_request(self) -> None:
        """Read a request and answer it, whatever its method is."""
        self.close_connection = True
        self.requestline, self.request_version, self.command = "", "HTTP/1.0", ""
        try:
            self.raw_requestline = self.rfile.readline(MOST_HEADER_BYTES)
            if self.raw_requestline and self.parse_request():
                self.close_connection = True
                self._answer()
        except http.client.LineTooLong:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "it is too long")
        except (TimeoutError, ConnectionError):
            return

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as it is called with
        """Say it to whoever wants to know."""
        if self.server.tell is not None:
            self.server.tell(plain(format % args, most=300))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no HTTP."""
        self._refuse(HTTPStatus(code), message or "it is no HTTP")

    def _answer(self) -> None:
        if self.command not in {"GET", "HEAD"}:
            self._refuse(HTTPStatus.METHOD_NOT_ALLOWED, "nothing is changed here, only read")
            return
        named = (self.headers.get_all(name, []) for name in ("Host", "Origin", "Sec-Fetch-Site"))
        reason = refusal(*named)
        if reason:
            self._refuse(HTTPStatus.FORBIDDEN, reason)
            return
        answer = self._found()
        if isinstance(answer, Answer):
            self._send(answer)
        elif self.command == "HEAD":
            self._send_head(HTTPStatus.OK, "text/event-stream")
        else:
            self._send_news(answer.folder)

    def _found(self) -> Answer | News:
        try:
            return self.server.answers.to(self.path.partition("?")[0])
        except Exception as error:  # noqa: BLE001 - the server goes on
            said = f"This page cannot be made: {type(error).__name__}: {error}"
            body = problem_html("Something went wrong", said).encode()
            return Answer(status=HTTPStatus.INTERNAL_SERVER_ERROR, kind=HTML, body=body)

    def _refuse(self, status: HTTPStatus, reason: str) -> None:
        said = f"This request is not answered: {reason}."
        body = problem_html(f"{status.value} {status.phrase}", said).encode()
        with suppress(ConnectionError, TimeoutError):
            self._send(Answer(status=status, kind=HTML, body=body))

    def _send(self, answer: Answer) -> None:
        self._send_head(answer.status, answer.kind, length=len(answer.body))
        if self.command != "HEAD":
            for start in range(0, len(answer.body), PIECE_BYTES):
                self.wfile.write(answer.body[start : start + PIECE_BYTES])

    def _send_head(self, status: HTTPStatus, kind: str, *, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, HEAD")
        self.end_headers()

    def _send_news(self, folder: RunFolder) -> None:
        if not self.server.listeners.acquire(blocking=False):
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "too many pages are open: close some")
            return
        try:
            self._send_head(HTTPStatus.OK, "text/event-stream")
            self._write(f"retry: {RETRY_MILLISECONDS}\n\n")
            with self.server.answers.feeds.listening(folder) as feed:
                number = 0
                while not feed.ended:
                    edition = feed.wait_newer(number, KEEP_ALIVE_SECONDS)
                    if edition is None:
                        self._write(": still here\n\n")
                        continue
                    number = edition.number
                    self._write(f"data: {edition.news}\n\n")
        finally:
            self.server.listeners.release()

    def _write(self, text: str) -> None:
        self.wfile.write(text.encode())
        self.wfile.flush()
