import pytest
from ticked_plot import ticked_plot

SIZE = (480, 310)
ACROSS = [(0, "Mon"), (0.5, "Tue & Wed"), (1, "Thu")]
UP = [(0, "0"), (0.25, "5")]


def draw(read_document, ticks, entries=(), **named):
    root = read_document(ticked_plot(SIZE, "Rain", list(entries), ticks, [("circle", {})], **named))
    return root.findall("g")


def numbers(elements, *names):
    return [[float(element.get(name)) for name in names] for element in elements]


def test_grid_lines_cross_the_whole_plot(read_document):
    outside, _ = draw(read_document, ([], UP))

    lines, labels = outside[::2], outside[1::2]
    assert numbers(lines, "x1", "y1", "x2", "y2") == [[0, 200, 400, 200], [0, 150, 400, 150]]
    assert numbers(labels, "x", "y") == [[-8, 204], [-8, 154]]
    assert [label.text for label in labels] == ["0", "5"]
    assert {label.get("text-anchor") for label in labels} == {"end"}


def test_ticks_hang_below_the_plot(read_document):
    outside, _ = draw(read_document, (ACROSS, []))

    lines, labels = outside[::2], outside[1::2]
    assert numbers(lines, "x1", "y1", "x2", "y2") == [
        [0, 200, 0, 205],
        [200, 200, 200, 205],
        [400, 200, 400, 205],
    ]
    assert numbers(labels, "x", "y") == [[0, 219], [200, 219], [400, 219]]
    assert [label.text for label in labels] == ["Mon", "Tue & Wed", "Thu"]
    assert {label.get("text-anchor") for label in labels} == {"middle"}


def test_grid_first_then_ticks_then_the_legend(read_document):
    outside, inside = draw(read_document, (ACROSS, UP), [("north", "#cc4444")])

    assert [e.tag for e in outside] == ["line", "text"] * 5 + ["rect", "text"]
    assert [e.text for e in outside if e.tag == "text"] == [
        "0",
        "5",
        "Mon",
        "Tue & Wed",
        "Thu",
        "north",
    ]
    assert [e.tag for e in inside] == ["circle"]


@pytest.mark.parametrize(
    ("dark", "stroke", "fill"), [(False, "#d9dde2", "#5a636e"), (True, "#3a424c", "#aab3bd")]
)
def test_the_colours_for_light_and_dark(read_document, dark, stroke, fill):
    outside, _ = draw(read_document, (ACROSS, UP), dark=dark)

    assert {line.get("stroke") for line in outside[::2]} == {stroke}
    assert {text.get("fill") for text in outside[1::2]} == {fill}
    assert {text.get("font-size") for text in outside[1::2]} == {"11"}


def test_no_ticks_draw_no_lines(read_document):
    outside, _ = draw(read_document, ([], []))

    assert len(outside) == 0


def test_it_builds_on_legend_plot(calls_of):
    calls = calls_of("ticked_plot", "legend_plot")

    ticked_plot(SIZE, "Rain", [("a", "red")], (ACROSS, UP), [])

    assert [call[:3] for call in calls] == [(SIZE, "Rain", [("a", "red")])]


@pytest.mark.parametrize("ticks", [([(-0.1, "a")], []), ([], [(1.01, "a")])])
def test_ticks_off_the_plot_are_refused(ticks):
    with pytest.raises(ValueError):
        ticked_plot(SIZE, "Rain", [], ticks, [])
