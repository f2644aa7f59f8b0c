"""What must be true of the spans of a run, judged from the log by other means than the spans were made by.

Takes spans as the protocol's own library decodes them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import RefusalReason

ABOVE = {
    "invoke_workflow": {""},
    "invoke_agent": {"invoke_workflow"},
    "plan": {"invoke_agent"},
    "chat": {"invoke_agent", "plan"},
    "execute_tool": {"invoke_agent"},
    "brooks.merge": {"invoke_agent"},
    "brooks.check": {"brooks.merge"},
    "brooks.last_look": {"invoke_workflow"},
}
"""What each span may be part of, by the first word of its name."""
CLIENT = 3
ERROR = 2
SHARED = ("gen_ai.agent.name", "brooks.turn.id")
"""What a span and the turn that it is part of say alike, where both say it."""


def flaws(records: Sequence[Record], spans: Sequence[Any]) -> list[str]:
    """What is wrong with the spans of a run that has these records."""
    return [
        *shape_flaws(spans),
        *total_flaws(records, spans),
        *place_flaws(records, spans),
    ]


def kind_of(span: Any) -> str:
    """The first word of a span's name."""
    return str(span.name).split(" ", 1)[0]


def attributes(holder: Any) -> dict[str, Any]:
    """The attributes of a span, an event or a link."""
    found = {}
    for pair in holder.attributes:
        which = pair.value.WhichOneof("value")
        value = getattr(pair.value, which)
        if which == "array_value":
            value = tuple(each.string_value for each in value.values)
        found[pair.key] = value
    return found


def shape_flaws(spans: Sequence[Any]) -> Iterator[str]:
    """One trace, one root, each span once, under what it belongs to and within its time."""
    by_id = {span.span_id: span for span in spans}
    if len({span.trace_id for span in spans}) != 1:
        yield "not one trace"
    if len(by_id) != len(spans):
        yield f"{len(spans) - len(by_id)} spans have the id of another"
    if sum(not span.parent_span_id for span in spans) != 1:
        yield "not one root"
    for span in spans:
        kind = kind_of(span)
        parent = by_id.get(span.parent_span_id)
        if span.parent_span_id and parent is None:
            yield f"{span.name}: its parent is not there"
            continue
        if ("" if parent is None else kind_of(parent)) not in ABOVE.get(kind, set()):
            yield f"{span.name}: below {'nothing' if parent is None else parent.name}"
        if parent is not None and span.start_time_unix_nano < parent.start_time_unix_nano:
            yield f"{span.name}: began before {parent.name}"
        if span.end_time_unix_nano < span.start_time_unix_nano:
            yield f"{span.name}: ended before it began"
        if (span.kind == CLIENT) != (kind == "chat"):
            yield f"{span.name}: is of kind {span.kind}"
        own = attributes(span)
        if kind != "chat" and any(name.startswith("gen_ai.usage.") for name in own):
            yield f"{span.name}: usage on a span that is no model's"
        if (span.status.code == ERROR) != ("error.type" in own):
            yield f"{span.name}: status and error.type differ"
        above = {} if parent is None else attributes(parent)
        yield from (
            f"{span.name}: another {name} than its parent"
            for name in SHARED
            if name in own and name in above and own[name] != above[name]
        )
        yield from (
            f"{span.name}: linked to nothing"
            for link in span.links
            if link.span_id not in by_id or link.trace_id != span.trace_id
        )


def total_flaws(records: Iterable[Record], spans: Iterable[Any]) -> Iterator[str]:
    """Counts and sums of the spans are those of the log."""
    wanted, found = _of_log(records), _of_spans(spans)
    for name in sorted(wanted.keys() | found.keys()):
        if abs(wanted[name] - found[name]) > 1e-9 * max(1.0, abs(wanted[name])):
            yield f"{name}: the log has {wanted[name]} and the spans {found[name]}"


