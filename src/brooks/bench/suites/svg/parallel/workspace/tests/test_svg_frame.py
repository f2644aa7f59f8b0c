import pytest
from svg_frame import svg_frame


def test_the_root_tells_its_size_twice(read_document):
    root = read_document(svg_frame(120, 80))

    assert root.attrib == {"width": "120", "height": "80", "viewBox": "0 0 120 80"}


def test_whole_floats_lose_their_point_and_others_keep_it(read_document):
    root = read_document(svg_frame(20.0, 7.5))

    assert root.get("viewBox") == "0 0 20 7.5"
    assert (root.get("width"), root.get("height")) == ("20", "7.5")


def test_the_content_goes_in_unchanged(read_document):
    content = '<circle r="3"/><text x="1">a &amp; b</text>'

    text = svg_frame(10, 10, content)

    assert content in text
    assert [element.tag for element in read_document(text)] == ["circle", "text"]


def test_a_background_fills_the_frame_behind_the_content(read_document):
    root = read_document(svg_frame(30, 20, "<g/>", background="#fed"))

    assert [element.tag for element in root] == ["rect", "g"]
    assert root[0].attrib == {"x": "0", "y": "0", "width": "30", "height": "20", "fill": "#fed"}


def test_an_empty_frame_has_no_elements(read_document):
    assert len(read_document(svg_frame(5, 5))) == 0


@pytest.mark.parametrize(("width", "height"), [(0, 5), (5, 0), (-1, 5), (5, -0.5)])
def test_sizes_that_show_nothing_are_refused(width, height):
    with pytest.raises(ValueError):
        svg_frame(width, height)
