"""A collector of OpenTelemetry traces, which decodes what it is sent with the protocol's own library.

It can be slow, out of order, or keep only some of what it gets, as real ones are. In a test::

    with collecting() as collector:
        ...  # send to collector.url
        spans = collector.spans()
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

PATH = "/v1/traces"


class Collector:
    """What was received, and how to answer."""

    def __init__(
        self, *, status: int = 200, seconds: float = 0.0, rejected: int = 0, failures: int = 0
    ) -> None:
        """Answer well, unless something else is said.

        Args:
            status: what to answer.
            seconds: how long to take for it.
            rejected: spans of each request that are said not to have been kept.
            failures: so many requests are first answered with 503.
        """
        self.url = ""
        """Where it listens, without a path."""
        self.requests: list[ExportTraceServiceRequest] = []
        """What was taken."""
        self.headers: list[Mapping[str, str]] = []
        """The headers of every request, by their names in lower case."""
        self.refused: list[str] = []
        """What was wrong with requests that no collector would take."""
        self._status = status
        self._seconds = seconds
        self._rejected = rejected
        self._failures = failures
        self._lock = Lock()

    def spans(self) -> list[Any]:
        """Every span that was taken, in the order of arrival."""
        with self._lock:
            return [
                span
                for request in self.requests
                for of_run in request.resource_spans
                for in_scope in of_run.scope_spans
                for span in in_scope.spans
            ]

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Take a request; the status and the body of the answer."""
        with self._lock:
            self.headers.append({name.lower(): value for name, value in headers.items()})
            if self._failures:
                self._failures -= 1
                return 503, b"come again"
        time.sleep(self._seconds)
        if path != PATH or headers.get("Content-Type") != "application/x-protobuf":
            self.refused.append(f"{path} {headers.get('Content-Type')}")
            return 400, b"no traces in Protocol Buffers"
        try:
            request = ExportTraceServiceRequest.FromString(body)
        except DecodeError as error:
            self.refused.append(str(error))
            return 400, b"not to be decoded"
        if self._status != 200:
            return self._status, b"sorry"
        with self._lock:
            self.requests.append(request)
        answer = ExportTraceServiceResponse()
        answer.partial_success.rejected_spans = self._rejected
        return 200, answer.SerializeToString()


@contextmanager
def collecting(
    *, status: int = 200, seconds: float = 0.0, rejected: int = 0, failures: int = 0
) -> Iterator[Collector]:
    """A collector in a thread, for as long as the block lasts."""
    collector = Collector(status=status, seconds=seconds, rejected=rejected, failures=failures)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            code, answer = collector.take(self.path, dict(self.headers), body)
            try:
                self.send_response(code)
                if 300 <= code < 400:
                    self.send_header("Location", f"{collector.url}/elsewhere")
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            except OSError:
                pass  # the client has gone

        def log_message(self, format: str, *_: Any) -> None:  # noqa: A002 - the library's own name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    collector.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
