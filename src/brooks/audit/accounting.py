"""Conservation of money and tokens: every cost belongs to one request, and is counted once.

Each request that was sent is answered, came to nothing, or has no end in the log (it is still open,
or the coordinator died over it). A reply or a failure that no open request waits for would be
counted out of nothing, or twice. Costs are never negative, and what a cache gave or took is part of
the input. An agent that goes on while it is cut off asks without being heard; where the board says
afterwards that it should not have, the request was sent all the same. The sums are this module's own
count of the replies: the board's ledger is to hold the same.
"""

import math
from collections.abc import Sequence

from brooks.audit.verdict import Findings, Guarantee, Verdict
from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import Usage
from brooks.core.message import Message
from brooks.core.team_rules import CutOff
from brooks.ids import Position, TurnId

_Question = tuple[TurnId, int]


class Cost(Message, frozen=True, kw_only=True):
    """What a history says was spent."""

    sent: int = 0
    answered: int = 0
    failed: int = 0
    tokens: int = 0
    """Input and output of all replies."""
    dollars: float = 0.0
    unpriced: int = 0
    """Replies whose price nobody knows."""

    @property
    def without_end(self) -> int:
        """Requests of which nobody knows what became of them."""
        return self.sent - self.answered - self.failed


class _Book:
    """One reading of a history."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.found = Findings(Guarantee.MONEY_CONSERVED)
        self.sent = self.answered = self.failed = self.tokens = self.unpriced = 0
        self.dollars: list[float] = []
        self._open: dict[_Question, int] = {}
        self._ended: dict[_Question, Position] = {}
        self._goes_on = False
        """Whether an agent that is cut off sends requests that the board hears of only later."""
        self._presumed: dict[TurnId, int] = {}
        """Such requests, refused when the board heard of them, and sent all the same."""
        for record in records:
            self._read(record)

    def _read(self, record: Record) -> None:
        event = record.event
        match event:
            case events.RunStarted():
                self._goes_on = event.rules.cut_off is CutOff.GO_ON
            case events.Refused(command="SendRequest") if self._goes_on and event.turn is not None:
                self._presumed[event.turn] = self._presumed.get(event.turn, 0) + 1
            case events.RequestSent():
                question = (event.turn, event.index)
                self.sent += 1
                self._open[question] = self._open.get(question, 0) + 1
            case events.ReplyReceived():
                self.answered += 1
                self._end(record, (event.turn, event.index), "a reply to")
                self._pay(record, event.usage)
            case events.RequestFailed():
                self.failed += 1
                self._end(record, (event.turn, event.index), "a failure of")
            case _:
                pass

    def _end(self, record: Record, question: _Question, what: str) -> None:
        waiting = self._open.get(question, 0)
        if waiting:
            self._open[question] = waiting - 1
        elif self._presumed.get(question[0]):
            self._presumed[question[0]] -= 1
            self.sent += 1
        else:
            turn, index = question
            before = self._ended.get(question)
            why = "which was never sent" if before is None else "which had ended before"
            witness = [record.position] if before is None else [before, record.position]
            self.found.violated(witness, f"{what} request {index} of {turn} was counted, {why}")
        self._ended[question] = record.position

    def _pay(self, record: Record, usage: Usage) -> None:
        self.tokens += usage.input_tokens + usage.output_tokens
        if usage.dollars is None:
            self.unpriced += 1
        else:
            self.dollars.append(usage.dollars)
        if not _is_sound(usage):
            sentence = f"a reply was counted with an impossible cost: {usage!r}"
            self.found.violated([record.position], sentence)

    def cost(self) -> Cost:
        return Cost(
            sent=self.sent,
            answered=self.answered,
            failed=self.failed,
            tokens=self.tokens,
            dollars=math.fsum(self.dollars),
            unpriced=self.unpriced,
        )


def _is_sound(usage: Usage) -> bool:
    dollars = 0.0 if usage.dollars is None else usage.dollars
    counts = (usage.output_tokens, usage.cached_tokens, usage.written_tokens)
    from_cache = usage.cached_tokens + usage.written_tokens
    return min(counts) >= 0 and usage.input_tokens >= from_cache and 0.0 <= dollars < math.inf


def count_cost(records: Sequence[Record]) -> Cost:
    """What the replies of a history add up to."""
    return _Book(records).cost()


def check_money_conserved(records: Sequence[Record]) -> Verdict:
    """Every reply and every failure ends one request that was sent, and costs are sound."""
    book = _Book(records)
    cost = book.cost()
    unpriced = f" and {cost.unpriced} replies without a price" if cost.unpriced else ""
    return book.found.verdict(
        f"of {cost.sent} requests {cost.answered} were answered, {cost.failed} failed and "
        f"{cost.without_end} have no end; they cost {cost.tokens} tokens, "
        f"${cost.dollars:.4g}{unpriced}"
    )


__all__ = ["Cost", "check_money_conserved", "count_cost"]
