"""The pictures of the bundled SVG suite, drawn as pixels: what should be seen can be seen.

The suite's own tests read the text of a picture; these look at it. Words are left out, since the fonts
differ from machine to machine.
"""

import os
import re
import struct
import subprocess
import sys
import zlib
from collections import Counter
from functools import cache
from itertools import pairwise
from math import cos, radians, sin
from typing import Any

import pytest

from brooks.bench.suites import suite_path

resvg = pytest.importorskip("resvg_py", reason="no library to draw SVG with is installed")
pytestmark = pytest.mark.slow

Colour = tuple[int, int, int, int]
CLEAR: Colour = (0, 0, 0, 0)
WHITE: Colour = (255, 255, 255, 255)
MARGIN = 40

TABLE = """# title: Rain and sun on the roof
day, rain, sun, wind
0, 0, 50, 10
5, 50, , 10
10, 25, 0, 10
"""
PICTURES: dict[str, tuple[str, list[Any]]] = {
    "svg_frame": ("parallel", [60, 40, '<circle cx="30" cy="20" r="15" fill="#00f"/>', "#ffffff"]),
    "bar_chart": ("parallel", [{"north": 10, "south": 40, "east": 20, "west": 0}]),
    "heat_grid": ("parallel", [[[0, 1, 2, 3], [4, 5, 6, 7], [8, 8, 0, 0]]]),
    "hex_tiling": ("parallel", [6, 6]),
    "donut_chart": ("mixed", ["Drinks", {"tea": 3, "milk": 1}, ["#cc4444", "#44aa66"]]),
    "tinted_donut": ("mixed", ["Drinks", {"tea": 5, "milk": 2, "water": 1}]),
    "count_donut": ("mixed", ["Letters", list("hello world, how are you"), 4]),
    "sunflower_svg": ("mixed", [300]),
    "spinner_svg": ("mixed", [8]),
    "svg_document": ("serial", [50, 30, [("circle", {"r": 9, "cx": 20, "cy": 20})]]),
    "koch_snowflake": ("serial", [4]),
    "text_chart": ("serial", [TABLE]),
}


class Pixels:
    """A picture as colours with red, green, blue and opacity from 0 to 255."""

    def __init__(self, width: int, height: int, rows: list[bytes]) -> None:
        self.width = width
        self.height = height
        self.rows = rows

    def at(self, x: float, y: float) -> Colour:
        """Return the colour of the pixel that a place lies in."""
        start = 4 * int(x)
        red, green, blue, opacity = self.rows[int(y)][start : start + 4]
        return red, green, blue, opacity

    def count(self) -> Counter[Colour]:
        """Return how many pixels have each colour."""
        pixels: Counter[Colour] = Counter()
        for row in self.rows:
            pixels.update(zip(row[0::4], row[1::4], row[2::4], row[3::4], strict=True))
        return pixels


def colour(text: str) -> Colour:
    """Return the opaque colour that `#rrggbb` stands for."""
    red, green, blue = bytes.fromhex(text[1:])
    return red, green, blue, 255


def call(name: str, arguments: list[Any], *, structure: str) -> str:
    """Run one reference solution in a process of its own, which has all of its structure."""
    folders = sorted((suite_path(f"svg/{structure}") / "solutions").iterdir())
    done = subprocess.run(
        [sys.executable, "-"],
        input=f"import sys\nfrom {name} import {name}\n"
        f"sys.stdout.buffer.write({name}(*{arguments!r}).encode())",
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, folders)),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def draw(name: str) -> str:
    """Return the SVG text of a task's picture."""
    structure, arguments = PICTURES[name]
    return call(name, arguments, structure=structure)


@cache
def render(text: str) -> Pixels:
    """Return the pixels of an SVG document, one for each of its units."""
    data = bytes(resvg.svg_to_bytes(svg_string=text, skip_system_fonts=True))
    parts, place = {b"IDAT": b""}, 8
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place : place + 8])
        parts[kind] = parts.get(kind, b"") + data[place + 8 : place + 8 + length]
        place += length + 12
    width, height, *form = struct.unpack(">IIBBBBB", parts[b"IHDR"])
    assert form == [8, 6, 0, 0, 0], "not the plain kind of PNG that is read here"
    return Pixels(width, height, _unfilter(zlib.decompress(parts[b"IDAT"]), 4 * width + 1))


def _unfilter(data: bytes, stride: int) -> list[bytes]:
    """Undo what PNG does to each row before it packs them: store the step from a guess."""
    rows, above = [], bytes(stride - 1)
    for start in range(0, len(data), stride):
        kind, row = data[start], bytearray(data[start + 1 : start + stride])
        for channel in range(4):
            if kind:
                row[channel::4] = _undo(kind, bytes(row[channel::4]), above[channel::4])
        above = bytes(row)
        rows.append(above)
    return rows


