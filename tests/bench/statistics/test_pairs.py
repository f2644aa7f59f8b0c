"""Pairs: what is refused, and how they are sorted."""

import math

import pytest

from brooks.bench.statistics.pairs import MOST_PAIRS, Pair, paired_values, sort_pairs
from brooks.errors import UsageError


def test_pairs_are_sorted_by_how_they_ended() -> None:
    found = sort_pairs(
        [
            Pair(first=10.0, second=20.0),
            Pair(first=None, second=20.0),
            Pair(first=10.0, second=None),
            Pair(first=5.0, second=None),
            Pair(first=None, second=None),
        ]
    )

    assert found.log_ratios == pytest.approx((math.log(2),))
    assert (found.first_failed, found.second_failed, found.both_failed) == (1, 2, 1)
    assert (found.pairs, found.informative) == (5, 4)


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_a_value_without_a_ratio_is_refused_and_named(value: float) -> None:
    with pytest.raises(UsageError, match=r"pair 2 has the value .*which has no ratio.*give None"):
        sort_pairs([Pair(first=1.0, second=1.0), Pair(first=None, second=value)])


@pytest.mark.parametrize("pairs", [0, MOST_PAIRS + 1])
def test_no_pairs_and_too_many_pairs_are_refused(pairs: int) -> None:
    with pytest.raises(UsageError, match=rf"there are {pairs} pairs to compare"):
        sort_pairs([Pair(first=1.0, second=1.0)] * pairs)


def test_values_are_paired_by_seed_whatever_their_order() -> None:
    found = paired_values([(1, 10.0), (2, None)], [(2, 5.0), (1, 20.0)])

    assert found == (Pair(seed=1, first=10.0, second=20.0), Pair(seed=2, first=None, second=5.0))


def test_a_seed_of_one_team_only_is_refused() -> None:
    with pytest.raises(UsageError, match=r"only one of the two teams has the seeds \[2, 3\]"):
        paired_values([(1, 10.0), (3, 1.0)], [(2, 5.0), (1, 20.0)])


def test_a_seed_that_is_there_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="the second team has the seed 1 twice"):
        paired_values([(1, 10.0)], [(1, 5.0), (1, 20.0)])
