"""Stretches of time, against counting the seconds one by one."""

from hypothesis import given
from hypothesis import strategies as st

from brooks.analysis.tabling.stretches import Left, Stretch, common, minus, seconds, united

STRETCHES = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=6)


def ticks(stretches: list[Stretch]) -> set[int]:
    return {tick for start, end in stretches for tick in range(int(start), int(end))}


@given(STRETCHES, STRETCHES)
def test_what_is_left_and_what_is_common_are_those_of_sets(
    some: list[Stretch], others: list[Stretch]
) -> None:
    assert ticks(minus(some, others)) == ticks(some) - ticks(others)
    assert ticks(common(some, others)) == ticks(some) & ticks(others)
    assert seconds(united(some)) == len(ticks(some))


@given(st.lists(STRETCHES, max_size=4))
def test_a_time_that_is_given_away_is_given_away_once(askers: list[list[Stretch]]) -> None:
    left = Left(0, 20)

    taken = [left.take(each) for each in askers]

    assert sum(taken) + left.rest() == 20
