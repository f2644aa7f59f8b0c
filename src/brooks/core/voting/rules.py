"""The rules by which one answer is made of several.

Each is a pure function of the ballots that have come, in the order of their arrival. It decides as early
as no further ballot can change the answer, and is undecided as early as none can bring one; as long as
neither is so, it waits. So a round ends at the latest when every voter has answered or is known never
to (`lost`), and a decision, once there, stays the same whatever comes after it.

`majority`, `quorum` and `weighted` ask for enough equal answers and differ only in what is enough:

- majority: of more than half of all the voters asked, not only of those heard;
- quorum: of `quorum_size` voters, which is more than half of n + f where f voters may lie, and where they
  can only fall silent the same as the majority (Gifford 1979: any two quorums share a voter);
- weighted: of more than half of the weight of all the voters asked. Where more may vote than are asked,
  those not heard are taken to be the heaviest, so that who comes next can only make the whole lighter.
  Weights are added as exact fractions, so that half is exactly half.

What a quorum promises, with at most f faulty voters and two deciders that see different ballots in
different orders (a board, and the board after a restart; two boards):

- *Agreement*: they never decide differently. Two quorums of q among n voters share at least 2q - n. With
  crashes that is at least 1, and a voter gives both the same answer. With lies it is at least f + 1,
  so one who does not lie is among them, and gives both the same answer (Lamport, Shostak and Pease
  1982; Castro and Liskov 1999). This holds for every n, as 2 (floor((n + f) / 2) + 1) > n + f.
- *Validity*: what is decided was said by a voter that is not faulty, as q > f wherever n >= 2f, and if
  all of those say the same it can only be that.
- *Termination*: when all that are not faulty say the same, it is decided with their n - f ballots, whatever
  the others say or not, and whenever they say it: nobody waits for the faulty. For that q must be at
  most n - f: n >= 2f + 1 with crashes, n >= 3f + 1 with lies (`fewest_voters`). With one voter less a
  count that ends is not safe and a count that is safe does not end.

Not promised: that the *first* n - f ballots decide. Up to f of them may be lies, so that needs
q <= n - 2f (`decides_without_the_slowest`). With fewer voters the rule waits for the rest or for the news
that they are lost, where giving up after n - f ballots would let one quick liar stop every round.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from fractions import Fraction
from math import isfinite
from typing import assert_never

from brooks.core.voting.ballots import (
    Ballot,
    Count,
    Decided,
    Electorate,
    Result,
    Undecided,
    Waiting,
)
from brooks.core.voting.quorums import majority_size, quorum_size
from brooks.errors import UsageError

Amount = int | Fraction


class Rule(StrEnum):
    """How one answer is made of those of several agents."""

    FIRST_VERIFIED = "first_verified"
    """The first whose check passes."""
    MAJORITY = "majority"
    """What more than half of those asked say."""
    QUORUM = "quorum"
    """What so many say that a number of faulty ones can do no harm."""
    WEIGHTED = "weighted"
    """What those say who have more than half of the weight."""


def decide(
    rule: Rule,
    ballots: Sequence[Ballot],
    *,
    voters: int,
    faulty: int = 0,
    byzantine: bool = False,
    lost: int = 0,
    electorate: Electorate | None = None,
) -> Result:
    """What the ballots so far come to by a rule.

    Args:
        rule: how to decide.
        ballots: in the order of their arrival; of each voter the first is counted.
        voters: how many were asked; no more than that are counted.
        faulty: for a quorum, how many voters may fail.
        byzantine: for a quorum, whether those may say anything, to everyone something else, and not
            only fall silent.
        lost: how many of those who were asked and have not answered never will.
        electorate: who may vote, each with its weight; ballots of others are not counted. None for
            anyone, with the weight on its ballot; one not heard then weighs 1, so where weights differ
            say who may vote, or a heavy ballot that comes late changes what was decided.

    Raises:
        UsageError: for a weight that is not finite or below zero, by the weighted rule.
    """
    count = Count(ballots, voters=voters, electorate=electorate, lost=lost)
    match rule:
        case Rule.FIRST_VERIFIED:
            return _first_verified(count)
        case Rule.MAJORITY:
            return _by_count(count, majority_size(count.voters))
        case Rule.QUORUM:
            return _by_count(count, quorum_size(count.voters, faulty=faulty, byzantine=byzantine))
        case Rule.WEIGHTED:
            return _by_weight(count)
        case _:
            assert_never(rule)


def decide_by_count(
    ballots: Sequence[Ballot], *, voters: int, needed: int, lost: int = 0
) -> Result:
    """Decide for the first answer that `needed` voters give.

    Majority and quorum are this with a count that makes it safe; by itself it serves to show that
    another count is not.
    """
    return _by_count(Count(ballots, voters=voters, lost=lost), needed)


def _first_verified(count: Count) -> Result:
    tally = count.tally()
    for ballot in count.counted.values():
        if ballot.verified:
            return Decided(digest=ballot.digest, tally=tally)
    if tally.missing:
        return Waiting(tally=tally, missing=tally.missing)
    return Undecided(tally=tally)


def _by_count(count: Count, needed: int) -> Result:
    def enough(amount: Amount) -> bool:
        return amount >= needed

    return _settle(count, weigh=_one, enough=enough, outstanding=count.tally().missing)


def _one(ballot: Ballot) -> int:
    return 1


def _by_weight(count: Count) -> Result:
    def weigh(ballot: Ballot) -> Fraction:
        return _exact(count.weight(ballot))

    unheard = [_exact(weight) for weight in count.missing_weights()]
    total = sum(map(weigh, count.counted.values()), start=Fraction()) + sum(unheard)
    # which of the silent are lost is not known: it may be the lightest
    outstanding = sum(unheard[: count.tally().missing], start=Fraction())
    return _settle(
        count, weigh=weigh, enough=lambda amount: 2 * amount > total, outstanding=outstanding
    )


def _exact(weight: float) -> Fraction:
    if not (isfinite(weight) and weight >= 0):
        raise UsageError(f"the weight of a vote is {weight!r}: give a finite one, 0 or more")
    return Fraction(weight)


def _settle(
    count: Count,
    *,
    weigh: Callable[[Ballot], Amount],
    enough: Callable[[Amount], bool],
    outstanding: Amount,
) -> Result:
    """Decide for the first answer that has enough; wait while one could still get it."""
    tally = count.tally()
    amounts: dict[str, Amount] = {}
    for ballot in count.counted.values():
        amounts[ballot.digest] = amounts.get(ballot.digest, 0) + weigh(ballot)
        if enough(amounts[ballot.digest]):
            return Decided(digest=ballot.digest, tally=tally)
    if tally.missing and enough(max(amounts.values(), default=0) + outstanding):
        return Waiting(tally=tally, missing=tally.missing)
    return Undecided(tally=tally)
