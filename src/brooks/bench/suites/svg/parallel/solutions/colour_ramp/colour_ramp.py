import re
from fractions import Fraction
from math import floor


def colour_ramp(first: str, last: str, count: int) -> list[str]:
    """Return `count` colours in equal steps from the first to the last."""
    if count < 1:
        raise ValueError(f"a ramp has at least one colour, not {count!r}")
    start, end = _channels(first), _channels(last)
    shares = [Fraction(step, max(count - 1, 1)) for step in range(count)]
    return [
        "#" + "".join(f"{_between(a, b, share):02x}" for a, b in zip(start, end, strict=True))
        for share in shares
    ]


def _channels(colour: str) -> list[int]:
    if not re.fullmatch("#[0-9a-fA-F]{6}", colour):
        raise ValueError(f"not a colour like '#1f77b4': {colour!r}")
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _between(start: int, end: int, share: Fraction) -> int:
    return floor(start + (end - start) * share + Fraction(1, 2))
