def integer_root(number: int, degree: int) -> int:
    """Return the largest whole number whose power of `degree` does not exceed `number`."""
    if number < 0 or degree < 1:
        raise ValueError(f"need number >= 0 and degree >= 1: {number!r}, {degree!r}")
    low, high = 0, 1 << (number.bit_length() // degree + 1)
    while high - low > 1:
        middle = (low + high) // 2
        if middle**degree <= number:
            low = middle
        else:
            high = middle
    return low
