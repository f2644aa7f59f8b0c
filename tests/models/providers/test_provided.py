"""Real clients against a server on this machine: what goes out, what comes back."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from brooks.core.facts import Failure, Usage
from brooks.core.spec import ModelSettings
from brooks.ids import AgentId, TurnId
from brooks.models.base import (
    Answered,
    AttemptFailed,
    Outcome,
    Reply,
    Request,
    Returned,
    Said,
    StopReason,
    ToolCall,
)
from brooks.models.keys import Keys
from brooks.models.naming import parse_model
from brooks.models.provider_table import PROVIDERS
from brooks.models.providers.opening import open_provider
from brooks.models.providers.provided import ProvidedModel

Ask = Callable[..., Reply]
AnswerOf = Callable[..., Any]

MODELS = (
    "openai:gpt-5.2",
    "openai-responses:gpt-5.2",
    "anthropic:claude-sonnet-4-6",
    "google:gemini-3-flash-preview",
    "mistral:mistral-large-latest",
)
FIRST = (Said(role="system", text="You write code."), Said(role="user", text="Begin."))


def _open(model: str, server: Any) -> ProvidedModel:
    name = parse_model(model)
    return open_provider(
        name,
        settings=ModelSettings(model=model, base_url=server.address),
        keys=Keys({PROVIDERS[name.kind].key_variables[0]: "sk-canary-4711"}),
    )


def _request() -> Request:
    return Request(agent=AgentId("a"), turn=TurnId("t"), index=0, tasks=(), conversation=FIRST)


async def _no_sleep(seconds: float) -> None:
    raise AssertionError("a real model takes its time by itself")


every_model = pytest.mark.parametrize("model", MODELS)
plain_and_streamed = pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])


@every_model
@plain_and_streamed
def test_a_reply_is_text_calls_and_usage_in_every_protocol(
    server: Any, ask: Ask, answer_of: AnswerOf, model: str, *, stream: bool
) -> None:
    """One request goes over the wire; cached tokens are a part of the input, and it has a price."""
    server.answers = [answer_of(model, stream=stream)]

    reply = ask(model, FIRST, stream=stream)

    google = model.startswith("google")
    name = "call-1" if google else "id-1"
    assert reply.text == "hello"
    assert reply.calls == (ToolCall(id=name, name="read_file", arguments={"path": "a.py"}),)
    assert reply.stop is StopReason.TOOLS
    used = reply.usage
    written = 10 if model.startswith("anthropic") else 0
    assert (used.input_tokens, used.output_tokens) == (100, 20)
    assert (used.cached_tokens, used.written_tokens) == (60, written)
    assert used.dollars is not None
    assert 0 < used.dollars < 0.01
    assert len(server.asked) == 1


@every_model
def test_the_limit_and_the_tools_reach_the_server(
    server: Any, ask: Ask, answer_of: AnswerOf, model: str
) -> None:
    """Each protocol has its own word for the limit, and its own place for a tool's schema."""
    server.answers = [answer_of(model)]

    ask(model, FIRST)

    body = server.asked[0].body
    tool = body["tools"][0]
    limit, schema = {
        "openai": ("max_completion_tokens", tool.get("function", {}).get("parameters")),
        "openai-responses": ("max_output_tokens", tool.get("parameters")),
        "anthropic": ("max_tokens", tool.get("input_schema")),
        "google": ("maxOutputTokens", _declared_to_google(tool)),
        "mistral": ("max_tokens", tool.get("function", {}).get("parameters")),
    }[model.partition(":")[0]]
    assert body.get("generationConfig", body)[limit] == 700
    assert schema["required"] == ["path"]
    assert {name: one["type"] for name, one in schema["properties"].items()} == {
        "path": "string",
        "line": "integer",
        "words": "array",
    }


def _declared_to_google(tool: dict[str, Any]) -> Any:
    declared = tool.get("functionDeclarations", [{}])[0]
    return declared.get("parametersJsonSchema", declared.get("parameters_json_schema"))


