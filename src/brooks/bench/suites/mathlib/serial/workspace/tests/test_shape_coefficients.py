import pytest
from shape_coefficients import shape_coefficients


def test_a_lopsided_sample():
    shape = shape_coefficients([0, 0, 0, 1])

    assert shape["skewness"] == pytest.approx(2 / 3**0.5)
    assert shape["excess_kurtosis"] == pytest.approx(-2 / 3)


def test_a_symmetric_sample_has_no_skewness():
    assert shape_coefficients([-5, -1, 0, 1, 5])["skewness"] == 0


def test_two_equal_halves_have_the_lightest_tails():
    assert shape_coefficients([3, 3, 9, 9]) == {"skewness": 0, "excess_kurtosis": -2}


def test_scale_and_place_do_not_matter():
    values = [1, 2, 2, 8, 3]

    moved = shape_coefficients([7 * v - 40 for v in values])

    assert moved == pytest.approx(shape_coefficients(values))


def test_mirroring_turns_only_the_skewness():
    shape = shape_coefficients([1, 2, 2, 8])
    mirrored = shape_coefficients([-1, -2, -2, -8])

    assert mirrored["skewness"] == pytest.approx(-shape["skewness"])
    assert mirrored["excess_kurtosis"] == pytest.approx(shape["excess_kurtosis"])


def test_it_builds_on_cumulants(calls_of):
    calls = calls_of("shape_coefficients", "cumulants")

    shape_coefficients([1, 2, 4])

    assert calls


@pytest.mark.parametrize("values", [[], [5], [5, 5, 5]])
def test_values_without_spread_are_refused(values):
    with pytest.raises(ValueError):
        shape_coefficients(values)
