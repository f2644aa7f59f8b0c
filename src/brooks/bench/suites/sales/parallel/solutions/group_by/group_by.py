from collections.abc import Sequence
from typing import Any


def group_by(records: Sequence[dict[str, Any]], key: str) -> dict[Any, list[dict[str, Any]]]:
    """Return the records of each value of `key`, in order of first appearance."""
    if not key:
        raise ValueError("the key to group by must not be empty")
    groups: dict[Any, list[dict[str, Any]]] = {}
    for record in records:
        groups.setdefault(record.get(key), []).append(record)
    return groups
