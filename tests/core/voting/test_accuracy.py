"""What a majority is worth: closed forms by hand, by numbers, and by drawn votes put to the rule."""

from itertools import pairwise, product
from math import comb, isclose, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.core.voting import (
    Ballot,
    Decided,
    Rule,
    chance_of_majority,
    decide,
    effective_voters,
)
from brooks.errors import UsageError
from brooks.ids import AgentId

DEVIATIONS = 2.576
"""Half of a 99 % interval, in standard errors."""


def test_three_voters_by_hand() -> None:
    """Three of p = 0.6: p^3 + 3 p^2 (1 - p)."""
    assert isclose(chance_of_majority(3, 0.6), 0.648)


def test_three_correlated_voters_by_hand() -> None:
    """Mean 1/2 and correlation 1/3 are a uniform law: 0 to 3 right ones are equally probable."""
    assert isclose(chance_of_majority(3, 0.5, correlation=1 / 3), 0.5)
    assert isclose(chance_of_majority(4, 0.5, correlation=1 / 3), 2 / 5)


@given(voters=st.integers(1, 60), right=st.floats(0.01, 0.99))
def test_independent_voters_follow_the_binomial_law(voters: int, right: float) -> None:
    """Against the plain sum."""
    plain = sum(
        comb(voters, number) * right**number * (1 - right) ** (voters - number)
        for number in range(voters // 2 + 1, voters + 1)
    )

    assert isclose(chance_of_majority(voters, right), plain, rel_tol=1e-9)


@given(
    voters=st.integers(1, 60).map(lambda half: 2 * half - 1),
    right=st.floats(0, 1),
    correlation=st.floats(0, 1),
)
def test_one_side_or_the_other_has_the_majority_of_an_odd_number(
    voters: int, right: float, correlation: float
) -> None:
    """The probabilities of right and wrong add up to one."""
    of_right = chance_of_majority(voters, right, correlation=correlation)
    of_wrong = chance_of_majority(voters, 1 - right, correlation=correlation)

    assert isclose(of_right + of_wrong, 1, abs_tol=1e-9)
    assert 0 <= min(of_right, of_wrong) <= max(of_right, of_wrong) <= 1


def test_a_tiny_correlation_is_none() -> None:
    """Where a formula by log-gammas would have lost all digits."""
    for correlation in (1e-16, 1e-12, 1e-9):
        near = chance_of_majority(51, 0.6, correlation=correlation)
        assert isclose(near, chance_of_majority(51, 0.6), rel_tol=1e-6)


def test_thousands_of_voters_neither_overflow_nor_lose_their_sum() -> None:
    """Half of them, exactly, with p = 1/2."""
    assert isclose(chance_of_majority(1101, 0.5), 0.5, rel_tol=1e-9)
    assert chance_of_majority(1101, 0.9) == 1.0


def test_voters_that_say_the_same_are_one_voter() -> None:
    """And those that are always right or always wrong are never anything else."""
    assert chance_of_majority(9, 0.7, correlation=1.0) == 0.7
    assert [chance_of_majority(9, right) for right in (0.0, 1.0)] == [0.0, 1.0]


@pytest.mark.parametrize("correlation", [0.0, 0.1, 0.5])
def test_more_voters_are_better_above_one_half_and_worse_below(correlation: float) -> None:
    """Odd numbers up to 41."""
    sizes = range(1, 42, 2)

    above = [chance_of_majority(size, 0.6, correlation=correlation) for size in sizes]
    below = [chance_of_majority(size, 0.4, correlation=correlation) for size in sizes]

    assert all(before < after for before, after in pairwise(above))
    assert all(before > after for before, after in pairwise(below))


def test_correlation_flattens_the_gain() -> None:
    """A hundred and one voters of 0.6 hardly beat one when they resemble each other."""
    worth = [chance_of_majority(101, 0.6, correlation=each) for each in (0.0, 0.1, 0.3, 0.6)]

    assert [round(each, 2) for each in worth] == [0.98, 0.73, 0.64, 0.61]


def test_effective_voters_are_all_when_independent_and_one_when_equal() -> None:
    """And never more than 1 / rho."""
    assert effective_voters(9, correlation=0.0) == 9.0
    assert effective_voters(9, correlation=1.0) == 1.0
    assert isclose(effective_voters(1_000_000, correlation=0.2), 5.0, rel_tol=1e-4)


@pytest.mark.parametrize(
    ("voters", "right", "correlation", "message"),
    [
        (0, 0.5, 0.0, "0 voters"),
        (3, 1.5, 0.0, r"right is 1\.5"),
        (3, float("nan"), 0.0, "right is nan"),
        (3, 0.5, -0.1, r"correlation is -0\.1"),
    ],
)
def test_what_is_no_probability_is_refused(
    voters: int, right: float, correlation: float, message: str
) -> None:
    """With the value."""
    with pytest.raises(UsageError, match=message):
        chance_of_majority(voters, right, correlation=correlation)


@pytest.mark.parametrize(
    ("voters", "right", "correlation"), list(product((3, 5), (0.4, 0.7), (0.0, 0.3)))
)
def test_drawn_votes_follow_the_law(voters: int, right: float, correlation: float) -> None:
    """Two thousand votes, put to the rule."""
    random = Random(f"{voters} {right} {correlation}")
    draws = 2000

    hits = sum(_is_right(voters, right, correlation, random) for _ in range(draws))

    law = chance_of_majority(voters, right, correlation=correlation)
    assert abs(hits / draws - law) < DEVIATIONS * sqrt(law * (1 - law) / draws)


def _is_right(voters: int, right: float, correlation: float, random: Random) -> bool:
    size = (1 - correlation) / correlation if correlation else 0.0
    chance = random.betavariate(right * size, (1 - right) * size) if size else right
    cast = [
        Ballot(agent=AgentId(str(number)), digest="right" if random.random() < chance else "wrong")
        for number in range(voters)
    ]
    result = decide(Rule.MAJORITY, cast, voters=voters)
    return isinstance(result, Decided) and result.digest == "right"
