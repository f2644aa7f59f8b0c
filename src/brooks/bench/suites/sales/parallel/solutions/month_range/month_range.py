import re

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def month_range(first: str, last: str) -> list[str]:
    """Return all months from `first` to `last`, both included."""
    start, end = _count_months(first), _count_months(last)
    if end < start:
        raise ValueError(f"the last month {last!r} is before the first {first!r}")
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(start, end + 1)]


def _count_months(month: str) -> int:
    found = _MONTH.fullmatch(month)
    if not found:
        raise ValueError(f"not a month like 2024-03: {month!r}")
    return int(found[1]) * 12 + int(found[2]) - 1
