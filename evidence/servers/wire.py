"""What the dialects of the providers share: a decoded request, refusals, and pieces of a stream.

A dialect turns what comes over the wire into the neutral conversation of `brooks.models.base` and a
reply back into what its provider would send. The dialects are written from the providers' public
protocols and share nothing with the code that talks to the providers, so that each can show the
other to be wrong.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Protocol

import msgspec

from brooks.core.message import Message
from brooks.ids import AgentId, TurnId
from brooks.models.base import (
    Answered,
    Outcome,
    Parameter,
    Reply,
    Request,
    Returned,
    Tool,
    ToolCall,
    Turned,
)

STREAM_PIECES = 6
"""Into how many pieces a text, or the arguments of a call, are cut for a stream."""

_ENCODER = msgspec.json.Encoder(order="deterministic")


class Refused(Exception):  # noqa: N818 - named for what happened
    """The provider would not take this request; the client is at fault."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Head(Message, frozen=True, kw_only=True):
    """The head of an HTTP request."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """By names in small letters."""


class Asked(Message, frozen=True, kw_only=True):
    """What a client asks for."""

    model: str
    streamed: bool
    request: Request
    """Without the tasks; agent, turn and index only serve to name calls."""
    caching: bool = True
    """Whether the provider would keep this request's input in its cache."""
    wants_stream_usage: bool = True
    """Whether a stream is to end with what it cost."""


class Dialect(Protocol):
    """How one provider speaks."""

    name: str
    overloaded: int
    """The status by which the provider says that it has no room now."""
    id_header: str
    """The header that carries the id of a request."""

    def takes(self, path: str) -> bool:
        """Whether requests to this path are in this dialect."""

    def key(self, head: Head) -> str | None:
        """The API key that came with a request."""

    def decode(self, head: Head, body: Any) -> Asked:
        """What is asked.

        Raises:
            Refused: The provider would not take it.
        """

    def plain(self, asked: Asked, reply: Reply) -> Any:
        """The body of a reply in one piece."""

    def events(self, asked: Asked, reply: Reply) -> list[bytes]:
        """The events of a streamed reply."""

    def error(self, status: int, text: str, retry_after: float | None) -> Any:
        """The body of an error."""


def bearer_key(head: Head) -> str | None:
    """The key of `Authorization: Bearer …`."""
    scheme, _, key = head.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" and key.strip() else None


def neutral(
    conversation: Sequence[Turned], *, tools: Iterable[Tool], max_output_tokens: int | None
) -> Request:
    """The request of a conversation; equal conversations give equal requests."""
    made = tuple(conversation)
    return Request(
        agent=AgentId("client"),
        turn=TurnId(conversation_hash(made)[:16]),
        index=sum(isinstance(item, Answered) for item in made),
        tasks=(),
        conversation=made,
        tools=tuple(tools),
        max_output_tokens=2**31 if max_output_tokens is None else max_output_tokens,
    )


def conversation_hash(conversation: Sequence[Turned]) -> str:
    """Hash of what was said so far, whatever the dialect."""
    return sha256(_ENCODER.encode(conversation)).hexdigest()


def response_id(prefix: str, asked: Asked) -> str:
    """An id for the reply to a request."""
    return f"{prefix}{sha256(f'{asked.request.turn}/{asked.model}'.encode()).hexdigest()[:24]}"


def call_id(prefix: str, call: ToolCall) -> str:
    """A call's id in the provider's form."""
    return f"{prefix}{sha256(call.id.encode()).hexdigest()[:24]}"


def need(body: Any, key: str, kind: type | tuple[type, ...]) -> Any:
    """A field that a request cannot do without.

    Raises:
        Refused: It is missing, or of the wrong type.
    """
    value = body.get(key) if isinstance(body, dict) else None
    if not isinstance(value, kind):
        raise Refused(400, f"{key}: this field is required, and was given as {value!r:.80}")
    return value


