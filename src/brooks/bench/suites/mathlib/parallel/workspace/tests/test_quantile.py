import pytest
from quantile import quantile


def test_the_ends_are_the_smallest_and_the_largest_value():
    values = [7, -2, 3, 11]

    assert (quantile(values, 0), quantile(values, 1)) == (-2, 11)


def test_an_odd_count_has_its_middle_value_as_the_half():
    assert quantile([9, 1, 5], 0.5) == 5


def test_between_two_values_it_is_interpolated():
    assert quantile([1, 2, 3, 4], 0.25) == pytest.approx(1.75)
    assert quantile([10, 20], 0.3) == pytest.approx(13)


def test_one_value_is_every_quantile():
    assert [quantile([4], share) for share in (0, 0.2, 0.5, 1)] == [4, 4, 4, 4]


def test_a_larger_share_never_gives_a_smaller_value():
    values = [3, 8, 9, -1, 20, 4.5]

    found = [quantile(values, step / 20) for step in range(21)]

    assert found == sorted(found)


def test_the_result_is_a_float_and_the_argument_keeps_its_order():
    values = [3, 1, 2]

    assert isinstance(quantile(values, 0.5), float)
    assert values == [3, 1, 2]


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1, 2], -0.1), ([1, 2], 1.01)])
def test_no_values_or_a_share_outside_the_unit_interval_is_refused(values, share):
    with pytest.raises(ValueError):
        quantile(values, share)
