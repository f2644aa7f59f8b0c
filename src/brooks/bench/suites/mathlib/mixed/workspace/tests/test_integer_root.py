import pytest
from integer_root import integer_root


@pytest.mark.parametrize(
    ("number", "degree", "root"), [(27, 3, 3), (26, 3, 2), (28, 3, 3), (2, 2, 1), (1000, 10, 1)]
)
def test_small_numbers_round_down(number, degree, root):
    assert integer_root(number, degree) == root


def test_zero_and_one_are_their_own_roots():
    assert [integer_root(n, degree) for n in (0, 1) for degree in (1, 2, 9)] == [0, 0, 0, 1, 1, 1]


def test_the_first_root_is_the_number_itself():
    assert integer_root(123456789, 1) == 123456789


def test_numbers_beyond_any_float_are_exact():
    base = 10**40 + 7

    assert integer_root(base**5, 5) == base
    assert integer_root(base**5 - 1, 5) == base - 1


def test_the_root_is_the_largest_that_fits():
    for number in range(1, 400, 7):
        for degree in (2, 3, 4):
            root = integer_root(number, degree)
            assert root**degree <= number < (root + 1) ** degree


@pytest.mark.parametrize(("number", "degree"), [(-1, 2), (-8, 3), (8, 0), (8, -1)])
def test_negative_numbers_and_degrees_below_one_are_refused(number, degree):
    with pytest.raises(ValueError):
        integer_root(number, degree)
