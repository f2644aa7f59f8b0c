import pytest
from coloured_plot import coloured_plot

SIZE = (480, 310)
POINTS = [(0, 1), (1, 3), (2, 2)]


def strokes(root):
    return [line.get("stroke") for line in root.iter("polyline")]


def test_each_line_has_a_colour_of_its_own(read_document):
    root = read_document(coloured_plot(SIZE, "Rain", {name: POINTS for name in "abcdef"}))

    assert strokes(root) == ["#2b7bba", "#d9622b", "#3f8f5f", "#8a5bb0", "#c2456b", "#7a6a3a"]


def test_the_colours_are_lighter_in_the_dark(read_document):
    root = read_document(coloured_plot(SIZE, "Rain", {"a": POINTS, "b": POINTS}, dark=True))

    assert strokes(root) == ["#95bddc", "#ecb095"]
    assert root.find("rect").get("fill") == "#1b1f24"


def test_names_stay_with_their_lines(read_document, read_points):
    root = read_document(coloured_plot(SIZE, "Rain", {"low": [(0, 0), (1, 0)], "R&D": [(0, 5)]}))
    outside = root.findall("g")[0]

    legend = [
        (rect.get("fill"), text.text)
        for rect, text in zip(outside.findall("rect"), outside.findall("text")[-2:], strict=True)
    ]
    assert legend == [("#2b7bba", "low"), ("#d9622b", "R&D")]
    lines = [read_points(line.get("points")) for line in root.iter("polyline")]
    assert lines == [[(0, 200), (400, 200)], [(0, 0)]]


def test_the_argument_is_left_alone():
    lines = {"a": [(0, 1), (1, 2)]}

    coloured_plot(SIZE, "Rain", lines)

    assert lines == {"a": [(0, 1), (1, 2)]}


def test_it_builds_on_ranged_plot(calls_of):
    calls = calls_of("coloured_plot", "ranged_plot")

    coloured_plot(SIZE, "Rain", {"a": POINTS})

    assert [call[:3] for call in calls] == [(SIZE, "Rain", [("a", "#2b7bba", POINTS)])]


@pytest.mark.parametrize("lines", [{}, {"a": []}, {name: POINTS for name in "abcdefg"}])
def test_no_points_and_too_many_lines_are_refused(lines):
    with pytest.raises(ValueError):
        coloured_plot(SIZE, "Rain", lines)
