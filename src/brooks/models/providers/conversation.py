"""Our conversations, tools and replies in the words of pydantic-ai, and back.

What a model thought before it answered is not ours to keep in a log, but some providers want it
back, signed, for as long as the turn goes on. `Thoughts` keeps such answers in memory and puts them
in the place of ours where everything before them is still the same; a run that is resumed, or a
conversation that was shortened, goes on without.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    ModelResponsePart,
    SystemPromptPart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters

from brooks.core.facts import Usage
from brooks.models.base import (
    Answered,
    Parameter,
    Reply,
    Returned,
    Said,
    StopReason,
    Tool,
    ToolCall,
    Turned,
)
from brooks.models.provider_table import Protocol

MOST_THOUGHTS = 1000
_MADE_UP = "pyd_ai_"
"""How pydantic-ai begins the id of a call that came without one."""
_SCHEMAS: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "strings": {"type": "array", "items": {"type": "string"}},
}
_STOPS = {"length": StopReason.LENGTH, "content_filter": StopReason.REFUSED}


class Offer(NamedTuple):
    """Tools on offer, as they go into a request."""

    parameters: ModelRequestParameters
    body: dict[str, Any] | None
    """What is added to the body of the request as it is."""


class Thoughts:
    """Answers that hold more than our replies do, each by the conversation up to and with it."""

    def __init__(self, most: int = MOST_THOUGHTS) -> None:
        self._most = most
        self._kept: dict[int, ModelResponse] = {}

    def keep(self, conversation: Sequence[Turned], reply: Reply, response: ModelResponse) -> None:
        """Keep an answer, if there is more to it than the reply."""
        if not any(_holds_more(part) for part in response.parts):
            return
        place = 0
        for item in (*conversation, Answered(reply=reply)):
            place = _onward(place, item)
        calls = [part for part in response.parts if isinstance(part, ToolCallPart)]
        for part, call in zip(calls, reply.calls, strict=True):
            part.tool_call_id = call.id
        self._kept[place] = response
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]

    def messages(self, conversation: Sequence[Turned]) -> list[ModelMessage]:
        """The conversation as pydantic-ai wants it."""
        messages: list[ModelMessage] = []
        asked: list[ModelRequestPart] = []
        tools: dict[str, str] = {}
        place = 0
        for item in conversation:
            place = _onward(place, item) if self._kept else 0
            if not isinstance(item, Answered):
                asked += _asked(item, tools)
                continue
            tools = {call.id: call.name for call in item.reply.calls}
            answer = self._kept.get(place) or _answer(item.reply)
            if answer.parts:
                messages += (ModelRequest(parts=asked), answer) if asked else (answer,)
                asked = []
        if asked:
            messages.append(ModelRequest(parts=asked))
        return messages


def offer_of(tools: Sequence[Tool], protocol: Protocol) -> Offer:
    """How tools are offered over a protocol.

    The clients walk through every field of every tool's schema, which takes longer than all the rest
    of a request. So the tools are given ready-made.
    """
    if not tools:
        return Offer(ModelRequestParameters(), None)
    match protocol:
        case Protocol.OPENAI_CHAT:
            made = [{"type": "function", "function": _function(tool)} for tool in tools]
            return Offer(ModelRequestParameters(), {"tools": made, "tool_choice": "auto"})
        case Protocol.OPENAI_RESPONSES:
            flat = [{"type": "function", "strict": False, **_function(tool)} for tool in tools]
            return Offer(ModelRequestParameters(), {"tools": flat, "tool_choice": "auto"})
        case Protocol.ANTHROPIC:
            named = [
                {
                    "name": tool.name,
                    "description": tool.description,
                    "input_schema": _schema(tool.parameters),
                }
                for tool in tools
            ]
            body = {"tools": named, "tool_choice": {"type": "auto"}}
            return Offer(ModelRequestParameters(), body)
        case Protocol.GOOGLE:
            declared = [
                {
                    "name": tool.name,
                    "description": tool.description,
                    "parametersJsonSchema": _schema(tool.parameters),
                }
                for tool in tools
            ]
            return Offer(ModelRequestParameters(), {"tools": [{"functionDeclarations": declared}]})


def reply_of(response: ModelResponse, conversation: Sequence[Turned]) -> Reply:
    """The answer as a reply of ours, without its price.

    Calls without an id of their own are numbered on from those before in the conversation.
    """
    parts = [part for part in response.parts if isinstance(part, ToolCallPart)]
    first = 1 + sum(len(item.reply.calls) for item in conversation if isinstance(item, Answered))
    ids: set[str] = set()
    calls = tuple(_call(part, number, ids) for number, part in enumerate(parts, start=first))
    stop = _STOPS.get(response.finish_reason or "", StopReason.TOOLS if calls else StopReason.END)
    used = response.usage
    return Reply(
        text=response.text or _refusal(response),
        calls=calls,
        stop=stop,
        usage=Usage(
            input_tokens=used.input_tokens,
            output_tokens=used.output_tokens,
            cached_tokens=used.cache_read_tokens,
            written_tokens=used.cache_write_tokens,
        ),
    )


def is_whole(response: ModelResponse) -> bool:
    """Whether the answer says how it ended, and so was not cut off."""
    details = response.provider_details or {}
    return response.finish_reason is not None or "finish_reason" in details


def _asked(item: Said | Returned, tools: dict[str, str]) -> list[ModelRequestPart]:
    if isinstance(item, Said):
        if item.role == "system":
            return [SystemPromptPart(content=item.text)]
        return [UserPromptPart(content=item.text)]
    return [
        ToolReturnPart(
            tool_name=tools.get(outcome.call, "unknown"),
            content=outcome.text,
            tool_call_id=outcome.call,
        )
        for outcome in item.outcomes
    ]


def _answer(reply: Reply) -> ModelResponse:
    parts: list[ModelResponsePart] = [TextPart(content=reply.text)] if reply.text else []
    parts += [
        ToolCallPart(tool_name=call.name, args=dict(call.arguments), tool_call_id=call.id)
        for call in reply.calls
    ]
    return ModelResponse(parts=parts)


def _holds_more(part: ModelResponsePart) -> bool:
    if isinstance(part, TextPart | ToolCallPart):
        return part.provider_details is not None
    return isinstance(part, ThinkingPart)


def _onward(place: int, item: Turned) -> int:
    """Where a conversation is after one more item: equal for equal conversations."""
    match item:
        case Said(role=role, text=text):
            return hash((place, role, text))
        case Returned(outcomes=outcomes):
            return hash((place, outcomes))
        case Answered(reply=reply):
            calls = tuple((call.id, call.name, *call.arguments) for call in reply.calls)
            return hash((place, reply.text, calls, reply.usage.output_tokens))


def _function(tool: Tool) -> dict[str, Any]:
    return {
        "name": tool.name,
        "description": tool.description,
        "parameters": _schema(tool.parameters),
    }


def _schema(parameters: Sequence[Parameter]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            one.name: {**_SCHEMAS[one.kind], "description": one.description} for one in parameters
        },
        "required": [one.name for one in parameters if one.required],
        "additionalProperties": False,
    }


def _call(part: ToolCallPart, number: int, ids: set[str]) -> ToolCall:
    name = part.tool_call_id
    if not name or name.startswith(_MADE_UP) or name in ids:
        name = f"call-{number}"
    ids.add(name)
    arguments = part.args
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments) if arguments.strip() else {}
        except (ValueError, RecursionError) as error:
            why = f"the arguments are no valid JSON: {error}"
            return ToolCall(id=name, name=part.tool_name, arguments={}, broken=why)
    if arguments is None:
        arguments = {}
    if not isinstance(arguments, dict):
        why = f"the arguments are {_article(arguments)}, and not an object with their names"
        return ToolCall(id=name, name=part.tool_name, arguments={}, broken=why)
    return ToolCall(id=name, name=part.tool_name, arguments=arguments)


def _article(value: object) -> str:
    kinds = {list: "a list", str: "a text", bool: "true or false", int: "a number"}
    return kinds.get(type(value), "a number")


def _refusal(response: ModelResponse) -> str:
    details = response.provider_details or {}
    refusal = details.get("refusal")
    return refusal if isinstance(refusal, str) else ""
