"""The plots of a page as files for papers."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.report.page import made_up

from brooks.report.page.contents import Level, level
from brooks.report.page.pictures import (
    MOST_IN_PICTURE,
    picture_spec,
    pictured,
    plots_of,
    write_pictures,
)


def test_each_plot_is_pictured_once() -> None:
    """By its name, which is that of its file."""
    assert [plot.name for plot in plots_of(made_up.page())] == ["lanes", "burn-up", "teams"]


def test_a_picture_shows_the_finest_rows_that_it_can() -> None:
    """The rows themselves where they are few, a coarser level where they are not, which it says."""
    coarse = Level(columns={"start": [0.0]}, bin_seconds=12.0, kept="the longest")
    rows = Level(columns={"start": [0.0] * (MOST_IN_PICTURE + 1)})

    assert pictured((coarse, rows)) is coarse
    assert pictured(level({"start": [1.0]})).columns == {"start": [1.0]}
    spec = picture_spec(made_up.lanes(rows=30_000))
    assert len(spec["datasets"]["work"]) <= MOST_IN_PICTURE
    assert "each mark stands for up to" in spec["title"]["subtitle"][1]


def test_what_is_not_a_number_is_unknown_in_a_picture() -> None:
    """As it is in a page."""
    plot = made_up.lanes(rows=8)
    plot.data["work"][-1].columns["end"][0] = float("nan")

    assert picture_spec(plot)["datasets"]["work"][0]["end"] is None


@pytest.mark.slow
def test_pictures_are_written(tmp_path: Path) -> None:
    """Well-formed SVG with the word, and PNG."""
    page = made_up.page()

    (svg, *_) = write_pictures(page, tmp_path / "new", "svg")
    pngs = write_pictures(page, tmp_path / "new", "png")

    text = "".join(ET.fromstring(svg.read_text(encoding="utf-8")).itertext())  # noqa: S314
    assert "Who did what" in text
    assert "simulated" in text
    assert [file.name for file in pngs] == ["lanes.png", "burn-up.png", "teams.png"]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in pngs)
