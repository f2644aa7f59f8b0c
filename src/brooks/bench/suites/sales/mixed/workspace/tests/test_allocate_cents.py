from fractions import Fraction

import pytest
from allocate_cents import allocate_cents


def test_equal_weights_get_equal_shares():
    assert allocate_cents(900, [1, 1, 1]) == [300, 300, 300]


def test_cents_left_over_go_to_the_first_of_equals():
    assert allocate_cents(100, [1, 1, 1]) == [34, 33, 33]
    assert allocate_cents(101, [1, 1, 1]) == [34, 34, 33]


def test_the_largest_loss_is_made_good_first():
    assert allocate_cents(10, [5, 3, 8]) == [3, 2, 5]
    assert allocate_cents(100, [1, 5, 1]) == [14, 72, 14]


def test_weight_zero_gets_nothing():
    assert allocate_cents(7, [0, 2, 0, 1]) == [0, 5, 0, 2]


def test_nothing_to_split():
    assert allocate_cents(0, [3, 4]) == [0, 0]


def test_no_cent_is_lost_and_nobody_is_a_cent_off():
    for total in (1, 99, 1000, 12_345, 10**20 + 1):
        for weights in ([1], [1, 2, 3], [7, 0, 11, 13, 17], [10**15, 1, 10**15 - 1]):
            shares = allocate_cents(total, weights)
            assert sum(shares) == total
            for share, weight in zip(shares, weights, strict=True):
                assert abs(share - Fraction(total * weight, sum(weights))) < 1


def test_the_argument_is_left_alone():
    weights = [1, 2, 3]

    allocate_cents(100, weights)

    assert weights == [1, 2, 3]


@pytest.mark.parametrize(
    ("total", "weights"), [(-1, [1]), (5, []), (5, [0, 0]), (5, [2, -1]), (5, [1, -1])]
)
def test_what_cannot_be_split_is_refused(total, weights):
    with pytest.raises(ValueError):
        allocate_cents(total, weights)
