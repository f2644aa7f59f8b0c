"""OpenAI responses: `POST /v1/responses`.

Nothing is stored: a request that builds on an earlier response by its id is refused, as OpenAI does
for an id that it does not know.
"""

import time
from collections.abc import Iterator
from typing import Any

from brooks.models.base import (
    Answered,
    Reply,
    Returned,
    Said,
    StopReason,
    ToolCall,
    Turned,
)
from servers.openai_chat import openai_error
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


class OpenAIResponses:
    """The dialect of responses."""

    name = "openai-responses"
    overloaded = 503
    id_header = "x-request-id"

    def takes(self, path: str) -> bool:
        """Whether requests to this path are in this dialect."""
        return path.endswith("/responses")

    def key(self, head: Head) -> str | None:
        """The key of `Authorization: Bearer …`."""
        return bearer_key(head)

    def decode(self, head: Head, body: Any) -> Asked:
        """What is asked.

        Raises:
            Refused: OpenAI would not take it.
        """
        model = need(body, "model", str)
        if body.get("previous_response_id"):
            raise Refused(
                400, f"Previous response with id {body['previous_response_id']!r:.80} not found."
            )
        instructions = body.get("instructions")
        items: list[Turned] = [Said(role="system", text=instructions)] if instructions else []
        asked = need(body, "input", (str, list))
        if isinstance(asked, str):
            items.append(Said(role="user", text=asked))
        else:
            items += _join_replies(found for item in asked for found in _read_item(item))
        conversation = gather(items)
        unanswered, uncalled = find_unanswered(conversation)
        if unanswered:
            raise Refused(400, f"No tool output found for function call {unanswered[0]}.")
        if uncalled:
            raise Refused(
                400, f"No tool call found for function call output with call_id {uncalled[0]}."
            )
        tools = [
            read_tool(tool.get("name"), tool.get("description"), tool.get("parameters"))
            for tool in body.get("tools") or ()
        ]
        most = body.get("max_output_tokens")
        return Asked(
            model=model,
            streamed=bool(body.get("stream")),
            request=neutral(conversation, tools=tools, max_output_tokens=most),
        )

    def plain(self, asked: Asked, reply: Reply) -> Any:
        """A `response`."""
        cut = reply.stop is StopReason.LENGTH
        filtered = reply.stop is StopReason.REFUSED
        reason = "max_output_tokens" if cut else "content_filter" if filtered else None
        return {
            **_response(asked),
            "status": "incomplete" if reason else "completed",
            "incomplete_details": {"reason": reason} if reason else None,
            "output": _output(asked, reply),
            "usage": _usage(reply),
        }

    def events(self, asked: Asked, reply: Reply) -> list[bytes]:
        """The typed events of a response, numbered."""
        return [
            event({"type": name, "sequence_number": number, **data}, name=name)
            for number, (name, data) in enumerate(self._numbered(asked, reply))
        ]

    def _numbered(self, asked: Asked, reply: Reply) -> Iterator[tuple[str, dict[str, Any]]]:
        yield "response.created", {"response": _response(asked)}
        yield "response.in_progress", {"response": _response(asked)}
        whole = self.plain(asked, reply)
        for index, item in enumerate(whole["output"]):
            of_item = {"item_id": item["id"], "output_index": index}
            empty: dict[str, Any] = (
                {"content": []} if item["type"] == "message" else {"arguments": ""}
            )
            begun = {**item, **empty, "status": "in_progress"}
            yield "response.output_item.added", {"output_index": index, "item": begun}
            if item["type"] == "message":
                yield from _text_events({**of_item, "content_index": 0}, item["content"][0])
            else:
                kind = "response.function_call_arguments"
                for piece in pieces(item["arguments"]):
                    yield f"{kind}.delta", {**of_item, "delta": piece}
                yield (
                    f"{kind}.done",
                    {**of_item, "name": item["name"], "arguments": item["arguments"]},
                )
            yield "response.output_item.done", {"output_index": index, "item": item}
        yield f"response.{whole['status']}", {"response": whole}

    def error(self, status: int, text: str, retry_after: float | None) -> Any:
        """The error object of OpenAI."""
        return openai_error(status, text)


def _read_item(item: Any) -> Iterator[Turned]:
    match item.get("type", "message"):
        case "message":
            yield _read_message(item)
        case "function_call":
            call = ToolCall(
                id=need(item, "call_id", str),
                name=need(item, "name", str),
                **read_arguments(need(item, "arguments", str)),
            )
            yield Answered(reply=Reply(calls=(call,)))
        case "function_call_output":
            text = text_of(item.get("output"), "input_text", "output_text")
            yield Returned(outcomes=(outcome(need(item, "call_id", str), text),))
        case "reasoning":
            return
        case other:
            raise Refused(400, f"Invalid value: {other!r:.80} is no type of an input item")


def _read_message(item: Any) -> Turned:
    role = need(item, "role", str)
    text = text_of(item.get("content"), "input_text", "output_text")
    if role == "assistant":
        return Answered(reply=Reply(text=text))
    if role not in {"user", "system", "developer"}:
        raise Refused(400, f"Invalid value: {role!r:.80} is no role of a message")
    return Said(role="user" if role == "user" else "system", text=text)


def _join_replies(items: Iterator[Turned]) -> list[Turned]:
    """Join the message and the calls of one reply, which come as items of their own."""
    joined: list[Turned] = []
    for item in items:
        last = joined[-1] if joined else None
        if isinstance(item, Answered) and isinstance(last, Answered):
            reply = Reply(
                text=last.reply.text + item.reply.text,
                calls=(*last.reply.calls, *item.reply.calls),
            )
            joined[-1] = Answered(reply=reply)
        else:
            joined.append(item)
    return joined


def _text_events(
    of_item: dict[str, Any], part: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "response.content_part.added", {**of_item, "part": {**part, "text": ""}}
    for piece in pieces(part["text"]):
        yield "response.output_text.delta", {**of_item, "delta": piece, "logprobs": []}
    yield "response.output_text.done", {**of_item, "text": part["text"], "logprobs": []}
    yield "response.content_part.done", {**of_item, "part": part}


def _response(asked: Asked) -> dict[str, Any]:
    """A response that has only begun."""
    return {
        "id": response_id("resp_", asked),
        "object": "response",
        "created_at": int(time.time()),
        "status": "in_progress",
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": None,
        "metadata": {},
        "model": asked.model,
        "output": [],
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": None, "summary": None},
        "service_tier": "default",
        "store": False,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": None,
        "user": None,
    }


def _output(asked: Asked, reply: Reply) -> list[dict[str, Any]]:
    cut = reply.stop is StopReason.LENGTH
    output: list[dict[str, Any]] = []
    if reply.text:
        part = {"type": "output_text", "text": reply.text, "annotations": [], "logprobs": []}
        output.append(
            {
                "id": response_id("msg_", asked),
                "type": "message",
                "status": "incomplete" if cut and not reply.calls else "completed",
                "role": "assistant",
                "content": [part],
            }
        )
    output += [
        {
            "id": call_id("fc_", call),
            "type": "function_call",
            "status": "incomplete" if cut and call.broken else "completed",
            "call_id": call_id("call_", call),
            "name": call.name,
            "arguments": arguments_text(call),
        }
        for call in reply.calls
    ]
    return output


def _usage(reply: Reply) -> dict[str, Any]:
    usage = reply.usage
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {"cached_tokens": usage.cached_tokens, "cache_write_tokens": 0},
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.input_tokens + usage.output_tokens,
    }
