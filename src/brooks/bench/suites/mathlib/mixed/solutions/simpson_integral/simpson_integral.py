from collections.abc import Callable


def simpson_integral(
    function: Callable[[float], float], start: float, end: float, intervals: int
) -> float:
    """Return the integral of `function` from `start` to `end` by Simpson's rule."""
    if intervals < 2 or intervals % 2:
        raise ValueError(f"intervals must be a positive even number: {intervals!r}")
    step = (end - start) / intervals
    inner = sum((4 if i % 2 else 2) * function(start + i * step) for i in range(1, intervals))
    return (function(start) + inner + function(end)) * step / 3
