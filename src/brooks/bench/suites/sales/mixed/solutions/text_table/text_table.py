from collections.abc import Sequence
from typing import Any


def text_table(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a table with aligned columns, numbers to the right and all else to the left."""
    if not headers:
        raise ValueError("a table needs at least one header")
    for row in rows:
        if len(row) != len(headers):
            raise ValueError(f"{len(headers)} cells are needed, there are {len(row)}: {row!r}")
    columns = [
        _align(header, [row[number] for row in rows]) for number, header in enumerate(headers)
    ]
    return "\n".join("  ".join(line).rstrip() for line in zip(*columns, strict=True))


def _align(header: str, cells: list[Any]) -> list[str]:
    texts = [header, *map(str, cells)]
    width = max(map(len, texts))
    side = ">" if cells and all(_is_number(cell) for cell in cells) else "<"
    aligned = [f"{text:{side}{width}}" for text in texts]
    return [aligned[0], "-" * width, *aligned[1:]]


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)
