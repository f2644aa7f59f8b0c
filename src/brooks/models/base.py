"""What a model is to the rest of the program: something that answers a request.

A request is a conversation and the tools on offer; a reply is text and tool calls, with what it
cost. A model waits through the `sleep` it is handed, so that simulated ones take their time on
either clock.
"""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Any, Literal, NamedTuple, Protocol

import msgspec

from brooks.core.facts import Failure, Usage
from brooks.core.message import Message
from brooks.core.state import Status
from brooks.ids import AgentId, BlobHash, TaskId, TurnId

Sleep = Callable[[float], Awaitable[None]]

MAX_OUTPUT_TOKENS = 8192
"""The longest reply that is asked for where nobody says otherwise."""


MOST_KEPT = 64
"""Sets of tools whose text is kept; a run has a few, and every request has one of them."""


class Files(Protocol):
    """What an agent sees of the project's files."""

    def paths(self) -> list[str]:
        """Every file, sorted."""

    def read(self, path: str) -> bytes | None:
        """A file's content; None if it is not there."""

    def is_executable(self, path: str) -> bool:
        """Whether a file may be run."""


class Parameter(Message, frozen=True, kw_only=True):
    """One argument of a tool."""

    name: str
    description: str
    kind: Literal["string", "integer", "strings"] = "string"
    """What it must be; `strings` is a list of them."""
    required: bool = True


class Tool(Message, frozen=True, kw_only=True):
    """A tool that an agent may call."""

    name: str
    description: str
    parameters: tuple[Parameter, ...] = ()


@lru_cache(maxsize=MOST_KEPT)
def names_of(tools: tuple[Tool, ...]) -> frozenset[str]:
    """The names of these tools."""
    return frozenset(tool.name for tool in tools)


class ToolCall(Message, frozen=True, kw_only=True):
    """One call in a reply."""

    id: str
    name: str
    arguments: Mapping[str, Any]
    """As the model gave them: untrusted."""
    broken: str = ""
    """Why the arguments could not be read, where they could not; `arguments` is then empty."""


class StopReason(StrEnum):
    """Why a reply ended."""

    END = "end"
    TOOLS = "tools"
    LENGTH = "length"
    """Cut off at the output limit."""
    REFUSED = "refused"
    """The model, or a filter of its provider, would not answer."""


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


class SeenTask(Message, frozen=True, kw_only=True):
    """One task as every agent of a team without leases is shown it."""

    id: TaskId
    title: str
    status: Status
    claimed_by: AgentId | None
    """Who said that it takes the task, where agents choose."""
    needs: tuple[TaskId, ...]
    files: tuple[str, ...]
    checked: bool
    """Whether it has a check that can be run."""


class SeenBoard(Message, frozen=True, kw_only=True):
    """How all tasks stand when an agent of a team without leases is asked."""

    tasks: tuple[SeenTask, ...]
    round: int
    """0 where the team has none."""
    unread: int
    """Messages that the agent has not read."""
    claims: bool
    """Whether agents choose tasks and claim them; False where tasks were dealt."""
    project_check: bool
    """Whether the whole project has a check."""
    agents: int
    """How many agents the team has."""


class Request(Message, frozen=True, kw_only=True):
    """What a model is asked."""

    agent: AgentId
    turn: TurnId
    index: int
    tasks: tuple[TaskId, ...]
    """The tasks this turn is about, for simulated and scripted models."""
    conversation: tuple[Turned, ...]
    tools: tuple[Tool, ...] = ()
    max_output_tokens: int = MAX_OUTPUT_TOKENS
    files: Files | None = None
    """The project as the agent sees it, for models that work on files; not part of what is asked."""
    board: SeenBoard | None = None
    """What the last message says of all tasks, for simulated models; None where an agent is told only of its
    own. Not part of what is asked."""


class ModelError(Exception):
    """The model did not answer, and asking again now would not help. Not a `BrooksError`: the run goes on."""


