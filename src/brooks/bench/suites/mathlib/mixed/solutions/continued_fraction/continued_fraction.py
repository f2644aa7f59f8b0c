def continued_fraction(numerator: int, denominator: int) -> list[int]:
    """Return the terms of the continued fraction of `numerator` / `denominator`."""
    if denominator == 0:
        raise ValueError("the denominator must not be 0")
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    terms: list[int] = []
    while denominator:
        whole, rest = divmod(numerator, denominator)
        terms.append(whole)
        numerator, denominator = denominator, rest
    return terms
