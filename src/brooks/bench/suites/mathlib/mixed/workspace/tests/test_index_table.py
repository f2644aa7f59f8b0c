import pytest
from index_table import index_table


def test_the_table_for_seven():
    assert index_table(7) == {1: 0, 3: 1, 2: 2, 6: 3, 4: 4, 5: 5}


def test_the_smallest_primes():
    assert index_table(2) == {1: 0}
    assert index_table(3) == {1: 0, 2: 1}


def test_every_number_and_every_exponent_appears_once():
    table = index_table(43)

    assert sorted(table) == list(range(1, 43))
    assert sorted(table.values()) == list(range(42))


def test_indices_add_where_numbers_multiply():
    table = index_table(19)

    for a in range(1, 19):
        for b in range(1, 19):
            assert table[a * b % 19] == (table[a] + table[b]) % 18


def test_it_builds_on_primitive_root(calls_of):
    calls = calls_of("index_table", "primitive_root")

    index_table(11)

    assert calls


@pytest.mark.parametrize("number", [1, 6, 0, 25])
def test_numbers_that_are_not_prime_are_refused(number):
    with pytest.raises(ValueError):
        index_table(number)
