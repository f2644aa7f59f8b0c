import pytest
from bar_chart import bar_chart


def bars(root):
    return [
        [float(rect.get(name)) for name in ("x", "y", "width", "height")]
        for rect in root.iter("rect")
        if rect.get("fill") == "#2b7bba"
    ]


def test_the_bars_are_in_proportion_and_stand_on_the_baseline(read_document):
    root = read_document(bar_chart({"a": 10, "b": 5, "c": 2.5, "d": 0}))

    found = bars(root)
    assert [bar[3] for bar in found] == pytest.approx([150, 75, 37.5, 0])
    assert [bar[1] + bar[3] for bar in found] == pytest.approx([170] * 4)


def test_the_bars_share_the_width(read_document):
    found = bars(read_document(bar_chart({"a": 1, "b": 2}, 440, 100)))

    assert found == [pytest.approx([45, 45, 150, 25]), pytest.approx([245, 20, 150, 50])]


def test_each_bar_has_its_name_under_its_middle(read_document):
    root = read_document(bar_chart({"north": 3, "south & <east>": 4}, 440, 100))
    labels = list(root.iter("text"))

    assert [label.text for label in labels] == ["north", "south & <east>"]
    assert [float(label.get("x")) for label in labels] == pytest.approx([120, 320])
    assert {float(label.get("y")) for label in labels} == {88}
    assert {label.get("text-anchor") for label in labels} == {"middle"}


def test_the_frame_the_background_and_the_baseline(read_document):
    root = read_document(bar_chart({"a": 1}, 400, 300))
    lines = list(root.iter("line"))

    assert root.get("viewBox") == "0 0 400 300"
    assert next(root.iter("rect")).get("fill") == "#ffffff"
    assert [[float(lines[0].get(n)) for n in ("x1", "y1", "x2", "y2")]] == [[20, 270, 380, 270]]
    assert len(lines) == 1


def test_values_of_zero_have_flat_bars(read_document):
    assert [bar[3] for bar in bars(read_document(bar_chart({"a": 0, "b": 0})))] == [0, 0]


def test_it_builds_on_band_positions_and_svg_frame(calls_of):
    bands = calls_of("bar_chart", "band_positions")
    frames = calls_of("bar_chart", "svg_frame")

    bar_chart({"a": 1})

    assert bands
    assert frames


@pytest.mark.parametrize("values", [{}, {"a": 1, "b": -1}])
def test_no_values_and_negative_ones_are_refused(values):
    with pytest.raises(ValueError):
        bar_chart(values)
