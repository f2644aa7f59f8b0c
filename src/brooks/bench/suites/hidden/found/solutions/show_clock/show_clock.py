"""Minutes as a time of day."""


def show_clock(minutes: int) -> str:
    """Return the time of day so many minutes after midnight."""
    hour, minute = divmod(minutes % 1440, 60)
    return f"{hour:02}:{minute:02}"
