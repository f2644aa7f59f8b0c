"""What is computed of two teams, on pairs small enough to work out by hand."""

import math

import numpy as np
import pytest

from brooks.bench.statistics.paired import alpha_of, compare, completion_of
from brooks.bench.statistics.pairs import Pair, Sorted, sort_pairs

PAIRS = (
    Pair(first=10.0, second=20.0),
    Pair(first=10.0, second=40.0),
    Pair(first=10.0, second=10.0),
    Pair(first=20.0, second=10.0),
    Pair(first=10.0, second=None),
    Pair(first=None, second=None),
)


def test_every_pair_is_in_the_denominator_of_superiority() -> None:
    """Won: two by time and one by failure; even: one by time and one in which both failed."""
    found = compare(sort_pairs(PAIRS), chance=np.random.default_rng(0))

    assert found.superiority == pytest.approx((3 + 2 / 2) / 6)
    assert found.cliffs_delta == pytest.approx((3 - 1) / 6)


def test_the_geometric_mean_ratio_is_of_the_pairs_in_which_both_finished() -> None:
    """Of 2, 4, 1 and 1/2."""
    found = compare(sort_pairs(PAIRS), chance=np.random.default_rng(0))

    assert found.geometric_mean_ratio == pytest.approx(math.sqrt(2))
    assert found.geometric_mean_interval is not None
    assert found.geometric_mean_interval.holds(math.sqrt(2))
    assert found.geometric_mean_interval.how.startswith("bootstrap")


def test_one_pair_has_no_bootstrap() -> None:
    found = compare(sort_pairs(PAIRS[:1]), chance=np.random.default_rng(0))

    assert found.geometric_mean_ratio == pytest.approx(2)
    assert found.geometric_mean_interval is None


def test_completion_counts_runs_and_tests_the_pairs_that_differ() -> None:
    """McNemar's exact test of 8 against 1: 2 (1 + 9) / 512."""
    ended = Sorted(log_ratios=(0.1,) * 7, first_failed=1, second_failed=8, both_failed=4)

    found = completion_of(ended)

    assert (found.pairs, found.first_failed, found.second_failed) == (20, 5, 12)
    assert found.p_value == pytest.approx(20 / 512)
    assert found.failed_more == "second"


def test_without_failures_nobody_fails_more() -> None:
    found = completion_of(sort_pairs(PAIRS[:4]))

    assert (found.p_value, found.failed_more) == (1.0, "")


def test_a_level_leaves_no_stray_bits() -> None:
    assert alpha_of(0.95) == 0.05
    assert alpha_of(0.9) == 0.1
