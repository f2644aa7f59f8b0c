import datetime


def month_number(date: str) -> int:
    """Return the month of a date YYYY-MM-DD, counted on from year to year."""
    day = datetime.date.fromisoformat(date)
    if day.isoformat() != date:
        raise ValueError(f"not spelled YYYY-MM-DD: {date!r}")
    return day.year * 12 + day.month - 1
