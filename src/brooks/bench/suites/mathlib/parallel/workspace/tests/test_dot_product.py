from fractions import Fraction

import pytest
from dot_product import dot_product


def test_entries_at_equal_positions_are_multiplied_and_summed():
    assert dot_product([1, 2, 3], [4, -5, 6]) == 12


def test_perpendicular_vectors_give_zero():
    assert dot_product([3, 4], [-4, 3]) == 0


def test_the_order_of_the_vectors_does_not_matter():
    first, second = [2, 7, -1], [5, 0, 9]

    assert dot_product(first, second) == dot_product(second, first) == 1


def test_fractions_stay_exact():
    assert dot_product([Fraction(1, 3), 2], [Fraction(3, 4), Fraction(1, 8)]) == Fraction(1, 2)


def test_empty_vectors_give_zero():
    assert dot_product([], []) == 0


def test_vectors_of_different_lengths_are_refused():
    with pytest.raises(ValueError):
        dot_product([1, 2], [1, 2, 3])
