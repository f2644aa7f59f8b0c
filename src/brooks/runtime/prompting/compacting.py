"""A conversation that has grown too long, with its older part shortened.

`compact` is a pure function of the whole conversation, called before each request. It goes through
the conversation as it grew, exchange by exchange (a reply, and all that came before the next one).
When what would have been asked was over the limit, the oldest exchanges are shortened until the
whole is down to `STEP_PERCENT` of the limit. What is shortened stays so, and until the limit is
reached again each request begins with the whole of the one before it, as a provider's prompt cache
wants it.

What is rewritten and what not:

- the opening messages: never;
- the last two exchanges: only if the limit is not reached otherwise; then their long texts are cut;
- texts of at most `SHORT` characters, and the order, names and ids of calls and outcomes: never.

A shortened exchange keeps the first and last part of most texts, because they tell what it was. A
file's content is named and left out: it can be read again.

A text is always shortened from what it was, never from what was shortened before, so that its note
counts right. Shortening twice changes nothing: either the first time fitted, and then every
beginning of it fits too, or all there is to shorten is as short as it gets.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from brooks.models.base import (
    Answered,
    Outcome,
    Returned,
    Said,
    ToolCall,
    Turned,
    count_tokens,
    reply_text,
)
from brooks.runtime.prompting.cutting import NOTE_ROOM, cut_middle

STEP_PERCENT = 60
"""How full the limit is after a step; the lower, the rarer are steps and the more is forgotten."""
UNTOUCHED = 2
"""Exchanges at the end that are kept whole while they fit."""
SHORT = 500
"""Characters of a text that is short enough."""
LENGTHS = (32_000, 16_000, 8_000, 4_000, 2_000, 1_000, SHORT)
"""What the long texts of the last exchanges are cut to: the first of these that fits."""

_REPEATABLE = frozenset({"list_files", "read_file", "search", "see_board"})
_WRITING = frozenset({"write_file", "edit_file"})
_WRITTEN: Mapping[str, str] = {
    "content": "written to the file",
    "new": "written to the file",
    "old": "replaced in the file",
}
_LEFT_OUT = "left out here"
_NOTE = re.compile(rf"\[[\d,]+ characters, ({'|'.join((*_WRITTEN.values(), _LEFT_OUT))})\]")
_PATH_SHOWN = 200

_Exchange = tuple[Turned, ...]


def compact(conversation: tuple[Turned, ...], most_tokens: int) -> tuple[Turned, ...]:
    """The conversation in at most so many tokens, by estimate, or in as few as it can be made."""
    if _tokens(conversation) <= most_tokens:
        return conversation
    opening, exchanges = _split(conversation)
    room = most_tokens - _tokens(opening)
    after_step = most_tokens * STEP_PERCENT // 100 - _tokens(opening)
    shown: list[_Exchange] = []
    sizes: list[int] = []
    shortened = 0
    for exchange in exchanges:
        shown.append(exchange)
        sizes.append(_tokens(exchange))
        if sum(sizes) <= room:
            continue
        while shortened < len(shown) - UNTOUCHED and sum(sizes) > after_step:
            shown[shortened] = _shortened(exchanges[shortened])
            sizes[shortened] = _tokens(shown[shortened])
            shortened += 1
        if sum(sizes) > room:
            kept = sum(sizes[:shortened])
            shown[shortened:] = _cut_to_fit(exchanges[shortened : len(shown)], room - kept)
            sizes[shortened:] = [_tokens(each) for each in shown[shortened:]]
    return (*opening, *(item for exchange in shown for item in exchange))


def is_note(text: str) -> bool:
    """Whether a text is what `compact` puts in place of a file's content, which no file should hold."""
    return _NOTE.fullmatch(text.strip()) is not None


def _split(conversation: tuple[Turned, ...]) -> tuple[tuple[Turned, ...], list[_Exchange]]:
    """What came before the first reply, and the exchanges."""
    starts = [at for at, item in enumerate(conversation) if isinstance(item, Answered)]
    bounds = [*starts, len(conversation)]
    return conversation[: bounds[0]], [conversation[one:next_] for one, next_ in pairwise(bounds)]


def _tokens(items: Iterable[Turned]) -> int:
    return sum(map(_item_tokens, items))


