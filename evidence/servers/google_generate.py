"""Google generateContent: `POST /v1beta/models/NAME:generateContent` and `:streamGenerateContent`.

Models of the third generation name their calls and sign the first of each reply, and want the
signature back; earlier ones do neither, so that outcomes are matched with calls by their order. A
call that the model wrote wrongly does not reach the client: the reply then ends in
`MALFORMED_FUNCTION_CALL`.
"""

import re
from base64 import b64encode
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
    call_id,
    event,
    find_unanswered,
    need,
    neutral,
    pieces,
    read_tool,
    response_id,
)

_PATH = re.compile(r"/v1(?:beta|alpha)?/models/([^/:]+):(generateContent|streamGenerateContent)")
_FINISH = {
    StopReason.END: "STOP",
    StopReason.TOOLS: "STOP",
    StopReason.LENGTH: "MAX_TOKENS",
    StopReason.REFUSED: "SAFETY",
}
_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


class GoogleGenerate:
    """The dialect of generateContent."""

    name = "google-generate"
    overloaded = 503
    id_header = "x-goog-request-id"

    def takes(self, path: str) -> bool:
        """Whether requests to this path are in this dialect."""
        return _PATH.fullmatch(path) is not None

    def key(self, head: Head) -> str | None:
        """The key of `x-goog-api-key`, or of the query."""
        in_query = re.search(r"(?:^|&)key=([^&]+)", head.query)
        return head.headers.get("x-goog-api-key") or (in_query[1] if in_query else None)

    def decode(self, head: Head, body: Any) -> Asked:
        """What is asked.

        Raises:
            Refused: Google would not take it.
        """
        found = _PATH.fullmatch(head.path)
        assert found is not None
        model, streamed = found[1], found[2] == "streamGenerateContent"
        if streamed and "alt=sse" not in head.query.split("&"):
            raise Refused(400, "only alt=sse is served for streamGenerateContent")
        instruction = _field(body, "systemInstruction")
        conversation: list[Turned] = []
        if instruction:
            conversation.append(Said(role="system", text=_text(need(instruction, "parts", list))))
        for number, content in enumerate(need(body, "contents", list)):
            conversation += _read_content(content, number, conversation, model)
        unanswered, uncalled = find_unanswered(conversation)
        if unanswered or uncalled:
            raise Refused(
                400,
                "Please ensure that the number of function response parts is equal to the number "
                "of function call parts of the function call turn.",
            )
        tools = [
            read_tool(
                one.get("name"),
                one.get("description"),
                _field(one, "parametersJsonSchema") or one.get("parameters"),
            )
            for tool in body.get("tools") or ()
            for one in _field(tool, "functionDeclarations") or ()
        ]
        most = _field(_field(body, "generationConfig") or {}, "maxOutputTokens")
        request = neutral(conversation, tools=tools, max_output_tokens=most)
        return Asked(model=model, streamed=streamed, request=request)

    def plain(self, asked: Asked, reply: Reply) -> Any:
        """A response with one candidate."""
        parts = [{"text": reply.text}] if reply.text else []
        return _response(asked, reply, [*parts, *_call_parts(asked, reply)], ends=True)

    def events(self, asked: Asked, reply: Reply) -> list[bytes]:
        """Responses with a piece each; the last one has the reason of the end."""
        groups: list[list[dict[str, Any]]] = [[{"text": piece}] for piece in pieces(reply.text)]
        groups += [[part] for part in _call_parts(asked, reply)]
        last = len(groups) - 1
        return [
            event(_response(asked, reply, parts, ends=number == last), end="\r\n\r\n")
            for number, parts in enumerate(groups)
        ] or [event(_response(asked, reply, [], ends=True), end="\r\n\r\n")]

    def error(self, status: int, text: str, retry_after: float | None) -> Any:
        """The error object of Google."""
        named = _STATUSES.get(status, "UNKNOWN")
        error: dict[str, Any] = {"code": status, "message": text, "status": named}
        if retry_after is not None:
            kind = "type.googleapis.com/google.rpc.RetryInfo"
            error["details"] = [{"@type": kind, "retryDelay": f"{retry_after:g}s"}]
        return {"error": error}


def _field(value: Any, name: str) -> Any:
    """A field by its name, or by the same in snake case: Google takes both."""
    snake = re.sub(r"[A-Z]", lambda found: f"_{found[0].lower()}", name)
    return value.get(name, value.get(snake))


