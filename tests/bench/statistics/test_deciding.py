"""Verdicts: what is called faster, what is not decisive, what failing does, how many pairs decide."""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
import pytest

from brooks.bench.statistics.deciding import decide
from brooks.bench.statistics.pairs import Pair, sort_pairs
from brooks.bench.statistics.power import pairs_to_decide
from brooks.bench.statistics.verdict import TOKENS
from brooks.errors import UsageError

SECOND_TAKES = (1.9, 2.1, 2.0, 2.3, 1.8, 2.2, 2.05, 1.95)
EIGHT = tuple(Pair(first=60.0, second=60.0 * ratio) for ratio in SECOND_TAKES)

MakePairs = Callable[..., list[Pair]]


def swapped(pairs: Sequence[Pair]) -> list[Pair]:
    """The same pairs with the teams in the other order."""
    return [Pair(first=pair.second, second=pair.first) for pair in pairs]


def test_a_team_that_is_faster_in_every_pair_is_faster() -> None:
    verdict = decide(EIGHT, first="hybrid:4", second="single")

    assert verdict.kind == "faster"
    assert verdict.p_value == pytest.approx(2 / 2**8)
    assert verdict.ratio == pytest.approx(2.03, abs=0.01)
    assert verdict.low > 1.8
    assert verdict.high < 2.3
    assert verdict.pairs == 8
    assert verdict.pairs_to_decide is None
    assert verdict.comparison.superiority == 1.0
    assert verdict.comparison.cliffs_delta == 1.0


def test_in_the_other_order_it_is_slower_by_the_same_ratio() -> None:
    one = decide(EIGHT, first="hybrid:4", second="single")
    other = decide(swapped(EIGHT), first="single", second="hybrid:4")

    assert other.kind == "slower"
    assert one.ratio is not None
    assert other.ratio == pytest.approx(1 / one.ratio)
    assert (other.low, other.high) == pytest.approx((1 / one.high, 1 / one.low))
    assert other.sentence == one.sentence


def test_fewer_tokens_are_cheaper() -> None:
    one = decide(EIGHT, first="single", second="hybrid:4", quantity=TOKENS)
    other = decide(swapped(EIGHT), first="hybrid:4", second="single", quantity=TOKENS)

    assert (one.kind, other.kind) == ("cheaper", "dearer")


def test_one_pair_is_not_decisive_and_six_of_its_kind_would_be() -> None:
    verdict = decide([Pair(first=60.0, second=120.0)], first="a", second="b")

    assert verdict.kind == "not_decisive"
    assert verdict.pairs_to_decide == 6
    assert verdict.detectable is None
    assert verdict.p_value == 1.0


def test_teams_that_are_equal_in_every_pair_are_not_told_apart() -> None:
    verdict = decide([Pair(first=60.0, second=60.0)] * 20, first="a", second="b")

    assert verdict.kind == "not_decisive"
    assert (verdict.ratio, verdict.low, verdict.high) == (1, 1, 1)
    assert verdict.pairs_to_decide is None
    assert verdict.comparison.superiority == 0.5
    assert verdict.comparison.cliffs_delta == 0


def test_where_all_failed_nothing_is_decided() -> None:
    verdict = decide([Pair(first=None, second=None)] * 20, first="a", second="b")

    assert verdict.kind == "not_decisive"
    assert verdict.ratio is None
    assert verdict.fails_more == ""
    assert verdict.pairs_to_decide is None
    assert verdict.comparison.completion.first_failed == 20


def test_a_team_that_always_fails_is_slower_than_one_that_never_does() -> None:
    verdict = decide([Pair(first=None, second=60.0)] * 20, first="a", second="b")

    assert verdict.kind == "slower"
    assert verdict.fails_more == "first"
    assert verdict.comparison.completion.p_value == pytest.approx(2 / 2**20)


def test_a_team_that_fails_more_is_not_called_faster_however_fast_it_is() -> None:
    """It wins 60 pairs by far and fails in 9, the other in none: both tests are decisive."""
    fast = [Pair(first=10.0 + n / 10, second=100.0) for n in range(60)]
    failed = [Pair(first=None, second=100.0)] * 9

    without, verdict = (decide(pairs, first="a", second="b") for pairs in (fast, fast + failed))

    assert without.kind == "faster"
    assert verdict.p_value < 0.001
    assert verdict.fails_more == "first"
    assert verdict.kind == "not_decisive"
    assert verdict.pairs_to_decide is None


