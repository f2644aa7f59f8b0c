"""The measure of verdicts: that it sees right and wrong ones, and what pairing by seed does."""

import math

import numpy as np
import pytest

from measure.verdicts import (
    Answer,
    Block,
    Place,
    described,
    false_share,
    judge,
    repeat,
    spreads,
)

PLACE = Place("mathlib/mixed", "single")


def pool(spread: float, *, failed: int = 0, runs: int = 60) -> tuple[float | None, ...]:
    """Lognormal times, and failed runs."""
    times = 60 * np.exp(np.random.default_rng(0).normal(0, spread, runs - failed))
    return (*times.tolist(), *[None] * failed)


def block(ratio: float, *, spread: float = 0.2) -> Block:
    """Ten repetitions."""
    return Block(PLACE, pool(spread), None, ratio, 20, range(10))


def answer(kind: str, *, fails_more: str = "") -> Answer:
    """What is kept of a verdict of that kind."""
    return Answer(kind, fails_more, pairs_to_decide=None, holds_truth=True, is_answered=True)


def test_a_repetition_draws_no_run_twice_and_can_be_repeated() -> None:
    one, again = judge(block(1.3), 4), judge(block(1.3), 4)

    assert one == again
    assert one.pairs == 20


def test_runs_of_one_seed_are_paired_where_both_pools_have_them() -> None:
    """The second team is 1.3 times as slow with every seed, whatever was drawn."""
    ours = pool(0.5, failed=0)
    theirs = tuple(None if value is None else 1.3 * value for value in ours)

    found = judge(Block(PLACE, ours, theirs, 1.3, 20, range(10)), 4)

    assert found.kind == "faster"
    assert found.ratio == pytest.approx(1.3)


def test_a_large_ratio_is_always_seen_and_the_interval_is_about_it() -> None:
    found = repeat(block(3.0, spread=0.1))

    assert [each.kind for each in found] == ["faster"] * 10
    assert sum(each.holds_truth for each in found) >= 8


def test_undecided_verdicts_are_answered_too() -> None:
    found = repeat(block(1.05))

    undecided = [each for each in found if each.kind == "not_decisive"]
    assert undecided
    assert all(each.is_answered for each in undecided)


def test_any_difference_that_is_claimed_of_equal_teams_is_false() -> None:
    answers = [
        answer("not_decisive"),
        answer("faster"),
        answer("slower"),
        answer("not_decisive", fails_more="first"),
    ]

    assert false_share(answers) == 0.75


def test_what_came_of_a_pool_is_described() -> None:
    answers = [answer("faster")] * 3 + [answer("not_decisive")]

    row = described(pool(0.2, failed=6), answers)

    assert (row["runs"], row["failed"]) == (60, 6)
    assert (row["faster"], row["slower"], row["not_decisive"]) == (0.75, 0, 0.25)
    assert row["log_sd_of_a_pair"] == pytest.approx(0.2 * math.sqrt(2), abs=0.06)
    assert row["median_pairs_to_decide"] is None
    assert row["unanswered"] == 0


def test_pairing_by_seed_takes_out_what_seeds_have_in_common() -> None:
    """Times that double with every seed, for both teams; one run failed and is left out."""
    seeds = [float(2**n) for n in range(6)]
    pools = {
        PLACE: (*seeds, None),
        Place("mathlib/mixed", "hybrid:4"): (*[2 * each for each in seeds], 1.0),
        Place("mathlib/serial", "hybrid:4"): tuple([1.0] * 7),
    }

    found = dict(spreads(pools))

    assert list(found) == ["single and hybrid:4 on mathlib/mixed"]
    row = found["single and hybrid:4 on mathlib/mixed"]
    assert row["paired"] == 0
    assert row["unpaired"] > 1.5
