from fractions import Fraction

import pytest
from egyptian_fraction import egyptian_fraction


@pytest.mark.parametrize(
    ("numerator", "denominator", "units"),
    [(2, 3, [2, 6]), (4, 13, [4, 18, 468]), (7, 15, [3, 8, 120]), (6, 8, [2, 4])],
)
def test_known_expansions(numerator, denominator, units):
    assert egyptian_fraction(numerator, denominator) == units


def test_a_unit_fraction_is_its_own_expansion():
    assert egyptian_fraction(1, 9) == [9]
    assert egyptian_fraction(3, 27) == [9]


def test_the_unit_fractions_sum_to_the_fraction():
    for denominator in range(2, 16):
        for numerator in range(1, denominator):
            units = egyptian_fraction(numerator, denominator)
            assert sum(Fraction(1, unit) for unit in units) == Fraction(numerator, denominator)


def test_the_denominators_grow_strictly():
    units = egyptian_fraction(8, 11)

    assert units == sorted(set(units))


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 5), (5, 5), (7, 5), (-1, 5), (1, -5)])
def test_only_proper_positive_fractions_are_accepted(numerator, denominator):
    with pytest.raises(ValueError):
        egyptian_fraction(numerator, denominator)
