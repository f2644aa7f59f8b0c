"""The clients of the providers take the servers for the real thing, through whole conversations."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from typing import Any

import pytest
from tests.servers.kit import PARAMETERS, PROMPT, SOLVED, Desk, schema, small_developer

from servers import Faults, Mishap, Server, serving

pytest.importorskip("pydantic_ai")
anthropic = pytest.importorskip("anthropic")
genai = pytest.importorskip("google.genai")
openai = pytest.importorskip("openai")

import httpx2  # noqa: E402 - comes with the clients
from anthropic import Anthropic  # noqa: E402
from google.genai import types  # noqa: E402
from openai import OpenAI  # noqa: E402
from pydantic_ai import messages, models  # noqa: E402
from pydantic_ai.direct import model_request, model_request_stream  # noqa: E402
from pydantic_ai.models.anthropic import AnthropicModel  # noqa: E402
from pydantic_ai.models.google import GoogleModel  # noqa: E402
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel  # noqa: E402
from pydantic_ai.providers.anthropic import AnthropicProvider  # noqa: E402
from pydantic_ai.providers.google import GoogleProvider  # noqa: E402
from pydantic_ai.providers.openai import OpenAIProvider  # noqa: E402
from pydantic_ai.tools import ToolDefinition  # noqa: E402

TOOLS = [ToolDefinition(name=name, parameters_json_schema=schema(name)) for name in PARAMETERS]
DONE = "All tasks of this turn are finished or handed back."
READS_THEN_WRITES = ["write_file", "complete", "read_file", "write_file", "complete"]
MODELS: dict[str, Callable[[str, httpx2.AsyncClient], models.Model]] = {
    "openai-chat": lambda url, client: OpenAIChatModel(
        "gpt-x",
        provider=OpenAIProvider(base_url=f"{url}/v1", api_key="secret", http_client=client),
    ),
    "openai-responses": lambda url, client: OpenAIResponsesModel(
        "gpt-x",
        provider=OpenAIProvider(base_url=f"{url}/v1", api_key="secret", http_client=client),
    ),
    "anthropic": lambda url, client: AnthropicModel(
        "claude-x", provider=AnthropicProvider(base_url=url, api_key="secret", http_client=client)
    ),
    "google-2": lambda url, client: GoogleModel(
        "gemini-2.5-x", provider=GoogleProvider(base_url=url, api_key="secret", http_client=client)
    ),
    "google-3": lambda url, client: GoogleModel(
        "gemini-3-x", provider=GoogleProvider(base_url=url, api_key="secret", http_client=client)
    ),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that does one task a reply."""
    with serving(small_developer()) as started:
        yield started


@asynccontextmanager
async def _model(kind: str, url: str) -> AsyncIterator[models.Model]:
    async with httpx2.AsyncClient(verify=False, timeout=30) as client:
        yield MODELS[kind](url, client)


async def _converse(kind: str, url: str, desk: Desk, *, streamed: bool) -> list[Any]:
    """Talk until the model says that it is done; its replies."""
    asked: list[Any] = [
        messages.SystemPromptPart("You are one of a team."),
        messages.UserPromptPart(PROMPT),
    ]
    history: list[Any] = [messages.ModelRequest(parts=asked)]
    replies: list[Any] = []
    async with _model(kind, url) as model:
        while not replies or replies[-1].text != DONE:
            replies.append(await _ask(model, history, streamed=streamed))
            parts: list[Any] = [_carry_out(call, desk) for call in replies[-1].tool_calls]
            parts = parts or [messages.UserPromptPart("Your reply called no tool.")]
            history += [replies[-1], messages.ModelRequest(parts=parts)]
            assert len(replies) < 12
    return replies


async def _ask(model: models.Model, history: list[Any], *, streamed: bool) -> Any:
    options: Any = {
        "model_settings": {"max_tokens": 4000},
        "model_request_parameters": models.ModelRequestParameters(function_tools=TOOLS),
    }
    if not streamed:
        return await model_request(model, history, **options)
    async with model_request_stream(model, history, **options) as stream:
        async for _ in stream:
            pass
        return stream.get()


def _carry_out(call: messages.ToolCallPart, desk: Desk) -> messages.ToolReturnPart:
    try:
        arguments = call.args_as_dict(raise_if_invalid=True)
    except ValueError:
        arguments = {}
    ok, text = desk.carry_out(call.tool_name, arguments)
    return messages.ToolReturnPart(
        tool_name=call.tool_name,
        content=text,
        tool_call_id=call.tool_call_id,
        outcome="success" if ok else "failed",
    )


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("kind", MODELS)
def test_a_whole_conversation_gets_the_work_done(server: Server, kind: str, streamed: bool) -> None:
    """Two tasks, one of which needs a file to be read before: four replies, and the right files."""
    desk = Desk()

    replies = asyncio.run(_converse(kind, server.url, desk, streamed=streamed))

    assert desk.files == SOLVED
    assert desk.calls == READS_THEN_WRITES
    entry = server.entries()[-1]
    assert replies[-1].usage.input_tokens == entry.input_tokens
    assert replies[-1].usage.output_tokens == entry.output_tokens
    assert entry.streamed is streamed


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("kind", MODELS)
def test_wrong_arguments_do_not_throw_the_developer(kind: str, streamed: bool) -> None:
    """Every second reply has a wrong call; told of it, the developer makes the call anew."""
    first = tuple(Mishap.WRONG_ARGUMENTS if number % 2 == 0 else None for number in range(8))
    desk = Desk()

    with serving(small_developer(), faults=Faults(first=first, seed=3)) as server:
        asyncio.run(_converse(kind, server.url, desk, streamed=streamed))

    assert desk.files == SOLVED
    assert sorted(desk.done) == ["alpha", "beta"]


