"""Spoils a reply in ways that HTTP does not show: wrong arguments, nothing, or half of it."""

import json
from collections.abc import Mapping
from random import Random
from typing import Any

import msgspec

from brooks.core.facts import Usage
from brooks.models.base import Reply, StopReason, ToolCall, count_tokens, reply_text
from servers.faults import Mishap

CHARACTERS_A_TOKEN = 4


def spoilt(reply: Reply, mishap: Mishap, chance: Random) -> Reply | None:
    """The reply after one of the mishaps that spoil it; None where there is nothing to spoil."""
    match mishap:
        case Mishap.WRONG_ARGUMENTS:
            return with_wrong_arguments(reply, chance)
        case Mishap.EMPTY:
            usage = _output(reply, 1)
            return Reply(usage=usage)
        case Mishap.LENGTH:
            return cut_off(reply, max(reply.usage.output_tokens // 2, 1))
        case _:
            raise ValueError(f"{mishap!r} does not spoil a reply")


def with_wrong_arguments(reply: Reply, chance: Random) -> Reply | None:
    """The reply with one call wrong; None for a reply without calls."""
    if not reply.calls:
        return None
    index = chance.randrange(len(reply.calls))
    call = reply.calls[index]
    ways = [_broken, _renamed]
    if call.arguments:
        ways += [_without_argument, _with_wrong_type]
    wrong = chance.choice(ways)(call, chance)
    calls = (*reply.calls[:index], wrong, *reply.calls[index + 1 :])
    return msgspec.structs.replace(reply, calls=calls)


def cut_off(reply: Reply, tokens: int) -> Reply:
    """The first so many tokens of a reply; a call that is cut has the start of its JSON as `broken`."""
    left = tokens * CHARACTERS_A_TOKEN
    text = reply.text[:left]
    left -= len(text)
    calls: list[ToolCall] = []
    for call in reply.calls:
        if left <= 0:
            break
        whole = json.dumps(dict(call.arguments))
        size = count_tokens(reply_text(Reply(calls=(call,)))) * CHARACTERS_A_TOKEN
        if size <= left:
            calls.append(call)
        else:
            share = left / size
            start = whole[: max(int(len(whole) * share), 1)]
            calls.append(ToolCall(id=call.id, name=call.name, arguments={}, broken=start))
        left -= size
    usage = _output(reply, min(tokens, reply.usage.output_tokens))
    return Reply(text=text, calls=tuple(calls), stop=StopReason.LENGTH, usage=usage)


def _output(reply: Reply, tokens: int) -> Usage:
    return msgspec.structs.replace(reply.usage, output_tokens=tokens)


def _broken(call: ToolCall, chance: Random) -> ToolCall:
    whole = json.dumps(dict(call.arguments))
    start = whole[: chance.randrange(1, max(len(whole) - 1, 2))]
    return ToolCall(id=call.id, name=call.name, arguments={}, broken=start)


def _renamed(call: ToolCall, chance: Random) -> ToolCall:
    return msgspec.structs.replace(call, name=f"{call.name}_now")


def _without_argument(call: ToolCall, chance: Random) -> ToolCall:
    gone = chance.choice(sorted(call.arguments))
    return _with(call, {key: value for key, value in call.arguments.items() if key != gone})


def _with_wrong_type(call: ToolCall, chance: Random) -> ToolCall:
    changed = chance.choice(sorted(call.arguments))
    return _with(call, {**call.arguments, changed: {"value": call.arguments[changed]}})


def _with(call: ToolCall, arguments: Mapping[str, Any]) -> ToolCall:
    return msgspec.structs.replace(call, arguments=arguments)
