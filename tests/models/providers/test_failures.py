"""What goes wrong on the way, as one table for every protocol, and what may be told of it."""

import json
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from brooks.core.facts import Failure
from brooks.models.base import AttemptFailed
from brooks.models.providers.exchange import Exchange
from brooks.models.providers.failures import LONGEST_TEXT, failure_of, retry_after

Ask = Callable[..., Any]
AnswerOf = Callable[..., Any]

MODELS = (
    "openai:gpt-5.2",
    "openai-responses:gpt-5.2",
    "anthropic:claude-sonnet-4-6",
    "google:gemini-3-flash-preview",
)
CANARY = "sk-canary-4711-never-shown"

every_model = pytest.mark.parametrize("model", MODELS)
plain_and_streamed = pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])

STATUSES = {
    301: Failure.REJECTED,
    400: Failure.REJECTED,
    401: Failure.KEY_REFUSED,
    402: Failure.KEY_REFUSED,
    403: Failure.KEY_REFUSED,
    404: Failure.UNKNOWN_MODEL,
    408: Failure.TIMEOUT,
    409: Failure.REJECTED,
    413: Failure.REJECTED,
    422: Failure.REJECTED,
    429: Failure.RATE_LIMITED,
    500: Failure.SERVER,
    502: Failure.SERVER,
    503: Failure.OVERLOADED,
    504: Failure.SERVER,
    529: Failure.OVERLOADED,
}


def fails(ask: Ask, *arguments: Any, **settings: Any) -> AttemptFailed:
    """The failure that a request ends with, which tells nobody the key."""
    with pytest.raises(AttemptFailed) as caught:
        ask(*arguments, **settings)
    failed = caught.value
    assert CANARY not in str(failed) + repr(failed)
    assert CANARY not in "".join(traceback.format_exception(failed))
    assert 0 < len(str(failed)) <= LONGEST_TEXT
    return failed


@every_model
@pytest.mark.parametrize(
    ("status", "kind", "stream"),
    [
        *((status, kind, False) for status, kind in STATUSES.items()),
        *((status, STATUSES[status], True) for status in (400, 429, 500)),
    ],
)
def test_a_status_says_what_went_wrong_and_nothing_is_sent_twice(
    server: Any,
    ask: Ask,
    answer_of: AnswerOf,
    *,
    model: str,
    status: int,
    kind: Failure,
    stream: bool,
) -> None:
    """The wait the server asks for is handed on, and a key in its answer is not."""
    body = json.dumps({"error": {"message": f"no: {CANARY} " + "x" * 900}}).encode()
    headers = {"retry-after": "7"}
    server.answers = [answer_of(model)._replace(body=body, status=status, headers=headers)]

    failed = fails(ask, model, stream=stream)

    assert (failed.kind, failed.status, failed.retry_after) == (kind, status, 7.0)
    assert str(failed).startswith(f"HTTP {status}: no: [redacted:")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("model", "status", "error", "kind"),
    [
        ("openai:m", 429, {"code": "insufficient_quota"}, Failure.KEY_REFUSED),
        ("openai:m", 429, {"type": "insufficient_quota"}, Failure.KEY_REFUSED),
        ("openai:m", 400, {"code": "model_not_found"}, Failure.UNKNOWN_MODEL),
        ("groq:m", 400, {"code": "tool_use_failed"}, Failure.BROKEN),
        (
            "anthropic:claude-haiku-4-5",
            400,
            {"message": "Your credit balance is too low to access the API."},
            Failure.KEY_REFUSED,
        ),
        (
            "google:gemini-3-flash-preview",
            400,
            {"details": [{"reason": "API_KEY_INVALID"}]},
            Failure.KEY_REFUSED,
        ),
    ],
)
def test_some_say_it_in_a_code_and_not_in_the_status(
    server: Any,
    ask: Ask,
    answer_of: AnswerOf,
    *,
    model: str,
    status: int,
    error: dict[str, Any],
    kind: Failure,
) -> None:
    """An empty account is answered like too many requests, but waiting does not fill it."""
    body = json.dumps({"error": {"message": "no", **error}}).encode()
    server.answers = [answer_of(model)._replace(body=body, status=status)]

    assert fails(ask, model).kind is kind


