import pytest
from table_chart import table_chart

COLUMNS = ["day", "rain", "sun"]
ROWS = [[1, 4, 10], [2, 0, None], [3, 2, 7], [None, 99, 99]]


def test_every_column_but_the_first_is_a_line(calls_of):
    calls = calls_of("table_chart", "smoothed_plot")

    table_chart("Weather", ["day", "sun", "rain"], [[1, 10, 4], [2, 8, 0]])

    assert list(calls[0][2].items()) == [("sun", [(1, 10), (2, 8)]), ("rain", [(1, 4), (2, 0)])]


def test_unknown_values_are_no_points(calls_of):
    calls = calls_of("table_chart", "smoothed_plot")

    table_chart("Weather", COLUMNS, ROWS)

    assert calls[0][2] == {"rain": [(1, 4), (2, 0), (3, 2)], "sun": [(1, 10), (3, 7)]}


def test_a_column_without_values_keeps_its_name(read_document):
    root = read_document(table_chart("Weather", COLUMNS, [[1, 4, None], [2, 5, None]]))

    lines = list(root.iter("polyline"))
    assert [line.get("points") == "" for line in lines] == [False, True]
    assert "sun" in [text.text for text in root.iter("text")]


def test_the_chart_has_one_size_and_its_title(read_document):
    root = read_document(table_chart("Sun & rain", COLUMNS, ROWS))

    assert root.get("viewBox") == "0 0 640 400"
    assert root.find("title").text == "Sun & rain"


def test_reach_and_darkness_are_handed_on(read_document, read_points):
    rows = [[0, 0], [1, 6], [2, 0]]

    root = read_document(table_chart("Rain", ["day", "rain"], rows, reach=1, dark=True))

    (line,) = root.iter("polyline")
    heights = [y for _, y in read_points(line.get("points"))]
    assert heights == [290, 0, 290]
    assert root.find("rect").get("fill") == "#1b1f24"


def test_it_builds_on_smoothed_plot(calls_of):
    calls = calls_of("table_chart", "smoothed_plot")

    table_chart("Weather", COLUMNS, ROWS, 2)

    assert [call[:2] for call in calls] == [((640, 400), "Weather")]
    assert calls[0][3:] == (2, False)


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        ([], []),
        (["day"], [[1]]),
        (["day", "a", "a"], [[1, 2, 3]]),
        (["day", "a"], [[1, 2], [2]]),
        (["day", "a"], [[1, 2, 3]]),
        (["day", "a"], []),
        (["day", "a"], [[1, None]]),
    ],
)
def test_what_is_no_table_is_refused(columns, rows):
    with pytest.raises(ValueError):
        table_chart("Weather", columns, rows)
