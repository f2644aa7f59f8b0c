"""A small server on this machine that answers with what a test has laid out, in every protocol."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import Any, NamedTuple

import pytest

from brooks.core.spec import ModelSettings
from brooks.ids import AgentId, TurnId
from brooks.models.base import Parameter, Reply, Request, Said, Tool, Turned
from brooks.models.keys import Keys
from brooks.models.naming import parse_model
from brooks.models.provider_table import PROVIDERS

try:  # here, so that no test is slow by it
    for kind in ("openai", "anthropic", "google"):
        import_module(f"pydantic_ai.models.{kind}")
except ImportError:
    collect_ignore_glob = ["test_*.py"]  # the base installation has no clients

CANARY = "sk-canary-4711-never-shown"

TOOLS = (
    Tool(
        name="read_file",
        description="Read a file.",
        parameters=(
            Parameter(name="path", description="which"),
            Parameter(name="line", description="from where", kind="integer", required=False),
            Parameter(name="words", description="for what", kind="strings", required=False),
        ),
    ),
)


class Answer(NamedTuple):
    """What the server says to one request."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = {}
    cut: bool = False
    """Whether the connection ends before all of it was sent."""
    silent: bool = False
    """Whether nothing is said at all until the test is over."""


class Asked(NamedTuple):
    """One request that came in."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]


class ManyAtOnce(ThreadingHTTPServer):
    """Lets many wait to be accepted."""

    request_queue_size = 64


class LocalServer:
    """Answers in the order laid out, and the last answer for ever after; keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked: list[Asked] = []
        self.came = threading.Event()
        """Set when the first request is in."""
        self.over = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name above
                pass

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                server.asked.append(Asked(self.path, headers, json.loads(body)))
                server.came.set()
                several = len(server.answers) > 1
                answer = server.answers.pop(0) if several else server.answers[0]
                if answer.silent:
                    server.over.wait(10)
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                kind = "text/event-stream" if answer.body.startswith((b"data", b"event")) else ""
                length = len(answer.body) + (10 if answer.cut else 0)
                for name, value in {
                    "content-type": kind or "application/json",
                    "content-length": str(length),
                    **answer.headers,
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)
                self.close_connection = answer.cut

        self.http = ManyAtOnce(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        """Stop."""
        self.over.set()
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A server of the test's own."""
    made = LocalServer()
    yield made
    made.close()


Ask = Callable[..., Reply]


@pytest.fixture
def ask(server: LocalServer) -> Ask:
    """Asks a model one thing, or several conversations one after the other; gives the last reply."""

    def ask(
        model: str,
        *conversations: tuple[Turned, ...],
        stream: bool = False,
        seconds: float = 5.0,
        address: str = server.address,
    ) -> Reply:
        return asyncio.run(
            ask_all(
                model,
                conversations or ((Said(role="user", text="Go."),),),
                settings=ModelSettings(
                    model=model, base_url=address, stream=stream, timeout_seconds=seconds
                ),
            )
        )

    return ask


async def ask_all(
    model: str, conversations: tuple[tuple[Turned, ...], ...], *, settings: ModelSettings
) -> Reply:
    from brooks.models.providers.opening import open_provider

    name = parse_model(model)
    keys = Keys({PROVIDERS[name.kind].key_variables[0]: CANARY})
    opened = open_provider(name, settings=settings, keys=keys)
    reply = Reply()
    try:
        for number, conversation in enumerate(conversations):
            request = Request(
                agent=AgentId("agent-1"),
                turn=TurnId("turn-1"),
                index=number,
                tasks=(),
                conversation=conversation,
                tools=TOOLS,
                max_output_tokens=700,
            )
            reply = await opened.request(request, sleep=no_sleep)
    finally:
        await opened.close()
    return reply


async def no_sleep(seconds: float) -> None:
    raise AssertionError("a real model takes its time by itself")


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


def events(*values: object, named: bool = False) -> bytes:
    """Server-sent events."""
    lines = []
    for value in values:
        if named and isinstance(value, dict):
            lines.append(f"event: {value['type']}")
        lines += [f"data: {value if isinstance(value, str) else json.dumps(value)}", ""]
    return ("\n".join(lines) + "\n").encode()


@pytest.fixture
def answer_of() -> Callable[..., Answer]:
    """A good answer to a model of a provider: the text `hello` and a call, 100 tokens in, 20 out."""
    return answer


def answer(model: str, *, stream: bool = False, arguments: str = '{"path": "a.py"}') -> Answer:
    kind = model.partition(":")[0]
    if kind == "anthropic":
        return Answer(_anthropic(stream=stream, arguments=arguments))
    if kind == "google":
        whole = _google(arguments)
        return Answer(events(whole) if stream else encoded(whole))
    if kind == "openai-responses":
        return Answer(_responses(stream=stream, arguments=arguments))
    return Answer(_chat(stream=stream, arguments=arguments))


def _chat(*, stream: bool, arguments: str) -> bytes:
    function = {"name": "read_file", "arguments": arguments}
    call = {"index": 0, "id": "id-1", "type": "function", "function": function}
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 20,
        "total_tokens": 120,
        "prompt_tokens_details": {"cached_tokens": 60},
    }
    head = {"id": "c", "created": 1, "model": "m"}
    if not stream:
        message = {"role": "assistant", "content": "hello", "tool_calls": [call]}
        choice = {"index": 0, "finish_reason": "tool_calls", "message": message}
        return encoded({**head, "object": "chat.completion", "choices": [choice], "usage": usage})
    head["object"] = "chat.completion.chunk"
    return events(
        {**head, "choices": [{"index": 0, "delta": {"role": "assistant", "content": "hel"}}]},
        {**head, "choices": [{"index": 0, "delta": {"content": "lo"}}]},
        {**head, "choices": [{"index": 0, "delta": {"tool_calls": [call]}}]},
        {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]},
        {**head, "choices": [], "usage": usage},
        "[DONE]",
    )


