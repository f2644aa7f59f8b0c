import datetime
import re
from typing import Any

from normalise_records import normalise_records


def convert_records(text: str) -> list[dict[str, Any]]:
    """Return the five known fields of each record, None for what cannot be read."""
    return [_convert(record) for record in normalise_records(text)]


def _convert(record: dict[str, str]) -> dict[str, Any]:
    missing = [name for name in _READERS if name not in record]
    if missing:
        raise ValueError(f"the table lacks the columns {missing!r}")
    return {name: read(record[name]) for name, read in _READERS.items()}


def _read_text(text: str) -> str | None:
    return text or None


def _read_date(text: str) -> str | None:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return text if day.isoformat() == text else None


def _read_units(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?[0-9]+", text) else None


def _read_price(text: str) -> int | None:
    found = re.fullmatch(r"([0-9]+)(?:\.([0-9]{1,2}))?", text)
    return int(found[1] + (found[2] or "").ljust(2, "0")) if found else None


_READERS = {
    "order": _read_text,
    "date": _read_date,
    "product": _read_text,
    "units": _read_units,
    "price": _read_price,
}
