from math import atan2, degrees, dist

import pytest
from gear_element import gear_element


def test_every_tooth_has_four_corners_at_its_two_radii(read_fragment, read_points):
    gear = read_fragment(gear_element(8, 50, 40, 60, 65))
    points = read_points(gear.get("points"))

    assert gear.tag == "polygon"
    assert len(points) == 32
    assert [dist(p, (60, 65)) for p in points] == pytest.approx([40, 50, 50, 40] * 8, abs=0.02)


def test_the_first_tooth_points_up(read_fragment, read_points):
    points = read_points(read_fragment(gear_element(12, 100, 80, 100, 100)).get("points"))

    (x1, y1), (x2, y2) = points[1:3]
    assert y1 == y2 == pytest.approx(0.21, abs=0.02)
    assert x1 + x2 == pytest.approx(200, abs=0.02)
    assert x1 < x2


def test_the_corners_run_clockwise_at_these_angles(read_fragment, read_points):
    points = read_points(read_fragment(gear_element(4, 1000, 900)).get("points"))
    angles = [degrees(atan2(x, -y)) % 360 for x, y in points]

    first = [337.5, 348.75, 11.25, 22.5]
    wanted = [(angle + 90 * tooth) % 360 for tooth in range(4) for angle in first]
    assert angles == pytest.approx(wanted, abs=0.01)


def test_the_fill_can_be_chosen(read_fragment):
    assert read_fragment(gear_element(9, 2, 1, fill="#abc")).get("fill") == "#abc"
    assert read_fragment(gear_element(9, 2, 1)).get("fill") == "#5b6770"


def test_it_builds_on_points_text_and_rotate_points(calls_of):
    written = calls_of("gear_element", "points_text")
    turned = calls_of("gear_element", "rotate_points")

    gear_element(7, 20, 15)

    assert written
    assert len(turned) >= 6


@pytest.mark.parametrize(("teeth", "outer", "root"), [(2, 2, 1), (8, 1, 1), (8, 1, 3), (8, 2, 0)])
def test_what_is_no_gear_is_refused(teeth, outer, root):
    with pytest.raises(ValueError):
        gear_element(teeth, outer, root)
