import pytest
from donut_panel import donut_panel

COLOURS = ["#cc4444", "#44aa66"]
VALUES = {"rail": 5, "road": 3, "R&D <new>": 0}


def numbers(element, *names):
    return [float(element.get(name)) for name in names]


def test_the_ring_comes_first_and_then_a_row_a_name(read_fragment):
    panel = read_fragment(donut_panel(VALUES, COLOURS, 100))

    assert [element.tag for element in panel] == ["g", *["rect", "text"] * 3]
    assert [path.get("fill") for path in panel[0].iter("path")] == COLOURS


def test_the_legend_names_all_values_in_their_colours(read_fragment):
    panel = read_fragment(donut_panel(VALUES, COLOURS, 100))

    assert [text.text for text in panel.findall("text")] == ["rail", "road", "R&D <new>"]
    assert [rect.get("fill") for rect in panel.findall("rect")] == [*COLOURS, "#cc4444"]


def test_the_rows_are_centred_beside_the_ring(read_fragment):
    panel = read_fragment(donut_panel(VALUES, COLOURS, 100))

    assert [numbers(text, "x", "y") for text in panel.findall("text")] == [
        [146, 28],
        [146, 50],
        [146, 72],
    ]
    assert [numbers(r, "x", "y", "width", "height") for r in panel.findall("rect")] == [
        [124, 21, 14, 14],
        [124, 43, 14, 14],
        [124, 65, 14, 14],
    ]


def test_an_even_number_of_rows(read_fragment):
    panel = read_fragment(donut_panel({"a": 1, "b": 2}, COLOURS, 60))

    assert [numbers(text, "x", "y") for text in panel.findall("text")] == [[106, 19], [106, 41]]


def test_the_ring_fills_the_square_to_the_left(read_fragment, read_path):
    panel = read_fragment(donut_panel({"a": 1, "b": 1}, COLOURS, 200))

    commands = read_path(next(panel.iter("path")).get("d"))
    assert commands[0][1] == pytest.approx([100, 0], abs=0.02)
    assert commands[1][1][-2:] == pytest.approx([100, 200], abs=0.02)


def test_it_builds_on_donut_group(calls_of):
    calls = calls_of("donut_panel", "donut_group")

    donut_panel({"a": 1}, COLOURS, 80)

    assert calls == [({"a": 1}, COLOURS, 40, 40, 40)]


@pytest.mark.parametrize("values", [{}, {"a": 0}, {"a": -1, "b": 2}])
def test_values_that_make_no_ring_are_refused(values):
    with pytest.raises(ValueError):
        donut_panel(values, COLOURS, 100)
