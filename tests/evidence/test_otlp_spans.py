"""The judge of spans: content with what is right, and with nothing that was changed by hand."""

from collections.abc import Callable

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from brooks.core.events import Record
from brooks.log.codec import Codec
from measure.otlp_spans import drawn_run, one, send
from measure.trace_rules import flaws, kind_of
from servers.collector import collecting

Spans = list[Span]


@pytest.fixture(scope="module")
def told() -> tuple[list[Record], Spans]:
    """A drawn run and its spans."""
    log = drawn_run(1)
    records = list(Codec().decode_all(log.read()))
    with collecting() as collector:
        return records, send(log, records, "run", collector)


def first(spans: Spans, kind: str) -> Span:
    """The first span of a kind."""
    return next(span for span in spans if kind_of(span) == kind)


def lose_a_chat(spans: Spans) -> None:
    """A request to a model is not told."""
    spans.remove(first(spans, "chat"))


def tell_twice(spans: Spans) -> None:
    """A span is there twice."""
    spans.append(spans[-1])


def orphan(spans: Spans) -> None:
    """A span is below one that is not there."""
    first(spans, "chat").parent_span_id = b"12345678"


def other_trace(spans: Spans) -> None:
    """A span is in a trace of its own."""
    spans[-1].trace_id = b"1234567812345678"


def below_the_run(spans: Spans) -> None:
    """A request is not below its turn."""
    first(spans, "chat").parent_span_id = spans[0].span_id


def below_another_turn(spans: Spans) -> None:
    """A request is below the turn of another."""
    turns = [span for span in spans if kind_of(span) == "invoke_agent"]
    chat = first(spans, "chat")
    chat.parent_span_id = next(
        turn.span_id for turn in turns if turn.span_id != chat.parent_span_id
    )


def usage_elsewhere(spans: Spans) -> None:
    """A turn has its tokens as well."""
    turn = first(spans, "invoke_agent")
    turn.attributes.add(key="gen_ai.usage.input_tokens").value.int_value = 5


def other_tokens(spans: Spans) -> None:
    """A request has a token more."""
    for pair in first(spans, "chat").attributes:
        if pair.key == "gen_ai.usage.output_tokens":
            pair.value.int_value += 1


def later(spans: Spans) -> None:
    """A turn ends a nanosecond later."""
    first(spans, "invoke_agent").end_time_unix_nano += 1


@pytest.mark.parametrize(
    "change",
    [
        lose_a_chat, tell_twice, orphan, other_trace, below_the_run, below_another_turn,
        usage_elsewhere, other_tokens, later,
    ],
    ids=lambda change: change.__name__,
)  # fmt: skip
def test_a_change_by_hand_is_found(
    told: tuple[list[Record], Spans], change: Callable[[Spans], None]
) -> None:
    """The spans as they are have no flaw; changed they have."""
    records, spans = told
    changed = [Span.FromString(span.SerializeToString()) for span in spans]

    change(changed)

    assert flaws(records, spans) == []
    assert flaws(records, changed) != []


@pytest.mark.slow
def test_the_measurement_finds_nothing_in_some_runs() -> None:
    """Whole and cut off, of several teams."""
    with collecting() as collector:
        assert [one(seed, collector)[0] for seed in range(6)] == [[]] * 6
