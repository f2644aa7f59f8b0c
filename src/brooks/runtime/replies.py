"""What a model answered, made fit to be kept.

A reply comes from outside: its text may hold half a character (a lone surrogate, which no file can
keep), its arguments anything at all, and two of its calls the same id. The log keeps what is
returned here, and the run goes on from that, so that a replay sees the same.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from brooks.log.redaction import Redactor
from brooks.models.base import (
    Answered,
    ModelError,
    Reply,
    ToolCall,
    Turned,
    decode_reply,
    encode_reply,
)


def fit_to_keep(
    reply: Reply, conversation: Iterable[Turned], *, prefix: str, redactor: Redactor
) -> Reply:
    """The reply without keys, with text that can be encoded and ids that no earlier call of the turn has.

    Raises:
        ModelError: when it cannot be kept at all.
    """
    used = {
        call.id for item in conversation if isinstance(item, Answered) for call in item.reply.calls
    }
    ids = [call.id for call in reply.calls]
    if len(set(ids)) < len(ids) or not used.isdisjoint(ids):
        renamed = (
            replace(call, id=f"{prefix}.{number}") for number, call in enumerate(reply.calls)
        )
        reply = replace(reply, calls=tuple(renamed))
    try:
        reply = _encodable(reply)
        data = encode_reply(reply)
        return decode_reply(redactor.data(data)) if redactor.holds(data) else reply
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ModelError(f"the reply cannot be kept: {error}") from error


def _encodable(reply: Reply) -> Reply:
    try:
        encode_reply(reply)
    except UnicodeEncodeError:
        reply = replace(
            reply, text=_whole(reply.text), calls=tuple(_whole_call(call) for call in reply.calls)
        )
        encode_reply(reply)
    return reply


def _whole_call(call: ToolCall) -> ToolCall:
    return ToolCall(
        id=_whole(call.id), name=_whole(call.name), arguments=_whole_value(call.arguments)
    )


def _whole_value(value: Any) -> Any:
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, Mapping):
        return {_whole(str(key)): _whole_value(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_whole_value(each) for each in value]
    return value


def _whole(text: str) -> str:
    """The text with what is no whole character replaced by a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
