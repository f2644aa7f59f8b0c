"""What went wrong with a request, in the words of `Failure`.

The status of the answer decides, where there was one; else the kind of exception does. A few
providers use a status for something else than it says, and tell so in the error's code.
"""

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
from pydantic_ai.exceptions import ModelHTTPError

from brooks.core.facts import Failure
from brooks.log.redaction import Redactor
from brooks.models.base import AttemptFailed
from brooks.models.providers.exchange import Exchange

LONGEST_TEXT = 500

_BY_STATUS = {
    401: Failure.KEY_REFUSED,
    402: Failure.KEY_REFUSED,
    403: Failure.KEY_REFUSED,
    404: Failure.UNKNOWN_MODEL,
    408: Failure.TIMEOUT,
    429: Failure.RATE_LIMITED,
    503: Failure.OVERLOADED,
    529: Failure.OVERLOADED,
}

_BY_CODE = {
    "insufficient_quota": Failure.KEY_REFUSED,  # OpenAI, with 429: the account is empty
    "API_KEY_INVALID": Failure.KEY_REFUSED,  # Google, with 400
    "model_not_found": Failure.UNKNOWN_MODEL,  # OpenAI, also with 400 and 403
    "tool_use_failed": Failure.BROKEN,  # Groq, with 400: the model wrote a call that is none
}
_EMPTY_ACCOUNT = "credit balance is too low"
"""How Anthropic says it, with 400 and the code of any bad request."""


def failure_of(error: Exception, exchange: Exchange, *, redactor: Redactor) -> AttemptFailed:
    """What an exception during an exchange means."""
    status, body = exchange.status, exchange.error()
    if (status is None or status < 300) and isinstance(error, ModelHTTPError):
        status, body = error.status_code, error.body  # said inside a stream that had begun well
    if status is not None and status >= 300:
        said = _message(body) or exchange.body.decode(errors="replace") or "no reason given"
        kind = _kind_of_status(status, body)
        text = f"HTTP {status}: {said}"
        wait = retry_after(exchange.headers, body)
    else:
        status, wait = None, None
        kind = _kind_of_exception(error, exchange)
        text = f"{kind.value.replace('_', ' ')}: {_root_text(error)}"
    return AttemptFailed(kind, _cut(redactor.text(text)), status=status, retry_after=wait)


def broken(why: str) -> AttemptFailed:
    """An answer came that is none."""
    return AttemptFailed(Failure.BROKEN, why)


def retry_after(
    headers: Mapping[str, str], body: Any = None, *, now: datetime | None = None
) -> float | None:
    """Seconds that the server asked to wait; None where it did not."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    if value is not None:
        seconds = _number(value)
        return _until(value, headers.get("date"), now) if seconds is None else seconds
    for detail in _details(body):
        delay = detail.get("retryDelay")  # Google's RetryInfo: "13.5s"
        if isinstance(delay, str) and delay.endswith("s"):
            return _number(delay[:-1])
    return None


def _kind_of_status(status: int, body: Any) -> Failure:
    for code in _codes(body):
        if code in _BY_CODE:
            return _BY_CODE[code]
    if status == 400 and _EMPTY_ACCOUNT in _message(body):
        return Failure.KEY_REFUSED
    found = _BY_STATUS.get(status)
    if found is not None:
        return found
    return Failure.SERVER if status >= 500 else Failure.REJECTED


def _kind_of_exception(error: Exception, exchange: Exchange) -> Failure:
    for one in _chain(error):
        if isinstance(one, TimeoutError | httpx2.TimeoutException):
            return Failure.TIMEOUT
        if isinstance(one, httpx2.TransportError):
            return Failure.UNREACHABLE if exchange.status is None else Failure.BROKEN
    return Failure.BROKEN if exchange.requests else Failure.REJECTED


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and what it was raised from, outermost first.

    Not what was being handled meanwhile: that may be an earlier attempt's.
    """
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__


def _root_text(error: BaseException) -> str:
    """What the innermost exception that says anything says."""
    texts = [f"{one}" for one in _chain(error)]
    said = next((text for text in reversed(texts) if text), "")
    return said or type(error).__name__


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TEXT else f"{line[: LONGEST_TEXT - 1]}…"


def _errors(body: Any) -> Iterator[Mapping[str, Any]]:
    """The object that tells of the error: the body itself, or what is under `error` in it."""
    if isinstance(body, list) and body:
        body = body[0]  # Google, when asked for a stream
    if isinstance(body, dict):
        inner = body.get("error")
        if isinstance(inner, dict):
            yield inner
        yield body


def _message(body: Any) -> str:
    for error in _errors(body):
        for key in ("message", "detail", "error"):
            value = error.get(key)
            if isinstance(value, str) and value:
                return value
    return ""


def _codes(body: Any) -> Iterator[str]:
    for error in (*_errors(body), *_details(body)):
        for key in ("code", "type", "reason", "status"):
            value = error.get(key)
            if isinstance(value, str):
                yield value


def _details(body: Any) -> Iterator[Mapping[str, Any]]:
    for error in _errors(body):
        details = error.get("details")
        if isinstance(details, list):
            yield from (detail for detail in details if isinstance(detail, dict))


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text is not None else math.nan
    except ValueError:
        return None
    return max(value, 0.0) if math.isfinite(value) else None


def _until(text: str, sent: str | None, now: datetime | None) -> float | None:
    """Seconds from when the answer was sent, by the server's own clock, to a date."""
    then = _date(text)
    if then is None:
        return None
    start = now or _date(sent) or datetime.now(UTC)  # noqa: TID251 - a server that keeps its own time secret
    return max((then - start).total_seconds(), 0.0)


def _date(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
