import pytest
from drop_outliers import drop_outliers


def test_far_values_go_and_the_rest_keeps_its_order():
    assert drop_outliers([7, 2, 80, 3, 1, 5, 6, -70, 4]) == [7, 2, 3, 1, 5, 6, 4]


def test_an_outlier_hidden_behind_a_larger_one_goes_too():
    values = [10, 11, 12, 13, 14, 15, 16, 17, 18, 27, 5000]

    assert drop_outliers(values) == [10, 11, 12, 13, 14, 15, 16, 17, 18]


def test_the_usual_factor_is_three():
    assert drop_outliers([0, 1, 2, 3, 4, 5, 9]) == [0, 1, 2, 3, 4, 5]


def test_a_sample_without_outliers_is_returned_whole():
    assert drop_outliers([3, 1, 2]) == [3, 1, 2]
    assert drop_outliers([4]) == [4]


def test_a_larger_factor_keeps_more():
    values = [1, 2, 3, 4, 5, 6, 7, 20]

    assert drop_outliers(values, 3) == [1, 2, 3, 4, 5, 6, 7]
    assert drop_outliers(values, 1000) == values


def test_a_second_pass_changes_nothing():
    kept = drop_outliers([(i * i * i) % 101 for i in range(24)], 2)

    assert kept
    assert drop_outliers(kept, 2) == kept


def test_the_argument_is_left_alone():
    values = [1, 2, 3, 4, 5, 6, 7, 999]

    kept = drop_outliers(values)
    kept.append(0)

    assert values == [1, 2, 3, 4, 5, 6, 7, 999]


def test_it_builds_on_outlier_positions(calls_of):
    calls = calls_of("drop_outliers", "outlier_positions")

    drop_outliers([1, 2, 4])

    assert calls


@pytest.mark.parametrize(("values", "factor"), [([], 3), ([1, 2], 0)])
def test_no_values_and_a_factor_below_one_are_refused(values, factor):
    with pytest.raises(ValueError):
        drop_outliers(values, factor)
