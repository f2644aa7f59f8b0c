"""How many agents a team has, as it is written behind a preset and after `-n`."""

from typing import NamedTuple


class Bounds(NamedTuple):
    """The fewest and the most agents of an elastic team."""

    least: int
    most: int

    def __str__(self) -> str:
        return f"{self.least}-{self.most}"


def read_size(text: str) -> int | Bounds | None:
    """Give the size that is meant by `4`, or the bounds by `1-8`; None if neither is."""
    numbers = text.split("-")
    if not all(each.isascii() and each.isdecimal() and int(each[:9]) > 0 for each in numbers):
        return None
    match [int(number[:9]) for number in numbers]:
        case [size]:
            return size
        case [least, most] if least <= most:
            return Bounds(least, most)
        case _:
            return None
