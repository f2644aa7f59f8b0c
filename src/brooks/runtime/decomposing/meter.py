"""What drafting costs: counted as it happens, and stopped before it costs more than the user allows."""

from collections.abc import Callable

from brooks.core import commands
from brooks.core.facts import MAYBE_BILLED, Usage


class BudgetReached(Exception):  # noqa: N818 - named for what happened
    """The next request could cost more than is left."""


class Meter:
    """Counts requests, tokens and dollars of one conversation."""

    def __init__(
        self, *, budget: float | None = None, say: Callable[[str], None] = lambda text: None
    ) -> None:
        self._budget = budget
        self._say = say
        self._most = 0.0
        self.attempts = 0
        self.replies = 0
        self.input_tokens = 0
        self.output_tokens = 0
        self.dollars: float | None = 0.0
        """What the replies cost; None when nobody knows."""
        self.maybe_dollars = 0.0
        """What lost replies may have cost beside that, at most."""

    async def tell(self, command: commands.Command) -> None:
        """Take notice of an attempt or a failure; an `Asker` calls this.

        Raises:
            BudgetReached: The attempt could cost more than is left.
        """
        if isinstance(command, commands.SendRequest):
            self._refuse(command.most_dollars)
            self._most = command.most_dollars
            self.attempts += 1
        elif isinstance(command, commands.RecordFailure):
            if command.failure in MAYBE_BILLED:
                self.maybe_dollars += self._most
            what = f"{command.failure.value.replace('_', ' ')}: {command.text}"
            wait = "" if command.wait is None else f"; asked again in {command.wait:.0f} s"
            self._say(f"attempt {command.attempt} failed: {what}{wait}")

    def paid(self, usage: Usage) -> None:
        """Count a reply."""
        self.replies += 1
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens
        if usage.dollars is None or self.dollars is None:
            self.dollars = None
        else:
            self.dollars += usage.dollars

    def _refuse(self, most: float) -> None:
        if self._budget is None:
            return
        spent = (self.dollars or 0.0) + self.maybe_dollars
        if spent + most > self._budget:
            raise BudgetReached(
                f"${spent:.4g} of ${self._budget:g} may be spent, and the next request could cost "
                f"${most:.4g}"
            )
