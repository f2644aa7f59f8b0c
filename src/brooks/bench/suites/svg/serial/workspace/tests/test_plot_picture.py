import pytest
from plot_picture import plot_picture

INSIDE = [("circle", {"r": 5})]
OUTSIDE = [("line", {"x2": 9}), ("text", {}, "a & b")]


def test_the_parts_come_in_order(read_document):
    root = read_document(plot_picture((300, 200), "Rain", INSIDE, OUTSIDE))

    assert [element.tag for element in root] == ["title", "rect", "text", "defs", "g", "g"]
    assert [element.tag for element in root[4]] == ["line", "text"]
    assert [element.tag for element in root[5]] == ["circle"]


def test_both_kinds_start_at_the_corner_of_the_plot(read_document):
    _, _, _, _, outside, inside = read_document(plot_picture((300, 200), "Rain", INSIDE, OUTSIDE))

    assert outside.attrib == {"transform": "translate(56 66)"}
    assert inside.attrib == {"transform": "translate(56 66)", "clip-path": "url(#plot)"}


def test_what_is_inside_is_cut_off_at_the_edges(read_document):
    (clip,) = read_document(plot_picture((300, 200.5), "Rain", INSIDE, OUTSIDE)).find("defs")

    assert clip.tag == "clipPath"
    assert clip.get("id") == "plot"
    assert [element.tag for element in clip] == ["rect"]
    assert [float(clip[0].get(n)) for n in ("x", "y", "width", "height")] == [0, 0, 220, 90.5]


def test_an_empty_plot_and_a_dark_one(read_document):
    root = read_document(plot_picture((300, 200), "Rain", [], [], dark=True))

    assert len(root[4]) == len(root[5]) == 0
    assert root.find("rect").get("fill") == "#1b1f24"
    assert root.get("viewBox") == "0 0 300 200"


def test_it_builds_on_headed_picture(calls_of):
    calls = calls_of("plot_picture", "headed_picture")

    plot_picture((300, 200), "Rain", INSIDE, OUTSIDE)

    assert [call[:4] for call in calls] == [(300, 200, "Rain", "")]


def test_the_smallest_picture_has_a_plot_of_twenty(read_document):
    (clip,) = read_document(plot_picture((100, 130), "Rain", [], [])).find("defs")

    assert clip[0].get("width") == clip[0].get("height") == "20"


@pytest.mark.parametrize(
    ("size", "title"), [((99, 200), "a"), ((200, 129), "a"), ((200, 200), " ")]
)
def test_no_room_and_no_title_are_refused(size, title):
    with pytest.raises(ValueError):
        plot_picture(size, title, [], [])
