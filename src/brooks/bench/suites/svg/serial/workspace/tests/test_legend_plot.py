import pytest
from legend_plot import legend_plot

ENTRIES = [("north", "#cc4444"), ("R&D", "#44aa66"), ("x", "#4466cc")]


def draw(read_document, *arguments, **named):
    root = read_document(legend_plot((400, 300), "Rain", *arguments, **named))
    outside, inside = root.findall("g")
    return outside, inside


def numbers(elements, *names):
    return [[float(element.get(name)) for name in names] for element in elements]


def test_names_and_colours_from_left_to_right(read_document):
    outside, _ = draw(read_document, ENTRIES, [], [])

    assert [element.tag for element in outside] == ["rect", "text"] * 3
    assert [rect.get("fill") for rect in outside[::2]] == ["#cc4444", "#44aa66", "#4466cc"]
    assert [text.text for text in outside[1::2]] == ["north", "R&D", "x"]


def test_long_names_get_more_room(read_document):
    outside, _ = draw(read_document, ENTRIES, [], [])

    assert numbers(outside[::2], "x", "y") == [[0, -22], [67.5, -22], [120, -22]]
    assert numbers(outside[1::2], "x", "y") == [[17, -12], [84.5, -12], [137, -12]]
    assert numbers(outside[::2], "width", "height", "rx") == [[12, 12, 2]] * 3


def test_the_legend_follows_the_other_shapes(read_document):
    lines = [("line", {"x2": 1}), ("line", {"x2": 2})]

    outside, inside = draw(read_document, ENTRIES[:1], [("circle", {"r": 1})], lines)

    assert [element.tag for element in outside] == ["line", "line", "rect", "text"]
    assert [element.tag for element in inside] == ["circle"]
    assert len(lines) == 2


def test_no_entries_add_nothing(read_document):
    outside, _ = draw(read_document, [], [], [])

    assert len(outside) == 0


def test_the_words_are_bright_in_the_dark(read_document):
    bright, _ = draw(read_document, ENTRIES, [], [], dark=True)
    black, _ = draw(read_document, ENTRIES, [], [])

    assert {text.get("fill") for text in bright[1::2]} == {"#f2f4f6"}
    assert {text.get("fill") for text in black[1::2]} == {"#1b1f24"}


def test_it_builds_on_plot_picture(calls_of):
    calls = calls_of("legend_plot", "plot_picture")

    legend_plot((400, 300), "Rain", ENTRIES, [], [])

    assert [call[:2] for call in calls] == [((400, 300), "Rain")]


@pytest.mark.parametrize(("size", "title"), [((50, 300), "a"), ((400, 300), "")])
def test_no_room_and_no_title_are_refused(size, title):
    with pytest.raises(ValueError):
        legend_plot(size, title, ENTRIES, [], [])
