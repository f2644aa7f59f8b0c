import pytest
from svg_document import svg_document


def test_a_document_with_two_shapes():
    assert svg_document(120.0, 80.5, [("circle", {"r": 5}), ("text", {}, "a<b")]) == (
        '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80.5" '
        'viewBox="0 0 120 80.5"><circle r="5"/><text>a&lt;b</text></svg>'
    )


def test_it_is_in_the_svg_namespace(read_document):
    root = read_document(svg_document(10, 20, [("g", {}, [("rect", {"width": 3})])]))

    assert root.attrib == {"width": "10", "height": "20", "viewBox": "0 0 10 20"}
    assert [element.tag for element in root.iter()] == ["svg", "g", "rect"]


def test_further_attributes_come_last(read_document):
    root = read_document(svg_document(10, 20, [], {"role": "img", "class": None, "id": "a"}))

    assert list(root.attrib) == ["width", "height", "viewBox", "role", "id"]


def test_further_attributes_may_replace_the_first(read_document):
    root = read_document(svg_document(10, 20, [], {"viewBox": [-5, -5, 10, 10], "width": "100%"}))

    assert root.attrib == {"width": "100%", "height": "20", "viewBox": "-5 -5 10 10"}


def test_the_arguments_are_left_alone():
    shapes, attributes = [("g", {})], {"role": "img"}

    svg_document(10, 20, shapes, attributes)

    assert shapes == [("g", {})]
    assert attributes == {"role": "img"}


def test_it_builds_on_render_shape(calls_of):
    calls = calls_of("svg_document", "render_shape")

    svg_document(10, 20, [("g", {})])

    assert [call[0][0] for call in calls] == ["svg"]


@pytest.mark.parametrize(
    ("width", "height", "shapes"), [(0, 5, []), (5, 0, []), (5, -1, []), (5, 5, ["g"])]
)
def test_no_size_and_no_shapes_are_refused(width, height, shapes):
    with pytest.raises(ValueError):
        svg_document(width, height, shapes)