def _of_log(records: Iterable[Record]) -> Counter[str]:
    count: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    for record in records:
        event = record.event
        count[type(event).__name__] += 1
        match event:
            case events.ReplyReceived():
                sums["input"] += event.usage.input_tokens
                sums["output"] += event.usage.output_tokens
                sums["cached"] += event.usage.cached_tokens
                sums["dollars"] += event.usage.dollars or 0  # type: ignore[assignment] # a sum
            case events.RequestSent():
                sums["waited"] += event.waited  # type: ignore[assignment] # a sum
            case events.ToolsFinished():
                sums["tools"] += len(event.results)
            case events.ProposalDropped():
                sums["conflicts"] += bool(event.paths)
            case events.Refused():
                stale = event.reason is RefusalReason.STALE_WRITE
                sums["conflicts" if stale else "refused"] += 1
            case _:
                pass
    told = {
        "turns": count["TurnStarted"], "replies": count["ReplyReceived"],
        "requests": count["RequestSent"], "failures": count["RequestFailed"],
        "merges": count["ProposalQueued"], "checks": count["CheckStarted"],
        "last looks": count["VerificationStarted"], "faults": count["FaultInjected"],
        "leases expired": count["LeaseExpired"], "done": count["TaskDone"],
    }  # fmt: skip
    return Counter({**sums, **told})


_COUNTED = {
    "invoke_agent": "turns",
    "execute_tool": "tools",
    "brooks.merge": "merges",
    "brooks.check": "checks",
    "brooks.last_look": "last looks",
}
_HAPPENED = {
    "brooks.conflict": "conflicts",
    "brooks.refused": "refused",
    "brooks.claim.refused": "refused",
    "brooks.request.failed": "failures",
    "brooks.fault": "faults",
    "brooks.lease.expired": "leases expired",
    "brooks.task.done": "done",
}


def _of_spans(spans: Iterable[Any]) -> Counter[str]:
    found: Counter[str] = Counter()
    for span in spans:
        kind, own = kind_of(span), attributes(span)
        if kind in _COUNTED:
            found[_COUNTED[kind]] += 1
        for event in span.events:
            if event.name in _HAPPENED:
                found[_HAPPENED[event.name]] += 1
        if kind != "chat":
            continue
        found["replies"] += "gen_ai.usage.input_tokens" in own
        found["requests"] += own.get("brooks.request.count", 0)
        found["waited"] += own.get("brooks.wait.seconds", 0)
        found["input"] += own.get("gen_ai.usage.input_tokens", 0)
        found["output"] += own.get("gen_ai.usage.output_tokens", 0)
        found["cached"] += own.get("gen_ai.usage.cache_read.input_tokens", 0)
        found["dollars"] += own.get("brooks.cost.dollars", 0)
    return found


def place_flaws(records: Sequence[Record], spans: Sequence[Any]) -> Iterator[str]:
    """Each reply is under its turn, at its time, with its model's provider; each turn has the log's tasks."""
    root = next(span for span in spans if not span.parent_span_id)
    began = root.start_time_unix_nano
    turns = {
        attributes(span)["brooks.turn.id"]: span
        for span in spans
        if kind_of(span) == "invoke_agent"
    }
    chats = {
        (attributes(span)["brooks.turn.id"], attributes(span)["brooks.reply.index"], bool(
            "gen_ai.usage.input_tokens" in attributes(span)
        )): span
        for span in spans
        if kind_of(span) == "chat"
    }  # fmt: skip
    for record in records:
        event = record.event
        at = began + round(record.time * 1e9)
        match event:
            case events.TurnStarted():
                span = turns[event.turn]
                own = attributes(span)
                if span.start_time_unix_nano != at or own.get("brooks.task.ids", ()) != event.tasks:
                    yield f"{event.turn}: another time, or other tasks"
            case events.ReplyReceived():
                chat = chats.get((event.turn, event.index, True))
                if chat is None or chat.end_time_unix_nano != at:
                    yield f"reply {event.index} of {event.turn} is not there at its time"
                elif attributes(chat).get("gen_ai.agent.name") != event.agent:
                    yield f"reply {event.index} of {event.turn} is another agent's"
            case events.TurnEnded() if turns[event.turn].end_time_unix_nano != at:
                yield f"{event.turn} ended at another time"
            case _:
                pass
