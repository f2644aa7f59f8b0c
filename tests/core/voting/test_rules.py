"""The four rules: what is counted, when they decide, when they give up, and for what they wait."""

from itertools import permutations, product
from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.core.voting import (
    Ballot,
    Decided,
    Result,
    Rule,
    Share,
    Undecided,
    Waiting,
    decide,
    decide_by_count,
)
from brooks.errors import UsageError
from brooks.ids import AgentId

COUNTING = [
    pytest.param(Rule.MAJORITY, 0, False, id="majority"),
    pytest.param(Rule.QUORUM, 1, False, id="quorum"),
    pytest.param(Rule.QUORUM, 1, True, id="quorum-with-lies"),
    pytest.param(Rule.WEIGHTED, 0, False, id="weighted"),
]


def ballots(text: str) -> list[Ballot]:
    """`x:A y:B` as x saying A and then y saying B; a `+` behind marks what is verified."""
    return [
        Ballot(agent=AgentId(agent), digest=digest.rstrip("+"), verified=digest.endswith("+"))
        for agent, digest in (word.split(":") for word in text.split())
    ]


class Named(TypedDict):
    """Voters by name."""

    voters: int
    electorate: dict[AgentId, float]


def named(voters: int | None = None, **weights: float) -> Named:
    """All of these are asked, or so many of them."""
    electorate = {AgentId(agent): weight for agent, weight in weights.items()}
    return Named(voters=len(weights) if voters is None else voters, electorate=electorate)


def outcome(result: Result) -> str:
    """What it is, without the tally."""
    match result:
        case Decided():
            return result.digest
        case Waiting():
            return f"waits for {result.missing}"
        case Undecided():
            return "undecided"


def majority(text: str, *, voters: int, lost: int = 0) -> str:
    return outcome(decide(Rule.MAJORITY, ballots(text), voters=voters, lost=lost))


def test_majority_is_of_all_who_were_asked_and_not_of_those_heard() -> None:
    """Two of five are all that were heard."""
    assert majority("u:A v:A", voters=5) == "waits for 3"
    assert majority("u:A v:A", voters=5, lost=2) == "waits for 1"
    assert majority("u:A v:A", voters=5, lost=3) == "undecided"


def test_majority_decides_before_the_last_has_answered() -> None:
    """The third equal ballot of five."""
    assert majority("u:A v:B w:A x:A", voters=5) == "A"


def test_majority_gives_up_before_the_last_has_answered() -> None:
    """Four voters of five say four different things."""
    assert majority("u:A v:B w:C", voters=5) == "waits for 2"
    assert majority("u:A v:B w:C x:D", voters=5) == "undecided"


def test_half_is_no_majority() -> None:
    """Two against two."""
    assert majority("u:A v:B w:A x:B", voters=4) == "undecided"


def test_nobody_asked_decides_nothing() -> None:
    """By every rule, with nobody to wait for."""
    assert [outcome(decide(rule, [], voters=0)) for rule in Rule] == ["undecided"] * 4


def test_a_count_of_none_waits_for_nobody() -> None:
    """No answer was given that could be decided, and none will be."""
    assert outcome(decide_by_count([], voters=0, needed=0)) == "undecided"


def test_only_the_first_ballot_of_a_voter_counts() -> None:
    """It changes its mind twice."""
    result = decide(Rule.MAJORITY, ballots("u:A u:B v:B u:B"), voters=3)

    assert outcome(result) == "waits for 1"
    assert result.tally.repeated == 2
    assert result.tally.shares == (
        Share(digest="A", agents=(AgentId("u"),), weight=1.0),
        Share(digest="B", agents=(AgentId("v"),), weight=1.0),
    )


def test_strangers_are_not_counted() -> None:
    """Known by name, or as those beyond the number that was asked."""
    by_name = decide(Rule.MAJORITY, ballots("s:B t:B u:A v:A"), **named(u=1, v=1, w=1))
    by_number = decide(Rule.MAJORITY, ballots("u:A v:B s:B"), voters=2)

    assert (outcome(by_name), by_name.tally.strangers) == ("A", 2)
    assert (outcome(by_number), by_number.tally.strangers) == ("undecided", 1)


def test_tally_lists_what_most_said_first_and_of_equals_what_was_said_first() -> None:
    """One B, then two A, one C."""
    tally = decide(Rule.MAJORITY, ballots("u:B v:A w:C x:A"), voters=6, lost=1).tally

    assert [(share.digest, len(share.agents)) for share in tally.shares] == [
        ("A", 2),
        ("B", 1),
        ("C", 1),
    ]
    assert (tally.voters, tally.heard, tally.lost, tally.missing) == (6, 4, 1, 1)


def test_first_verified_wins_whatever_others_said_before() -> None:
    """Two equal answers that have not passed, then one that has, then another that has."""
    cast = ballots("u:A v:A w:B+ x:C+")

    assert outcome(decide(Rule.FIRST_VERIFIED, cast[:2], voters=4)) == "waits for 2"
    assert outcome(decide(Rule.FIRST_VERIFIED, cast, voters=4)) == "B"


