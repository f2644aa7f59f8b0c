from typing import Any

from validate_records import validate_records


def unique_sales(text: str) -> list[dict[str, Any]]:
    """Return the valid sales, each in its last version and in the place of its first."""
    versions = {(sale["order"], sale["product"]): sale for sale in validate_records(text)["valid"]}
    return list(versions.values())
