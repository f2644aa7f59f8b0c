"""Plots of a page as SVG and PNG files, for papers: the same specifications, in light colours on paper."""

from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any, Literal

from brooks.report.page.composing import MOST_MARKS, composed, is_simple, with_width
from brooks.report.page.contents import Level, Page, Plot
from brooks.report.page.themes import LEGEND_ENTRY, Theme, vega_config

Kind = Literal["svg", "png"]
WIDTH = 900
"""Pixels, or points in an SVG, of a picture with its labels, about."""
SCALE = 2.0
"""Pixels of a PNG for each of the specification."""
MOST_IN_PICTURE = 4 * MOST_MARKS
"""Rows of one data set that a picture shows; from there on the next coarser level."""


def svg(plot: Plot, *, theme: Theme = "light", width: int = WIDTH) -> str:
    """A plot as SVG, with its title and, where it is one, the word "simulated"."""
    import vl_convert

    return vl_convert.vegalite_to_svg(
        picture_spec(plot, theme=theme, width=width),
        config=_config(theme, width),
        allowed_base_urls=[],
    )


def png(plot: Plot, *, theme: Theme = "light", width: int = WIDTH, scale: float = SCALE) -> bytes:
    """A plot as PNG."""
    import vl_convert

    return vl_convert.vegalite_to_png(
        picture_spec(plot, theme=theme, width=width),
        config=_config(theme, width),
        scale=scale,
        allowed_base_urls=[],
    )


def write_pictures(page: Page, folder: Path, kind: Kind, *, theme: Theme = "light") -> list[Path]:
    """Every plot of a page as a file named after it, in a folder that is made.

    Raises:
        OSError: A file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for plot in plots_of(page):
        file = folder / f"{plot.name}.{kind}"
        if kind == "svg":
            file.write_text(svg(plot, theme=theme), encoding="utf-8")
        else:
            file.write_bytes(png(plot, theme=theme))
        written.append(file)
    return written


def plots_of(page: Page) -> Iterator[Plot]:
    """The plots of a page, each name once."""
    seen: set[str] = set()
    for section in page.sections:
        for part in section.parts:
            if isinstance(part, Plot) and part.name not in seen:
                seen.add(part.name)
                yield part


def picture_spec(plot: Plot, *, theme: Theme = "light", width: int = WIDTH) -> dict[str, Any]:
    """The whole specification of a picture, with its data."""
    spec = with_width(composed(plot, theme=theme, picture=True), width)
    if is_simple(spec):
        spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    coarse = [level for levels in plot.data.values() if (level := pictured(levels)).bin_seconds]
    if coarse:
        spec["title"]["subtitle"] = [*spec["title"]["subtitle"], *_grain(coarse)]
    spec["datasets"] = {name: _rows(pictured(levels)) for name, levels in plot.data.items()}
    return spec


def _config(theme: Theme, width: int) -> dict[str, Any]:
    config = vega_config(theme, picture=True)
    config["legend"]["columns"] = max(width // LEGEND_ENTRY, 1)
    return config


def pictured(levels: tuple[Level, ...]) -> Level:
    """The finest level that a picture can show."""
    fitting = [level for level in levels if _length(level) <= MOST_IN_PICTURE]
    return fitting[-1] if fitting else levels[0]


def _grain(levels: list[Level]) -> list[str]:
    """What a mark stands for, once."""
    return list(
        dict.fromkeys(
            f"each mark stands for up to {level.bin_seconds:.3g} s"
            + (f": {level.kept}" if level.kept else "")
            for level in levels
        )
    )


def _length(level: Level) -> int:
    return len(next(iter(level.columns.values()), ()))


def _rows(level: Level) -> list[dict[str, Any]]:
    """Rows as objects; numbers that JSON has no word for are unknown."""
    names = list(level.columns)
    values = zip(*level.columns.values(), strict=True)
    return [dict(zip(names, map(_plain, row), strict=True)) for row in values]


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not isfinite(value):
        return None
    return value
