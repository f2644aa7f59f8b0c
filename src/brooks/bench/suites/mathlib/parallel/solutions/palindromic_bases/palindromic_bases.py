from digits_in_base import digits_in_base


def palindromic_bases(number: int) -> list[int]:
    """Return the bases from 2 to `number` - 2 in which `number` reads the same both ways."""
    if number < 1:
        raise ValueError(f"number must be positive: {number!r}")
    expansions = {base: digits_in_base(number, base) for base in range(2, number - 1)}
    return [base for base, digits in expansions.items() if digits == digits[::-1]]
