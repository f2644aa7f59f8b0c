from collections.abc import Callable


def bisection_root(
    function: Callable[[float], float], low: float, high: float, tolerance: float = 1e-9
) -> float:
    """Return a zero of `function` between `low` and `high` by halving the interval."""
    if low >= high or tolerance <= 0:
        raise ValueError(f"need low < high and tolerance > 0: {low!r}, {high!r}, {tolerance!r}")
    for end in (low, high):
        if function(end) == 0:
            return float(end)
    rising = function(high) > 0
    if rising == (function(low) > 0):
        raise ValueError(f"the function has the same sign at {low!r} and {high!r}")
    while high - low > tolerance:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if (function(middle) > 0) == rising:
            high = middle
        else:
            low = middle
    return (low + high) / 2
