from math import prod


def multiplicative_persistence(number: int) -> int:
    """Return how often the digits must be multiplied until one digit is left."""
    if number < 0:
        raise ValueError(f"number must not be negative: {number!r}")
    steps = 0
    while number > 9:
        number = prod(int(digit) for digit in str(number))
        steps += 1
    return steps
