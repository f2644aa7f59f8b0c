def zeckendorf(number: int) -> list[int]:
    """Return the Fibonacci numbers, no two of them neighbours, that sum to `number`."""
    if number < 0:
        raise ValueError(f"number must not be negative: {number!r}")
    fibonacci = [1, 2]
    while fibonacci[-1] <= number:
        fibonacci.append(fibonacci[-2] + fibonacci[-1])
    parts: list[int] = []
    for candidate in reversed(fibonacci):
        if candidate <= number:
            parts.append(candidate)
            number -= candidate
    return parts
