"""Ballots, what is counted of them, and the three things that may come of a count.

A *digest* is what is compared: two answers are the same answer when their digests are equal. A voter
is counted once, with its first ballot. What it says later, and what comes from one that was not asked,
changes nothing; the tally says how many of those there were.
"""

from collections.abc import Mapping, Sequence
from math import fsum

from brooks.core.message import Message
from brooks.ids import AgentId

Electorate = Mapping[AgentId, float]
"""Who may vote, and with what weight; no fewer than are asked."""


class Ballot(Message, frozen=True, kw_only=True):
    """What one voter says."""

    agent: AgentId
    digest: str
    """Of its answer."""
    weight: float = 1.0
    """For the weighted rule: finite, and not below zero."""
    verified: bool = False
    """For the first verified: whether the answer has passed its check."""


class Share(Message, frozen=True, kw_only=True):
    """One answer and those who gave it."""

    digest: str
    agents: tuple[AgentId, ...]
    """In the order their ballots came."""
    weight: float
    """The sum of their weights; their number where every weight is 1."""


class Tally(Message, frozen=True, kw_only=True):
    """What the ballots of one round come to."""

    shares: tuple[Share, ...]
    """What most say comes first; of equals the heavier one, and then that which was said first."""
    voters: int
    """How many were asked."""
    lost: int = 0
    """How many of them will never answer."""
    repeated: int = 0
    """Ballots not counted, because their voter had cast one before."""
    strangers: int = 0
    """Ballots not counted, because nobody had asked for them."""

    @property
    def heard(self) -> int:
        """How many voters were counted."""
        return sum(len(share.agents) for share in self.shares)

    @property
    def missing(self) -> int:
        """How many may still answer."""
        return max(0, self.voters - self.heard - self.lost)


class Decided(Message, frozen=True, kw_only=True, tag="decided"):
    """There is one answer, and no further ballot can change it."""

    digest: str
    tally: Tally


class Undecided(Message, frozen=True, kw_only=True, tag="undecided"):
    """There is none, and no further ballot can bring one."""

    tally: Tally


class Waiting(Message, frozen=True, kw_only=True, tag="waiting"):
    """It depends on those who have not answered."""

    tally: Tally
    missing: int
    """How many those are; at least one."""


Result = Decided | Undecided | Waiting


class Count:
    """Ballots sorted into those that count and those that do not."""

    def __init__(
        self,
        ballots: Sequence[Ballot],
        *,
        voters: int,
        electorate: Electorate | None = None,
        lost: int,
    ) -> None:
        self.counted: dict[AgentId, Ballot] = {}
        """By voter, in the order of arrival."""
        self.voters = voters if electorate is None else min(voters, len(electorate))
        """How many were asked."""
        self._electorate = electorate
        self._lost = lost
        self._repeated = self._strangers = 0
        for ballot in ballots:
            self._add(ballot)

    def _add(self, ballot: Ballot) -> None:
        if ballot.agent in self.counted:
            self._repeated += 1
        elif self._was_asked(ballot.agent):
            self.counted[ballot.agent] = ballot
        else:
            self._strangers += 1

    def _was_asked(self, agent: AgentId) -> bool:
        may_vote = self._electorate is None or agent in self._electorate
        return may_vote and len(self.counted) < self.voters

    def weight(self, ballot: Ballot) -> float:
        """That of its voter; where it is not known who may vote, the one on the ballot."""
        return ballot.weight if self._electorate is None else self._electorate[ballot.agent]

    def missing_weights(self) -> list[float]:
        """Of the voters not heard, the lost ones among them, heaviest first.

        Which of those who may vote were asked is not known: they are taken to be the heaviest. Where it
        is not known who may vote, each weighs 1.
        """
        silent = self.voters - len(self.counted)
        if self._electorate is None:
            return [1.0] * silent
        weights = [each for agent, each in self._electorate.items() if agent not in self.counted]
        return sorted(weights, reverse=True)[:silent]

    def tally(self) -> Tally:
        """All that was counted, and how much was not."""
        by_digest: dict[str, list[Ballot]] = {}
        for ballot in self.counted.values():
            by_digest.setdefault(ballot.digest, []).append(ballot)
        shares = [self._share(digest, given) for digest, given in by_digest.items()]
        return Tally(
            shares=tuple(sorted(shares, key=_most_first)),
            voters=self.voters,
            lost=self._lost,
            repeated=self._repeated,
            strangers=self._strangers,
        )

    def _share(self, digest: str, given: Sequence[Ballot]) -> Share:
        return Share(
            digest=digest,
            agents=tuple(ballot.agent for ballot in given),
            weight=fsum(self.weight(ballot) for ballot in given),
        )


def _most_first(share: Share) -> tuple[int, float]:
    return -len(share.agents), -share.weight
