"""What a model is to the rest of the program: something that answers a request.

A request is a conversation and the tools on offer; a reply is text and tool calls, with what it
cost. A model waits through the `sleep` it is handed, so that simulated ones take their time on
either clock.
"""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Any, Protocol

import msgspec

from brooks.core.facts import Usage
from brooks.core.message import Message
from brooks.ids import AgentId, BlobHash, TaskId, TurnId

Sleep = Callable[[float], Awaitable[None]]


class Tool(Message, frozen=True, kw_only=True):
    """A tool that an agent may call."""

    name: str
    description: str
    parameters: tuple[tuple[str, str], ...]
    """Name and description of each argument; all are required strings."""


class ToolCall(Message, frozen=True, kw_only=True):
    """One call in a reply."""

    id: str
    name: str
    arguments: Mapping[str, Any]
    """As the model gave them: untrusted."""


class StopReason(StrEnum):
    """Why a reply ended."""

    END = "end"
    TOOLS = "tools"
    LENGTH = "length"
    """Cut off at the output limit."""


class Reply(Message, frozen=True, kw_only=True):
    """What a model answered."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    stop: StopReason = StopReason.END
    usage: Usage = Usage()


class Said(Message, frozen=True, kw_only=True, tag=True):
    """Text to the model: the instructions, or what it is asked."""

    role: str
    """`system` or `user`."""
    text: str


class Answered(Message, frozen=True, kw_only=True, tag=True):
    """An earlier reply of the model in this turn."""

    reply: Reply


class Outcome(Message, frozen=True, kw_only=True):
    """What one tool call gave, as the model is shown it."""

    call: str
    ok: bool
    text: str


class Returned(Message, frozen=True, kw_only=True, tag=True):
    """What the tool calls of the reply before gave."""

    outcomes: tuple[Outcome, ...]


Turned = Said | Answered | Returned


class Request(Message, frozen=True, kw_only=True):
    """What a model is asked."""

    agent: AgentId
    turn: TurnId
    index: int
    tasks: tuple[TaskId, ...]
    """The tasks this turn is about, for simulated and scripted models."""
    conversation: tuple[Turned, ...]
    tools: tuple[Tool, ...] = ()
    max_output_tokens: int = 8192


class ModelError(Exception):
    """The model did not answer, and asking again now would not help. Not a `BrooksError`: the run goes on."""


class Model(Protocol):
    """Something that answers requests."""

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Answer one request.

        Raises:
            ModelError: when there is no answer to be had.
        """


_ENCODER = msgspec.json.Encoder(order="deterministic")
_REPLY_DECODER = msgspec.json.Decoder(Reply)


def encode_reply(reply: Reply) -> bytes:
    """The reply as the log keeps it."""
    return _ENCODER.encode(reply)


def decode_reply(data: bytes) -> Reply:
    """The reply that `encode_reply` encoded."""
    return _REPLY_DECODER.decode(data)


def request_hash(request: Request) -> BlobHash:
    """Hash of everything in the request that a model would see."""
    seen = (request.conversation, request.tools, request.max_output_tokens)
    return BlobHash(sha256(_ENCODER.encode(seen)).hexdigest())


def count_tokens(text: str) -> int:
    """A rough count for models that report none: four characters a token, rounded up."""
    return -(-len(text) // 4)


def request_text(request: Request) -> str:
    """Everything a model would read, as one text: what simulated models count their input by."""
    parts = [f"{tool.name}{tool.description}{tool.parameters}" for tool in request.tools]
    for item in request.conversation:
        if isinstance(item, Said):
            parts.append(item.text)
        elif isinstance(item, Answered):
            parts.append(reply_text(item.reply))
        else:
            parts += [outcome.text for outcome in item.outcomes]
    return "\n".join(parts)


def reply_text(reply: Reply) -> str:
    """Everything a reply says, as one text."""
    calls = "".join(
        f"{call.name}{''.join(f'{key}{value}' for key, value in call.arguments.items())}"
        for call in reply.calls
    )
    return reply.text + calls
