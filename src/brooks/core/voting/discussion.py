"""Discussion with a limit: vote, and where no rule decided, hear what was said and vote again.

A discussion is a value; what a round comes to makes the next one::

    round 1 ──Undecided──▶ round 2 ──…──▶ round 1 + rounds ──Undecided──▶ undecided
       │                      │                  │
       └──────────────────────┴──────Decided─────┴─────────────────────▶ decided

It always ends. A round ends because each voter in it answers or is lost, once, so with n voters after at
most n steps (`decide` never waits when nobody is missing); and there are at most 1 + `rounds` of them,
whatever the voters say, however often they change their minds. That none can promise to end *decided* is
why there is a limit (with answers that differ for ever, no rule decides).
"""

from brooks.core.message import Message
from brooks.core.voting.ballots import Decided, Result, Tally, Undecided, Waiting


class Discussion(Message, frozen=True, kw_only=True):
    """Where an iterated vote stands."""

    rounds: int
    """How many further rounds may follow the first; 0 for a single vote."""
    held: tuple[Tally, ...] = ()
    """Of each round that is over, the first one first."""
    outcome: Decided | Undecided | None = None
    """What it came to in the end, with the tally of the last round; None while it goes on."""

    @property
    def ended(self) -> bool:
        """Whether no further round follows."""
        return self.outcome is not None

    @property
    def round(self) -> int:
        """The round that is being held, counted from 1; when ended, the last one."""
        return len(self.held) if self.ended else len(self.held) + 1

    @property
    def is_last(self) -> bool:
        """Whether no round may follow this one."""
        return self.round > self.rounds

    def after(self, result: Result) -> "Discussion":
        """As it stands after a round has come to this.

        A round that waits is not over, and nothing follows the end: both leave it as it is.
        """
        if self.ended or isinstance(result, Waiting):
            return self
        over = isinstance(result, Decided) or self.is_last
        return Discussion(
            rounds=self.rounds,
            held=(*self.held, result.tally),
            outcome=result if over else None,
        )
