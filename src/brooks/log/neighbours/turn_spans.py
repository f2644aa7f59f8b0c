"""The spans of what agents do: turns, a lead's planning, requests to models, tool calls."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from brooks.core import events
from brooks.core.events import Event
from brooks.core.facts import EndReason, Role
from brooks.ids import AgentId, Fence, Position, TaskId, TurnId
from brooks.log.neighbours.conversation import Call, KeptReply, task_text
from brooks.log.neighbours.otel_names import (
    FINISH_REASONS,
    Happened,
    Name,
    Operation,
    provider_and_model,
)
from brooks.log.neighbours.spans import Kind, Link, Span, known
from brooks.log.neighbours.trace import RUN, Trace

_WELL = frozenset({EndReason.FINISHED, EndReason.REVOKED, EndReason.SUPERSEDED})
"""Ends of a turn that are no failure of it."""


class _Reply(NamedTuple):
    """A reply whose tool calls are being carried out."""

    position: Position
    time: float
    calls: tuple[Call, ...]


class TurnSpans:
    """Folds what agents do into spans of a trace."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._turns: dict[TurnId, Span] = {}
        self._turn_of: dict[AgentId, TurnId] = {}
        self._plans: dict[TurnId, Span] = {}
        self._chats: dict[tuple[TurnId, int], Span] = {}
        self._replies: dict[tuple[TurnId, int], _Reply] = {}
        self._copies: dict[Fence, int] = {}
        self._originals: dict[TaskId, str] = {}
        self._attempts: dict[TaskId, int] = {}
        self._keys: dict[TurnId, str] = {}
        self.folds: Mapping[type[Event], Callable[[Any, Position], None]] = {
            events.TasksLeased: self.lease,
            events.TurnStarted: self.open,
            events.TurnEnded: self.end,
            events.RequestSent: self.ask,
            events.RequestFailed: self.fail,
            events.ReplyReceived: self.answer,
            events.ToolsFinished: self.carry_out,
        }
        """What each event does to the spans."""

    def of(self, agent: AgentId | None, turn: TurnId | None) -> Span | None:
        """The open span of a turn, or of the turn that an agent is in."""
        if turn is None and agent is not None:
            turn = self._turn_of.get(agent)
        return None if turn is None else self._turns.get(turn)

    def finish(self) -> None:
        """End what is open where the log ends."""
        for chat in self._chats.values():
            self._close_unanswered(chat)
        for span in (*self._plans.values(), *self._turns.values()):
            self._trace.cut(span)

    def lease(self, event: events.TasksLeased, position: Position) -> None:
        """Keep which copy of a task a lease is of."""
        self._copies[event.fence] = event.copy

    def open(self, event: events.TurnStarted, position: Position) -> None:
        """A turn begins."""
        span = Span(
            key=f"turn/{position}",
            name=f"{Operation.AGENT} {event.agent}",
            start=self._trace.time,
            parent=RUN,
            attributes=self._trace.named(
                Operation.AGENT,
                agent=event.agent,
                turn=event.turn,
                role=event.role.value,
                tasks=event.tasks or None,
                head=event.head,
                fence=event.fence or None,
                round=event.round or None,
            ),
        )
        if len(event.tasks) == 1:
            self._mark_task(span, event.tasks[0], self._copies.get(event.fence, 0))
        if self._trace.content and event.tasks:
            text = "\n\n".join(task_text(self._trace.tasks[task]) for task in event.tasks)
            span.attributes[Name.INPUT_MESSAGES] = _json(
                [{"role": "user", "parts": [{"type": "text", "content": text}]}]
            )
        self._turns[event.turn] = span
        self._keys[event.turn] = span.key
        self._turn_of[event.agent] = event.turn
        if event.role is Role.LEAD:
            self._plans[event.turn] = Span(
                key=f"plan/{position}",
                name=f"{Operation.PLAN} {event.agent}",
                start=self._trace.time,
                parent=span.key,
                attributes=self._trace.named(Operation.PLAN, agent=event.agent, turn=event.turn),
            )

    def _mark_task(self, span: Span, task: TaskId, copy: int) -> None:
        """Say which attempt at a task a turn is; one on a further copy is linked to the first's turn."""
        self._attempts[task] = self._attempts.get(task, 0) + 1
        span.attributes |= known(task=task, attempt=self._attempts[task], copy=copy)
        original = self._originals.get(task)
        if copy == 0 or original is None:
            self._originals[task] = span.key
            return
        assert self._trace.spec is not None, "a turn follows the start of its run"
        replicas = self._trace.spec.team.rules.redundancy.replicas
        link = "replica" if replicas > 1 else "backup"
        span.links.append(Link(original, {Name.LINK: link}))

    def end(self, event: events.TurnEnded, position: Position) -> None:
        """A turn is over; what it still asks stays open, for a reply that comes too late."""
        span = self._turns.pop(event.turn, None)
        if self._turn_of.get(event.agent) == event.turn:
            del self._turn_of[event.agent]
        if span is None:
            return
        error = "" if event.reason in _WELL else event.reason.value
        plan = self._plans.pop(event.turn, None)
        if plan is not None:
            self._trace.close(plan, error=error)
        for (turn, _), chat in self._chats.items():
            if turn == event.turn:
                chat.end = self._trace.time
        span.attributes[Name.END_REASON] = event.reason.value
        self._trace.close(span, error=error)

    def above(self, turn: TurnId, *, thinking: bool) -> str:
        """The key of what something in a turn is part of."""
        plan = self._plans.get(turn) if thinking else None
        return plan.key if plan is not None else self._keys.get(turn, RUN)

    def ask(self, event: events.RequestSent, position: Position) -> None:
        """A model is asked, for the first time or again."""
        place = event.turn, event.index
        chat = self._chats.get(place)
        if chat is None:
            chat = self._chats[place] = self._new_chat(event, f"chat/{position}")
        asked = event.model or self._usual_model(event.agent)
        provider, model = provider_and_model(asked)
        chat.name = f"{Operation.CHAT} {model}"
        waited = float(chat.attributes.get(Name.WAIT, 0.0)) + event.waited  # type: ignore[arg-type] # ours
        count = int(chat.attributes.get(Name.REQUESTS, 0)) + 1  # type: ignore[arg-type] # ours
        chat.attributes |= known(provider=provider, model=model, requests=count, wait=waited)
        chat.attributes |= known(wait_reason=event.why or None)

    def _new_chat(self, event: events.RequestSent | events.ReplyReceived, key: str) -> Span:
        return Span(
            key=key,
            name=Operation.CHAT,
            start=self._trace.time,
            parent=self.above(event.turn, thinking=True),
            kind=Kind.CLIENT,
            attributes=self._trace.named(
                Operation.CHAT, agent=event.agent, turn=event.turn, reply_index=event.index
            ),
        )

    def _usual_model(self, agent: AgentId) -> str:
        assert self._trace.spec is not None, "a request follows the start of its run"
        own = (each.model for each in self._trace.spec.team.members if each.id == agent)
        return next(own, None) or self._trace.spec.model

    def fail(self, event: events.RequestFailed, position: Position) -> None:
        """An attempt came to nothing."""
        chat = self._chats.get((event.turn, event.index))
        if chat is None:
            return
        chat.error = event.failure.value
        attributes = known(
            reason=event.failure.value,
            request_number=event.attempt,
            status=event.status,
            wait=event.wait,
        )
        self._trace.note(chat, Happened.REQUEST_FAILED, attributes)

    def answer(self, event: events.ReplyReceived, position: Position) -> None:
        """A reply is there; one that nobody is known to have asked for has a span without length."""
        chat = self._chats.pop((event.turn, event.index), None)
        chat = chat or self._new_chat(event, f"chat/{position}")
        reply = msgspec.json.decode(self._trace.log.blob(event.reply), type=KeptReply)
        usage = event.usage
        chat.attributes |= known(
            finish=(FINISH_REASONS.get(reply.stop, reply.stop),),
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cached_tokens=usage.cached_tokens,
            written_tokens=usage.written_tokens,
            cost=usage.dollars,
        )
        if self._trace.content:
            chat.attributes[Name.OUTPUT_MESSAGES] = _json([_message(reply)])
        if reply.calls:
            self._replies[event.turn, event.index] = _Reply(position, self._trace.time, reply.calls)
        self._trace.close(chat)

    def carry_out(self, event: events.ToolsFinished, position: Position) -> None:
        """The calls of a reply were carried out."""
        reply = self._replies.pop((event.turn, event.index), None)
        if reply is None:
            return
        results = {result.call: result for result in event.results}
        for number, call in enumerate(reply.calls):
            result = results.get(call.id)
            if result is None:
                continue
            span = Span(
                key=f"tool/{reply.position}/{number}",
                name=f"{Operation.TOOL} {call.name}",
                start=reply.time,
                parent=self.above(event.turn, thinking=False),
                attributes=self._trace.named(
                    Operation.TOOL,
                    agent=event.agent,
                    turn=event.turn,
                    tool=call.name,
                    tool_type="function",
                    tool_call=call.id,
                    reply_index=event.index,
                    together=len(reply.calls),
                ),
            )
            if self._trace.content:
                span.attributes[Name.TOOL_ARGUMENTS] = _json(call.arguments)
                span.attributes[Name.TOOL_RESULT] = self._trace.text(result.text)
            self._trace.close(span, error="" if result.ok else "tool_refused")

    def _close_unanswered(self, chat: Span) -> None:
        """End a request that nobody answered: when its turn was over, or here."""
        self._trace.ended.append(
            chat.close(chat.end or self._trace.time, error=chat.error or "no_reply")
        )


def _message(reply: KeptReply) -> dict[str, object]:
    """A reply as the conventions' output messages have it."""
    parts: list[dict[str, object]] = []
    if reply.text:
        parts.append({"type": "text", "content": reply.text})
    parts += [
        {"type": "tool_call", "id": call.id, "name": call.name, "arguments": call.arguments}
        for call in reply.calls
    ]
    reason = FINISH_REASONS.get(reply.stop, reply.stop)
    return {"role": "assistant", "parts": parts, "finish_reason": reason}


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
