"""A time of day."""

import re


def parse_clock(text: str) -> int:
    """Return the minutes since midnight of a time such as 07:45."""
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", text)
    if found is None:
        raise ValueError(f"{text!r} is no time of day")
    return int(found[1]) * 60 + int(found[2])
