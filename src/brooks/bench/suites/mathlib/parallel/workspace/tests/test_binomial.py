import pytest
from binomial import binomial


@pytest.mark.parametrize(("n", "k", "ways"), [(0, 0, 1), (5, 2, 10), (6, 3, 20), (52, 5, 2598960)])
def test_known_counts(n, k, ways):
    assert binomial(n, k) == ways


def test_choosing_too_many_or_fewer_than_none_is_impossible():
    assert [binomial(4, 5), binomial(4, -1), binomial(0, 1)] == [0, 0, 0]


def test_each_inner_entry_is_the_sum_of_the_two_above():
    for n in range(1, 12):
        for k in range(n + 1):
            assert binomial(n, k) == binomial(n - 1, k - 1) + binomial(n - 1, k)


def test_large_counts_are_exact_integers():
    ways = binomial(100, 50)

    assert ways == 100891344545564193334812497256
    assert isinstance(ways, int)


def test_a_negative_set_size_is_refused():
    with pytest.raises(ValueError):
        binomial(-1, 0)
