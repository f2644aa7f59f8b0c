import pytest
from donut_chart import donut_chart

COLOURS = ["#cc4444", "#44aa66", "#4466cc"]
VALUES = {"tea": 12, "coffee": 30, "water": 8}


def test_the_document_has_its_size_and_its_parts(read_document):
    root = read_document(donut_chart("Drinks", VALUES, COLOURS))

    assert (root.get("width"), root.get("height")) == ("420", "260")
    assert root.get("viewBox") == "0 0 420 260"
    assert [element.tag for element in root] == ["title", "rect", "text", "g"]


def test_the_title_is_read_and_seen(read_document):
    root = read_document(donut_chart("Tea & <coffee>", VALUES, COLOURS))

    assert root.get("role") == "img"
    assert root.find("title").text == root.find("text").text == "Tea & <coffee>"
    assert root.find("text").get("text-anchor") == "middle"


def test_a_white_rectangle_lies_behind_everything(read_document):
    rect = read_document(donut_chart("Drinks", VALUES, COLOURS))[1]

    assert [float(rect.get(name, 0)) for name in ("x", "y", "width", "height")] == [0, 0, 420, 260]
    assert rect.get("fill") == "#ffffff"


def test_ring_and_legend_show_all_values(read_document):
    panel = read_document(donut_chart("Drinks", VALUES, COLOURS))[3]

    assert panel.get("transform") == "translate(30 60)"
    assert [path.get("fill") for path in panel.iter("path")] == COLOURS
    assert [text.text for text in panel.iter("text")] == ["50", "tea", "coffee", "water"]


def test_it_builds_on_donut_panel(calls_of):
    calls = calls_of("donut_chart", "donut_panel")

    donut_chart("Drinks", VALUES, COLOURS)

    assert calls == [(VALUES, COLOURS, 170)]


@pytest.mark.parametrize(("title", "values"), [("", VALUES), (" \n", VALUES), ("Drinks", {})])
def test_no_title_and_no_values_are_refused(title, values):
    with pytest.raises(ValueError):
        donut_chart(title, values, COLOURS)
