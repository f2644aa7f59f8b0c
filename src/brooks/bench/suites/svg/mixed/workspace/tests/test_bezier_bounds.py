import pytest
from bezier_bounds import bezier_bounds


def test_an_arch_stays_below_its_control_points():
    box = bezier_bounds((0, 0), (0, -40), (100, -40), (100, 0))

    assert box == pytest.approx((0, -30, 100, 30))


def test_a_curve_that_overshoots_on_both_sides():
    x, _, width, _ = bezier_bounds((0, 0), (50, 5), (-40, 10), (10, 15))

    samples = [
        150 * t * (1 - t) ** 2 - 120 * t * t * (1 - t) + 10 * t**3
        for t in (i / 10000 for i in range(10001))
    ]
    assert x == pytest.approx(min(samples), abs=1e-4)
    assert x + width == pytest.approx(max(samples), abs=1e-4)
    assert x < 0 < 10 < x + width


def test_a_straight_line_is_as_large_as_its_ends():
    assert bezier_bounds((1, 2), (2, 4), (3, 6), (4, 8)) == pytest.approx((1, 2, 3, 6))


def test_a_quadratic_curve_written_as_a_cubic():
    box = bezier_bounds((0, 0), (20, 40), (40, 40), (60, 0))

    assert box == pytest.approx((0, 0, 60, 30))


def test_nearly_quadratic_curves_lose_no_digits():
    box = bezier_bounds((0, 0), (20, 40), (40, 40 + 1e-13), (60, 0))

    assert box == pytest.approx((0, 0, 60, 30))


def test_the_direction_does_not_matter():
    points = [(3, 1), (9, -6), (-4, 8), (5, 5)]

    assert bezier_bounds(*points) == pytest.approx(bezier_bounds(*reversed(points)))


def test_one_point_has_no_size():
    assert bezier_bounds((7, 7), (7, 7), (7, 7), (7, 7)) == (7, 7, 0, 0)
