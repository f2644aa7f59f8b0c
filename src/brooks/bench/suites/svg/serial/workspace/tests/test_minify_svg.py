import pytest
from minify_svg import minify_svg

NAMESPACE = "http://www.w3.org/2000/svg"


def svg(inside):
    return f'<svg xmlns="{NAMESPACE}" viewBox="0 0 10.0 20.500">{inside}</svg>'


def test_a_small_drawing_gets_smaller(read_document):
    text = minify_svg(
        '<?xml version="1.0"?>\n'
        + svg(
            '\n  <!-- a dot -->\n  <circle r="3.14159" fill="red"/>\n  <metadata><a/></metadata>\n'
        )
    )

    assert "dot" not in text
    assert "\n" not in text
    assert "<?" not in text
    assert '="red"/>' in text
    root = read_document(text)
    assert root.get("viewBox") == "0 0 10 20.5"
    assert [(e.tag, e.attrib) for e in root] == [("circle", {"r": "3.14", "fill": "red"})]


def test_empty_groups_go_from_the_inside_out(read_document):
    inside = '<g> <g><!-- x --></g><defs/></g><g id="a"/><g><rect/></g><g><desc>b</desc></g>'

    root = read_document(minify_svg(svg(inside)))

    assert [e.tag for e in root.iter()] == ["svg", "g", "g", "rect"]


def test_numbers_are_rounded_where_they_are_geometry(read_document):
    inside = (
        '<path d="M-0.001 10.0L.126,-2.50 7Z" transform="translate(1.005 2.0)" data-x="1.000"/>'
        '<text font-size="12.000" x="100" y="0.0">v 1.000</text>'
    )

    path, text = read_document(minify_svg(svg(inside)))

    assert path.get("d") == "M0 10L0.13,-2.5 7Z"
    assert path.get("transform") in ("translate(1 2)", "translate(1.01 2)")
    assert path.get("data-x") == "1.000"
    assert text.attrib == {"font-size": "12.000", "x": "100", "y": "0"}
    assert text.text == "v 1.000"


def test_space_inside_text_stays(read_document):
    inside = "<text> a <tspan> </tspan> <tspan>b</tspan>\n</text> <title>c  d</title>"

    text, title = read_document(minify_svg(svg(inside)))

    assert "".join(text.itertext()) == " a   b\n"
    assert title.text == "c  d"


def test_it_has_no_prefixes_and_escapes_what_it_must(read_document):
    prefixed = f'<s:svg xmlns:s="{NAMESPACE}"><s:text id="&lt;&quot;">a &amp; b</s:text></s:svg>'

    text = minify_svg(prefixed)

    assert text.startswith("<svg ")
    assert read_document(text)[0].text == "a & b"
    assert read_document(text)[0].get("id") == '<"'


def test_a_second_time_changes_nothing():
    once = minify_svg(svg(' <g> <g/> <circle cx="1.999"/> </g> <text> x </text> '))

    assert minify_svg(once) == once


@pytest.mark.parametrize("text", ["", "<svg>", "<svg/>", f'<g xmlns="{NAMESPACE}"/>', "<svg></g>"])
def test_what_is_no_svg_is_refused(text):
    with pytest.raises(ValueError):
        minify_svg(text)
