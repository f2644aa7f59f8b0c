"""A collector of traces: where it is, and one request to it over OTLP/HTTP.

Its address is the user's. As the protocol's exporters do with `OTEL_EXPORTER_OTLP_ENDPOINT`, `/v1/traces`
is put behind it, unless it ends so already. `env` in place of an address takes it, and the headers, from
the standard's variables; nothing is read from them otherwise, so that a key for one place is not sent to
another, and a variable set for other programs makes none of ours send anything.
"""

from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from brooks import __version__
from brooks.errors import OutsideError, UsageError

PATH = "/v1/traces"
FROM_ENVIRONMENT = "env"
"""What is given for an address when the standard's variables have it."""
SECONDS = 10.0
"""How long a collector may take for anything that it does."""
MOST_SAID = 200
"""Characters of a refusal that are repeated."""

_PASSING = frozenset({429, 502, 503, 504})
"""Answers after which the protocol lets the same request be sent again."""


class UndeliveredError(OutsideError):
    """A request that the collector did not take."""

    def __init__(self, message: str, *, is_passing: bool) -> None:
        super().__init__(message)
        self.is_passing = is_passing
        """Whether the same request may be taken later."""


class _NoRedirects(HTTPRedirectHandler):
    """A redirected POST would become a GET, and look like success."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""


class Collector(NamedTuple):
    """Where spans are sent."""

    url: str
    """With its path."""
    headers: Mapping[str, str] = {}
    """Sent with each request; they may hold a key, and are never shown."""

    def send(self, body: bytes, *, seconds: float = SECONDS) -> int:
        """Send a request in Protocol Buffers; how many of its spans were rejected.

        Raises:
            UndeliveredError: It was not taken.
        """
        headers = {
            **self.headers,
            "Content-Type": "application/x-protobuf",
            "User-Agent": f"brooks/{__version__}",
        }
        request = Request(self.url, data=body, headers=headers, method="POST")  # noqa: S310 - checked
        try:
            with build_opener(_NoRedirects).open(request, timeout=seconds) as answer:
                said = answer.read()
        except HTTPError as error:
            with error:
                text = error.read(MOST_SAID).decode("utf-8", "replace")
            raise self._refused(error.code, text) from error
        except (HTTPException, OSError) as error:
            reason = error.reason if isinstance(error, URLError) else error
            raise UndeliveredError(
                f"the collector at {self.url!r} cannot be reached ({reason}): start it, or name another",
                is_passing=True,
            ) from error
        return _rejected(said)

    def _refused(self, status: int, text: str) -> UndeliveredError:
        said = " ".join(text.split()) if text.isprintable() else ""
        return UndeliveredError(
            f"the collector at {self.url!r} answered {status}{': ' if said else ''}{said}: see to its "
            "address, its headers and its limits",
            is_passing=status in _PASSING,
        )


def _rejected(answer: bytes) -> int:
    """How many spans a collector says it did not keep; 0 where its answer cannot be read."""
    from google.protobuf.message import DecodeError
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

    try:
        found = ExportTraceServiceResponse.FromString(answer)
    except DecodeError:
        return 0
    return int(found.partial_success.rejected_spans)


def collector_of(text: str, environ: Mapping[str, str]) -> Collector:
    """The collector that the user means.

    Raises:
        UsageError: The address is none.
    """
    if text != FROM_ENVIRONMENT:
        return Collector(_checked(_with_path(text), "--otlp"))
    whole = environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "").strip()
    base = environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "").strip()
    if not whole and not base:
        raise UsageError(
            "--otlp env takes the collector's address from OTEL_EXPORTER_OTLP_ENDPOINT, and that is "
            "not set: set it, or name the address"
        )
    name = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" if whole else "OTEL_EXPORTER_OTLP_ENDPOINT"
    headers = {
        **_headers(environ, "OTEL_EXPORTER_OTLP_HEADERS"),
        **_headers(environ, "OTEL_EXPORTER_OTLP_TRACES_HEADERS"),
    }
    return Collector(_checked(whole or _with_path(base), name), headers)


def _with_path(url: str) -> str:
    stem = url.rstrip("/")
    return stem if stem.endswith(PATH) else f"{stem}{PATH}"


def _checked(url: str, name: str) -> str:
    """The address, if it is one.

    Raises:
        UsageError: It is not.
    """
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, is_good = None, False
    if parts is not None and parts.username is not None:
        raise UsageError(
            f"{name} has a name or a password in its address: put it into "
            "OTEL_EXPORTER_OTLP_HEADERS, and pass --otlp env"
        )
    if not is_good or not url.isprintable() or " " in url:
        raise UsageError(
            f"{name} is {url!r}, and no address of a collector: it begins with http:// or https://, as "
            "http://127.0.0.1:4318"
        )
    return url


def _headers(environ: Mapping[str, str], variable: str) -> dict[str, str]:
    """Headers as the standard writes them: NAME=VALUE,NAME=VALUE, the values percent-encoded.

    Raises:
        UsageError: They are not written so.
    """
    found = {}
    for pair in environ.get(variable, "").split(","):
        if not pair.strip():
            continue
        name, separator, value = pair.partition("=")
        text = unquote(value.strip())
        if not separator or not name.strip().isascii() or not text.isprintable():
            raise UsageError(f"{variable} is to be written NAME=VALUE,NAME=VALUE, and is not")
        found[name.strip()] = text
    return found