def test_anthropic_is_asked_to_cache_a_turn_that_goes_on(
    server: Any, ask: Ask, answer_of: AnswerOf
) -> None:
    """Not the first request of a turn, which may be its only one: what is put into the cache costs more."""
    model = "anthropic:claude-sonnet-4-6"
    server.answers = [answer_of(model), answer_of(model)]

    ask(model, FIRST)
    ask(model, (*FIRST, Answered(reply=Reply(text="Well.")), Said(role="user", text="Go on.")))

    asked = [request.body.get("cache_control") for request in server.asked]
    assert asked == [None, {"type": "ephemeral"}]


@every_model
def test_a_conversation_goes_on_with_the_calls_and_what_they_gave(
    server: Any, ask: Ask, answer_of: AnswerOf, model: str
) -> None:
    """A reply without text or calls, which no provider would take back, is left out."""
    call = ToolCall(id="id-7", name="read_file", arguments={"path": "b.py"})
    server.answers = [answer_of(model)]

    ask(
        model,
        (
            *FIRST,
            Answered(reply=Reply(text="Reading.", calls=(call,), stop=StopReason.TOOLS)),
            Returned(outcomes=(Outcome(call="id-7", ok=False, text="refused: not there"),)),
            Answered(reply=Reply()),
            Said(role="user", text="Go on."),
        ),
    )

    sent = json.dumps(server.asked[0].body)
    places = [sent.index(text) for text in ("Begin.", "Reading.", "b.py", "refused: not", "Go on.")]
    assert places == sorted(places)
    assert sent.count("id-7") == 2
    assert "You write code." in sent


def test_what_a_model_thought_goes_back_while_the_conversation_is_the_same(
    server: Any, ask: Ask, answer_of: AnswerOf
) -> None:
    """Gemini signs its calls and wants the signature back; a shortened conversation goes without."""
    model = "google:gemini-3-flash-preview"
    server.answers = [answer_of(model)]
    reply = ask(model, FIRST)
    back = Returned(outcomes=(Outcome(call="call-1", ok=True, text="its content"),))
    other = (FIRST[0], Said(role="user", text="Shortened."))

    ask(
        model,
        FIRST,
        (*FIRST, Answered(reply=reply), back),
        (*other, Answered(reply=reply), back),
    )

    same, changed = (json.dumps(asked.body) for asked in server.asked[-2:])
    assert "c2lnbmVk" in same
    assert "c2lnbmVk" not in changed


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ('{"path": "a', "no valid JSON"),
        ('["a.py"]', "are a list, and not an object"),
        ('"a.py"', "are a text, and not an object"),
    ],
)
@plain_and_streamed
def test_arguments_that_cannot_be_read_are_a_broken_call(
    server: Any, ask: Ask, answer_of: AnswerOf, arguments: str, why: str, *, stream: bool
) -> None:
    """The reply stands, and the agent can be told what was wrong with its call."""
    model = "openai:gpt-5.2"
    server.answers = [answer_of(model, arguments=arguments, stream=stream)]

    (call,) = ask(model, stream=stream).calls

    assert call.arguments == {}
    assert why in call.broken


def test_calls_without_an_id_of_their_own_are_numbered(
    server: Any, ask: Ask, answer_of: AnswerOf
) -> None:
    """Some servers leave the id out, and some give every call the same."""
    model = "ollama:llama3"
    body = json.loads(answer_of(model).body)
    calls = body["choices"][0]["message"]["tool_calls"]
    body["choices"][0]["message"]["tool_calls"] = [{**calls[0], "id": ""}, calls[0], calls[0]]
    server.answers = [answer_of(model)._replace(body=json.dumps(body).encode())]

    reply = ask(model)

    assert [call.id for call in reply.calls] == ["call-1", "id-1", "call-3"]


def test_such_numbers_go_on_through_a_conversation(
    server: Any, ask: Ask, answer_of: AnswerOf
) -> None:
    """Gemini gives no ids, and what a call gave must not be taken for what another gave."""
    model = "google:gemini-3-flash-preview"
    server.answers = [answer_of(model)]
    reply = ask(model, FIRST)
    back = Returned(outcomes=(Outcome(call="call-1", ok=True, text="its content"),))

    (call,) = ask(model, (*FIRST, Answered(reply=reply), back)).calls

    assert call.id == "call-2"


