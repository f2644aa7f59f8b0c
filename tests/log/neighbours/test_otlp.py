"""Spans in the protocol's own messages and its JSON."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from brooks.log.neighbours.otlp import MOST_BYTES, MOST_SPANS, About, Encoder, line
from brooks.log.neighbours.spans import Kind, Link, Span
from brooks.log.redaction import Redactor
from measure.trace_rules import attributes

STARTED = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
ABOUT = About("first", STARTED, simulated=True)


def a_span(key: str = "chat/3", **values: Any) -> Span:
    """A closed span."""
    return Span(key=key, name="chat model", start=1.0, parent="run", **values).close(2.5)


def test_a_span_keeps_all_that_it_has() -> None:
    """Ids, times in nanoseconds from the run's start, attributes of every kind, events, links, status."""
    span = a_span(
        kind=Kind.CLIENT,
        attributes={"text": "so", "flag": True, "count": 3, "number": 0.5, "texts": ("a", "b")},
        links=[Link("turn/1", {"why": "backup"})],
    )
    span.happened(2.0, "brooks.fault", {"none": ()})
    span.close(2.5, error="timeout")

    found = Encoder(ABOUT).span(span)

    began = int(STARTED.timestamp()) * 10**9 + 123_456_000
    assert found.start_time_unix_nano == began + 10**9
    assert found.end_time_unix_nano == began + 2_500_000_000
    assert (found.trace_id, found.span_id) == (ABOUT.trace_id, ABOUT.span_id("chat/3"))
    assert (found.parent_span_id, found.kind) == (ABOUT.span_id("run"), 3)
    assert attributes(found) == {
        "text": "so", "flag": True, "count": 3, "number": 0.5, "texts": ("a", "b"),
        "error.type": "timeout",
    }  # fmt: skip
    assert [(event.name, attributes(event)) for event in found.events] == [
        ("brooks.fault", {"none": ()})
    ]
    assert [link.span_id for link in found.links] == [ABOUT.span_id("turn/1")]
    assert (found.status.code, found.status.message) == (2, "timeout")


def test_ids_are_those_of_the_run_and_of_the_span() -> None:
    """The same run gives the same ids; another run of the same name does not."""
    again = About("first", STARTED, simulated=False)
    later = About("first", STARTED + timedelta(seconds=1), simulated=True)

    assert again.trace_id == ABOUT.trace_id
    assert later.trace_id != ABOUT.trace_id
    assert ABOUT.span_id("turn/1") != ABOUT.span_id("turn/2")
    assert (len(ABOUT.trace_id), len(ABOUT.span_id("run"))) == (16, 8)


def test_times_of_a_run_without_a_beginning_count_from_1970() -> None:
    """Its manifest is lost, and its spans are not."""
    found = Encoder(About("lost", None, simulated=True)).span(a_span())

    assert found.start_time_unix_nano == 10**9


def test_keys_are_taken_out() -> None:
    """From names, attributes and events."""
    span = a_span(attributes={"text": "my hunter2-hunter2 key", "texts": ("hunter2-hunter2",)})
    span.name = "chat hunter2-hunter2"
    span.happened(2.0, "brooks.refused", {"why": "hunter2-hunter2"})

    found = Encoder(ABOUT, Redactor({"THE_KEY": "hunter2-hunter2"})).span(span)

    assert "hunter2" not in str(found)
    assert str(found).count("[redacted:THE_KEY]") == 4


def test_a_line_is_the_protocols_json() -> None:
    """Ids in hexadecimal, enumerations as numbers; the library reads it back as what it was."""
    encoder = Encoder(ABOUT)
    span = a_span(links=[Link("turn/1", {})], attributes={"text": 'so\n"'})
    request = encoder.request([encoder.span(span)])

    text = line(request)
    found = json.loads(text)

    sent = found["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    assert b"\n" not in text
    assert sent["traceId"] == ABOUT.trace_id.hex()
    assert sent["links"][0]["spanId"] == ABOUT.span_id("turn/1").hex()
    assert (sent["kind"], sent["startTimeUnixNano"]) == (1, str(ABOUT.nanoseconds(1.0)))
    for holder in (sent, sent["links"][0]):
        for name in {"traceId", "spanId", "parentSpanId"} & holder.keys():
            holder[name] = base64.b64encode(bytes.fromhex(holder[name])).decode()
    assert ParseDict(found, ExportTraceServiceRequest()) == request


def test_requests_have_a_bearable_size() -> None:
    """By the number of spans and by their bytes; one that is too large by itself goes alone."""
    encoder = Encoder(ABOUT)
    many = [a_span(f"chat/{number}") for number in range(MOST_SPANS + 1)]
    large = [
        a_span(f"chat/{size}", attributes={"text": "x" * size}) for size in (1, 2 * MOST_BYTES, 2)
    ]

    assert [len(part) for part in encoder.batches(many)] == [MOST_SPANS, 1]
    assert [len(part) for part in encoder.batches(large)] == [1, 1, 1]
    assert list(encoder.batches([])) == []


def test_a_text_that_is_not_sound_is_sent_all_the_same() -> None:
    """Half a character, as JSON can hold it and UTF-8 cannot."""
    found = Encoder(ABOUT).span(a_span(attributes={"text": "\ud800"}))

    assert attributes(found) == {"text": "?"}
