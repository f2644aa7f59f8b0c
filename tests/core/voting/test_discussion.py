"""Discussion: further rounds where none decided, and always an end."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from brooks.core.voting import (
    Ballot,
    Decided,
    Discussion,
    Result,
    Rule,
    Undecided,
    Waiting,
    decide,
)
from brooks.ids import AgentId


def vote(said: str) -> Result:
    """By majority: a letter is what a voter says, a dot that it is lost, a dash that it is awaited."""
    cast = [
        Ballot(agent=AgentId(str(number)), digest=letter)
        for number, letter in enumerate(said)
        if letter.isalpha()
    ]
    return decide(Rule.MAJORITY, cast, voters=len(said), lost=said.count("."))


def test_a_first_round_that_decides_is_the_only_one() -> None:
    """Two of three say the same."""
    result = vote("AAB")

    discussion = Discussion(rounds=2).after(result)

    assert discussion.outcome == result
    assert isinstance(discussion.outcome, Decided)
    assert (discussion.ended, discussion.round, discussion.held) == (True, 1, (result.tally,))


def test_an_undecided_round_is_followed_by_another_while_there_are_some() -> None:
    """Two rounds without a majority, then one with."""
    discussion = Discussion(rounds=2)
    rounds = []

    for said in ("ABC", "AB.", "BBA"):
        rounds.append((discussion.round, discussion.is_last))
        discussion = discussion.after(vote(said))

    assert rounds == [(1, False), (2, False), (3, True)]
    assert isinstance(discussion.outcome, Decided)
    assert discussion.outcome.digest == "B"
    assert [tally.heard for tally in discussion.held] == [3, 2, 3]


def test_the_last_undecided_round_ends_it_with_the_tallies_of_all() -> None:
    """One further round, and nobody gives way."""
    first, second = vote("ABC"), vote("...")

    discussion = Discussion(rounds=1).after(first).after(second)

    assert discussion.outcome == Undecided(tally=second.tally)
    assert discussion.held == (first.tally, second.tally)


def test_without_further_rounds_there_is_a_single_vote() -> None:
    """Undecided at once."""
    assert Discussion(rounds=0).after(vote("AB")).ended


def test_a_round_that_waits_is_not_over() -> None:
    """Two have spoken, and one is awaited."""
    waiting = vote("AB-")

    assert isinstance(waiting, Waiting)
    assert Discussion(rounds=0).after(waiting) == Discussion(rounds=0)


def test_nothing_follows_the_end() -> None:
    """A round that comes too late."""
    discussion = Discussion(rounds=0).after(vote("AB"))

    assert discussion.after(vote("AA")) == discussion


def test_a_discussion_can_be_written_down_and_read_again() -> None:
    """While it goes on, decided, and undecided."""
    begun = Discussion(rounds=1).after(vote("AB."))

    for discussion in (begun, begun.after(vote("AAB")), begun.after(vote("AB."))):
        assert msgspec.json.decode(msgspec.json.encode(discussion), type=Discussion) == discussion


@given(rounds=st.integers(0, 4), voters=st.integers(0, 6), data=st.data())
def test_every_discussion_ends_whatever_the_voters_do(
    rounds: int, voters: int, data: st.DataObject
) -> None:
    """Each step one voter says anything or is lost, in any order, and anew in each round."""
    discussion = Discussion(rounds=rounds)
    steps = 0

    while not discussion.ended:
        said = "-" * voters
        result = vote(said)
        for voter in data.draw(st.permutations(range(voters))):
            if not isinstance(result, Waiting):
                break
            does = data.draw(st.sampled_from("ABC."))
            said = said[:voter] + does + said[voter + 1 :]
            result = vote(said)
            steps += 1
        assert not isinstance(result, Waiting)
        discussion = discussion.after(result)

    assert steps <= (rounds + 1) * voters
    assert len(discussion.held) <= rounds + 1
    assert isinstance(discussion.outcome, Decided | Undecided)
    assert discussion.outcome.tally == discussion.held[-1]