@pytest.mark.parametrize(
    ("finish", "message", "expected"),
    [
        ("stop", {"content": "done"}, Reply(text="done")),
        ("length", {"content": "do"}, Reply(text="do", stop=StopReason.LENGTH)),
        ("content_filter", {"content": None}, Reply(stop=StopReason.REFUSED)),
        ("stop", {"refusal": "I will not."}, Reply(text="I will not.", stop=StopReason.REFUSED)),
        ("stop", {"content": None}, Reply()),
    ],
)
def test_how_an_answer_ended_is_told(
    server: Any,
    ask: Ask,
    answer_of: AnswerOf,
    *,
    finish: str,
    message: dict[str, str],
    expected: Reply,
) -> None:
    """An answer with nothing in it is an answer too: the runtime tells the model so."""
    model = "vllm:qwen"
    body = json.loads(answer_of(model).body)
    body["choices"][0] |= {"finish_reason": finish, "message": {"role": "assistant", **message}}
    server.answers = [answer_of(model)._replace(body=json.dumps(body).encode())]

    reply = ask(model)

    used = Usage(input_tokens=100, output_tokens=20, cached_tokens=60)
    assert reply == Reply(text=expected.text, stop=expected.stop, usage=used)


def test_a_server_that_counts_no_tokens_is_counted_for(
    server: Any, ask: Ask, answer_of: AnswerOf
) -> None:
    """Otherwise a budget of tokens would never be reached."""
    model = "lmstudio:qwen"
    body = json.loads(answer_of(model).body)
    del body["usage"]
    server.answers = [answer_of(model)._replace(body=json.dumps(body).encode())]

    usage = ask(model).usage

    assert usage.input_tokens > 5
    assert usage.output_tokens > 3
    assert usage.dollars is None


def test_requests_at_once_are_not_taken_for_one_another(server: Any, answer_of: AnswerOf) -> None:
    """One client serves all agents; each failure has the wait that its own answer asked for."""
    model = "groq:llama"
    server.answers = [
        answer_of(model)._replace(
            status=429,
            body=json.dumps({"error": {"message": f"wait {seconds}"}}).encode(),
            headers={"retry-after": str(seconds)},
        )
        for seconds in range(20)
    ]
    seen: list[tuple[float | None, str]] = []

    async def run() -> None:
        opened = _open(model, server)

        async def one() -> None:
            try:
                await opened.request(_request(), sleep=_no_sleep)
            except AttemptFailed as failed:
                seen.append((failed.retry_after, str(failed)))

        async with asyncio.TaskGroup() as group:
            for _ in range(20):
                group.create_task(one())
        await opened.close()

    asyncio.run(run())

    assert sorted(seen) == [(float(wait), f"HTTP 429: wait {wait}") for wait in range(20)]


@every_model
def test_a_cancelled_request_is_cancelled(server: Any, answer_of: AnswerOf, model: str) -> None:
    """A turn that is ended must end, and not look like a failure that can be tried again."""
    server.answers = [answer_of(model)._replace(silent=True)]

    async def run() -> None:
        opened = _open(model, server)
        asking = asyncio.create_task(opened.request(_request(), sleep=_no_sleep))
        await asyncio.to_thread(server.came.wait, 5)
        asking.cancel()
        try:
            await asking
        finally:
            await opened.close()

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())


@every_model
@plain_and_streamed
def test_an_answer_that_does_not_come_in_time_is_a_timeout(
    server: Any, ask: Ask, answer_of: AnswerOf, model: str, *, stream: bool
) -> None:
    """The limit holds for the whole attempt."""
    server.answers = [answer_of(model)._replace(silent=True)]

    with pytest.raises(AttemptFailed) as caught:
        ask(model, seconds=0.05, stream=stream)

    assert caught.value.kind is Failure.TIMEOUT
    assert len(server.asked) <= 1
