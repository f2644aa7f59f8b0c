from math import isfinite

from table_chart import table_chart


def text_chart(text: str, dark: bool = False) -> str:
    """Return the chart that a comma-separated text describes."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    settings = {}
    for line in lines:
        if line.startswith("#"):
            name, colon, value = line[1:].partition(":")
            if colon:
                settings[name.strip()] = value.strip()
    table = [[cell.strip() for cell in line.split(",")] for line in lines if line[0] != "#"]
    if not table:
        raise ValueError("no line with the names of the columns")
    rows = [[_number(cell) for cell in row] for row in table[1:]]
    title, reach = settings.get("title", "Chart"), int(settings.get("reach", "0"))
    return table_chart(title, table[0], rows, reach, dark)


def _number(cell: str) -> float | None:
    if not cell:
        return None
    if not isfinite(float(cell)):
        raise ValueError(f"not a number to draw: {cell!r}")
    return float(cell)
