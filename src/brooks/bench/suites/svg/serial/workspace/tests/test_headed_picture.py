import pytest
from headed_picture import headed_picture

SHAPES = [("circle", {"r": 5})]


def test_background_and_heading_lie_behind_the_shapes(read_document):
    root = read_document(headed_picture(200, 100, "Rain", "It falls.", SHAPES))

    assert [element.tag for element in root] == ["title", "desc", "rect", "text", "circle"]


def test_the_background_fills_the_picture(read_document):
    rect = read_document(headed_picture(200, 100, "Rain", "", SHAPES)).find("rect")

    assert [float(rect.get(name)) for name in ("x", "y", "width", "height")] == [0, 0, 200, 100]
    assert rect.get("fill") == "#ffffff"


def test_the_heading_is_centred(read_document):
    text = read_document(headed_picture(205, 100, " Rain & <sun> ", "", [])).find("text")

    assert text.text == "Rain & <sun>"
    assert text.attrib == {
        "x": "102.5",
        "y": "28",
        "text-anchor": "middle",
        "font-family": "sans-serif",
        "font-size": "17",
        "font-weight": "bold",
        "fill": "#1b1f24",
    }


def test_dark_pictures_swap_paper_and_ink(read_document):
    root = read_document(headed_picture(200, 100, "Rain", "", SHAPES, dark=True))

    assert root.find("rect").get("fill") == "#1b1f24"
    assert root.find("text").get("fill") == "#f2f4f6"


def test_title_and_description_are_read_out(read_document):
    root = read_document(headed_picture(200, 100, "Rain", "It falls.", SHAPES))

    assert root.get("aria-labelledby") == "title desc"
    assert [root.find("title").text, root.find("desc").text] == ["Rain", "It falls."]


def test_it_builds_on_accessible_document(calls_of):
    calls = calls_of("headed_picture", "accessible_document")

    headed_picture(200, 100, "Rain", "It falls.", SHAPES)

    assert [call[:2] for call in calls] == [(200, 100)]


@pytest.mark.parametrize(
    ("title", "width", "height"), [(" ", 200, 100), ("a", 200, 39), ("a", 0, 90)]
)
def test_no_title_and_no_room_are_refused(title, width, height):
    with pytest.raises(ValueError):
        headed_picture(width, height, title, "", [])
