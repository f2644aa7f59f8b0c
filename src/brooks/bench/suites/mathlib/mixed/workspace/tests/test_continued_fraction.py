from fractions import Fraction

import pytest
from continued_fraction import continued_fraction


@pytest.mark.parametrize(
    ("numerator", "denominator", "terms"),
    [
        (415, 93, [4, 2, 6, 7]),
        (3, 8, [0, 2, 1, 2]),
        (355, 113, [3, 7, 16]),
        (6, 3, [2]),
        (0, 9, [0]),
    ],
)
def test_known_expansions(numerator, denominator, terms):
    assert continued_fraction(numerator, denominator) == terms


def test_only_the_first_term_may_be_negative():
    assert continued_fraction(-7, 3) == [-3, 1, 2]
    assert continued_fraction(7, -3) == [-3, 1, 2]
    assert continued_fraction(-7, -3) == [2, 3]


def test_the_terms_rebuild_the_fraction():
    for numerator in range(-20, 21):
        for denominator in range(1, 12):
            terms = continued_fraction(numerator, denominator)
            value = Fraction(terms[-1])
            for term in reversed(terms[:-1]):
                value = term + 1 / value
            assert value == Fraction(numerator, denominator)


def test_a_longer_expansion_never_ends_in_one():
    for numerator in range(1, 40):
        terms = continued_fraction(numerator, 17)
        assert len(terms) == 1 or terms[-1] > 1


def test_an_unreduced_fraction_has_the_terms_of_the_reduced_one():
    assert continued_fraction(4150, 930) == [4, 2, 6, 7]


def test_a_zero_denominator_is_refused():
    with pytest.raises(ValueError):
        continued_fraction(5, 0)
