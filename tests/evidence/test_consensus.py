"""The measure of consensus: that it finds what is wrong, says it in words, and fails then."""

import json
from random import Random

import pytest

from brooks.core.voting import chance_of_majority
from measure import consensus
from measure.consensus import (
    Case,
    Curves,
    check,
    deviations,
    discussion_flaws,
    first_ballots_that_do_not_decide,
    in_words,
    quorum_flaws,
    share_right,
)


def test_the_rule_holds_with_enough_voters() -> None:
    """One crash among three, gone through whole: 27 inputs, 8 views each."""
    checked = check(Case(voters=3, faulty=1, byzantine=False))

    assert checked.holds
    assert str(checked) == "n = 3, 2 equal answers decide: all three promises hold (216 views)"


def test_a_count_that_is_too_small_is_shown_to_be_unsafe() -> None:
    """One liar among three: each decider hears the liar agree with somebody."""
    checked = check(Case(voters=3, faulty=1, byzantine=True, needed=2))

    assert str(checked).splitlines() == [
        "n = 3, 2 equal answers decide:",
        (
            "        no agreement: Voter 3 may lie. With 1 says A, 3 says A a first decider decides A; "
            "with 2 says B, 3 says B a second decides B"
        ),
    ]


def test_a_count_that_is_too_large_is_shown_not_to_end() -> None:
    """One crash among two."""
    checked = check(Case(voters=2, faulty=1, byzantine=False, needed=2))

    assert checked.safe
    assert checked.termination == (
        "Voter 2 may crash. All others say A; with 1 says A nothing is decided, "
        "and more may never come"
    )


def test_a_value_of_the_faulty_alone_is_not_valid() -> None:
    """One answer decides, and it may be the liar's."""
    assert (
        "Nobody else says B" in check(Case(voters=4, faulty=1, byzantine=True, needed=1)).validity
    )


def test_bounds_are_tight_for_one_faulty_voter(capsys: pytest.CaptureFixture[str]) -> None:
    """2f + 1 with crashes: nothing else is found than what was promised."""
    assert list(quorum_flaws(1, byzantine=False)) == []
    assert "with one voter less, whatever the count:" in capsys.readouterr().out


def test_a_wrong_bound_is_a_flaw(monkeypatch: pytest.MonkeyPatch) -> None:
    """One voter too few, and one too many."""
    monkeypatch.setattr(consensus, "fewest_voters", lambda faulty, *, byzantine: 2)
    too_few = list(quorum_flaws(1, byzantine=False))
    monkeypatch.setattr(consensus, "fewest_voters", lambda faulty, *, byzantine: 4)
    too_many = list(quorum_flaws(1, byzantine=False))

    assert [flaw[:16] for flaw in too_few] == ["1 faulty: n = 2,"]
    assert [flaw[:35] for flaw in too_many] == ["1 faulty: fewer voters would do: n "]


def test_the_first_ballots_may_be_a_liars() -> None:
    """Three of four are not always enough."""
    view = first_ballots_that_do_not_decide(Case(voters=4, faulty=1, byzantine=True))

    assert view is not None
    assert in_words(view) == "2 says A, 3 says A, 4 says B"


def test_small_discussions_end(capsys: pytest.CaptureFixture[str]) -> None:
    """Two voters, up to two rounds."""
    assert list(discussion_flaws(voters=2, rounds=1)) == []
    assert capsys.readouterr().out == "discussions of 2 voters: all 81 end, 32 of them decided\n"


def test_drawn_votes_are_the_same_for_the_same_source() -> None:
    """One voter that is right three times of four."""
    shares = [share_right(1, 0.75, 0.2, draws=500, random=Random(7)) for _ in range(2)]

    assert shares[0] == shares[1]
    assert 0.65 < shares[0] < 0.85


def test_a_law_that_does_not_fit_is_a_flaw(monkeypatch: pytest.MonkeyPatch) -> None:
    """The law of independent voters, for correlated ones."""
    curves = Curves(draws=1000)
    independent = chance_of_majority(9, 0.75)
    monkeypatch.setattr(consensus, "chance_of_majority", lambda *given, **named: independent)

    curves.measure([(9, 0.75, 0.4)])

    assert len(curves.flaws) == 1
    assert curves.inside == 0
    assert curves.farthest > deviations(0.99)


def test_the_command_fails_with_a_flaw(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong bound; the rest is left out."""
    monkeypatch.setattr("sys.argv", ["consensus", "--draws", "100"])
    monkeypatch.setattr(consensus, "CASES", ((1, False),))
    monkeypatch.setattr(consensus, "POINTS", ((1, 0.5, 0.0),))
    monkeypatch.setattr(consensus, "discussion_flaws", list)
    monkeypatch.setattr(consensus, "haste_flaws", list)
    monkeypatch.setattr(consensus, "law_flaws", list)
    monkeypatch.setattr(consensus, "fewest_voters", lambda faulty, *, byzantine: 2)

    with pytest.raises(SystemExit, match="1 flaws: 1 faulty: n = 2"):
        consensus.main()

    assert json.loads(capsys.readouterr().out.splitlines()[-1])["measured"] == 1