@every_model
@plain_and_streamed
@pytest.mark.parametrize("what", ["cut", "no JSON", "another shape", "nothing"])
def test_what_is_no_answer_is_broken(
    server: Any, ask: Ask, answer_of: AnswerOf, model: str, what: str, *, stream: bool
) -> None:
    """The connection may end early, or a proxy may answer with a page of its own."""
    whole = answer_of(model, stream=stream)
    half = whole.body[: len(whole.body) // 2]
    server.answers = [
        {
            "cut": whole._replace(body=half, cut=True),
            "no JSON": whole._replace(body=b"data: {oh" if stream else b"<html>oh</html>"),
            "another shape": whole._replace(body=b'data: {"a": 1}\n\n' if stream else b'{"a": 1}'),
            "nothing": whole._replace(body=b"data: [DONE]\n\n" if stream else b""),
        }[what]
    ]

    failed = fails(ask, model, stream=stream)

    assert failed.kind is Failure.BROKEN
    assert failed.status is None
    assert len(server.asked) == 1


@every_model
def test_a_stream_that_ends_before_its_end_is_broken(
    server: Any, ask: Ask, answer_of: AnswerOf, model: str
) -> None:
    """The connection closed in good order, so only the missing end tells."""
    whole = answer_of(model, stream=True)
    blocks = whole.body.split(b"\n\n")
    kept = b"\n\n".join(blocks[: len(blocks) // 2]) + b"\n\n"
    if model.startswith("google"):
        kept = whole.body.replace(b'"finishReason": "STOP", ', b"")
    server.answers = [whole._replace(body=kept)]

    assert fails(ask, model, stream=True).kind is Failure.BROKEN


def test_an_error_inside_a_stream_counts_like_one_before_it(
    server: Any, ask: Ask, answer_of: AnswerOf
) -> None:
    """Anthropic says so when it runs out of room while answering."""
    model = "anthropic:claude-sonnet-4-6"
    whole = answer_of(model, stream=True)
    blocks = whole.body.split(b"\n\n")[:3]
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    blocks.append(b"event: error\ndata: " + json.dumps(error).encode() + b"\n\n")
    server.answers = [whole._replace(body=b"\n\n".join(blocks))]

    failed = fails(ask, model, stream=True)

    assert (failed.kind, failed.status) == (Failure.OVERLOADED, 529)
    assert "Overloaded" in str(failed)


@every_model
@plain_and_streamed
def test_a_server_that_is_not_there_is_unreachable(
    server: Any, ask: Ask, model: str, *, stream: bool
) -> None:
    """Nothing listens on a port that was just closed."""
    server.http.server_close()

    failed = fails(ask, model, stream=stream)

    assert failed.kind is Failure.UNREACHABLE
    assert failed.status is None


@every_model
def test_a_connection_that_breaks_before_the_answer_is_unreachable(
    server: Any, ask: Ask, answer_of: AnswerOf, model: str
) -> None:
    """The request may have been worked on all the same."""
    server.over.set()  # so that a silent answer ends the connection at once
    server.answers = [answer_of(model)._replace(silent=True)]

    assert fails(ask, model).kind is Failure.UNREACHABLE


def test_an_error_page_is_told_as_it_is_in_one_line() -> None:
    """A proxy knows nothing of the provider's errors."""
    exchange = Exchange()
    exchange.requests, exchange.status = 1, 502
    exchange.body = b"<h1>Bad\n  gateway</h1>"

    failed = failure_of(ValueError("x"), exchange, redactor=_redactor())

    assert str(failed) == "HTTP 502: <h1>Bad gateway</h1>"


def test_what_never_left_this_machine_is_rejected() -> None:
    """A request that the client will not even send would not be sent the next time either."""
    failed = failure_of(ValueError("no such setting"), Exchange(), redactor=_redactor())

    assert failed.kind is Failure.REJECTED
    assert str(failed) == "rejected: no such setting"


NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = format_datetime(NOON + timedelta(seconds=90), usegmt=True)


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({}, None, None),
        ({"retry-after": "12"}, None, 12.0),
        ({"retry-after": "1.5"}, None, 1.5),
        ({"retry-after": "-3"}, None, 0.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, None, 0.25),
        ({"retry-after": LATER, "date": format_datetime(NOON, usegmt=True)}, None, 90.0),
        ({"retry-after": LATER}, None, 60.0),
        ({"retry-after": "Sat, 01 Jan 2000 00:00:00 GMT"}, None, 0.0),
        ({"retry-after": "soon"}, None, None),
        ({"retry-after": "inf"}, None, None),
        ({}, {"error": {"details": [{"retryDelay": "13.5s"}]}}, 13.5),
        ({}, [{"error": {"details": [{"a": 1}, {"retryDelay": "2s"}]}}], 2.0),
        ({}, {"error": {"details": [{"retryDelay": "long"}]}}, None),
    ],
)
def test_the_wait_a_server_asks_for_is_understood(
    headers: dict[str, str], body: Any, seconds: float | None
) -> None:
    """A date is counted from the server's own date, where it says one."""
    now = None if "date" in headers else NOON + timedelta(seconds=30)

    assert retry_after(headers, body, now=now) == seconds


def _redactor() -> Any:
    from brooks.log.redaction import Redactor

    return Redactor({})
