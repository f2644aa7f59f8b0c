from xml.sax.saxutils import escape


def wrap_label(text: str, width: int, x: float, y: float, line: float = 1.2) -> str:
    """Return a text element with one tspan a line, no line longer than need be."""
    if width < 1:
        raise ValueError(f"a line has room for at least one character, not {width!r}")
    spans = [
        f'<tspan x="{x}" dy="{f"{line}em" if place else 0}">{escape(words)}</tspan>'
        for place, words in enumerate(_lines(text, width))
    ]
    return f'<text x="{x}" y="{y}">{"".join(spans)}</text>'


def _lines(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