def _read_content(content: Any, number: int, before: list[Turned], model: str) -> Iterator[Turned]:
    parts = need(content, "parts", list)
    if not parts:
        raise Refused(400, f"GenerateContentRequest.contents[{number}].parts: must not be empty")
    if content.get("role") == "model":
        yield _read_reply(parts, number, model)
        return
    responses = [found for part in parts if (found := _field(part, "functionResponse"))]
    if responses:
        last = before[-1] if before else None
        calls = last.reply.calls if isinstance(last, Answered) else ()
        yield Returned(outcomes=tuple(_read_outcomes(responses, calls)))
    rest = [part for part in parts if not _field(part, "functionResponse")]
    if rest:
        yield Said(role="user", text=_text(rest))


def _read_reply(parts: list[Any], number: int, model: str) -> Answered:
    called = [part for part in parts if _field(part, "functionCall")]
    if called and _is_third_generation(model) and not _field(called[0], "thoughtSignature"):
        name = _field(called[0], "functionCall").get("name")
        raise Refused(
            400,
            "Function call is missing a thought_signature in functionCall parts: function call "
            f"{name!r}, position {number}",
        )
    calls = []
    for index, part in enumerate(called):
        call = _field(part, "functionCall")
        calls.append(
            ToolCall(
                id=call.get("id") or f"{number}.{index}",
                name=need(call, "name", str),
                arguments=call.get("args") or {},
            )
        )
    rest = [part for part in parts if part not in called and not part.get("thought")]
    return Answered(reply=Reply(text=_text(rest), calls=tuple(calls)))


def _read_outcomes(responses: list[Any], calls: tuple[ToolCall, ...]) -> Iterator[Outcome]:
    left = list(calls)
    for response in responses:
        name, given = need(response, "name", str), response.get("id")
        call = next((one for one in left if one.id == given), None)
        if call is None:
            call = next((one for one in left if one.name == name), None)
        if call is None:
            raise Refused(400, f"the function response {name!r:.80} answers no function call")
        left.remove(call)
        value = need(response, "response", dict)
        ok = "error" not in value
        text = next((one for one in value.values() if isinstance(one, str)), "")
        yield Outcome(call=call.id, ok=ok, text=text)


def _text(parts: list[Any]) -> str:
    return "".join(need(part, "text", str) for part in parts)


def _is_third_generation(model: str) -> bool:
    return model.startswith("gemini-3")


def _call_parts(asked: Asked, reply: Reply) -> Iterator[dict[str, Any]]:
    """The calls that were written well, or none where one was not."""
    if any(call.broken for call in reply.calls) and reply.stop is not StopReason.LENGTH:
        return
    signed = False
    for call in reply.calls:
        if call.broken:
            continue
        made: dict[str, Any] = {"name": call.name, "args": dict(call.arguments)}
        part: dict[str, Any] = {"functionCall": made}
        if _is_third_generation(asked.model):
            made["id"] = call_id("", call)[:12]
            if not signed:
                part["thoughtSignature"] = b64encode(call.id.encode()).decode()
                signed = True
        yield part


def _response(
    asked: Asked, reply: Reply, parts: list[dict[str, Any]], *, ends: bool
) -> dict[str, Any]:
    malformed = reply.stop is not StopReason.LENGTH and any(call.broken for call in reply.calls)
    candidate: dict[str, Any] = {"index": 0}
    if parts:
        candidate["content"] = {"parts": parts, "role": "model"}
    elif not malformed:
        candidate["content"] = {"role": "model"}
    if ends:
        candidate["finishReason"] = _FINISH[reply.stop]
        if malformed:
            broken = next(call.broken for call in reply.calls if call.broken)
            candidate["finishReason"] = "MALFORMED_FUNCTION_CALL"
            candidate["finishMessage"] = f"Malformed function call: {broken[:200]}"
    usage = reply.usage
    metadata = {
        "promptTokenCount": usage.input_tokens,
        "candidatesTokenCount": usage.output_tokens if ends else 1,
        "totalTokenCount": usage.input_tokens + (usage.output_tokens if ends else 1),
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": usage.input_tokens}],
    }
    if usage.cached_tokens:
        metadata["cachedContentTokenCount"] = usage.cached_tokens
    return {
        "candidates": [candidate],
        "usageMetadata": metadata,
        "modelVersion": asked.model,
        "responseId": response_id("", asked),
    }
