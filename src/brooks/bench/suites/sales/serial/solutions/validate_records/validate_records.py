from typing import Any

from convert_records import convert_records


def validate_records(text: str) -> dict[str, list[Any]]:
    """Return the records without a fault, and the others with the names of the faulty fields."""
    valid: list[Any] = []
    rejected: list[Any] = []
    for record in convert_records(text):
        faults = [name for name, value in record.items() if _is_faulty(name, value)]
        if faults:
            rejected.append((record, faults))
        else:
            valid.append(record)
    return {"valid": valid, "rejected": rejected}


def _is_faulty(name: str, value: Any) -> bool:
    return value is None or (name == "units" and value < 1)