def test_failed_runs_count_against_the_team_that_failed() -> None:
    """Dropping the failed pairs would make the first team faster; keeping them it is not decisive."""
    finished = [Pair(first=60.0, second=60.0 * ratio) for ratio in (1.2, 1.3, 1.1, 1.25, 1.4, 1.05)]
    failed = [Pair(first=None, second=60.0)] * 3

    kept = decide(finished + failed, first="a", second="b")

    assert decide(finished, first="a", second="b").kind == "faster"
    assert kept.kind == "not_decisive"
    assert kept.pairs == 9
    assert kept.comparison.superiority == pytest.approx(6 / 9)
    assert kept.comparison.geometric_mean_ratio == pytest.approx(1.21, abs=0.01)
    assert kept.low < 1


@pytest.mark.slow
def test_so_many_pairs_as_it_asks_for_do_decide(make_pairs: MakePairs) -> None:
    """At a ratio of 1.12 and a spread of 0.3, about 60 pairs decide four times of five."""
    asked = [
        decide(make_pairs(20, ratio=1.12, spread=0.3, seed=seed), first="a", second="b")
        for seed in range(40)
    ]
    numbers = sorted(each.pairs_to_decide for each in asked if each.pairs_to_decide)
    middle = numbers[len(numbers) // 2]

    again = [
        decide(make_pairs(middle, ratio=1.12, spread=0.3, seed=100 + seed), first="a", second="b")
        for seed in range(40)
    ]

    assert 20 < middle < 200
    assert sum(each.kind == "faster" for each in again) >= 30


def test_more_power_asks_for_more_pairs(make_pairs: MakePairs) -> None:
    pairs = make_pairs(20, ratio=1.1, spread=0.3, seed=4)

    usual, careful = (decide(pairs, first="a", second="b", power=power) for power in (0.8, 0.9))

    assert usual.pairs_to_decide is not None
    assert careful.pairs_to_decide is not None
    assert careful.pairs_to_decide > usual.pairs_to_decide


def test_no_more_pairs_are_looked_at_than_asked_for(make_pairs: MakePairs) -> None:
    pairs = make_pairs(20, ratio=1.02, spread=0.3, seed=1)

    verdict = decide(pairs, first="a", second="b", most_pairs=50)

    assert verdict.kind == "not_decisive"
    assert verdict.pairs_to_decide is None
    assert verdict.most_pairs == 50


def test_what_pairs_can_show_shrinks_with_their_spread(make_pairs: MakePairs) -> None:
    """By the normal formula 20 pairs show a log ratio of about 2.9 s/√20: 1.07 for 0.1, 1.21 for 0.3."""
    narrow, wide = (
        decide(make_pairs(20, ratio=1.0, spread=spread, seed=8), first="a", second="b")
        for spread in (0.1, 0.3)
    )

    assert narrow.detectable == pytest.approx(1.07, abs=0.03)
    assert wide.detectable == pytest.approx(1.21, abs=0.07)


def test_equal_seeds_give_equal_verdicts(make_pairs: MakePairs) -> None:
    pairs = make_pairs(20, ratio=1.1, spread=0.3, failing=0.1)

    one, again = (decide(pairs, first="a", second="b", seed=5) for _ in range(2))

    assert msgspec.json.encode(one) == msgspec.json.encode(again)


@pytest.mark.slow
@pytest.mark.parametrize("failing", [0.0, 0.15])
def test_teams_that_do_not_differ_are_rarely_told_apart(
    make_pairs: MakePairs, failing: float
) -> None:
    """Of 200 comparisons of 20 pairs the test lets at most 5 % through; 20 or fewer in all likelihood."""
    verdicts = [
        decide(
            make_pairs(20, ratio=1.0, spread=0.3, failing=failing, seed=seed),
            first="a",
            second="b",
            most_pairs=40,
        )
        for seed in range(200)
    ]

    false = sum(verdict.kind != "not_decisive" or bool(verdict.fails_more) for verdict in verdicts)
    assert 1 <= false <= 20


@pytest.mark.slow
def test_a_ratio_of_1_3_is_found_nine_times_of_ten(make_pairs: MakePairs) -> None:
    verdicts = [
        decide(
            make_pairs(20, ratio=1.3, spread=0.26, failing=0.05, seed=seed),
            first="a",
            second="b",
            most_pairs=40,
        )
        for seed in range(200)
    ]

    assert sum(verdict.kind == "faster" for verdict in verdicts) >= 180
    assert all(verdict.kind != "slower" for verdict in verdicts)


@pytest.mark.parametrize(("level", "power"), [(1.0, 0.8), (0.95, 0.0), (95, 0.8)])
def test_a_level_or_power_that_is_no_share_is_refused(level: float, power: float) -> None:
    with pytest.raises(UsageError, match="give a share between 0 and 1"):
        decide(EIGHT, first="a", second="b", level=level, power=power)


def test_what_is_decided_already_asks_for_one_pair_more_at_most() -> None:
    """The search begins above the pairs there are."""
    found = pairs_to_decide(sort_pairs(EIGHT), favours_first=True, chance=np.random.default_rng(0))

    assert found == 9
