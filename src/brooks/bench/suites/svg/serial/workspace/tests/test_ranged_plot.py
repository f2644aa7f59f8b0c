import pytest
from ranged_plot import ranged_plot

SIZE = (480, 310)


def scales(calls_of, points):
    calls = calls_of("ranged_plot", "scaled_plot")
    ranged_plot(SIZE, "Rain", [("a", "red", points)])
    return calls[-1][3], calls[-1][4]


def near(scale):
    return pytest.approx(scale)


def test_steps_are_round_and_the_values_fit(calls_of):
    across, up = scales(calls_of, [(0, 3), (10, 42), (4, 17)])

    assert across == near((0, 10, 2))
    assert up == near((0, 50, 10))


@pytest.mark.parametrize(
    ("top", "high", "step"),
    [
        (5, 5, 1),
        (5.1, 6, 2),
        (10, 10, 2),
        (11, 15, 5),
        (25, 25, 5),
        (26, 30, 10),
        (0.003, 0.003, 0.001),
    ]
    + [(8e6, 8e6, 2e6), (0.5, 0.5, 0.1), (0.7, 0.8, 0.2)],
)
def test_the_step_is_the_smallest_that_needs_at_most_five(calls_of, top, high, step):
    _, up = scales(calls_of, [(0, 0), (1, top)])

    assert up == near((0, high, step))


def test_zero_is_always_on_the_way_up(calls_of):
    assert scales(calls_of, [(0, -7), (1, -3)])[1] == near((-8, 0, 2))
    assert scales(calls_of, [(0, 95), (1, 98)])[1] == near((0, 100, 20))
    assert scales(calls_of, [(0, -12), (1, 30)])[1] == near((-20, 30, 10))


def test_across_the_scale_ends_where_the_points_do(calls_of):
    across, _ = scales(calls_of, [(1991, 1), (2024, 2), (2003, 3)])

    assert across == near((1991, 2024, 10))


def test_equal_values_get_some_room(calls_of):
    across, up = scales(calls_of, [(7, 0)])

    assert across == near((6, 8, 0.5))
    assert up == near((-1, 1, 0.5))


def test_all_series_share_the_scales(read_document, read_points):
    series = [("a", "red", [(0, 1), (4, 2)]), ("b", "tan", [(2, 10)]), ("c", "navy", [])]

    root = read_document(ranged_plot(SIZE, "Rain", series, dark=True))

    lines = [read_points(line.get("points")) for line in root.iter("polyline")]
    assert lines == [[(0, 180), (400, 160)], [(200, 0)], []]
    assert root.find("rect").get("fill") == "#1b1f24"


def test_it_builds_on_scaled_plot(calls_of):
    calls = calls_of("ranged_plot", "scaled_plot")
    series = [("a", "red", [(0, 1), (4, 2)])]

    ranged_plot(SIZE, "Rain", series)

    assert [call[:3] for call in calls] == [(SIZE, "Rain", series)]


@pytest.mark.parametrize("series", [[], [("a", "red", []), ("b", "tan", [])]])
def test_no_points_are_refused(series):
    with pytest.raises(ValueError):
        ranged_plot(SIZE, "Rain", series)