def test_first_verified_is_undecided_when_all_have_failed_or_are_lost() -> None:
    """Two failed, one is lost."""
    cast = ballots("u:A v:A")

    assert outcome(decide(Rule.FIRST_VERIFIED, cast, voters=3, lost=1)) == "undecided"


def test_quorum_of_crashing_voters_is_the_majority() -> None:
    """However many of five may crash."""
    for faulty in (0, 1, 2):
        assert outcome(decide(Rule.QUORUM, ballots("u:A v:A"), voters=5, faulty=faulty)) == (
            "waits for 3"
        )
        assert outcome(decide(Rule.QUORUM, ballots("u:A v:A w:A"), voters=5, faulty=faulty)) == "A"


def test_quorum_with_a_liar_asks_for_three_of_four() -> None:
    """Two equal ones would be a majority of those heard."""

    def quorum(text: str, *, lost: int = 0) -> str:
        cast = ballots(text)
        return outcome(decide(Rule.QUORUM, cast, voters=4, faulty=1, byzantine=True, lost=lost))

    assert quorum("u:A v:A") == "waits for 2"
    assert quorum("u:A v:A w:B") == "waits for 1"
    assert quorum("u:A v:A w:B x:A") == "A"
    assert quorum("u:A v:B x:A", lost=1) == "undecided"
    assert quorum("u:A v:B w:C") == "undecided"


def test_quorum_with_liars_is_more_than_a_majority() -> None:
    """Four of seven are one, and two liars may have told each of two deciders something else."""
    cast = ballots("u:A v:A w:A x:A")

    def quorum(*, byzantine: bool) -> str:
        return outcome(decide(Rule.QUORUM, cast, voters=7, faulty=2, byzantine=byzantine))

    assert quorum(byzantine=False) == "A"
    assert quorum(byzantine=True) == "waits for 3"


def test_weighted_asks_for_more_than_half_of_all_the_weight() -> None:
    """One heavy voter against three light ones, then exactly half."""
    heavy = named(u=3, v=1, w=1)
    even = named(u=2, v=1, w=1)

    assert outcome(decide(Rule.WEIGHTED, ballots("u:A"), **heavy)) == "A"
    assert outcome(decide(Rule.WEIGHTED, ballots("v:B w:B"), **heavy)) == "waits for 1"
    assert outcome(decide(Rule.WEIGHTED, ballots("v:B w:B"), **heavy, lost=1)) == "undecided"
    assert outcome(decide(Rule.WEIGHTED, ballots("v:B w:B u:A"), **even)) == "undecided"


def test_weighted_takes_those_to_be_lost_who_leave_the_most_open() -> None:
    """How many are lost is known, and not who: the heaviest of the silent may still answer."""
    one_heavy = named(u=3, v=1, w=1)
    two_heavy = named(t=2, u=2, v=1, w=1)
    cast = ballots("v:A")

    assert outcome(decide(Rule.WEIGHTED, cast, **one_heavy, lost=1)) == "waits for 1"
    assert outcome(decide(Rule.WEIGHTED, cast, **two_heavy, lost=1)) == "waits for 2"
    assert outcome(decide(Rule.WEIGHTED, cast, **two_heavy, lost=2)) == "undecided"


def test_weighted_adds_exactly() -> None:
    """Three tenths against three tenths: as floats 2 * (0.1 + 0.1 + 0.1) is more than six of 0.1."""
    tenths = named(u=0.1, v=0.1, w=0.1, x=0.1, y=0.1, z=0.1)
    cast = ballots("u:A v:A w:A x:B y:B z:B")

    assert outcome(decide(Rule.WEIGHTED, cast, **tenths)) == "undecided"


def test_where_more_may_vote_than_are_asked_the_heaviest_may_still_come() -> None:
    """Two of four are asked; one has spoken, and the other may be the heavy one."""
    cast = ballots("u:A v:B w:B x:B")
    some = named(2, t=5, u=3, v=2, w=1)

    assert outcome(decide(Rule.WEIGHTED, cast[:1], **some)) == "waits for 1"
    assert outcome(decide(Rule.WEIGHTED, cast[:1], **some, lost=1)) == "undecided"
    assert outcome(decide(Rule.WEIGHTED, cast, **some)) == "A"
    assert decide(Rule.WEIGHTED, cast, **some).tally.strangers == 2


def test_no_more_are_asked_than_may_vote() -> None:
    """Five of three: the three."""
    result = decide(Rule.MAJORITY, ballots("u:A v:A"), **named(5, u=1, v=1, w=1))

    assert (outcome(result), result.tally.voters) == ("A", 3)


def test_a_voter_does_not_choose_its_own_weight() -> None:
    """It writes a hundred on its ballot; the list of who may vote says one."""
    cast = [Ballot(agent=AgentId("u"), digest="A", weight=100.0)]

    result = decide(Rule.WEIGHTED, cast, **named(u=1, v=1, w=1))

    assert outcome(result) == "waits for 2"
    assert result.tally.shares[0].weight == 1.0


