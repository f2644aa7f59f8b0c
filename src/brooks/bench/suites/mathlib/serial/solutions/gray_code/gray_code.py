def gray_code(bits: int) -> list[int]:
    """Return all numbers of `bits` bits in an order in which neighbours differ in one bit."""
    if bits < 0:
        raise ValueError(f"bits must not be negative: {bits!r}")
    return [number ^ (number >> 1) for number in range(2**bits)]
