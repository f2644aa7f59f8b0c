from factorise import factorise


def totient(number: int) -> int:
    """Return how many of 1 ... `number` share no factor with it."""
    count = number
    for prime in factorise(number):
        count -= count // prime
    return count
