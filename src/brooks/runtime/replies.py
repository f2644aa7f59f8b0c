"""What a model answered, made fit to be kept.

A reply comes from outside: its text may hold half a character (a lone surrogate, which no file can
keep), its arguments anything at all, and two of its calls the same id. The log keeps what is
returned here, and the run goes on from that, so that a replay sees the same.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from brooks.log.redaction import Redactor
from brooks.models.base import (
    Answered,
    ModelError,
    Reply,
    ToolCall,
    Turned,
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
        reply = _encodable(_changed(reply, redactor.text))
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ModelError(f"the reply cannot be kept: {redactor.text(str(error))}") from error
    return reply


def _encodable(reply: Reply) -> Reply:
    try:
        encode_reply(reply)
    except UnicodeEncodeError:
        reply = _changed(reply, _whole)
        encode_reply(reply)
    return reply


def _changed(reply: Reply, change: Callable[[str], str]) -> Reply:
    """The reply with each of its texts changed."""
    calls = tuple(
        ToolCall(
            id=change(call.id),
            name=change(call.name),
            arguments={
                change(str(key)): _changed_value(value, change)
                for key, value in call.arguments.items()
            },
            broken=change(call.broken),
        )
        for call in reply.calls
    )
    return replace(reply, text=change(reply.text), calls=calls)


def _changed_value(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change(str(key)): _changed_value(each, change) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_changed_value(each, change) for each in value]
    return value


def _whole(text: str) -> str:
    """The text with what is no whole character replaced by a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
