from math import atan2, degrees, dist

import pytest
from star_element import star_element


def test_two_tips_make_a_lozenge(read_fragment, read_points):
    star = read_fragment(star_element(2, 10, 4))

    assert star.tag == "polygon"
    assert read_points(star.get("points")) == [(0, -10), (4, 0), (0, 10), (-4, 0)]


def test_tips_and_notches_take_turns(read_fragment, read_points):
    points = read_points(read_fragment(star_element(5, 50, 20, 60, 70)).get("points"))

    assert len(points) == 10
    assert points[0] == (60, 20)
    assert [dist(p, (60, 70)) for p in points] == pytest.approx([50, 20] * 5, abs=0.02)


def test_the_angles_are_equal_and_run_clockwise(read_fragment, read_points):
    points = read_points(read_fragment(star_element(6, 100, 60)).get("points"))
    angles = [degrees(atan2(x, -y)) % 360 for x, y in points]

    assert angles == pytest.approx([30 * i for i in range(12)], abs=0.05)


def test_the_fill_can_be_chosen_and_has_a_usual_value(read_fragment):
    assert read_fragment(star_element(5, 2, 1, fill="navy")).get("fill") == "navy"
    assert read_fragment(star_element(5, 2, 1)).attrib.keys() == {"points", "fill"}
    assert read_fragment(star_element(5, 2, 1)).get("fill") == "#e8a33d"


def test_it_builds_on_points_text(calls_of):
    calls = calls_of("star_element", "points_text")

    star_element(5, 2, 1)

    assert calls


@pytest.mark.parametrize(
    ("tips", "outer", "inner"), [(1, 2, 1), (5, 1, 1), (5, 1, 2), (5, 2, 0), (5, 2, -1)]
)
def test_what_is_no_star_is_refused(tips, outer, inner):
    with pytest.raises(ValueError):
        star_element(tips, outer, inner)
