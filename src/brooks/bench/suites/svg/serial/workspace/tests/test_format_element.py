import pytest
from format_element import format_element


def test_attributes_keep_their_order():
    text = format_element("rect", {"y": 1, "x": 2.50, "fill": "#fff", "rx": 0.0})

    assert text == '<rect y="1" x="2.5" fill="#fff" rx="0"/>'


def test_content_goes_in_unchanged():
    assert format_element("g", {"id": "a"}, "<b/>&amp;") == '<g id="a"><b/>&amp;</g>'


def test_no_content_and_empty_content_differ():
    assert format_element("g", {}) == "<g/>"
    assert format_element("g", {}, "") == "<g></g>"


def test_attributes_without_a_value_are_left_out():
    assert (
        format_element("g", {"fill": None, "x": 0, "id": None, "class": ""})
        == '<g x="0" class=""/>'
    )


def test_it_reads_back(read_fragment):
    inner = format_element("stop", {"offset": 0.25})
    element = read_fragment(format_element("linearGradient", {"id": 'a"<&'}, inner))

    assert element.tag == "linearGradient"
    assert element.attrib == {"id": 'a"<&'}
    assert [(child.tag, child.get("offset")) for child in element] == [("stop", "0.25")]


def test_it_builds_on_format_attribute(calls_of):
    calls = calls_of("format_element", "format_attribute")

    format_element("rect", {"x": 1, "y": None, "fill": "red"})

    assert calls == [("x", 1), ("fill", "red")]


@pytest.mark.parametrize("name", ["", "2g", "a b", "g>", "g/", "g\n"])
def test_other_names_are_refused(name):
    with pytest.raises(ValueError):
        format_element(name, {})


def test_other_names_of_attributes_are_refused():
    with pytest.raises(ValueError):
        format_element("g", {"a b": 1})
