import pytest
from smoothed_plot import smoothed_plot

SIZE = (480, 310)


def averaged(calls_of, points, reach):
    calls = calls_of("smoothed_plot", "coloured_plot")
    smoothed_plot(SIZE, "Rain", {"a": points}, reach)
    return calls[-1][2]["a"]


def near(points):
    return [pytest.approx(point) for point in points]


def test_each_point_is_averaged_with_its_neighbours(calls_of):
    points = [(0, 3), (1, 9), (2, 0), (3, 6), (4, 12)]

    assert averaged(calls_of, points, 1) == near([(0, 3), (1, 4), (2, 5), (3, 6), (4, 12)])


def test_near_the_ends_the_window_gets_smaller(calls_of):
    points = [(0, 3), (1, 9), (2, 0), (3, 6), (4, 12)]

    for reach in (2, 3, 50):
        assert averaged(calls_of, points, reach) == near([(0, 3), (1, 4), (2, 6), (3, 6), (4, 12)])


def test_without_a_reach_the_lines_are_only_sorted(calls_of):
    assert averaged(calls_of, [(5, 1), (2, 7), (3, 4)], 0) == near([(2, 7), (3, 4), (5, 1)])


def test_points_of_equal_x_keep_their_order(calls_of):
    assert averaged(calls_of, [(1, 9), (0, 5), (1, 2)], 0) == near([(0, 5), (1, 9), (1, 2)])


def test_a_straight_line_stays_as_it_is(calls_of):
    points = [(x, 3 * x + 1) for x in range(20)]

    assert averaged(calls_of, points, 4) == near(points)


def test_the_arguments_are_left_alone_and_the_chart_is_whole(read_document):
    lines = {"b": [(1, 2), (0, 4)], "a": [(1, 1)]}

    root = read_document(smoothed_plot(SIZE, "Rain", lines, 1, dark=True))

    assert lines == {"b": [(1, 2), (0, 4)], "a": [(1, 1)]}
    assert [line.get("stroke") for line in root.iter("polyline")] == ["#95bddc", "#ecb095"]


def test_it_builds_on_coloured_plot(calls_of):
    calls = calls_of("smoothed_plot", "coloured_plot")

    smoothed_plot(SIZE, "Rain", {"a": [(0, 1), (1, 2)]})

    assert [call[:2] for call in calls] == [(SIZE, "Rain")]


@pytest.mark.parametrize(("lines", "reach"), [({"a": [(0, 1)]}, -1), ({}, 1), ({"a": []}, 0)])
def test_negative_reach_and_no_points_are_refused(lines, reach):
    with pytest.raises(ValueError):
        smoothed_plot(SIZE, "Rain", lines, reach)
