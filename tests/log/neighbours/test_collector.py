"""Where spans are sent, and what a collector may answer."""

import socket

import pytest

from brooks.errors import UsageError
from brooks.log.neighbours.collector import Collector, UndeliveredError, collector_of
from brooks.log.neighbours.otlp import About, Encoder
from brooks.log.neighbours.spans import Span
from servers.collector import collecting

_ENCODER = Encoder(About("first", None, simulated=True))
BODY = _ENCODER.request(
    [_ENCODER.span(Span(key="run", name="a run", start=0.0).close(1.0))]
).SerializeToString()

ADDRESSES = {
    "http://127.0.0.1:4318": "http://127.0.0.1:4318/v1/traces",
    "http://127.0.0.1:4318/": "http://127.0.0.1:4318/v1/traces",
    "https://host/api/public/otel": "https://host/api/public/otel/v1/traces",
    "http://host/v1/traces": "http://host/v1/traces",
}


@pytest.mark.parametrize(("given", "url"), ADDRESSES.items())
def test_the_path_of_traces_is_put_behind_an_address(given: str, url: str) -> None:
    """As the protocol's exporters do with a base address; once."""
    assert collector_of(given, {}) == Collector(url)


def test_the_environment_counts_only_when_it_is_named() -> None:
    """Its address, or the one for traces as it stands, and its headers; nothing of it otherwise."""
    environ = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://base:4318",
        "OTEL_EXPORTER_OTLP_HEADERS": "Authorization=Basic%20abc%3D%3D, X-Team=one",
    }
    whole = {**environ, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://whole/otel"}

    assert collector_of("http://other", environ) == Collector("http://other/v1/traces")
    assert collector_of("env", environ) == Collector(
        "http://base:4318/v1/traces", {"Authorization": "Basic abc==", "X-Team": "one"}
    )
    assert collector_of("env", whole).url == "http://whole/otel"


WRONG = {
    "127.0.0.1:4318": "begins with http:// or https://",
    "ftp://host": "begins with http:// or https://",
    "http://": "no address of a collector",
    "http://host:port": "no address of a collector",
    "http://host/a b": "no address of a collector",
    "https://name:word@host": "a name or a password",
    "env": "OTEL_EXPORTER_OTLP_ENDPOINT, and that is not set",
}


@pytest.mark.parametrize(("given", "expected"), WRONG.items())
def test_what_is_no_address_is_explained(given: str, expected: str) -> None:
    """And a password in it is not repeated."""
    with pytest.raises(UsageError, match="--otlp") as caught:
        collector_of(given, {})

    assert expected in str(caught.value)
    assert "word@" not in str(caught.value)


@pytest.mark.parametrize("text", ["Authorization", "Authorization=a%0Ab", "Näme=value"])
def test_headers_that_are_none_are_refused(text: str) -> None:
    """No separator, a line's end that would be a second header, a name that is none."""
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://h", "OTEL_EXPORTER_OTLP_HEADERS": text}

    with pytest.raises(UsageError, match="NAME=VALUE,NAME=VALUE"):
        collector_of("env", environ)


def test_a_collector_decodes_what_it_is_sent() -> None:
    """With the headers of the protocol and the user's."""
    with collecting() as collector:
        rejected = Collector(f"{collector.url}/v1/traces", {"X-Team": "one"}).send(BODY)

    assert (rejected, [span.name for span in collector.spans()]) == (0, ["a run"])
    (headers,) = collector.headers
    assert headers["content-type"] == "application/x-protobuf"
    assert headers["x-team"] == "one"


def test_spans_that_a_collector_did_not_keep_are_counted() -> None:
    """It took the request, and says how many it rejected."""
    with collecting(rejected=1) as collector:
        assert Collector(f"{collector.url}/v1/traces").send(BODY) == 1


@pytest.mark.parametrize(
    ("status", "is_passing"), [(429, True), (503, True), (400, False), (401, False), (302, False)]
)
def test_a_refusal_says_what_and_whether_to_try_again(status: int, is_passing: bool) -> None:
    """Too many requests or no room pass; a wrong address or key do not, and a redirect is none."""
    with collecting(status=status) as collector, pytest.raises(UndeliveredError) as caught:
        Collector(f"{collector.url}/v1/traces").send(BODY)

    assert f"answered {status}: sorry" in str(caught.value)
    assert caught.value.is_passing is is_passing


def test_a_collector_that_is_not_there_passes() -> None:
    """Nobody listens on the port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1/traces"

        with pytest.raises(UndeliveredError, match="cannot be reached") as caught:
            Collector(url).send(BODY)

    assert caught.value.is_passing


def test_a_collector_that_is_too_slow_passes() -> None:
    """It takes longer than it may."""
    with collecting(seconds=0.2) as collector:
        with pytest.raises(UndeliveredError, match="cannot be reached") as caught:
            Collector(f"{collector.url}/v1/traces").send(BODY, seconds=0.05)

        assert caught.value.is_passing
