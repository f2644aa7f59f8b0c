def digits_in_base(number: int, base: int) -> list[int]:
    """Return the digits of `number` in `base`, most significant first."""
    if number < 0:
        raise ValueError(f"number must not be negative: {number!r}")
    if base < 2:
        raise ValueError(f"base must be at least 2: {base!r}")
    digits = [number % base]
    while number := number // base:
        digits.append(number % base)
    return digits[::-1]
