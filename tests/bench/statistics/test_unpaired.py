"""Tests of others' runs: examples worked out by hand, and the conventions that papers print."""

import pytest
from scipy import stats

from brooks.bench.statistics.unpaired import (
    cliffs_delta,
    kruskal,
    mannwhitney,
    spearman,
    wilcoxon,
)
from brooks.errors import UsageError


def test_u_counts_the_pairs_that_the_first_sample_wins() -> None:
    """3 beats 1 and 2; 5 beats 1, 2 and 4; 4 beats 1 and 2, and is even with 4."""
    found = mannwhitney([3, 5, 4], [1, 2, 4])

    assert found.statistic == 2 + 3 + 2.5
    assert found.n == 6


def test_cliffs_delta_is_wins_less_losses() -> None:
    assert cliffs_delta([3, 5, 4], [1, 2, 4]) == pytest.approx((7 - 1) / 9)
    assert cliffs_delta([1, 1], [2, 2]) == -1
    assert cliffs_delta([1, 1], [1, 1]) == 0


def test_h_by_hand() -> None:
    """Rank sums 6 and 15 of three each: 12 / 42 · (36/3 + 225/3) - 21."""
    found = kruskal([1, 2, 3], [4, 5, 6])

    assert found.statistic == pytest.approx(12 / 42 * (12 + 75) - 21)
    assert found.p_value == pytest.approx(float(stats.chi2.sf(found.statistic, 1)))


def test_rho_by_hand() -> None:
    """Rank differences 0, 1, 1, 0: 1 - 6 · 2 / (4 · 15)."""
    found = spearman([1, 2, 3, 4], [10, 30, 20, 40])

    assert found.statistic == pytest.approx(0.8)
    assert found.p_value == pytest.approx(0.2)
    assert found.n == 4


def test_w_is_the_smaller_rank_sum() -> None:
    """Differences 1, -2, 3, 4: ranks 1, 3 and 4 against 2; 3 of 16 ways are as low, twice."""
    found = wilcoxon([2, 1, 4, 5], [1, 3, 1, 1])

    assert found.statistic == 2
    assert found.p_value == pytest.approx(2 * 3 / 16)


def test_w_leaves_differences_of_zero_out() -> None:
    """Then the p-value is the approximation, and n still counts the pairs."""
    found = wilcoxon([2, 1, 4, 5, 7], [1, 3, 1, 1, 7])

    assert found.statistic == 2
    assert found.p_value == pytest.approx(0.273, abs=0.001)
    assert found.n == 5


def test_samples_that_are_all_equal_do_not_differ() -> None:
    assert mannwhitney([1, 1], [1, 1, 1]).p_value == 1
    assert kruskal([1, 1], [1, 1, 1]).p_value == 1
    assert wilcoxon([1, 2], [1, 2]).p_value == 1


def test_what_cannot_be_tested_is_refused() -> None:
    with pytest.raises(UsageError, match="0 values are too few"):
        mannwhitney([], [1.0])
    with pytest.raises(UsageError, match="two samples or more: 1 given"):
        kruskal([1.0, 2.0])
    with pytest.raises(UsageError, match="nothing can rise with it"):
        spearman([1, 1, 1], [1, 2, 3])
    with pytest.raises(UsageError, match="3 values cannot be paired with 2"):
        wilcoxon([1, 2, 3], [1, 2])
    with pytest.raises(UsageError, match="nan is among the values"):
        spearman([1, 2, float("nan")], [1, 2, 3])