def _responses(*, stream: bool, arguments: str) -> bytes:
    content = [{"type": "output_text", "text": "hello", "annotations": []}]
    message = {
        "type": "message",
        "id": "m",
        "role": "assistant",
        "status": "completed",
        "content": content,
    }
    call = {
        "type": "function_call",
        "id": "f",
        "call_id": "id-1",
        "name": "read_file",
        "arguments": arguments,
        "status": "completed",
    }
    whole: dict[str, Any] = {
        "id": "r",
        "object": "response",
        "created_at": 1,
        "model": "m",
        "status": "completed",
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "output": [message, call],
        "usage": {
            "input_tokens": 100,
            "input_tokens_details": {"cached_tokens": 60},
            "output_tokens": 20,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 120,
        },
    }
    if not stream:
        return encoded(whole)
    begun = {**whole, "status": "in_progress", "output": [], "usage": None}
    item: dict[str, Any] = {"item_id": "m", "output_index": 0, "content_index": 0}
    said: tuple[dict[str, Any], ...] = (
        {"type": "response.created", "response": begun},
        {
            "type": "response.output_item.added",
            "output_index": 0,
            "item": {**message, "status": "in_progress", "content": []},
        },
        {
            "type": "response.content_part.added",
            **item,
            "part": {"type": "output_text", "text": "", "annotations": []},
        },
        {"type": "response.output_text.delta", **item, "delta": "hel", "logprobs": []},
        {"type": "response.output_text.delta", **item, "delta": "lo", "logprobs": []},
        {"type": "response.output_text.done", **item, "text": "hello", "logprobs": []},
        {"type": "response.output_item.done", "output_index": 0, "item": message},
        {
            "type": "response.output_item.added",
            "output_index": 1,
            "item": {**call, "arguments": "", "status": "in_progress"},
        },
        {
            "type": "response.function_call_arguments.delta",
            "item_id": "f",
            "output_index": 1,
            "delta": arguments,
        },
        {"type": "response.output_item.done", "output_index": 1, "item": call},
        {"type": "response.completed", "response": whole},
    )
    return events(
        *({**one, "sequence_number": number} for number, one in enumerate(said)), named=True
    )


def _anthropic(*, stream: bool, arguments: str) -> bytes:
    usage = {
        "input_tokens": 30,
        "cache_read_input_tokens": 60,
        "cache_creation_input_tokens": 10,
        "output_tokens": 20,
    }
    call = {"type": "tool_use", "id": "id-1", "name": "read_file"}
    whole: dict[str, Any] = {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "stop_reason": "tool_use",
        "stop_sequence": None,
        "usage": usage,
    }
    if not stream:
        content = [{"type": "text", "text": "hello"}, {**call, "input": json.loads(arguments)}]
        return encoded({**whole, "content": content})
    begun: dict[str, Any] = {
        **whole,
        "stop_reason": None,
        "content": [],
        "usage": {**usage, "output_tokens": 1},
    }
    return events(
        {"type": "message_start", "message": begun},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        _block(0, {"type": "text_delta", "text": "hel"}),
        _block(0, {"type": "text_delta", "text": "lo"}),
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": {**call, "input": {}}},
        _block(1, {"type": "input_json_delta", "partial_json": arguments[:5]}),
        _block(1, {"type": "input_json_delta", "partial_json": arguments[5:]}),
        {"type": "content_block_stop", "index": 1},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "tool_use", "stop_sequence": None},
            "usage": usage,
        },
        {"type": "message_stop"},
        named=True,
    )


def _block(index: int, delta: dict[str, str]) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": delta}


def _google(arguments: str) -> dict[str, Any]:
    parts = [
        {"text": "hello"},
        {
            "functionCall": {"name": "read_file", "args": json.loads(arguments)},
            "thoughtSignature": "c2lnbmVk",
        },
    ]
    return {
        "candidates": [
            {"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}
        ],
        "usageMetadata": {
            "promptTokenCount": 100,
            "cachedContentTokenCount": 60,
            "candidatesTokenCount": 20,
            "totalTokenCount": 120,
        },
        "modelVersion": "m",
    }
