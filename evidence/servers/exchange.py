"""What is to become of each request: decided when it arrives, before anything is sent.

The order is that of a provider: what it does not understand or may not serve is refused; then comes
a failure of everything, if one is planned; then the limits; then the request's own mishap. A
request that is refused for the limits uses up the mishap that was drawn for it.
"""

import math
import time
from collections.abc import Mapping, Sequence
from email.utils import formatdate
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from brooks.core.message import Message
from brooks.models.base import Answered, Reply, count_tokens, request_text
from servers.anthropic_messages import AnthropicMessages
from servers.connection import Arrived
from servers.developer import Developer
from servers.faults import IN_REPLY, UNWORKED, Faults, Mishap
from servers.google_generate import GoogleGenerate
from servers.limits import Gate, Limits
from servers.openai_chat import OpenAIChat
from servers.openai_responses import OpenAIResponses
from servers.spoiling import cut_off, spoilt
from servers.wire import Asked, Dialect, Refused

DIALECTS: tuple[Dialect, ...] = (
    OpenAIChat(),
    OpenAIResponses(),
    AnthropicMessages(),
    GoogleGenerate(),
)
LEAST_CACHED = 1024
CACHE_STEP = 128
"""Providers cache long beginnings only, in steps of some tokens."""

_LIMIT_TEXT = "Rate limit reached: wait before you send another request."
_TEXTS = {
    500: "The server had an error while processing your request.",
    503: "The model is overloaded. Please try again later.",
    529: "Overloaded",
}


class Decision(Message, frozen=True, kw_only=True):
    """What is to become of a request."""

    treatment: str
    mishap: Mishap | None = None
    """The mishap that the connection is to suffer, if one."""
    status: int
    dialect: str = ""
    key: str = ""
    """The API key that came with it."""
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""
    events: Sequence[bytes] | None = None
    """What is streamed; None for an answer in one piece."""
    retry_after: float | None = None
    asked: Asked | None = None
    worked: Reply | None = None
    """The reply that the provider made and bills, whether or not it arrives."""


class _Wait(NamedTuple):
    """How long a client is asked to wait."""

    header: str
    seconds: float