def test_without_a_list_the_weight_is_on_the_ballot() -> None:
    """Two that were not heard weigh one each."""
    cast = [Ballot(agent=AgentId("u"), digest="A", weight=2.5)]

    assert outcome(decide(Rule.WEIGHTED, cast, voters=3)) == "A"
    assert outcome(decide(Rule.WEIGHTED, cast, voters=4)) == "waits for 3"


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_a_weight_that_is_none_is_refused(weight: float) -> None:
    """On a ballot and in the list, whether heard or not."""
    cast = [Ballot(agent=AgentId("u"), digest="A", weight=weight)]

    for electorate in (None, {AgentId("v"): 1.0, AgentId("u"): weight}):
        for heard in (cast, cast[:0]) if electorate else (cast,):
            with pytest.raises(UsageError, match=f"weight of a vote is {weight!r}"):
                decide(Rule.WEIGHTED, heard, voters=2, electorate=electorate)


@pytest.mark.parametrize(("rule", "faulty", "byzantine"), COUNTING)
def test_each_rule_ends_exactly_when_the_rest_can_change_nothing(
    rule: Rule, faulty: int, byzantine: bool
) -> None:
    """Four voters, three answers or silence: compared with every way it may go on."""
    four = named(**{"0": 1, "1": 3, "2": 1, "3": 2})

    def ask(said: tuple[str | None, ...], *, lost: int = 0) -> str:
        cast = [
            Ballot(agent=AgentId(str(number)), digest=value)
            for number, value in enumerate(said)
            if value
        ]
        return outcome(decide(rule, cast, **four, faulty=faulty, byzantine=byzantine, lost=lost))

    for heard in range(5):
        for said in product("ABC", repeat=heard):
            ends = {
                ask(said + rest, lost=rest.count(None))
                for rest in product((None, *"ABC"), repeat=4 - heard)
            }
            expected = ends.pop() if len(ends) == 1 else f"waits for {4 - heard}"
            assert ask(said) == expected


@given(
    said=st.lists(st.sampled_from("ABC"), min_size=1, max_size=6),
    weight=st.lists(st.floats(0, 10), min_size=7, max_size=7),
    rule=st.sampled_from([Rule.MAJORITY, Rule.QUORUM, Rule.WEIGHTED]),
    asked=st.sampled_from([6, 7]),
    byzantine=st.booleans(),
    data=st.data(),
)
def test_neither_order_nor_names_matter_and_what_is_decided_stays(
    *,
    said: list[str],
    weight: list[float],
    rule: Rule,
    asked: int,
    byzantine: bool,
    data: st.DataObject,
) -> None:
    """The same ballots in another order; and once decided, every later count says the same."""
    voters = named(asked, **{str(number): each for number, each in enumerate(weight)})
    agents = voters["electorate"]
    cast = [Ballot(agent=agent, digest=digest) for agent, digest in zip(agents, said, strict=False)]
    shuffled = data.draw(st.permutations(cast))

    def after(number: int) -> str:
        return outcome(decide(rule, shuffled[:number], **voters, faulty=1, byzantine=byzantine))

    story = [after(number) for number in range(len(cast) + 1)]
    ended = [each for each in story if not each.startswith("waits")]

    assert len(set(ended)) <= 1
    assert story[len(story) - len(ended) :] == ended
    assert story[-1] == outcome(decide(rule, cast, **voters, faulty=1, byzantine=byzantine))


@given(
    cast=st.lists(
        st.builds(
            Ballot,
            agent=st.sampled_from([AgentId(name) for name in "uvwxyz"]),
            digest=st.sampled_from("ABC"),
            weight=st.floats(0, 10),
            verified=st.booleans(),
        ),
        max_size=12,
    ),
    rule=st.sampled_from(Rule),
    voters=st.integers(0, 5),
    faulty=st.integers(0, 7),
    lost=st.integers(0, 7),
)
def test_every_input_has_an_answer_that_adds_up(
    cast: list[Ballot], rule: Rule, voters: int, faulty: int, lost: int
) -> None:
    """Also with more lost or faulty than were asked; nothing waits when nobody is missing."""
    result = decide(rule, cast, voters=voters, faulty=faulty, byzantine=True, lost=lost)

    tally = result.tally
    assert tally.heard + tally.repeated + tally.strangers == len(cast)
    assert tally.heard <= voters
    if isinstance(result, Waiting):
        assert result.missing == tally.missing > 0
    if isinstance(result, Decided):
        assert result.digest in [share.digest for share in tally.shares]


def test_first_verified_depends_on_the_order() -> None:
    """Whoever comes first, of two that both pass."""
    first = [
        outcome(decide(Rule.FIRST_VERIFIED, order, voters=2))
        for order in permutations(ballots("u:A+ v:B+"))
    ]

    assert first == ["A", "B"]
