"""Spans in OTLP, the protocol of OpenTelemetry: as its messages, in requests of a bearable size, as JSON.

The messages are those of the protocol's own library, `opentelemetry-proto`, which comes with
`pip install 'brooks[otel]'`. In the JSON form ids are hexadecimal and not base64, and enumerations are
numbers: the two places where OTLP differs from the usual JSON of Protocol Buffers. One line is one
`ExportTraceServiceRequest`, as the collector's file exporter writes and its file receiver reads.

Ids are hashes. A trace's is made of the run's id and the time of day at which it began, so that two runs
of one name are two traces; a span's is made of its trace and its key.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from brooks import __version__
from brooks.log.neighbours.otel_names import SCOPE, Name
from brooks.log.neighbours.spans import Span, Value
from brooks.log.redaction import NO_SECRETS, Redactor

if TYPE_CHECKING:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
    from opentelemetry.proto.trace.v1.trace_pb2 import Span as SpanMessage

MOST_SPANS = 512
"""Spans of one request."""
MOST_BYTES = 1024 * 1024
"""Bytes of one request's spans, unless a single one is larger: collectors take 4 MiB or more."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_IDS = frozenset({"traceId", "spanId", "parentSpanId"})


class About(NamedTuple):
    """What a trace is of."""

    run: str
    """The run's id."""
    started: datetime | None
    """The time of day at which the run began; None, where its manifest is lost, counts from 1970."""
    simulated: bool
    """Whether its times and tokens are computed."""

    @property
    def trace_id(self) -> bytes:
        """The trace's id."""
        began = "" if self.started is None else self.started.isoformat()
        return sha256(f"{self.run}\n{began}".encode()).digest()[:16]

    def span_id(self, key: str) -> bytes:
        """The id of the span with this key."""
        return sha256(self.trace_id + key.encode()).digest()[:8]

    def nanoseconds(self, seconds: float) -> int:
        """Log seconds as nanoseconds since 1970."""
        began = ((self.started or _EPOCH) - _EPOCH) // timedelta(microseconds=1) * 1000
        return began + round(seconds * 1e9)


class Encoder:
    """Makes the spans of one run into messages, without the user's keys."""

    def __init__(self, about: About, redactor: Redactor = NO_SECRETS) -> None:
        """Raises ModuleNotFoundError where the protocol's library is not installed."""
        from opentelemetry.proto.trace.v1 import trace_pb2

        self._messages = trace_pb2
        self._about = about
        self._redactor = redactor

    def span(self, span: Span) -> "SpanMessage":
        """One span as its message."""
        about = self._about
        message = self._messages.Span(
            trace_id=about.trace_id,
            span_id=about.span_id(span.key),
            parent_span_id=b"" if span.parent is None else about.span_id(span.parent),
            name=self._redactor.text(span.name),
            kind=span.kind.value,  # type: ignore[arg-type] # the protocol's own number
            start_time_unix_nano=about.nanoseconds(span.start),
            end_time_unix_nano=about.nanoseconds(span.end),
            dropped_events_count=span.dropped_events,
        )
        self._fill(message, span.attributes)
        for event in span.events:
            added = message.events.add(
                name=event.name, time_unix_nano=about.nanoseconds(event.time)
            )
            self._fill(added, event.attributes)
        for link in span.links:
            linked = message.links.add(trace_id=about.trace_id, span_id=about.span_id(link.key))
            self._fill(linked, link.attributes)
        if span.error:
            message.status.code = self._messages.Status.STATUS_CODE_ERROR
            message.status.message = span.error
        return message

    def _fill(self, message: Any, attributes: Mapping[str, Value]) -> None:
        for name, value in attributes.items():
            _set(message.attributes.add(key=name).value, value, self._redactor)

    def request(self, spans: Iterable["SpanMessage"]) -> "ExportTraceServiceRequest":
        """Spans as what a collector is sent."""
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
            ExportTraceServiceRequest,
        )

        request = ExportTraceServiceRequest()
        of_run = request.resource_spans.add()
        resource: dict[str, Value] = {
            Name.SERVICE: SCOPE,
            Name.SERVICE_VERSION: __version__,
            Name.RUN: self._about.run,
            Name.SIMULATED: self._about.simulated,
        }
        self._fill(of_run.resource, resource)
        in_scope = of_run.scope_spans.add()
        in_scope.scope.name, in_scope.scope.version = SCOPE, __version__
        in_scope.spans.extend(spans)
        return request

    def batches(self, spans: Iterable[Span]) -> Iterator[list["SpanMessage"]]:
        """Spans in parts that fit into one request each."""
        part: list[SpanMessage] = []
        size = 0
        for span in spans:
            message = self.span(span)
            length = message.ByteSize()
            if part and (len(part) >= MOST_SPANS or size + length > MOST_BYTES):
                yield part
                part, size = [], 0
            part.append(message)
            size += length
        if part:
            yield part


def line(request: "ExportTraceServiceRequest") -> bytes:
    """A request as one line of JSON, without the line's end."""
    from google.protobuf.json_format import MessageToDict

    found = MessageToDict(request, use_integers_for_enums=True)
    for of_run in found.get("resourceSpans", []):
        for in_scope in of_run.get("scopeSpans", []):
            for span in in_scope.get("spans", []):
                for holder in (span, *span.get("links", [])):
                    _make_hexadecimal(holder)
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def _make_hexadecimal(holder: dict[str, Any]) -> None:
    from base64 import b64decode

    for name in _IDS & holder.keys():
        holder[name] = b64decode(holder[name]).hex()


def _set(message: Any, value: Value, redactor: Redactor) -> None:
    """Put a value into a message `AnyValue`; truth values are whole numbers too, and come first."""
    match value:
        case bool():
            message.bool_value = value
        case int():
            message.int_value = value
        case float():
            message.double_value = value
        case str():
            message.string_value = _sound(redactor.text(value))
        case tuple():
            for each in value or ():
                message.array_value.values.add(string_value=_sound(redactor.text(each)))
            message.array_value.SetInParent()


def _sound(text: str) -> str:
    """A text that is valid in UTF-8, whatever a model wrote."""
    return text.encode("utf-8", "replace").decode("utf-8")