class Exchange:
    """Decides on the requests of one server."""

    def __init__(
        self,
        developer: Developer,
        *,
        faults: Faults,
        limits: Limits,
        keys: frozenset[str] | None,
        models: frozenset[str] | None,
    ) -> None:
        self._developer = developer
        self._faults = faults
        self._limits = limits
        self._gate = Gate(limits)
        self._keys = keys
        self._models = models
        self._first_at: float | None = None

    def decide(self, arrived: Arrived, *, number: int, now: float) -> Decision:
        """What is to become of the request that arrived as this one."""
        if self._first_at is None:
            self._first_at = now
        head = arrived.head
        dialect = next((one for one in DIALECTS if one.takes(head.path)), None)
        if dialect is None or head.method != "POST":
            body = b'{"error": {"message": "Not found: no such method and path here."}}'
            headers = {"content-type": "application/json"}
            return Decision(treatment="refused", status=404, body=body, headers=headers)
        decision = self._decide(dialect, arrived, number=number, now=now)
        return msgspec.structs.replace(decision, key=dialect.key(head) or "")

    def _decide(self, dialect: Dialect, arrived: Arrived, *, number: int, now: float) -> Decision:
        assert self._first_at is not None
        asked: Asked | None = None
        try:
            asked = _decode(dialect, arrived)
            self._check_key(dialect, dialect.key(arrived.head))
            if self._models is not None and asked.model not in self._models:
                raise Refused(404, f"The model {asked.model!r} does not exist.")  # noqa: TRY301 - one place
        except Refused as refusal:
            text = str(refusal)
            return self._error(dialect, number, refusal.status, text, "refused", asked=asked)
        if now - self._first_at < self._faults.common_failure_until:
            status = self._faults.common_failure_status
            text = _TEXTS.get(status, "This fails for everybody now.")
            return self._error(dialect, number, status, text, "common_failure", asked=asked)
        return self._serve(dialect, asked, number=number, now=now)

    def _check_key(self, dialect: Dialect, key: str | None) -> None:
        is_google = dialect.name.startswith("google")
        if key is None:
            raise Refused(403 if is_google else 401, "There is no API key in this request.")
        if self._keys is not None and key not in self._keys:
            raise Refused(400 if is_google else 401, "API key not valid.")

    def _serve(self, dialect: Dialect, asked: Asked, *, number: int, now: float) -> Decision:
        mishap = self._faults.mishap(number)
        unworked = mishap in UNWORKED
        reply = with_cache(self._developer.answer(asked.request), asked, dialect)
        if reply.usage.output_tokens > asked.request.max_output_tokens:
            reply = cut_off(reply, asked.request.max_output_tokens)
        if mishap in IN_REPLY:
            bad = spoilt(reply, mishap, self._faults.chance(number))
            if bad is None:
                mishap = None
            else:
                reply = bad
        tokens = 0 if unworked else reply.usage.input_tokens + reply.usage.output_tokens
        seconds = self._gate.admit(now, tokens)
        if seconds is not None:
            step = 1.0 if self._limits.whole_seconds else 0.001
            seconds = max(math.ceil(seconds / step), 1) * step
            return self._error(
                dialect, number, 429, _LIMIT_TEXT, "limited", asked=asked, wait=_in_seconds(seconds)
            )
        if mishap is not None and unworked:
            return self._unworked(dialect, asked, mishap, number)
        events = dialect.events(asked, reply) if asked.streamed else None
        kind = "application/json" if events is None else "text/event-stream; charset=utf-8"
        return Decision(
            treatment=mishap or "answered",
            mishap=None if mishap in IN_REPLY else mishap,
            status=200,
            dialect=dialect.name,
            headers={"content-type": kind, dialect.id_header: _request_id(number)},
            body=msgspec.json.encode(dialect.plain(asked, reply)) if events is None else b"",
            events=events,
            asked=asked,
            worked=reply,
        )

    def _unworked(self, dialect: Dialect, asked: Asked, mishap: Mishap, number: int) -> Decision:
        seconds = self._faults.retry_after
        status, wait = 429, None
        match mishap:
            case Mishap.RATE_LIMITED:
                wait = _in_seconds(seconds)
            case Mishap.RATE_LIMITED_UNTIL:
                wait = _as_date(seconds)
            case Mishap.SERVER_ERROR:
                status = 500
            case Mishap.OVERLOADED:
                status = dialect.overloaded
            case _:
                pass
        text = _TEXTS.get(status, _LIMIT_TEXT)
        return self._error(dialect, number, status, text, mishap, asked=asked, wait=wait)

    def _error(
        self,
        dialect: Dialect,
        number: int,
        status: int,
        text: str,
        treatment: str,
        *,
        asked: Asked | None,
        wait: _Wait | None = None,
    ) -> Decision:
        identity = _request_id(number)
        headers = {"content-type": "application/json", dialect.id_header: identity}
        if wait is not None:
            headers["retry-after"] = wait.header
        seconds = None if wait is None else wait.seconds
        error: Any = dialect.error(status, text, seconds)
        if dialect.id_header == "request-id":
            error["request_id"] = identity
        return Decision(
            treatment=treatment,
            status=status,
            dialect=dialect.name,
            headers=headers,
            body=msgspec.json.encode(error),
            retry_after=seconds,
            asked=asked,
        )


def _decode(dialect: Dialect, arrived: Arrived) -> Asked:
    try:
        body = msgspec.json.decode(arrived.body)
        return dialect.decode(arrived.head, body)
    except (AttributeError, KeyError, TypeError, ValueError, msgspec.DecodeError) as error:
        raise Refused(400, f"The body of the request could not be understood: {error}") from error


def with_cache(reply: Reply, asked: Asked, dialect: Dialect) -> Reply:
    """The reply with what its provider would have read from its cache, and written to it.

    What was sent with the request before in the same conversation is in the cache.
    """
    request = asked.request
    conversation = request.conversation
    ends = [at for at, item in enumerate(conversation) if isinstance(item, Answered)]
    if not asked.caching:
        return reply
    cached = 0
    if ends:
        before = msgspec.structs.replace(request, conversation=conversation[: ends[-1]])
        cached = _cacheable(count_tokens(request_text(before)))
    usage = msgspec.structs.replace(reply.usage, cached_tokens=cached)
    if dialect.overloaded == 529 and usage.input_tokens >= LEAST_CACHED:
        written = usage.input_tokens - cached
        usage = msgspec.structs.replace(usage, written_tokens=written)
    return msgspec.structs.replace(reply, usage=usage)


def _cacheable(tokens: int) -> int:
    return tokens - tokens % CACHE_STEP if tokens >= LEAST_CACHED else 0


def _in_seconds(seconds: float) -> _Wait:
    return _Wait(f"{seconds:.3f}".rstrip("0").rstrip("."), seconds)


def _as_date(seconds: float) -> _Wait:
    now = time.time()
    until = math.ceil(now + seconds)
    return _Wait(formatdate(until, usegmt=True), until - now)


def _request_id(number: int) -> str:
    return f"req_{number:024d}"
