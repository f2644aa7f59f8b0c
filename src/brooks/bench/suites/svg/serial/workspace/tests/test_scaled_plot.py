import pytest
from scaled_plot import scaled_plot

SIZE = (480, 310)
SERIES = [
    ("north", "#cc4444", [(0, 10), (5, 20), (10, 15)]),
    ("R&D", "#44aa66", [(0, 0), (10, 30)]),
]


def lines_of(root, read_points):
    return [read_points(line.get("points")) for line in root.iter("polyline")]


def labels_of(root):
    return [text.text for text in root.findall("g")[0].iter("text")]


def test_points_are_placed_by_the_scales(read_document, read_points):
    root = read_document(scaled_plot(SIZE, "Rain", SERIES, (0, 10, 5), (10, 20, 5)))

    first, second = lines_of(root, read_points)
    assert first == [(0, 200), (200, 0), (400, 100)]
    assert second == [(0, 400), (400, -200)]


def test_each_line_has_its_colour_and_its_entry(read_document):
    root = read_document(scaled_plot(SIZE, "Rain", SERIES, (0, 10, 5), (0, 30, 10)))

    lines = list(root.iter("polyline"))
    assert [line.get("stroke") for line in lines] == ["#cc4444", "#44aa66"]
    assert {(line.get("fill"), line.get("stroke-width")) for line in lines} == {("none", "2.5")}
    assert labels_of(root)[-2:] == ["north", "R&D"]


def test_ticks_are_at_multiples_of_the_step(read_document):
    root = read_document(scaled_plot(SIZE, "Rain", [], (-2, 9, 4), (0, 1e6, 5e5)))

    assert labels_of(root) == ["0", "500000", "1e+06", "0", "4", "8"]


def test_steps_of_a_tenth_do_not_lose_the_last_tick(read_document):
    root = read_document(scaled_plot(SIZE, "Rain", [], (0, 0.3, 0.1), (1, 2, 0.2)))

    assert labels_of(root) == "1 1.2 1.4 1.6 1.8 2 0 0.1 0.2 0.3".split()


def test_a_tick_is_where_its_value_is(read_document):
    root = read_document(scaled_plot(SIZE, "Rain", [], (-3, 17, 5), (5, 8, 10)))

    marks = [float(line.get("x1")) for line in root.iter("line")]
    assert marks == [60, 160, 260, 360]
    assert labels_of(root) == ["0", "5", "10", "15"]


def test_the_lines_lie_inside_in_the_order_of_the_series(read_document):
    root = read_document(scaled_plot(SIZE, "Rain", SERIES, (0, 10, 5), (0, 30, 10), dark=True))

    inside = root.findall("g")[1]
    assert inside.get("clip-path") == "url(#plot)"
    assert [element.tag for element in inside] == ["polyline"] * 2
    assert root.find("rect").get("fill") == "#1b1f24"


def test_it_builds_on_ticked_plot(calls_of):
    calls = calls_of("scaled_plot", "ticked_plot")

    scaled_plot(SIZE, "Rain", SERIES[:1], (0, 10, 10), (0, 4, 2))

    ticks = ([(0, "0"), (1, "10")], [(0, "0"), (0.5, "2"), (1, "4")])
    assert [call[:4] for call in calls] == [(SIZE, "Rain", [("north", "#cc4444")], ticks)]


@pytest.mark.parametrize("scale", [(0, 0, 1), (5, 0, 1), (0, 5, 0), (0, 5, -1)])
def test_what_is_no_scale_is_refused(scale):
    with pytest.raises(ValueError):
        scaled_plot(SIZE, "Rain", SERIES, (0, 1, 1), scale)
    with pytest.raises(ValueError):
        scaled_plot(SIZE, "Rain", SERIES, scale, (0, 1, 1))