class AttemptFailed(ModelError):  # noqa: N818 - named for what happened
    """One attempt at a request came to nothing; whether another may help, its kind says."""

    def __init__(
        self,
        kind: Failure,
        text: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(text)
        self.kind = kind
        self.status = status
        """The HTTP status; None where there was none."""
        self.retry_after = retry_after
        """Seconds that the server asked to wait (RFC 9110, 10.2.3); None where it did not."""


class Model(Protocol):
    """Something that answers requests."""

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Answer one request.

        Raises:
            ModelError: when there is no answer to be had.
        """


_ENCODER = msgspec.json.Encoder(order="deterministic")
_REPLY_DECODER = msgspec.json.Decoder(Reply)
_NO_USAGE = Usage()


def encode_reply(reply: Reply) -> bytes:
    """The reply as the log keeps it."""
    return _ENCODER.encode(reply)


def decode_reply(data: bytes) -> Reply:
    """The reply that `encode_reply` encoded."""
    return _REPLY_DECODER.decode(data)


class Digest(NamedTuple):
    """What a request is known by."""

    hash: BlobHash
    size: int
    """Bytes of everything in it that a model would see."""


def digest(request: Request) -> Digest:
    """Hash and size of everything in the request that a model would see."""
    items = _ENCODER.encode([_without_cost(item) for item in request.conversation])
    seen = b"[%b,%b]" % (items, _encoded_tools(request.tools))
    return Digest(BlobHash(sha256(seen).hexdigest()), len(seen))


@lru_cache(maxsize=MOST_KEPT)
def _encoded_tools(tools: tuple[Tool, ...]) -> bytes:
    return _ENCODER.encode(tools)


def _without_cost(item: Turned) -> Turned:
    """What a reply cost no model sees, and it differs where the same reply is had again for nothing."""
    if not isinstance(item, Answered):
        return item
    return Answered(reply=msgspec.structs.replace(item.reply, usage=_NO_USAGE))


def request_hash(request: Request) -> BlobHash:
    """Hash of everything in the request that a model would see."""
    return digest(request).hash


def count_tokens(text: str) -> int:
    """A rough count for models that report none: four characters a token, rounded up."""
    return _tokens_of(len(text))


def _tokens_of(characters: int) -> int:
    return -(-characters // 4)


def request_text(request: Request) -> str:
    """Everything a model would read, as one text: what simulated models count their input by."""
    parts = [_tools_text(request.tools)] if request.tools else []
    for item in request.conversation:
        if isinstance(item, Said):
            parts.append(item.text)
        elif isinstance(item, Answered):
            parts.append(reply_text(item.reply))
        else:
            parts += [outcome.text for outcome in item.outcomes]
    return "\n".join(parts)


def count_input_tokens(request: Request) -> int:
    """The same as `count_tokens` of `request_text`, without making the text."""
    lengths = [len(_tools_text(request.tools))] if request.tools else []
    for item in request.conversation:
        if isinstance(item, Said):
            lengths.append(len(item.text))
        elif isinstance(item, Answered):
            lengths.append(_reply_length(item.reply))
        else:
            lengths += [len(outcome.text) for outcome in item.outcomes]
    return _tokens_of(sum(lengths) + max(len(lengths) - 1, 0))


@lru_cache(maxsize=MOST_KEPT)
def _tools_text(tools: tuple[Tool, ...]) -> str:
    return "\n".join(map(_tool_text, tools))


def _tool_text(tool: Tool) -> str:
    arguments = "".join(f"{one.name}{one.description}" for one in tool.parameters)
    return f"{tool.name}{tool.description}{arguments}"


def reply_text(reply: Reply) -> str:
    """Everything a reply says, as one text."""
    calls = "".join(
        f"{call.name}{''.join(f'{key}{value}' for key, value in call.arguments.items())}"
        for call in reply.calls
    )
    return reply.text + calls


def _reply_length(reply: Reply) -> int:
    """How many characters `reply_text` has."""
    length = len(reply.text)
    for call in reply.calls:
        length += len(call.name)
        for key, value in call.arguments.items():
            length += len(key) + len(value if isinstance(value, str) else str(value))
    return length
