"""OpenAI chat completions: `POST /v1/chat/completions`."""

import time
from typing import Any

from brooks.models.base import (
    Answered,
    Outcome,
    Reply,
    Returned,
    Said,
    StopReason,
    Tool,
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
    gather,
    need,
    neutral,
    outcome,
    pieces,
    read_arguments,
    read_tool,
    response_id,
    text_of,
)

_FINISH = {
    StopReason.END: "stop",
    StopReason.TOOLS: "tool_calls",
    StopReason.LENGTH: "length",
    StopReason.REFUSED: "content_filter",
}
_TYPES = {429: "requests", 503: "server_error", 500: "server_error"}
_CODES = {401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}


class OpenAIChat:
    """The dialect of chat completions."""

    name = "openai-chat"
    overloaded = 503
    id_header = "x-request-id"

    def takes(self, path: str) -> bool:
        """Whether requests to this path are in this dialect."""
        return path.endswith("/chat/completions")

    def key(self, head: Head) -> str | None:
        """The key of `Authorization: Bearer …`."""
        return bearer_key(head)

    def decode(self, head: Head, body: Any) -> Asked:
        """What is asked.

        Raises:
            Refused: OpenAI would not take it.
        """
        model = need(body, "model", str)
        items = [_read_message(message) for message in need(body, "messages", list)]
        conversation = gather(items)
        unanswered, uncalled = find_unanswered(conversation)
        if unanswered:
            raise Refused(
                400,
                "An assistant message with 'tool_calls' must be followed by tool messages "
                "responding to each 'tool_call_id'. The following tool_call_ids did not have "
                f"response messages: {', '.join(unanswered)}",
            )
        if uncalled:
            raise Refused(
                400,
                "messages with role 'tool' must be a response to a preceding message with "
                f"'tool_calls': {', '.join(uncalled)}",
            )
        most = body.get("max_completion_tokens", body.get("max_tokens"))
        return Asked(
            model=model,
            streamed=bool(body.get("stream")),
            request=neutral(conversation, tools=_read_tools(body), max_output_tokens=most),
            wants_stream_usage=bool((body.get("stream_options") or {}).get("include_usage")),
        )

    def plain(self, asked: Asked, reply: Reply) -> Any:
        """A `chat.completion`."""
        message: dict[str, Any] = {
            "role": "assistant",
            "content": reply.text or None,
            "refusal": None,
            "annotations": [],
        }
        if reply.calls:
            message["tool_calls"] = [
                _call(call, arguments=arguments_text(call)) for call in reply.calls
            ]
        choice = {
            "index": 0,
            "message": message,
            "logprobs": None,
            "finish_reason": _FINISH[reply.stop],
        }
        return {
            **_envelope(asked, "chat.completion"),
            "choices": [choice],
            "usage": _usage(reply),
        }

    def events(self, asked: Asked, reply: Reply) -> list[bytes]:
        """Chunks, the usage if it was asked for, and `[DONE]`."""
        envelope = _envelope(asked, "chat.completion.chunk")
        if asked.wants_stream_usage:
            envelope["usage"] = None

        def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
            return event({**envelope, "choices": [choice]})

        first = None if reply.calls and not reply.text else ""
        events = [chunk({"role": "assistant", "content": first, "refusal": None})]
        events += [chunk({"content": piece}) for piece in pieces(reply.text)]
        for index, call in enumerate(reply.calls):
            events.append(chunk({"tool_calls": [{"index": index, **_call(call, arguments="")}]}))
            events += [
                chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
                for piece in pieces(arguments_text(call))
            ]
        events.append(chunk({}, _FINISH[reply.stop]))
        if asked.wants_stream_usage:
            events.append(event({**envelope, "choices": [], "usage": _usage(reply)}))
        events.append(event("[DONE]"))
        return events

    def error(self, status: int, text: str, retry_after: float | None) -> Any:
        """The error object of OpenAI."""
        return openai_error(status, text)


def openai_error(status: int, text: str) -> Any:
    """The error object that both of OpenAI's protocols use."""
    kind = _TYPES.get(status, "invalid_request_error")
    return {"error": {"message": text, "type": kind, "param": None, "code": _CODES.get(status)}}


def _read_message(message: Any) -> Turned:
    role = need(message, "role", str)
    content = message.get("content")
    match role:
        case "system" | "developer":
            return Said(role="system", text=text_of(content, "text"))
        case "user":
            return Said(role="user", text=text_of(content, "text"))
        case "tool":
            return Returned(outcomes=(_read_outcome(message),))
        case "assistant":
            calls = tuple(_read_call(call) for call in message.get("tool_calls") or ())
            text = text_of(content, "text", "refusal")
            if content is None and not calls:
                raise Refused(
                    400,
                    "Invalid value for 'content': expected a string, got null (an assistant "
                    "message needs 'content' or 'tool_calls')",
                )
            return Answered(reply=Reply(text=text, calls=calls))
        case _:
            raise Refused(400, f"Invalid value: {role!r:.80} is no role of a message")


def _read_call(call: Any) -> ToolCall:
    function = need(call, "function", dict)
    return ToolCall(
        id=need(call, "id", str),
        name=need(function, "name", str),
        **read_arguments(need(function, "arguments", str)),
    )


def _read_outcome(message: Any) -> Outcome:
    return outcome(need(message, "tool_call_id", str), text_of(message.get("content"), "text"))


def _read_tools(body: Any) -> list[Tool]:
    functions = [need(tool, "function", dict) for tool in body.get("tools") or ()]
    return [
        read_tool(each.get("name"), each.get("description"), each.get("parameters"))
        for each in functions
    ]


def _envelope(asked: Asked, kind: str) -> dict[str, Any]:
    return {
        "id": response_id("chatcmpl-", asked),
        "object": kind,
        "created": int(time.time()),
        "model": asked.model,
        "service_tier": "default",
        "system_fingerprint": "fp_0000000000",
    }


def _call(call: ToolCall, *, arguments: str) -> dict[str, Any]:
    return {
        "id": call_id("call_", call),
        "type": "function",
        "function": {"name": call.name, "arguments": arguments},
    }


def _usage(reply: Reply) -> dict[str, Any]:
    usage = reply.usage
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }
