from fractions import Fraction

import pytest
from binomial_distribution import binomial_distribution


def test_three_fair_coins():
    eighth = Fraction(1, 8)

    assert binomial_distribution(3, Fraction(1, 2)) == [eighth, 3 * eighth, 3 * eighth, eighth]


def test_no_trials_surely_mean_no_success():
    assert binomial_distribution(0, Fraction(1, 3)) == [1]


def test_certain_failure_and_certain_success():
    assert binomial_distribution(2, Fraction(0)) == [1, 0, 0]
    assert binomial_distribution(2, Fraction(1)) == [0, 0, 1]


def test_the_chances_sum_to_one_and_the_mean_is_trials_times_chance():
    chances = binomial_distribution(17, Fraction(2, 7))

    assert sum(chances) == 1
    assert sum(wins * chance for wins, chance in enumerate(chances)) == Fraction(34, 7)


def test_turning_success_into_failure_reverses_the_list():
    forward = binomial_distribution(6, Fraction(1, 5))
    backward = binomial_distribution(6, Fraction(4, 5))

    assert forward == backward[::-1]


def test_it_builds_on_binomial(calls_of):
    calls = calls_of("binomial_distribution", "binomial")

    binomial_distribution(4, Fraction(1, 2))

    assert calls


@pytest.mark.parametrize(
    ("trials", "chance"), [(-1, Fraction(1, 2)), (3, Fraction(-1, 9)), (3, Fraction(10, 9))]
)
def test_negative_trials_and_impossible_chances_are_refused(trials, chance):
    with pytest.raises(ValueError):
        binomial_distribution(trials, chance)
