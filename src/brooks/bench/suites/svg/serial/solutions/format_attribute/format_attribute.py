import re
from collections.abc import Sequence

from format_number import format_number

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]*")
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}


def format_attribute(name: str, value: str | float | Sequence[float]) -> str:
    """Return one attribute, ready to stand in an element."""
    if not NAME.fullmatch(name):
        raise ValueError(f"not the name of an attribute: {name!r}")
    if isinstance(value, str):
        text = value.translate(str.maketrans(ESCAPES))
    elif isinstance(value, int | float):
        text = format_number(value)
    else:
        text = " ".join(format_number(number) for number in value)
    return f'{name}="{text}"'
