import re
from datetime import date

_SPELLINGS = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"),
    re.compile(r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})"),
    re.compile(r"(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})/(?P<year>[0-9]{4})"),
)


def iso_date(text: str) -> str:
    """Return a date in any of three spellings as YYYY-MM-DD."""
    for spelling in _SPELLINGS:
        if found := spelling.fullmatch(text.strip()):
            return date(int(found["year"]), int(found["month"]), int(found["day"])).isoformat()
    raise ValueError(f"not a date: {text!r}")
