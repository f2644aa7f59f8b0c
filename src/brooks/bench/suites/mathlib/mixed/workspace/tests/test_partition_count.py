import pytest
from partition_count import partition_count


def test_the_first_counts():
    assert [partition_count(n) for n in range(11)] == [1, 1, 2, 3, 5, 7, 11, 15, 22, 30, 42]


def test_the_empty_sum_is_the_one_way_to_make_zero():
    assert partition_count(0) == 1


def test_a_count_too_large_to_enumerate():
    assert partition_count(100) == 190569292


def test_every_fifth_count_from_four_on_is_divisible_by_five():
    assert all(partition_count(5 * k + 4) % 5 == 0 for k in range(10))


def test_negative_numbers_are_refused():
    with pytest.raises(ValueError):
        partition_count(-1)
