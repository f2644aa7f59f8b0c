"""Intervals: closed forms, published examples, how often they hold the truth, and what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.bench.statistics.intervals import (
    Floats,
    interval_by_bootstrap,
    interval_of_mean,
    interval_of_median,
    interval_of_ratio,
    interval_of_share,
)
from brooks.errors import UsageError


def chance(seed: int = 0) -> np.random.Generator:
    """A generator of its own."""
    return np.random.default_rng(seed)


def test_a_mean_of_three_values_by_hand() -> None:
    """Of 1, 2, 3 the standard error is 1/√3 and Student's quantile with two degrees 4.3027."""
    found = interval_of_mean([1, 2, 3])

    assert (found.low, found.high) == pytest.approx(
        (2 - 4.3027 / math.sqrt(3), 2 + 4.3027 / math.sqrt(3)), abs=1e-4
    )


def test_a_mean_of_equal_values_is_one_number() -> None:
    found = interval_of_mean([3.3, 3.3, 3.3])

    assert (found.low, found.high) == pytest.approx((3.3, 3.3))


def test_a_median_of_ten_values_is_between_the_second_and_the_ninth() -> None:
    """Binomial(10, 1/2) is below 2 with probability 11/1024."""
    found = interval_of_median(range(1, 11))

    assert (found.low, found.high) == (2, 9)


def test_the_median_of_five_values_is_unbounded() -> None:
    found = interval_of_median([1, 2, 3, 4, 5])

    assert (found.low, found.high) == (-math.inf, math.inf)


def test_shares_are_those_of_the_literature() -> None:
    """81 of 263, 15 of 148 and 0 of 20, from Newcombe (1998), table I."""
    wilson = [interval_of_share(*case) for case in ((81, 263), (15, 148), (0, 20))]
    exact = [interval_of_share(*case, method="exact") for case in ((81, 263), (15, 148), (0, 20))]

    assert [(round(each.low, 4), round(each.high, 4)) for each in wilson] == [
        (0.2553, 0.3662),
        (0.0624, 0.1605),
        (0.0, 0.1611),
    ]
    assert [(round(each.low, 4), round(each.high, 4)) for each in exact] == [
        (0.2527, 0.3676),
        (0.0578, 0.1617),
        (0.0, 0.1684),
    ]


def test_a_paired_ratio_is_the_mean_of_the_logarithms() -> None:
    """Ratios e and e³: mean 2 of the logarithms, standard error 1, quantile 12.706."""
    found = interval_of_ratio([math.e, math.e**3], [1.0, 1.0], paired=True)

    assert math.log(found.low) == pytest.approx(2 - 12.706, abs=1e-3)
    assert math.log(found.high) == pytest.approx(2 + 12.706, abs=1e-3)


def test_pairing_makes_a_ratio_narrow_where_seeds_differ_more_than_teams() -> None:
    seeds = np.exp(chance().normal(0, 1, 20))
    other = seeds * np.exp(chance(1).normal(0.5, 0.1, 20))

    paired, unpaired = (interval_of_ratio(other, seeds, paired=each) for each in (True, False))

    assert paired.holds(math.exp(0.5))
    assert unpaired.holds(math.exp(0.5))
    assert paired.high / paired.low < 1.15 < unpaired.high / unpaired.low


@pytest.mark.parametrize("paired", [True, False])
def test_a_ratio_without_spread_is_one_number(paired: bool) -> None:
    found = interval_of_ratio([6.0, 6.0, 6.0], [3.0, 3.0, 3.0], paired=paired)

    assert (found.low, found.high) == pytest.approx((2.0, 2.0))


def test_bootstrap_and_student_agree_on_many_values() -> None:
    values = chance().normal(10, 2, 300)

    student = interval_of_mean(values)
    found = interval_by_bootstrap([values], np.mean, chance=chance(1))

    assert found.how == "bootstrap, BCa"
    assert (found.low, found.high) == pytest.approx((student.low, student.high), abs=0.05)


def test_equal_generators_give_equal_bootstraps() -> None:
    values = [1.0, 2.0, 5.0, 7.0, 11.0]

    one, again = (interval_by_bootstrap([values], np.mean, chance=chance(3)) for _ in range(2))

    assert one == again


def test_a_bootstrap_of_two_samples() -> None:
    def ratio_of_means(upper: Floats, lower: Floats, axis: int) -> Floats:
        found: Floats = np.mean(upper, axis=axis) / np.mean(lower, axis=axis)
        return found

    upper, lower = chance(1).lognormal(1, 0.2, 40), chance(2).lognormal(0, 0.2, 50)
    found = interval_by_bootstrap([upper, lower], ratio_of_means, chance=chance())

    assert found.holds(math.e)
    assert found.high / found.low < 1.3


def test_a_bootstrap_of_equal_values_is_one_number_and_says_why() -> None:
    found = interval_by_bootstrap([[4.0] * 9], np.median, chance=chance())

    assert (found.low, found.high, found.how) == (4.0, 4.0, "all values are equal")


def test_where_leaving_one_out_says_nothing_the_percentiles_are_taken() -> None:
    """No value changes the median of these when it is left out."""
    found = interval_by_bootstrap([[1.0, *[2.0] * 8, 3.0]], np.median, chance=chance())

    assert found.how == "bootstrap, percentile"
    assert (found.low, found.high) == (2.0, 2.0)


@pytest.mark.slow
def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """300 samples of 20 lognormal values: mean, median, ratio; the bootstrap of a skew mean a little less."""
    draws = [chance(seed).lognormal(0, 0.4, (2, 20)) for seed in range(300)]
    mean = math.exp(0.4**2 / 2)

    held = {
        "mean": [interval_of_mean(each[0]).holds(mean) for each in draws],
        "median": [interval_of_median(each[0]).holds(1.0) for each in draws],
        "ratio": [interval_of_ratio(*each, paired=True).holds(1.0) for each in draws],
        "bootstrap": [
            interval_by_bootstrap([each[0]], np.mean, chance=chance(), resamples=400).holds(mean)
            for each in draws
        ],
    }

    shares = {name: sum(each) / 300 for name, each in held.items()}
    assert all(share >= 0.9 for share in shares.values()), shares


@given(st.integers(0, 60), st.integers(1, 60))
def test_every_share_is_in_its_own_intervals(count: int, more: int) -> None:
    for method in ("wilson", "exact"):
        found = interval_of_share(count, count + more, method=method)
        assert 0 <= found.low <= count / (count + more) + 1e-12
        assert found.high <= 1


def test_what_cannot_be_answered_is_refused() -> None:
    with pytest.raises(UsageError, match="1 values are too few, 2 are needed"):
        interval_of_mean([1.0])
    with pytest.raises(UsageError, match="nan is among the values"):
        interval_of_median([1.0, math.nan])
    with pytest.raises(UsageError, match="3 of 2 is no share"):
        interval_of_share(3, 2)
    with pytest.raises(UsageError, match=r"0\.0 has no ratio"):
        interval_of_ratio([0.0, 1.0], [1.0, 1.0], paired=True)
    with pytest.raises(UsageError, match="2 values cannot be paired with 3"):
        interval_of_ratio([1.0, 1.0], [1.0, 1.0, 1.0], paired=True)
    with pytest.raises(UsageError, match="needs two values a side"):
        interval_of_ratio([1.0], [1.0, 1.0, 1.0], paired=False)
