"""The run's account: what model requests have cost, and what those on their way may cost.

A request is let go only if the budget bears the most it may cost beside everything that is spent or
on its way: that is what its reservation is for. When its reply is there, the reservation becomes
what it really cost. A request whose end nobody knows (the connection broke, the coordinator died)
may have been billed all the same: its reservation is kept as spent, and said separately.

Tokens are input and output together; money is in dollars. A reply whose price nobody knows costs
tokens and an unknown amount of money, never nothing: it is counted in `unpriced`.
"""

from enum import Enum, auto
from typing import NamedTuple

from brooks.core.facts import Usage
from brooks.core.spec import Budget
from brooks.ids import TurnId


class Amount(NamedTuple):
    """Tokens, and dollars."""

    tokens: int = 0
    dollars: float = 0.0


class Room(Enum):
    """Whether the budget bears another request."""

    ENOUGH = auto()
    LATER = auto()
    """Perhaps when a request that is on its way turns out cheaper than it may be."""
    NONE = auto()


class Ledger:
    """What was spent and what is reserved. Changed by `brooks.core.applying` alone."""

    __slots__ = ("dollars", "held", "maybe_dollars", "maybe_tokens", "tokens", "unpriced")

    def __init__(self) -> None:
        self.tokens = 0
        self.dollars = 0.0
        self.maybe_tokens = 0
        """Reserved for requests whose end nobody knows."""
        self.maybe_dollars = 0.0
        self.unpriced = 0
        """Replies whose price nobody knows."""
        self.held: dict[TurnId, Amount] = {}
        """What the request on its way in each turn may cost at most."""

    def hold(self, turn: TurnId, amount: Amount) -> None:
        """A request goes out."""
        self._presume(turn)
        self.held[turn] = amount

    def pay(self, turn: TurnId, usage: Usage) -> None:
        """Its reply is there."""
        self.held.pop(turn, None)
        self.tokens += usage.input_tokens + usage.output_tokens
        if usage.dollars is None:
            self.unpriced += 1
        else:
            self.dollars += usage.dollars

    def release(self, turn: TurnId, *, maybe_billed: bool) -> None:
        """It came to nothing."""
        if maybe_billed:
            self._presume(turn)
        else:
            self.held.pop(turn, None)

    def presume_all(self) -> None:
        """Whatever was on its way when the run ended or the coordinator died may have been billed."""
        for turn in tuple(self.held):
            self._presume(turn)

    def _presume(self, turn: TurnId) -> None:
        held = self.held.pop(turn, None)
        if held is not None:
            self.maybe_tokens += held.tokens
            self.maybe_dollars += held.dollars

    def room(self, budget: Budget, asked: Amount) -> Room:
        """Whether the budget bears a request that may cost `asked` at most."""
        if budget.tokens is None and budget.dollars is None:
            return Room.ENOUGH
        tokens = self.tokens + self.maybe_tokens
        dollars = self.dollars + self.maybe_dollars
        held_tokens = sum(amount.tokens for amount in self.held.values())
        held_dollars = sum(amount.dollars for amount in self.held.values())
        if _fits(budget, Amount(tokens + held_tokens, dollars + held_dollars), asked):
            return Room.ENOUGH
        if self.held and _fits(budget, Amount(tokens, dollars), asked):
            return Room.LATER
        return Room.NONE

    def spent(self, budget: Budget) -> str:
        """How much of which limit is spent, in words; about the limits that there are."""
        parts = []
        if budget.dollars is not None:
            parts.append(f"${self.dollars + self.maybe_dollars:.4g} of ${budget.dollars:.4g}")
        if budget.tokens is not None:
            parts.append(f"{self.tokens + self.maybe_tokens:,} of {budget.tokens:,} tokens")
        held = sum(amount.tokens for amount in self.held.values())
        on_its_way = f", and {held:,} tokens held for requests on their way" if held else ""
        return " and ".join(parts) + on_its_way


def _fits(budget: Budget, taken: Amount, asked: Amount) -> bool:
    """A request that may cost nothing fits as long as the budget is not used up."""
    tokens, dollars = taken.tokens + asked.tokens, taken.dollars + asked.dollars
    in_tokens = budget.tokens is None or (tokens <= budget.tokens and taken.tokens < budget.tokens)
    in_dollars = budget.dollars is None or (
        dollars <= budget.dollars and taken.dollars < budget.dollars
    )
    return in_tokens and in_dollars
