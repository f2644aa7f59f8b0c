import datetime


def weekday_of(date: str) -> int:
    """Return the day of the week of a date YYYY-MM-DD, 0 for Monday."""
    day = datetime.date.fromisoformat(date)
    if day.isoformat() != date:
        raise ValueError(f"not spelled YYYY-MM-DD: {date!r}")
    return day.weekday()
