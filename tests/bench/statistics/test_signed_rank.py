"""The exact test: known values, worked examples, and that interval and test say the same."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from brooks.bench.statistics.pairs import Sorted
from brooks.bench.statistics.signed_rank import (
    EXACT_PAIRS,
    critical_score,
    highest_score,
    lone_weight,
    lower_tail,
    signed_rank,
    walsh_averages,
)


def ended(
    *log_ratios: float, first_failed: int = 0, second_failed: int = 0, both_failed: int = 0
) -> Sorted:
    """Pairs that ended so."""
    return Sorted(
        log_ratios=log_ratios,
        first_failed=first_failed,
        second_failed=second_failed,
        both_failed=both_failed,
    )


def test_three_pairs_have_the_eight_outcomes_of_the_textbook() -> None:
    """Ranks 1, 2, 3: the sums 0 to 6 come up 1, 1, 1, 2, 1, 1, 1 times."""
    tails = [lower_tail(2 * score, finished=3, lone=0) * 8 for score in range(7)]

    assert tails == [1, 2, 3, 5, 6, 7, 8]


def test_lone_failures_have_the_distribution_of_all_ways_to_deal_them_out() -> None:
    """Two finished pairs and two lone failures: weights 2, 4, 3, 3, doubled; 16 equally likely ways."""
    weights = [2, 4, lone_weight(2), lone_weight(2)]
    scores = [
        sum(weight for weight, is_won in zip(weights, wins, strict=True) if is_won)
        for wins in product([False, True], repeat=4)
    ]

    for score in range(highest_score(2, 2) + 1):
        share = sum(each <= score for each in scores) / 16
        assert lower_tail(score, finished=2, lone=2) == pytest.approx(share)


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=40, unique_by=abs))
def test_without_failures_and_ties_it_is_wilcoxons_exact_test(values: list[float]) -> None:
    values = [value for value in values if abs(value) > 1e-6] or [1.0]

    found = signed_rank(ended(*values))

    expected = stats.wilcoxon(values, method="exact").pvalue
    assert found.p_value == pytest.approx(float(expected))


def test_with_lone_failures_alone_it_is_the_sign_test() -> None:
    found = signed_rank(ended(first_failed=1, second_failed=9))

    assert found.p_value == pytest.approx(float(stats.binomtest(1, 10).pvalue))
    assert found.favours == "first"
    assert found.estimate is None


def test_the_normal_approximation_takes_over_without_a_jump() -> None:
    finished, lone = EXACT_PAIRS - 9, 10
    mean = highest_score(finished, lone) / 2
    score = critical_score(finished, lone, 0.05)

    assert finished + lone == EXACT_PAIRS + 1
    assert score < mean
    assert lower_tail(score, finished=finished, lone=lone) == pytest.approx(0.025, abs=0.0005)
    below = critical_score(finished - 1, lone, 0.05) / highest_score(finished - 1, lone)
    assert score / highest_score(finished, lone) == pytest.approx(below, abs=0.005)


def test_fewer_than_six_pairs_can_never_decide() -> None:
    five, six = (signed_rank(ended(*[0.5 + n / 10 for n in range(pairs)])) for pairs in (5, 6))

    assert five.p_value == pytest.approx(2 / 32)
    assert (five.low, five.high) == (-math.inf, math.inf)
    assert six.p_value == pytest.approx(2 / 64)
    assert (six.low, six.high) == (0.5, 1.0)


def test_the_estimate_and_interval_are_walsh_averages_worked_out_by_hand() -> None:
    """Of 1, 2, 6 the averages are 1, 1.5, 2, 3.5, 4, 6; at level 1/2 the lowest and highest fall away."""
    found = signed_rank(ended(1.0, 6.0, 2.0), alpha=0.5)

    assert walsh_averages((1.0, 6.0, 2.0)).tolist() == [1, 1.5, 2, 3.5, 4, 6]
    assert found.estimate == pytest.approx((2 + 3.5) / 2)
    assert (found.low, found.high) == (1.5, 4.0)


def test_a_failure_of_the_second_team_moves_everything_towards_the_first() -> None:
    values = [-0.1, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5]

    plain, failed = signed_rank(ended(*values)), signed_rank(ended(*values, second_failed=2))

    assert plain.estimate is not None
    assert failed.estimate is not None
    assert failed.estimate > plain.estimate
    assert failed.low > plain.low
    assert failed.p_value < plain.p_value


def test_teams_that_are_equal_in_every_pair_do_not_differ() -> None:
    found = signed_rank(ended(*[0.0] * 20))

    assert (found.p_value, found.favours) == (1.0, "")
    assert (found.estimate, found.low, found.high) == (0, 0, 0)


def test_pairs_in_which_both_failed_change_nothing() -> None:
    values = (0.1, -0.3, 0.5, 0.7, 0.2)

    assert signed_rank(ended(*values)) == signed_rank(ended(*values, both_failed=7))


def test_no_information_at_all_is_no_difference() -> None:
    found = signed_rank(ended(both_failed=4))

    assert (found.p_value, found.favours, found.estimate) == (1.0, "", None)
    assert (found.low, found.high) == (-math.inf, math.inf)


log_ratios = st.lists(st.integers(-8, 8).map(lambda n: n / 4), max_size=14)
failures = st.integers(0, 6)


@given(log_ratios, failures, failures)
def test_the_interval_leaves_out_no_difference_exactly_when_the_test_finds_one(
    values: list[float], first_failed: int, second_failed: int
) -> None:
    found = signed_rank(ended(*values, first_failed=first_failed, second_failed=second_failed))

    assert (found.p_value <= 0.05) == (not found.low <= 0 <= found.high)


@given(log_ratios, failures, failures)
def test_swapping_the_teams_turns_everything_round(
    values: list[float], first_failed: int, second_failed: int
) -> None:
    one = signed_rank(ended(*values, first_failed=first_failed, second_failed=second_failed))
    other = signed_rank(
        ended(*[-v for v in values], first_failed=second_failed, second_failed=first_failed)
    )

    assert one.p_value == other.p_value
    assert (one.low, one.high) == (-other.high, -other.low)
    if one.estimate is not None and other.estimate is not None:
        assert one.estimate == pytest.approx(-other.estimate)
        assert one.low <= one.estimate <= one.high


def test_a_shift_of_all_log_ratios_shifts_the_interval() -> None:
    values = np.random.default_rng(3).normal(size=20)

    here, there = signed_rank(ended(*values)), signed_rank(ended(*(values + 1)))

    assert here.estimate is not None
    assert there.estimate == pytest.approx(here.estimate + 1)
    assert (there.low, there.high) == pytest.approx((here.low + 1, here.high + 1))


def test_the_interval_holds_the_true_ratio_as_often_as_it_says() -> None:
    """600 samples of 15 pairs with two failures, one for each team, about a log ratio of 0.4."""
    chance = np.random.default_rng(11)
    found = [
        signed_rank(ended(*chance.laplace(0.4, 0.3, 13), first_failed=1, second_failed=1))
        for _ in range(600)
    ]

    share = sum(each.low <= 0.4 <= each.high for each in found) / len(found)
    assert 0.93 <= share <= 0.985
