from math import nan
from xml.etree import ElementTree

import pytest
from format_attribute import format_attribute


def test_numbers_are_short():
    assert format_attribute("x", 3.0) == 'x="3"'
    assert format_attribute("stroke-width", 1.499) == 'stroke-width="1.5"'
    assert format_attribute("y", -0.0) == 'y="0"'


def test_lists_of_numbers_have_spaces_between():
    assert format_attribute("viewBox", [0, 0, 120.5, 80.0]) == 'viewBox="0 0 120.5 80"'
    assert format_attribute("stroke-dasharray", (4, 2.25)) == 'stroke-dasharray="4 2.25"'
    assert format_attribute("points", []) == 'points=""'


def test_text_is_taken_as_it_is():
    assert format_attribute("fill", "#Fa0") == 'fill="#Fa0"'
    assert format_attribute("xlink:href", "it's 3.0") == 'xlink:href="it\'s 3.0"'


def test_characters_with_a_meaning_are_escaped():
    assert format_attribute("id", '<a & "b">') == 'id="&lt;a &amp; &quot;b&quot;&gt;"'
    assert format_attribute("id", "one\n\ttwo") == 'id="one&#10;&#9;two"'


@pytest.mark.parametrize("text", ["", "&amp;", "a\nb\tc", '"<>&\'"', "Ünï 🌻"])
def test_any_text_reads_back_unchanged(text):
    element = ElementTree.fromstring(f"<g {format_attribute('class', text)}/>")

    assert element.get("class") == text


def test_it_builds_on_format_number(calls_of):
    calls = calls_of("format_attribute", "format_number")

    format_attribute("points", [1, 2.5, 3])
    format_attribute("x", 7)

    assert [call[0] for call in calls] == [1, 2.5, 3, 7]


@pytest.mark.parametrize(
    ("name", "value"),
    [("", 1), ("2x", 1), ("a b", 1), ('a"', 1), ("-x", 1), ("x\n", 1), ("x", nan), ("x", [1, nan])],
)
def test_other_names_and_what_is_no_number_are_refused(name, value):
    with pytest.raises(ValueError):
        format_attribute(name, value)
