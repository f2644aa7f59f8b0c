"""What an agent's output says: its last message, and what its work cost.

The output comes from outside, and from programs whose next version may print something else. So
nothing here is an error: what cannot be read is unknown, and the message is then what was printed.
Numbers that cannot be counts or prices (negative, infinite, absurd) are not taken either.

`Usage.input_tokens` includes what was read from a cache and written to it. OpenAI and Google count
so themselves; Anthropic and OpenCode count the three apart, and they are added up here.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, assert_never

from brooks.core.facts import Usage
from brooks.models.command.agents import UsageFormat

MOST_TEXT = 20_000
"""Characters of a message that are kept."""
_MOST_TOKENS = 10**12
_MOST_DOLLARS = 10**6

_Object = dict[str, Any]


class AgentOutput(NamedTuple):
    """What an agent said."""

    text: str
    usage: Usage


def read_output(usage: UsageFormat, printed: str) -> AgentOutput:
    """What was printed, understood as far as it can be."""
    match usage:
        case UsageFormat.PLAIN:
            found = None
        case UsageFormat.CLAUDE:
            found = _claude(printed)
        case UsageFormat.CODEX:
            found = _codex(printed)
        case UsageFormat.GEMINI:
            found = _gemini(printed)
        case UsageFormat.OPENCODE:
            found = _opencode(printed)
        case UsageFormat.RESULT:
            result = _claude(printed)
            found = None if result is None else AgentOutput(result.text, Usage())
        case _:
            assert_never(usage)
    if found is None:
        found = AgentOutput(printed, Usage())
    return found._replace(text=ending(found.text.strip(), MOST_TEXT))


def ending(text: str, most: int) -> str:
    """The text, or its end where it is too long: what matters to a reader comes last."""
    if len(text) <= most:
        return text
    return f"… {text[len(text) - most + 2 :]}"


def _claude(printed: str) -> AgentOutput | None:
    results = [each for each in _objects(printed) if each.get("type") == "result"]
    if not results:
        return None
    last = results[-1]
    counts = _object(last.get("usage"))
    read, written = (
        _count(counts, "cache_read_input_tokens"),
        _count(counts, "cache_creation_input_tokens"),
    )
    usage = Usage(
        input_tokens=_count(counts, "input_tokens") + read + written,
        output_tokens=_count(counts, "output_tokens"),
        cached_tokens=read,
        written_tokens=written,
        dollars=_dollars(last.get("total_cost_usd")),
    )
    return AgentOutput(_text(last.get("result")), usage)


def _codex(printed: str) -> AgentOutput | None:
    text, usage, seen = "", Usage(), False
    for each in _objects(printed):
        item = _object(each.get("item"))
        if each.get("type") == "turn.completed":
            counts = _object(each.get("usage"))
            cached = _count(counts, "cached_input_tokens")
            taken = max(_count(counts, "input_tokens"), cached)
            usage = _sum(usage, Usage(input_tokens=taken, cached_tokens=cached))
            usage = _sum(usage, Usage(output_tokens=_count(counts, "output_tokens")))
        elif each.get("type") == "item.completed" and item.get("type") == "agent_message":
            text = _text(item.get("text")) or text
        else:
            continue
        seen = True
    return AgentOutput(text, usage) if seen else None


def _gemini(printed: str) -> AgentOutput | None:
    found = next((each for each in _objects(printed) if "response" in each), None)
    if found is None:
        return None
    usage = Usage()
    for model in _object(_object(found.get("stats")).get("models")).values():
        counts = _object(_object(model).get("tokens"))
        cached = _count(counts, "cached")
        one = Usage(
            input_tokens=max(_count(counts, "prompt") + _count(counts, "tool"), cached),
            output_tokens=_count(counts, "candidates") + _count(counts, "thoughts"),
            cached_tokens=cached,
        )
        usage = _sum(usage, one)
    return AgentOutput(_text(found.get("response")), usage)


def _opencode(printed: str) -> AgentOutput | None:
    text, usage, seen = "", Usage(), False
    for each in _objects(printed):
        part = _object(each.get("part"))
        if each.get("type") == "step_finish":
            counts = _object(part.get("tokens"))
            cache = _object(counts.get("cache"))
            read, written = _count(cache, "read"), _count(cache, "write")
            one = Usage(
                input_tokens=_count(counts, "input") + read + written,
                output_tokens=_count(counts, "output") + _count(counts, "reasoning"),
                cached_tokens=read,
                written_tokens=written,
                dollars=_dollars(part.get("cost")),
            )
            usage = one if not seen else _sum(usage, one)
            seen = True
        elif each.get("type") == "text":
            text = _text(part.get("text")) or text
    return AgentOutput(text, usage) if seen or text else None


def _sum(one: Usage, other: Usage) -> Usage:
    known = [each for each in (one.dollars, other.dollars) if each is not None]
    return Usage(
        input_tokens=one.input_tokens + other.input_tokens,
        output_tokens=one.output_tokens + other.output_tokens,
        cached_tokens=one.cached_tokens + other.cached_tokens,
        written_tokens=one.written_tokens + other.written_tokens,
        dollars=sum(known) if len(known) == 2 else None,
    )


def _objects(printed: str) -> Iterator[_Object]:
    """The objects that were printed: as one document, as a list, or one a line among other lines."""
    for value in _documents(printed):
        each: Iterable[Any] = value if isinstance(value, list) else (value,)
        yield from (one for one in each if isinstance(one, dict))


def _documents(printed: str) -> Iterator[Any]:
    start = min((at for at in map(printed.find, "{[") if at >= 0), default=-1)
    if start < 0:
        return
    whole = _parse(printed[start:].strip())
    if whole is not None:
        yield whole
        return
    lines = [parsed for line in printed.splitlines() if (parsed := _parse(line)) is not None]
    if lines:
        yield from lines
        return
    # A warning before it, a farewell behind it.
    opening = printed.find("\n{") + 1 or printed.find("{")
    yield _parse(printed[opening : printed.rfind("}") + 1])


def _parse(text: str) -> Any:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _object(value: object) -> _Object:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(counts: _Object, name: str) -> int:
    value = counts.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_TOKENS:
        return value
    return 0


def _dollars(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= _MOST_DOLLARS else None
