"""What models cost in a run: tokens and money, by agent, by task and by model.

A reply's cost belongs to the tasks of its turn in equal parts. Where nobody knows the price of a
model, its replies are counted as unpriced, and the sum of money that is known is a lower bound.
"""

from typing import Any, ClassVar

from brooks.core import events
from brooks.core.events import Event
from brooks.core.facts import MAYBE_BILLED, Failure
from brooks.ids import AgentId, TaskId, TurnId


class Cost:
    """Tokens and dollars of one agent, task or model."""

    __slots__ = ("dollars", "tokens", "unpriced")

    def __init__(self) -> None:
        self.tokens = 0.0
        """In and out; a task has its share of each reply."""
        self.dollars = 0.0
        self.unpriced = 0
        """Replies whose price nobody knows."""

    def to_json(self) -> dict[str, Any]:
        """The facts as JSON values; `dollars` is None when no price is known at all."""
        known = self.dollars > 0 or not self.unpriced
        return {
            "tokens": round(self.tokens),
            "dollars": self.dollars if known else None,
            "unpriced_replies": self.unpriced,
        }


class Spending:
    """The costs of a run so far, and what went wrong on the way to its replies."""

    FOLLOWED: ClassVar[frozenset[type[Event]]] = frozenset(
        {
            events.TurnStarted,
            events.RequestSent,
            events.RequestFailed,
            events.ReplyReceived,
            events.RunResumed,
            events.RunFinished,
        }
    )
    """What has to do with costs; of all else it need not be told."""

    def __init__(self) -> None:
        self.total = Cost()
        self.agents: dict[AgentId, Cost] = {}
        self.tasks: dict[TaskId, Cost] = {}
        self.models: dict[str, Cost] = {}
        self.maybe_tokens = 0
        """The most that requests may have cost whose end nobody knows."""
        self.maybe_dollars = 0.0
        self.failures: dict[Failure, int] = {}
        """Attempts that came to nothing, by kind."""
        self.waited: dict[str, float] = {}
        """Seconds that requests were held back, by what they waited for."""
        self._tasks_of: dict[TurnId, tuple[TaskId, ...]] = {}
        self._sent: dict[TurnId, events.RequestSent] = {}
        """The request of each turn that is on its way."""

    def add(self, event: Event) -> None:
        """Fold the next event."""
        match event:
            case events.TurnStarted():
                self._tasks_of[event.turn] = event.tasks
            case events.RequestSent():
                self._sent[event.turn] = event
                if event.waited > 0:
                    self.waited[event.why] = self.waited.get(event.why, 0.0) + event.waited
            case events.RequestFailed():
                self.failures[event.failure] = self.failures.get(event.failure, 0) + 1
                sent = self._sent.pop(event.turn, None)
                if event.failure in MAYBE_BILLED:
                    self._presume(sent)
            case events.ReplyReceived():
                self._pay(event)
            case events.RunResumed() | events.RunFinished():
                for sent in self._sent.values():
                    self._presume(sent)
                self._sent.clear()
            case _:
                pass

    def _presume(self, sent: events.RequestSent | None) -> None:
        if sent is not None:
            self.maybe_tokens += sent.most_tokens
            self.maybe_dollars += sent.most_dollars

    def _pay(self, event: events.ReplyReceived) -> None:
        sent = self._sent.pop(event.turn, None)
        usage = event.usage
        tokens = usage.input_tokens + usage.output_tokens
        tasks = self._tasks_of.get(event.turn, ())
        whole = [self.total, self.agents.setdefault(event.agent, Cost())]
        if sent is not None and sent.model:
            whole.append(self.models.setdefault(sent.model, Cost()))
        shares = [self.tasks.setdefault(task, Cost()) for task in tasks]
        for costs, part in ((whole, 1), (shares, len(tasks))):
            for cost in costs:
                cost.tokens += tokens / part
                cost.dollars += (usage.dollars or 0.0) / part
                cost.unpriced += usage.dollars is None

    def to_json(self) -> dict[str, Any]:
        """The facts as JSON values, under keys that stay."""
        return {
            **self.total.to_json(),
            "maybe_billed": {"tokens": self.maybe_tokens, "dollars": self.maybe_dollars},
            "failed_attempts": {kind.value: count for kind, count in sorted(self.failures.items())},
            "waited_seconds": dict(sorted(self.waited.items())),
            "by_agent": {name: cost.to_json() for name, cost in self.agents.items()},
            "by_task": {name: cost.to_json() for name, cost in self.tasks.items()},
            "by_model": {name: cost.to_json() for name, cost in self.models.items()},
        }
