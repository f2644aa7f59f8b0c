from math import isfinite


def format_number(value: float, places: int = 2) -> str:
    """Return the shortest text for a number that has been rounded to some decimals."""
    if not isfinite(value) or places < 0:
        raise ValueError(f"cannot write {value!r} with {places!r} decimals")
    text = f"{value:.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
