from fractions import Fraction

import pytest
from robust_summary import robust_summary


def test_two_wild_values_are_counted_and_left_out():
    assert robust_summary([7, 2, 80, 3, 1, 5, 6, -70, 4]) == {
        "count": 7,
        "dropped": 2,
        "lowest": 1,
        "highest": 7,
        "mean": 4,
    }


def test_a_tame_sample_is_summarised_whole():
    assert robust_summary([3, 1, 4, 2, 1]) == {
        "count": 5,
        "dropped": 0,
        "lowest": 1,
        "highest": 4,
        "mean": Fraction(11, 5),
    }


def test_the_usual_factor_is_three():
    summary = robust_summary([0, 1, 2, 3, 4, 5, 9])

    assert (summary["lowest"], summary["highest"], summary["mean"]) == (0, 5, Fraction(5, 2))


def test_the_mean_is_an_exact_fraction():
    mean = robust_summary([1, 2, 2])["mean"]

    assert isinstance(mean, Fraction)
    assert mean == Fraction(5, 3)


def test_a_larger_factor_keeps_the_wild_values():
    summary = robust_summary([1, 2, 3, 4, 5, 6, 7, 20], 1000)

    assert (summary["dropped"], summary["highest"], summary["mean"]) == (0, 20, 6)


def test_a_wild_value_makes_no_difference_however_wild():
    assert robust_summary([1, 2, 3, 4, 5, 6, 7, 10**4]) == robust_summary(
        [1, 2, 3, 4, 5, 6, 7, 10**9]
    )


def test_it_builds_on_drop_outliers(calls_of):
    calls = calls_of("robust_summary", "drop_outliers")

    robust_summary([1, 2, 4])

    assert calls


@pytest.mark.parametrize(("values", "factor"), [([], 3), ([1, 2], -2)])
def test_no_values_and_a_negative_factor_are_refused(values, factor):
    with pytest.raises(ValueError):
        robust_summary(values, factor)
