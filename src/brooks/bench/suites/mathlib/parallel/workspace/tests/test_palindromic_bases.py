import pytest
from palindromic_bases import palindromic_bases


@pytest.mark.parametrize(
    ("number", "bases"), [(5, [2]), (10, [3, 4]), (21, [2, 4, 6]), (26, [3, 5, 12])]
)
def test_known_numbers(number, bases):
    assert palindromic_bases(number) == bases


@pytest.mark.parametrize("number", [1, 2, 3])
def test_numbers_too_small_for_any_base_have_none(number):
    assert palindromic_bases(number) == []


def test_some_numbers_are_never_palindromes():
    assert [n for n in range(4, 60) if palindromic_bases(n) == []] == [4, 6, 11, 19, 47, 53]


def test_the_base_just_below_the_number_is_not_counted():
    assert all(n - 1 not in palindromic_bases(n) for n in range(4, 40))


def test_it_builds_on_digits_in_base(calls_of):
    calls = calls_of("palindromic_bases", "digits_in_base")

    palindromic_bases(9)

    assert calls


@pytest.mark.parametrize("number", [0, -7])
def test_numbers_below_one_are_refused(number):
    with pytest.raises(ValueError):
        palindromic_bases(number)