def _undo(kind: int, steps: bytes, above: bytes) -> bytes:
    """Return one channel of a row from its steps; the guess comes from the left and from above."""
    if not any(steps) and (kind == 2 or not any(above)):
        return above
    values, left, corner = bytearray(), 0, 0
    for step, up in zip(steps, above, strict=True):
        if kind < 4:
            guess = (0, left, up, (left + up) // 2)[kind]
        else:
            wanted = left + up - corner
            guess = min((left, up, corner), key=lambda value: abs(value - wanted))
        left, corner = (step + guess) & 255, up
        values.append(left)
    return bytes(values)


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_has_its_size_and_is_not_blank(name: str) -> None:
    """One colour from edge to edge would be no picture, whatever its text says."""
    text = draw(name)
    size = re.search(r'viewBox="0 0 (\S+) (\S+)"', text)
    assert size is not None

    pixels = render(text)

    assert abs(pixels.width - float(size[1])) < 1
    assert abs(pixels.height - float(size[2])) < 1
    assert len(pixels.count()) > 5


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_nothing_is_drawn_outside_of_the_frame(name: str) -> None:
    """With a margin added to the view, all that a picture's edges would cut off shows up there."""
    text = draw(name)
    found = re.search(r'width="(\S+)" height="(\S+)" viewBox="0 0 (\S+) (\S+)"', text)
    assert found is not None
    wide, high = float(found[1]) + 2 * MARGIN, float(found[2]) + 2 * MARGIN
    view = f'width="{wide}" height="{high}" viewBox="-{MARGIN} -{MARGIN} {wide} {high}"'

    pixels = render(text.replace(found[0], view, 1))

    edge = MARGIN - 1  # half of a line's width may lie outside
    margin = [*pixels.rows[:edge], *pixels.rows[-edge:]]
    margin += [row[: 4 * edge] + row[-4 * edge :] for row in pixels.rows]
    assert not any(any(row) for row in margin)


def test_bars_are_as_high_as_their_values() -> None:
    """10, 40, 20 and 0 share the height above the baseline in their proportion."""
    pixels = render(draw("bar_chart"))

    bar = colour("#2b7bba")
    heights = [
        sum(pixels.at(x, y) == bar for y in range(pixels.height)) for x in (55, 125, 195, 265)
    ]
    assert heights == pytest.approx([150 / 4, 150, 75, 0], abs=2)
    assert pixels.at(90, 100) == pixels.at(2, 2) == WHITE


def test_a_heat_map_gets_darker_with_its_values() -> None:
    """The nine values from 0 to 8 are nine colours, each darker than the one before."""
    pixels = render(draw("heat_grid"))

    middles = [pixels.at(24 * j + 12, 24 * i + 12) for i in range(3) for j in range(4)]
    shades = [sum(middle) for middle in middles[:9]]
    assert (middles[0], middles[8]) == (colour("#f7fbff"), colour("#08306b"))
    assert middles[9:] == [middles[8], middles[0], middles[0]]
    assert all(here > there for here, there in pairwise(shades))


def test_three_colours_share_the_honeycomb() -> None:
    """Twelve of 36 cells each, and no cell covers another one."""
    counts = render(draw("hex_tiling")).count()

    areas = [counts[colour(fill)] for fill in ("#f2c14e", "#f78154", "#5fad56")]
    assert areas == pytest.approx([12 * 1039] * 3, rel=0.12)
    assert max(areas) - min(areas) < 0.03 * areas[0]


def test_the_slices_of_a_donut_have_their_shares() -> None:
    """Three quarters from the top clockwise are tea; the legend has the colours of the ring."""
    pixels = render(draw("donut_chart"))

    tea, milk = colour("#cc4444"), colour("#44aa66")

    def around(degrees: float) -> Colour:
        turn = radians(degrees)
        return pixels.at(115 + 68 * sin(turn), 145 - 68 * cos(turn))

    assert {around(degrees) for degrees in range(5, 268, 5)} == {tea}
    assert {around(degrees) for degrees in range(275, 358, 5)} == {milk}
    assert pixels.at(115, 145) == WHITE
    assert [pixels.at(231, y) for y in (134, 156)] == [tea, milk]
    counts = pixels.count()
    assert counts[tea] / counts[milk] == pytest.approx(3, rel=0.08)


def test_a_sunflower_is_round_and_has_both_colours() -> None:
    """Seeds everywhere in the disc, none in the corners of the picture."""
    pixels = render(draw("sunflower_svg"))

    counts = pixels.count()
    orange, brown = counts[colour("#d9822b")], counts[colour("#7a4a1d")]
    assert orange == pytest.approx(brown, rel=0.1)
    assert 0.15 < (orange + brown) / (pixels.width * pixels.height) < 0.3
    corners = [pixels.at(x, y) for x in (20, 279) for y in (20, 279)]
    assert corners == [colour("#fdf6e3")] * 4


def test_the_dots_of_a_spinner_get_stronger_clockwise() -> None:
    """The first picture of the animation is what a reader without animations sees."""
    pixels = render(draw("spinner_svg"))

    turns = [radians(45 * dot) for dot in range(8)]
    opacities = [pixels.at(32 + 23 * sin(turn), 32 - 23 * cos(turn))[3] for turn in turns]
    assert opacities == pytest.approx([255 * (dot + 1) / 8 for dot in range(8)], abs=2)
    assert pixels.at(32, 32) == CLEAR


def test_a_snowflake_has_its_area_and_is_symmetric() -> None:
    """At depth 4 its area is 8/5 - 3/5 * (4/9)**4 of that of the triangle it grew from."""
    pixels = render(draw("koch_snowflake"))

    inside = sum(count for shade, count in pixels.count().items() if shade[3] > 127)
    triangle = 3**0.5 / 4 * (135 * 3**0.5) ** 2
    assert inside == pytest.approx(triangle * (8 / 5 - 3 / 5 * (4 / 9) ** 4), rel=0.03)
    for x, y in ((60, 80), (100, 60), (149, 30), (45, 200), (120, 270), (20, 150)):
        assert (pixels.at(x, y)[3] > 127) is (pixels.at(299 - x, y)[3] > 127)


def test_the_lines_of_a_chart_pass_through_their_points() -> None:
    """The plot is 560 by 290 from (56, 66), and its scales go to 10 and to 50."""
    pixels = render(draw("text_chart"))

    rain, sun, wind = colour("#2b7bba"), colour("#d9622b"), colour("#3f8f5f")
    assert pixels.at(56 + 280 + 140, 66 + 290 * 0.25) == rain  # between 50 and 25
    assert pixels.at(56 + 140, 66 + 290 * 0.25) == sun  # one segment over the missing value
    assert all(pixels.at(x, 66 + 290 * 0.8) == wind for x in (60, 150, 500, 610))
    assert [pixels.at(x, 50) for x in (62, 122, 174)] == [rain, sun, wind]  # the legend
    assert pixels.at(100, 66 + 290 * 0.4) != WHITE  # a grid line


def test_a_line_beyond_the_scales_is_cut_off_at_the_plot() -> None:
    """It runs from far left to far right, and leaves the margins of the picture as they were."""
    line = ("far", "#cc4444", [(-9, 5), (19, 5)])
    arguments = [(480, 310), "Rain", [line], (0, 10, 5), (0, 10, 10)]

    pixels = render(call("scaled_plot", arguments, structure="serial"))

    seen = [x for x in range(480) if pixels.at(x, 166) == colour("#cc4444")]
    assert seen == list(range(56, 456))


def test_a_dark_chart_is_dark_behind_bright_lines() -> None:
    """Most of the picture is slate; no black or white is left in it."""
    counts = render(call("text_chart", [TABLE, True], structure="serial")).count()

    assert counts.most_common(1)[0][0] == colour("#1b1f24")
    assert counts[colour("#95bddc")] > 500
    assert counts[WHITE] == 0


@pytest.mark.parametrize("name", ["donut_chart", "koch_snowflake"])
def test_a_minified_picture_looks_the_same(name: str) -> None:
    """What is taken away was not to be seen, and 0.01 of a pixel is not either."""
    text = draw(name)

    small = call("minify_svg", [text], structure="serial")

    assert len(small) < len(text)
    before, after = (b"".join(render(version).rows) for version in (text, small))
    differences = [abs(old - new) for old, new in zip(before, after, strict=True)]
    assert max(differences) < 80  # at some edges
    assert sum(differences) < 0.1 * len(differences)


def test_a_gradient_goes_from_its_first_colour_to_its_last() -> None:
    """The one element that shows nothing by itself is used as a fill."""
    gradient = call("linear_gradient", ["dusk", "#ff0000", "#0000ff", 5], structure="parallel")
    square = '<rect width="100" height="10" fill="url(#dusk)"/>'

    pixels = render(call("svg_frame", [100, 10, gradient + square], structure="parallel"))

    reds = [pixels.at(x, 5)[0] for x in range(0, 100, 5)]
    assert all(here > there for here, there in pairwise(reds))
    assert pixels.at(0, 5)[:3] == pytest.approx((255, 0, 0), abs=3)
    assert pixels.at(99, 5)[:3] == pytest.approx((0, 0, 255), abs=3)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("star_element", [5, 90, 40, 100, 100]), ("gear_element", [8, 90, 70, 100, 100])],
)
def test_a_star_and_a_gear_are_symmetric_and_whole(name: str, arguments: list[Any]) -> None:
    """The left half mirrors the right one, the centre is filled and the corners are not."""
    element = call(name, arguments, structure="parallel")

    pixels = render(call("svg_frame", [200, 200, element], structure="parallel"))

    for y in range(5, 195, 10):
        filled = [pixels.at(x, y)[3] for x in range(200)]
        assert filled == pytest.approx(filled[::-1], abs=20)
    assert pixels.at(100, 100)[3] == 255
    assert pixels.at(100, 15)[3] == 255
    assert pixels.at(12, 12) == CLEAR
