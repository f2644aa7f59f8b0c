import pytest
from donut_group import donut_group

COLOURS = ["#cc4444", "#44aa66"]


def test_slices_first_and_the_total_last(read_fragment):
    group = read_fragment(donut_group({"a": 3, "b": 4}, COLOURS, 70, 60, 50))

    assert group.tag == "g"
    assert [element.tag for element in group] == ["path", "path", "text"]
    assert [path.get("fill") for path in group[:2]] == COLOURS
    assert group[2].text == "7"


@pytest.mark.parametrize(
    ("values", "text"), [([1.5, 2.5], "4"), ([1.25, 2.5], "3.8"), ([1000, 2345], "3345")]
)
def test_a_whole_sum_has_no_point(read_fragment, values, text):
    named = {f"value {place}": value for place, value in enumerate(values)}

    assert read_fragment(donut_group(named, COLOURS, 0, 0, 10))[-1].text == text


def test_the_hole_has_six_tenths_of_the_radius(read_fragment, read_path):
    group = read_fragment(donut_group({"a": 1, "b": 1}, COLOURS, 100, 100, 50))

    commands = read_path(group[0].get("d"))
    assert commands[0][1] == pytest.approx([100, 50], abs=0.02)
    assert commands[2][1] == pytest.approx([100, 130], abs=0.02)


def test_the_total_stands_in_the_middle(read_fragment):
    text = read_fragment(donut_group({"a": 1}, COLOURS, 70, 60.5, 45))[-1]

    assert [float(text.get(name)) for name in ("x", "y", "font-size")] == [70, 60.5, 15]
    assert text.get("text-anchor") == "middle"
    assert text.get("dominant-baseline") == "central"
    assert (text.get("fill"), text.get("stroke")) == ("#333333", "none")


def test_white_lines_part_the_slices(read_fragment):
    group = read_fragment(donut_group({"a": 1}, COLOURS, 0, 0, 10))

    assert group.attrib == {
        "stroke": "#ffffff",
        "stroke-width": "2",
        "stroke-linejoin": "round",
    }


def test_it_builds_on_ring_slices(calls_of):
    calls = calls_of("donut_group", "ring_slices")

    donut_group({"a": 1}, COLOURS, 5, 6, 10)

    assert calls == [({"a": 1}, COLOURS, (5, 6, 10, pytest.approx(6)))]


@pytest.mark.parametrize("values", [{}, {"a": 0}, {"a": -1, "b": 2}])
def test_values_that_make_no_ring_are_refused(values):
    with pytest.raises(ValueError):
        donut_group(values, COLOURS, 0, 0, 10)