def _item_tokens(item: Turned) -> int:
    match item:
        case Said():
            return count_tokens(item.text)
        case Answered():
            return count_tokens(reply_text(item.reply))
        case Returned():
            return sum(count_tokens(outcome.text) for outcome in item.outcomes)


def _cut_to_fit(exchanges: Sequence[_Exchange], room: int) -> list[_Exchange]:
    """The last exchanges with their long texts cut alike, as little as makes them fit."""
    cut: list[_Exchange] = []
    for most in LENGTHS:
        cut = [_cut(exchange, most) for exchange in exchanges]
        if sum(map(_tokens, cut)) <= room:
            break
    return cut


def _cut(exchange: _Exchange, most: int) -> _Exchange:
    def argument(call: ToolCall, name: str, text: str) -> str:
        return _middle(text, most)

    def outcome(call: ToolCall | None, outcome: Outcome) -> str:
        is_file = call is not None and call.name == "read_file" and outcome.ok
        return _end(outcome.text, most) if is_file else _middle(outcome.text, most)

    return _rewritten(exchange, most, argument=argument, outcome=outcome)


def _shortened(exchange: _Exchange) -> _Exchange:
    well = {
        outcome.call
        for item in exchange
        if isinstance(item, Returned)
        for outcome in item.outcomes
        if outcome.ok
    }

    def argument(call: ToolCall, name: str, text: str) -> str:
        if call.name not in _WRITING or name not in _WRITTEN or len(text) <= SHORT:
            return _middle(text, SHORT)
        return f"[{len(text):,} characters, {_WRITTEN[name] if call.id in well else _LEFT_OUT}]"

    def outcome(call: ToolCall | None, outcome: Outcome) -> str:
        text = outcome.text
        if call is None or call.name not in _REPEATABLE or not outcome.ok or len(text) <= SHORT:
            return _middle(text, SHORT)
        path = call.arguments.get("path")
        of = f" of {path[:_PATH_SHOWN]}" if isinstance(path, str) else ""
        again = "read it" if call.name == "read_file" else "call it"
        return f"[{call.name}{of}: {len(text):,} characters, {again} again if you need it]"

    return _rewritten(exchange, SHORT, argument=argument, outcome=outcome)


def _rewritten(
    exchange: _Exchange,
    most: int,
    *,
    argument: Callable[[ToolCall, str, str], str],
    outcome: Callable[[ToolCall | None, Outcome], str],
) -> _Exchange:
    """The exchange with other texts in the same places; what was only said is cut to `most`."""
    calls: dict[str, ToolCall] = {}
    items: list[Turned] = []
    for item in exchange:
        match item:
            case Said():
                items.append(replace(item, text=_middle(item.text, most)))
            case Answered():
                reply = item.reply
                calls = {call.id: call for call in reply.calls}
                told = tuple(_with_arguments(call, argument) for call in reply.calls)
                text = _middle(reply.text, most)
                items.append(Answered(reply=replace(reply, text=text, calls=told)))
            case Returned():
                outcomes = (
                    replace(each, text=outcome(calls.get(each.call), each))
                    for each in item.outcomes
                )
                items.append(Returned(outcomes=tuple(outcomes)))
    return tuple(items)


def _with_arguments(call: ToolCall, argument: Callable[[ToolCall, str, str], str]) -> ToolCall:
    """The call with its texts, and those of its lists, rewritten."""

    def rewritten(name: str, value: Any) -> Any:
        if isinstance(value, str):
            return argument(call, name, value)
        if isinstance(value, list | tuple):
            return [argument(call, name, one) if isinstance(one, str) else one for one in value]
        return value

    arguments = {name: rewritten(name, value) for name, value in call.arguments.items()}
    return replace(call, arguments=arguments)


def _middle(text: str, most: int) -> str:
    head = (most - NOTE_ROOM) // 4
    return cut_middle(text, head=head, tail=most - NOTE_ROOM - head)


def _end(text: str, most: int) -> str:
    """A file's text cut as the tools cut what is too long, so that it is not taken for the whole file."""
    if len(text) <= most:
        return text
    shown = text[: most - NOTE_ROOM]
    return f"{shown}\n… cut: {len(text) - len(shown)} more characters"
