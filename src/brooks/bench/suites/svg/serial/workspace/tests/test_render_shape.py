import pytest
from render_shape import render_shape


def test_a_shape_without_content():
    assert render_shape(("circle", {"r": 2.50})) == '<circle r="2.5"/>'
    assert render_shape(("circle", {"r": 2.50}, None)) == '<circle r="2.5"/>'


def test_text_is_escaped():
    assert render_shape(("text", {"x": 1}, 'a < b & "c" > d')) == (
        '<text x="1">a &lt; b &amp; "c" &gt; d</text>'
    )


def test_shapes_inside_shapes():
    drawing = ("g", {"id": "all"}, [("g", {}, [("a", {}), ("b", {}, "x")]), ("c", {})])

    assert render_shape(drawing) == '<g id="all"><g><a/><b>x</b></g><c/></g>'


def test_empty_content_has_an_end_tag():
    assert render_shape(("g", {}, [])) == "<g></g>"
    assert render_shape(("g", {}, "")) == "<g></g>"


def test_a_deep_drawing():
    shape = ("rect", {"width": 1})
    for _ in range(99):
        shape = ("g", {}, [shape])

    text = render_shape(shape)

    assert text == "<g>" * 99 + '<rect width="1"/>' + "</g>" * 99


def test_it_reads_back(read_fragment):
    group = read_fragment(
        render_shape(("g", {"fill": None}, [("text", {}, "R&D"), ("a", {"b": [1, 2]})]))
    )

    assert group.attrib == {}
    assert group[0].text == "R&D"
    assert group[1].attrib == {"b": "1 2"}


def test_it_builds_on_format_element(calls_of):
    calls = calls_of("render_shape", "format_element")

    render_shape(("g", {}, [("a", {}), ("b", {}, "x")]))

    assert sorted(call[0] for call in calls) == ["a", "b", "g"]


@pytest.mark.parametrize(
    "shape",
    ["circle", ("circle",), ("g", {}, [], 1), ["g", {}], ("g", {}, [("circle",)]), ("a b", {})],
)
def test_what_is_no_shape_is_refused(shape):
    with pytest.raises(ValueError):
        render_shape(shape)
