"""Quorums: the arithmetic against its definition, and the rule in every small case.

The small cases are gone through in the plainest way: every order in which any of up to four voters
is heard. The measure `consensus` goes further, by symmetry.
"""

from collections.abc import Iterator
from itertools import combinations, permutations, product

import pytest

from brooks.core.voting import (
    Ballot,
    Decided,
    Rule,
    decide,
    decide_by_count,
    decides_without_the_slowest,
    fewest_voters,
    majority_size,
    overlap,
    quorum_size,
    reads_see_writes,
    writes_see_writes,
)
from brooks.ids import AgentId

Said = tuple[tuple[int, str], ...]
"""Who says what, in the order in which a decider hears it."""


@pytest.mark.parametrize("byzantine", [False, True])
def test_quorum_is_the_least_of_which_any_two_share_an_honest_voter(byzantine: bool) -> None:
    """Up to twelve voters."""
    for voters, faulty in product(range(1, 13), range(5)):
        shared = faulty + 1 if byzantine else 1

        sizes = [size for size in range(30) if 2 * size - voters >= shared]

        assert quorum_size(voters, faulty=faulty, byzantine=byzantine) == sizes[0]


@pytest.mark.parametrize("byzantine", [False, True])
def test_fewest_voters_are_the_least_that_make_a_quorum_without_the_faulty(byzantine: bool) -> None:
    """2f + 1 and 3f + 1."""
    for faulty in range(8):
        enough = [
            voters
            for voters in range(1, 40)
            if quorum_size(voters, faulty=faulty, byzantine=byzantine) <= voters - faulty
        ]

        assert enough[0] == fewest_voters(faulty, byzantine=byzantine)


def test_deciding_without_the_slowest_takes_more() -> None:
    """4f + 1 and 5f + 1."""
    for byzantine, factor in ((False, 4), (True, 5)):
        for faulty in range(1, 5):
            enough = [
                voters
                for voters in range(1, 40)
                if decides_without_the_slowest(voters, faulty=faulty, byzantine=byzantine)
            ]
            assert enough[0] == factor * faulty + 1


def test_overlap_is_the_least_that_two_groups_share() -> None:
    """Every two groups of up to five voters."""
    for voters in range(1, 6):
        for first, second in product(range(voters + 1), repeat=2):
            shared = [
                len(set(one) & set(other))
                for one in combinations(range(voters), first)
                for other in combinations(range(voters), second)
            ]
            assert overlap(voters, first, second) == min(shared)


def test_reads_meet_writes_exactly_when_groups_of_their_sizes_must_share() -> None:
    """Gifford's two conditions; a majority is the least write that meets every other."""
    for voters in range(1, 9):
        for read, write in product(range(voters + 1), repeat=2):
            meet = overlap(voters, read, write) > 0
            assert reads_see_writes(voters, read=read, write=write) is meet
            assert writes_see_writes(voters, write=write) is (overlap(voters, write, write) > 0)
        sizes = [write for write in range(voters + 1) if writes_see_writes(voters, write=write)]
        assert sizes[0] == majority_size(voters)


def orders(voters: int, faulty: int, inputs: tuple[str, ...], *, byzantine: bool) -> Iterator[Said]:
    """Everything a decider may hear, in every order; the last voters are the faulty ones."""
    for heard in range(voters + 1):
        for who in permutations(range(voters), heard):
            choices = [
                "AB" if byzantine and voter >= voters - faulty else inputs[voter] for voter in who
            ]
            for said in product(*choices):
                yield tuple(zip(who, said, strict=True))


def decision(said: Said, voters: int, faulty: int, needed: int | None, *, byzantine: bool) -> str:
    """What a decider decides, asked after every ballot; empty if nothing."""
    cast = [Ballot(agent=AgentId(str(voter)), digest=value) for voter, value in said]
    for number in range(1, len(cast) + 1):
        heard = cast[:number]
        result = (
            decide(Rule.QUORUM, heard, voters=voters, faulty=faulty, byzantine=byzantine)
            if needed is None
            else decide_by_count(heard, voters=voters, needed=needed)
        )
        if isinstance(result, Decided):
            return result.digest
    return ""


def broken(voters: int, faulty: int, needed: int | None = None, *, byzantine: bool) -> set[str]:
    """Which promises do not hold in some case."""
    correct = voters - faulty
    found = set()
    for inputs in product("AB", repeat=correct if byzantine else voters):
        decided = set()
        for said in orders(voters, faulty, inputs, byzantine=byzantine):
            value = decision(said, voters, faulty, needed, byzantine=byzantine)
            decided.add(value)
            everyone = {voter for voter, _ in said} >= set(range(correct))
            if everyone and len(set(inputs[:correct])) == 1 and not value:
                found.add("termination")
        if len(decided - {""}) > 1:
            found.add("agreement")
        if not decided <= {"", *inputs[:correct]}:
            found.add("validity")
    return found


def test_crashes_do_no_harm_among_three() -> None:
    """With f = 1, n = 2f + 1."""
    assert broken(3, 1, byzantine=False) == set()


def test_a_liar_does_no_harm_among_four() -> None:
    """With f = 1, n = 3f + 1."""
    assert broken(4, 1, byzantine=True) == set()


def test_two_voters_cannot_bear_a_crash() -> None:
    """One answer is too few to be safe; of two, one may never come."""
    assert broken(2, 1, 1, byzantine=False) == {"agreement", "validity"}
    assert broken(2, 1, 2, byzantine=False) == {"termination"}


def test_three_voters_cannot_bear_a_liar() -> None:
    """Two equal answers are too few to be safe; three may never come."""
    assert broken(3, 1, 1, byzantine=True) == {"agreement", "validity"}
    assert broken(3, 1, 2, byzantine=True) == {"agreement"}
    assert broken(3, 1, 3, byzantine=True) == {"termination"}
