import pytest
from winsorise import winsorise


def test_both_ends_are_pulled_in_and_the_order_is_kept():
    assert winsorise([100, 2, 3, 1, -50], 0.25) == [3, 2, 3, 1, 1]


def test_a_share_of_zero_changes_nothing():
    assert winsorise([5, -1, 12], 0) == [5, -1, 12]


def test_a_share_of_one_half_leaves_only_the_median():
    assert winsorise([9, 1, 4, 7], 0.5) == [5.5, 5.5, 5.5, 5.5]


def test_the_limits_are_interpolated():
    assert winsorise([0, 10, 20, 30], 0.1) == pytest.approx([3, 10, 20, 27])


def test_the_argument_is_left_alone_and_the_result_holds_floats():
    values = [1, 2, 90]

    found = winsorise(values, 0.25)

    assert values == [1, 2, 90]
    assert all(isinstance(value, float) for value in found)


def test_it_builds_on_quantile(calls_of):
    calls = calls_of("winsorise", "quantile")

    winsorise([1, 2, 3], 0.1)

    assert calls


@pytest.mark.parametrize(("values", "share"), [([1, 2], -0.1), ([1, 2], 0.6), ([], 0.1)])
def test_no_values_and_shares_outside_their_range_are_refused(values, share):
    with pytest.raises(ValueError):
        winsorise(values, share)
