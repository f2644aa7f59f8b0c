import pytest
from jarque_bera import jarque_bera


def test_a_lopsided_sample():
    assert jarque_bera([0, 0, 0, 1]) == pytest.approx(26 / 27)


def test_two_equal_halves():
    assert jarque_bera([3, 3, 9, 9]) == pytest.approx(4 / 6)


def test_repeating_the_sample_multiplies_the_statistic():
    values = [1, 2, 2, 8]

    assert jarque_bera(values * 5) == pytest.approx(5 * jarque_bera(values))


def test_scale_place_and_mirror_do_not_matter():
    values = [1, 2, 2, 8, 3]

    assert jarque_bera([5 - 3 * v for v in values]) == pytest.approx(jarque_bera(values))


def test_one_far_value_raises_it_a_lot():
    near, far = [1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 80]

    assert jarque_bera(near) < 1
    assert jarque_bera(far) > 9


def test_it_builds_on_shape_coefficients(calls_of):
    calls = calls_of("jarque_bera", "shape_coefficients")

    jarque_bera([1, 2, 4])

    assert calls


@pytest.mark.parametrize("values", [[], [5], [5, 5, 5]])
def test_values_without_spread_are_refused(values):
    with pytest.raises(ValueError):
        jarque_bera(values)
