from smoothed_plot import smoothed_plot


def table_chart(
    title: str,
    columns: list[str],
    rows: list[list[float | None]],
    reach: int = 0,
    dark: bool = False,
) -> str:
    """Return a chart with one line for each column but the first, which is its x."""
    if len(columns) < 2 or len(set(columns)) < len(columns):
        raise ValueError(f"two columns or more with different names are needed: {columns!r}")
    if any(len(row) != len(columns) for row in rows):
        raise ValueError(f"every row needs {len(columns)} values")
    lines = {
        name: [(row[0], row[place]) for row in rows if None not in (row[0], row[place])]
        for place, name in enumerate(columns)
        if place
    }
    return smoothed_plot((640, 400), title, lines, reach, dark)