def text_of(content: Any, *types: str) -> str:
    """The text of a message's content: a string, or a list of parts of these types.

    Raises:
        Refused: It holds something else than text.
    """
    if content is None or isinstance(content, str):
        return content or ""
    texts = []
    for part in content if isinstance(content, list) else [content]:
        if not isinstance(part, dict) or part.get("type") not in types:
            raise Refused(400, f"content: {part!r:.80} is not supported: send text")
        texts.append(need(part, "text", str))
    return "".join(texts)


def read_arguments(text: str) -> dict[str, Any]:
    """The fields for a `ToolCall` of arguments that were sent as JSON text."""
    try:
        value = json.loads(text or "{}")
    except ValueError as error:
        return {"arguments": {}, "broken": str(error)}
    if not isinstance(value, dict):
        return {"arguments": {}, "broken": "not an object"}
    return {"arguments": value}


def arguments_text(call: ToolCall) -> str:
    """A call's arguments as JSON text; those of a `broken` call are sent as `broken` has them."""
    return call.broken or json.dumps(dict(call.arguments))


def outcome(call: str, text: str, *, ok: bool = True) -> Outcome:
    """What a call gave; `{"error": …}` means that it went wrong, where the dialect has no sign for it."""
    if ok and text.startswith('{"error"'):
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        if isinstance(value, dict) and set(value) == {"error"}:
            return Outcome(call=call, ok=False, text=_as_text(value["error"]))
    return Outcome(call=call, ok=ok, text=text)


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def read_tool(name: Any, description: Any, schema: Any) -> Tool:
    """A tool on offer, from its JSON schema.

    Raises:
        Refused: It has no name, or its schema is not one of an object.
    """
    if not isinstance(name, str) or not name:
        raise Refused(400, f"tools: {name!r:.80} is no name of a function")
    schema = schema or {}
    if not isinstance(schema, dict) or str(schema.get("type", "object")).lower() != "object":
        raise Refused(400, f"tools: the parameters of {name} must be a schema of type 'object'")
    required = schema.get("required") or ()
    return Tool(
        name=name,
        description=description or "",
        parameters=tuple(
            Parameter(
                name=key,
                description=one.get("description", ""),
                kind=_kind(one),
                required=key in required,
            )
            for key, one in (schema.get("properties") or {}).items()
        ),
    )


def _kind(schema: Mapping[str, Any]) -> Any:
    """The kind of a parameter, whose type may be one of several (`["string", "null"]`, `anyOf`)."""
    types = schema.get("type") or [one.get("type") for one in schema.get("anyOf", ())]
    first = next((str(one) for one in [types] if isinstance(one, str)), None) or next(
        (str(one) for one in types if one != "null"), "string"
    )
    return {"integer": "integer", "array": "strings"}.get(first.lower(), "string")


def gather(items: Iterable[Turned]) -> list[Turned]:
    """Join outcomes that came one by one into what the calls of one reply returned."""
    joined: list[Turned] = []
    for item in items:
        last = joined[-1] if joined else None
        if isinstance(item, Returned) and isinstance(last, Returned):
            joined[-1] = Returned(outcomes=(*last.outcomes, *item.outcomes))
        else:
            joined.append(item)
    return joined


def find_unanswered(conversation: Sequence[Turned]) -> tuple[list[str], list[str]]:
    """Ids of calls whose outcome does not follow at once, and of outcomes whose call is not just before."""
    unanswered: list[str] = []
    uncalled: list[str] = []
    waiting: list[str] = []
    for item in conversation:
        given = [one.call for one in item.outcomes] if isinstance(item, Returned) else []
        unanswered += [call for call in waiting if call not in given]
        uncalled += [call for call in given if call not in waiting]
        waiting = [call.id for call in item.reply.calls] if isinstance(item, Answered) else []
    return unanswered + waiting, uncalled


def event(data: Any, *, name: str = "", end: str = "\n\n") -> bytes:
    """One server-sent event."""
    text = data if isinstance(data, str) else json.dumps(data)
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {text}{end}".encode()


def pieces(text: str) -> list[str]:
    """A text cut as a stream brings it."""
    size = max(-(-len(text) // STREAM_PIECES), 1)
    return [text[start : start + size] for start in range(0, len(text), size)]
