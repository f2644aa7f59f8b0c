"""Sentences: each kind of verdict, word for word."""

import math

import pytest

from brooks.bench.statistics.deciding import decide
from brooks.bench.statistics.intervals import Interval
from brooks.bench.statistics.pairs import Pair
from brooks.bench.statistics.verdict import DOLLARS, TOKENS
from brooks.bench.statistics.words import interval_text, number, p_text, rounded

RATIOS = (1.9, 2.1, 2.0, 2.3, 1.8, 2.2, 2.05, 1.95)
EIGHT = tuple(Pair(first=60.0, second=60.0 * ratio) for ratio in RATIOS)
TURNED = tuple(Pair(first=pair.second, second=pair.first) for pair in EIGHT)


def test_a_faster_team() -> None:
    assert decide(EIGHT, first="hybrid:4", second="single").sentence == (
        "hybrid:4 was 2.03 times as fast as single (95 % interval 1.90 to 2.20, 8 pairs)"
    )


def test_a_team_that_needs_more_tokens() -> None:
    assert decide(TURNED, first="hybrid:4", second="single", quantity=TOKENS).sentence == (
        "hybrid:4 used 2.03 times the tokens of single (95 % interval 1.90 to 2.20, 8 pairs)"
    )


def test_a_team_that_costs_less() -> None:
    assert decide(EIGHT, first="single", second="hybrid:4", quantity=DOLLARS).sentence == (
        "hybrid:4 cost 2.03 times as much as single (95 % interval 1.90 to 2.20, 8 pairs)"
    )


def test_failures_that_decide_nothing_are_told_last() -> None:
    pairs = [*EIGHT, Pair(first=None, second=60.0)]

    assert decide(pairs, first="hybrid:4", second="single").sentence.endswith(
        "; hybrid:4 failed in 1 of 9 runs, single in 0"
    )


def test_failures_that_are_decisive_are_told_first() -> None:
    pairs = [Pair(first=60.0, second=60.0)] * 2 + [Pair(first=None, second=60.0)] * 18

    assert decide(pairs, first="hybrid:4", second="single").sentence == (
        "hybrid:4 failed more often than single (18 of 20 runs against 0, p < 0.001); "
        "single was faster than hybrid:4, by its failures alone (20 pairs)"
    )


def test_a_fast_team_that_fails_more() -> None:
    pairs = [Pair(first=10.0, second=100.0)] * 60 + [Pair(first=None, second=100.0)] * 9

    assert decide(pairs, first="a", second="b").sentence == (
        "a failed more often than b (9 of 69 runs against 0, p = 0.004); not decisive: a took 0.10 times "
        "as long as b (95 % interval 0.10 to 0.10, 69 pairs); a team that fails more is not called faster"
    )


def test_too_few_pairs() -> None:
    assert decide([Pair(first=60.0, second=120.0)], first="a", second="b").sentence == (
        "not decisive: a took 0.50 times as long as b (95 % interval unbounded, 1 pair); "
        "about 6 pairs would decide"
    )


def test_no_difference() -> None:
    assert decide([Pair(first=60.0, second=60.0)] * 20, first="a", second="b").sentence == (
        "not decisive: a took 1.00 times as long as b (95 % interval 1.00 to 1.00, 20 pairs); "
        "even 1,000 pairs would hardly decide, 20 pairs show a difference from about 1 %"
    )


def test_only_failures() -> None:
    assert decide([Pair(first=None, second=None)] * 3, first="a", second="b").sentence == (
        "not decisive: no pair in which both finished (3 pairs); even 1,000 pairs would hardly decide; "
        "a failed in 3 of 3 runs, b in 3"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.314, "2.31"),
        (1.0, "1.00"),
        (1.0034, "1.003"),
        (0.9971, "0.9971"),
        (23.14, "23.1"),
        (1234.5, "1,234"),
        (0.0123, "0.0123"),
        (math.inf, "any number"),
    ],
)
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (2.05, 2.6, "95 % interval 2.05 to 2.60"),
        (2.05, math.inf, "95 % interval 2.05 or more"),
        (0.0, 2.6, "95 % interval 2.60 or less"),
        (0.0, math.inf, "95 % interval unbounded"),
    ],
)
def test_intervals_may_be_open(low: float, high: float, text: str) -> None:
    assert interval_text(Interval(low=low, high=high, level=0.95, how="")) == text


def test_how_many_pairs_has_two_digits_and_is_never_too_few() -> None:
    assert [rounded(pairs) for pairs in (6, 87, 100, 121, 999)] == [6, 87, 100, 130, 1000]


def test_small_p_values_are_not_called_zero() -> None:
    assert [p_text(value) for value in (0.0004, 0.0123)] == ["p < 0.001", "p = 0.012"]
