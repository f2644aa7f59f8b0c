import pytest
from fit_points import fit_points


def near(points):
    return [pytest.approx(point, abs=1e-9) for point in points]


def test_a_wide_shape_fills_the_width():
    points = [(0, 0), (4, 0), (4, 1), (0, 1)]

    assert fit_points(points, 80, 60) == near([(0, 20), (80, 20), (80, 40), (0, 40)])


def test_a_tall_shape_fills_the_height_within_the_margin():
    points = [(-1, -5), (1, 5)]

    assert fit_points(points, 100, 60, 10) == near([(46, 10), (54, 50)])


def test_points_on_a_line_use_their_length():
    assert fit_points([(3, 7), (5, 7)], 40, 20) == near([(0, 10), (40, 10)])
    assert fit_points([(3, 7), (3, 8), (3, 9)], 40, 20) == near([(20, 0), (20, 10), (20, 20)])


def test_equal_points_go_to_the_middle():
    assert fit_points([(9, 9), (9, 9)], 40, 30, 5) == near([(20, 15), (20, 15)])


def test_proportions_stay_and_nothing_leaves_the_frame():
    points = [(i * 7 % 23, i * i % 19) for i in range(20)]

    fitted = fit_points(points, 300, 200, 15)

    assert all(15 - 1e-9 <= x <= 285 + 1e-9 and 15 - 1e-9 <= y <= 185 + 1e-9 for x, y in fitted)
    (x1, y1), (x2, y2) = fitted[1], fitted[2]
    assert (x2 - x1) * (points[2][1] - points[1][1]) == pytest.approx(
        (y2 - y1) * (points[2][0] - points[1][0])
    )


def test_it_builds_on_bounding_box(calls_of):
    calls = calls_of("fit_points", "bounding_box")

    fit_points([(1, 2), (3, 4)], 10, 10)

    assert calls


@pytest.mark.parametrize(
    ("points", "width", "margin"),
    [([], 40, 0), ([(1, 2)], 40, 20), ([(1, 2)], 0, 0), ([(1, 2)], 40, -1)],
)
def test_no_points_and_no_room_are_refused(points, width, margin):
    with pytest.raises(ValueError):
        fit_points(points, width, 50, margin)