def test_the_openai_client_streams_a_tool_conversation(server: Server) -> None:
    """Its own stream helper puts the pieces of the calls together again."""
    desk = Desk()
    tools: Any = [
        {"type": "function", "function": {"name": name, "parameters": schema(name)}}
        for name in PARAMETERS
    ]
    said: list[Any] = [{"role": "user", "content": PROMPT}]
    whole: Any = None

    with closing(OpenAI(base_url=f"{server.url}/v1", api_key="secret")) as client:
        while not desk.done or said[-1]["role"] == "tool":
            with client.chat.completions.stream(
                model="gpt-x", messages=said, tools=tools, stream_options={"include_usage": True}
            ) as stream:
                whole = stream.get_final_completion()
            message = whole.choices[0].message
            said.append(message.model_dump(exclude_none=True, exclude={"parsed"}))
            for call in message.tool_calls or ():
                arguments = json.loads(call.function.arguments)
                _, text = desk.carry_out(call.function.name, arguments)
                said.append({"role": "tool", "tool_call_id": call.id, "content": text})

    assert desk.files == SOLVED
    assert whole.choices[0].finish_reason == "stop"
    assert whole.usage.prompt_tokens > 0


@pytest.mark.slow  # the client builds the types of all events
def test_the_openai_client_takes_responses(server: Server) -> None:
    """The events of a streamed response end in the response itself."""
    tools: Any = [
        {"type": "function", "name": name, "parameters": schema(name), "strict": False}
        for name in PARAMETERS
    ]

    with closing(OpenAI(base_url=f"{server.url}/v1", api_key="secret")) as client:
        plain = client.responses.create(model="gpt-x", input=PROMPT, tools=tools)
        with client.responses.stream(model="gpt-x", input=PROMPT, tools=tools) as stream:
            streamed = stream.get_final_response()

    assert [item.type for item in plain.output] == ["function_call", "function_call"]
    assert [item.to_dict() for item in plain.output] == [
        {key: value for key, value in item.to_dict().items() if key != "parsed_arguments"}
        for item in streamed.output
    ]
    assert plain.usage == streamed.usage


def test_the_anthropic_client_takes_messages(server: Server) -> None:
    """Plain and streamed give the same message, with a request id."""
    tools: Any = [{"name": name, "input_schema": schema(name)} for name in PARAMETERS]
    asked: Any = {
        "model": "claude-x",
        "max_tokens": 1000,
        "messages": [{"role": "user", "content": PROMPT}],
        "tools": tools,
    }

    with closing(Anthropic(base_url=server.url, api_key="secret")) as client:
        plain = client.messages.create(**asked)
        with client.messages.stream(**asked) as stream:
            streamed = stream.get_final_message()

    assert plain.stop_reason == streamed.stop_reason == "tool_use"
    assert [block.to_dict() for block in plain.content] == [
        block.to_dict() for block in streamed.content
    ]
    assert plain._request_id


def test_the_google_client_takes_contents(server: Server) -> None:
    """Plain and streamed give the same calls."""
    functions = [
        types.FunctionDeclaration(name=name, parameters_json_schema=schema(name))
        for name in PARAMETERS
    ]
    asked: Any = {
        "model": "gemini-3-x",
        "contents": PROMPT,
        "config": types.GenerateContentConfig(tools=[types.Tool(function_declarations=functions)]),
    }
    options = types.HttpOptions(base_url=server.url)

    with closing(genai.Client(api_key="secret", http_options=options)) as client:
        plain = client.models.generate_content(**asked)
        streamed = [
            call
            for chunk in client.models.generate_content_stream(**asked)
            for call in chunk.function_calls or ()
        ]

    assert [call.name for call in streamed] == ["write_file", "complete"]
    assert plain.function_calls == streamed


@pytest.mark.parametrize(
    ("mishap", "error"),
    [
        (Mishap.RATE_LIMITED, "RateLimitError"),
        (Mishap.SERVER_ERROR, "InternalServerError"),
        (Mishap.DROPPED, "APIConnectionError"),
        (Mishap.DROPPED_MIDWAY, "APIConnectionError"),
    ],
)
def test_the_clients_see_faults_as_their_own_errors(mishap: Mishap, error: str) -> None:
    """What goes wrong is raised as the class that the real provider's failure would be."""
    faults = Faults(first=(mishap, mishap))
    said: Any = [{"role": "user", "content": PROMPT}]

    with (
        serving(small_developer(), faults=faults) as server,
        closing(OpenAI(base_url=f"{server.url}/v1", api_key="k", max_retries=0)) as first,
        closing(Anthropic(base_url=server.url, api_key="k", max_retries=0)) as second,
    ):
        with pytest.raises(getattr(openai, error)):
            first.chat.completions.create(model="gpt-x", messages=said)
        with pytest.raises(getattr(anthropic, error)):
            second.messages.create(model="claude-x", max_tokens=10, messages=said)
