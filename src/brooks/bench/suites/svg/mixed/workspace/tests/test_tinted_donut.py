from colorsys import rgb_to_hls

import pytest
from tinted_donut import tinted_donut


def fills(root):
    return [path.get("fill") for path in root.iter("path")]


def test_three_colours_from_red(read_document):
    root = read_document(tinted_donut("Shares", {"a": 1, "b": 1, "c": 2}, 0))

    assert fills(root) == ["#c63939", "#39c639", "#3939c6"]


def test_the_usual_hue_is_a_blue(read_document):
    assert fills(read_document(tinted_donut("Shares", {"a": 1}))) == ["#3997c6"]


def test_the_hues_are_spread_evenly(read_document):
    values = {f"value {place}": 1 for place in range(8)}

    found = fills(read_document(tinted_donut("Shares", values, 300)))

    hues = []
    for colour in found:
        channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        hue, lightness, saturation = rgb_to_hls(*channels)
        hues.append(hue * 360)
        assert lightness == pytest.approx(0.5, abs=0.01)
        assert saturation == pytest.approx(0.55, abs=0.01)
    assert hues == pytest.approx([(300 + 45 * place) % 360 for place in range(8)], abs=1)


def test_a_hue_of_360_is_the_hue_0():
    values = {"a": 1, "b": 2}

    assert tinted_donut("Shares", values, 360) == tinted_donut("Shares", values, 0)


def test_the_legend_has_the_colours_of_the_slices(read_document):
    root = read_document(tinted_donut("Shares", {"a": 2, "b": 1}, 90))
    rects = [rect.get("fill") for rect in root.iter("rect")]

    assert rects[1:] == fills(root)
    assert root.find("title").text == "Shares"


def test_it_builds_on_donut_chart(calls_of):
    calls = calls_of("tinted_donut", "donut_chart")

    tinted_donut("Shares", {"a": 1, "b": 2}, 0)

    assert calls == [("Shares", {"a": 1, "b": 2}, ["#c63939", "#39c6c6"])]


@pytest.mark.parametrize(
    ("title", "values"), [("", {"a": 1}), ("Shares", {}), ("Shares", {"a": 0})]
)
def test_no_title_and_no_values_are_refused(title, values):
    with pytest.raises(ValueError):
        tinted_donut(title, values)
