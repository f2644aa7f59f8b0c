"""Anthropic messages: `POST /v1/messages`.

The cache is used only where the client marks what to keep, and `input_tokens` on the wire leaves
out what was read from the cache or written to it.
"""

from collections.abc import Iterator
from typing import Any

from brooks.models.base import (
    Answered,
    Outcome,
    Reply,
    Returned,
    Said,
    StopReason,
    ToolCall,
    Turned,
)
from servers.wire import (
    Asked,
    Head,
    Refused,
    arguments_text,
    bearer_key,
    call_id,
    event,
    find_unanswered,
    need,
    neutral,
    pieces,
    read_tool,
    response_id,
    text_of,
)

_STOP = {
    StopReason.END: "end_turn",
    StopReason.TOOLS: "tool_use",
    StopReason.LENGTH: "max_tokens",
    StopReason.REFUSED: "refusal",
}
_ERRORS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}


class AnthropicMessages:
    """The dialect of messages."""

    name = "anthropic-messages"
    overloaded = 529
    id_header = "request-id"

    def takes(self, path: str) -> bool:
        """Whether requests to this path are in this dialect."""
        return path.endswith("/v1/messages")

    def key(self, head: Head) -> str | None:
        """The key of `x-api-key`, or of `Authorization: Bearer …`."""
        return head.headers.get("x-api-key") or bearer_key(head)

    def decode(self, head: Head, body: Any) -> Asked:
        """What is asked.

        Raises:
            Refused: Anthropic would not take it.
        """
        if "anthropic-version" not in head.headers:
            raise Refused(400, "anthropic-version: header is required")
        model = need(body, "model", str)
        most = need(body, "max_tokens", int)
        messages = need(body, "messages", list)
        system = text_of(body.get("system"), "text")
        conversation: list[Turned] = [Said(role="system", text=system)] if system else []
        for number, message in enumerate(messages):
            is_last = number == len(messages) - 1
            conversation += _read_message(message, number, is_last=is_last)
        _check_calls(conversation)
        tools = [
            read_tool(tool.get("name"), tool.get("description"), tool.get("input_schema"))
            for tool in body.get("tools") or ()
        ]
        return Asked(
            model=model,
            streamed=bool(body.get("stream")),
            request=neutral(conversation, tools=tools, max_output_tokens=most),
            caching=_is_marked(body),
        )

    def plain(self, asked: Asked, reply: Reply) -> Any:
        """A `message`."""
        return {
            **_message(asked),
            "content": list(_blocks(reply)),
            "stop_reason": _STOP[reply.stop],
            "usage": _usage(reply),
        }

    def events(self, asked: Asked, reply: Reply) -> list[bytes]:
        """The named events of a message."""
        return [event(data, name=data["type"]) for data in _stream(asked, reply)]

    def error(self, status: int, text: str, retry_after: float | None) -> Any:
        """The error object of Anthropic."""
        kind = _ERRORS.get(status, "api_error" if status >= 500 else "invalid_request_error")
        return {"type": "error", "error": {"type": kind, "message": text}}


def _read_message(message: Any, number: int, *, is_last: bool) -> Iterator[Turned]:
    role = need(message, "role", str)
    content = need(message, "content", (str, list))
    if not content and not (is_last and role == "assistant"):
        raise Refused(
            400,
            f"messages.{number}: all messages must have non-empty content except for the "
            "optional final assistant message",
        )
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    if any(block.get("type") == "text" and not block.get("text") for block in blocks):
        raise Refused(400, f"messages.{number}: text content blocks must be non-empty")
    if role == "assistant":
        yield _read_reply(blocks)
    elif role == "user":
        yield from _read_user(blocks, number)
    else:
        raise Refused(400, f"messages.{number}.role: {role!r:.80} is not 'user' or 'assistant'")


def _read_reply(blocks: list[Any]) -> Answered:
    calls = tuple(
        ToolCall(
            id=need(block, "id", str),
            name=need(block, "name", str),
            arguments=need(block, "input", dict),
        )
        for block in blocks
        if block.get("type") == "tool_use"
    )
    rest = [block for block in blocks if block.get("type") not in {"tool_use", "thinking"}]
    return Answered(reply=Reply(text=text_of(rest, "text"), calls=calls))


def _read_user(blocks: list[Any], number: int) -> Iterator[Turned]:
    is_result = [block.get("type") == "tool_result" for block in blocks]
    results = sum(is_result)
    if not all(is_result[:results]):
        raise Refused(400, f"messages.{number}: tool_result blocks must come before other content")
    if results:
        yield Returned(outcomes=tuple(_read_outcome(block) for block in blocks[:results]))
    if blocks[results:]:
        yield Said(role="user", text=text_of(blocks[results:], "text"))


def _read_outcome(block: Any) -> Outcome:
    return Outcome(
        call=need(block, "tool_use_id", str),
        ok=not block.get("is_error"),
        text=text_of(block.get("content"), "text"),
    )


def _check_calls(conversation: list[Turned]) -> None:
    unanswered, uncalled = find_unanswered(conversation)
    if unanswered:
        raise Refused(
            400,
            "messages: `tool_use` ids were found without `tool_result` blocks immediately after: "
            f"{', '.join(unanswered)}",
        )
    if uncalled:
        raise Refused(
            400,
            f"messages: unexpected `tool_use_id` found in `tool_result` blocks: {uncalled[0]}. "
            "Each `tool_result` block must have a corresponding `tool_use` block in the previous "
            "message.",
        )


def _is_marked(body: Any) -> bool:
    """Whether something is marked to be kept in the cache; a long text is not searched for it."""
    parts = [body, *(body.get("tools") or ())]
    contents = [body.get("system"), *(message.get("content") for message in body["messages"])]
    parts += [part for content in contents if isinstance(content, list) for part in content]
    return any(part.get("cache_control") for part in parts)


def _message(asked: Asked) -> dict[str, Any]:
    return {
        "id": response_id("msg_01", asked),
        "type": "message",
        "role": "assistant",
        "model": asked.model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
    }


def _blocks(reply: Reply) -> Iterator[dict[str, Any]]:
    if reply.text:
        yield {"type": "text", "text": reply.text}
    for call in reply.calls:
        yield {
            "type": "tool_use",
            "id": call_id("toolu_01", call),
            "name": call.name,
            "input": {} if call.broken else dict(call.arguments),
        }


def _stream(asked: Asked, reply: Reply) -> Iterator[dict[str, Any]]:
    usage = _usage(reply)
    yield {
        "type": "message_start",
        "message": {**_message(asked), "usage": {**usage, "output_tokens": 1}},
    }
    texts = [arguments_text(call) for call in reply.calls]
    if reply.text:
        texts.insert(0, reply.text)
    for index, (block, text) in enumerate(zip(_blocks(reply), texts, strict=True)):
        is_text = block["type"] == "text"
        begun = {**block, "text": ""} if is_text else {**block, "input": {}}
        yield {"type": "content_block_start", "index": index, "content_block": begun}
        if index == 0:
            yield {"type": "ping"}
        for piece in pieces(text):
            delta = (
                {"type": "text_delta", "text": piece}
                if is_text
                else {"type": "input_json_delta", "partial_json": piece}
            )
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": _STOP[reply.stop], "stop_sequence": None},
        "usage": usage,
    }
    yield {"type": "message_stop"}


def _usage(reply: Reply) -> dict[str, Any]:
    usage = reply.usage
    return {
        "input_tokens": usage.input_tokens - usage.cached_tokens - usage.written_tokens,
        "cache_creation_input_tokens": usage.written_tokens,
        "cache_read_input_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "service_tier": "standard",
    }
