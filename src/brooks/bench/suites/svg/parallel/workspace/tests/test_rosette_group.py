from math import dist

import pytest
from rosette_group import rosette_group


def test_four_petals(read_fragment, read_points):
    group = read_fragment(rosette_group(4, 10, 4))

    assert [polygon.tag for polygon in group] == ["polygon"] * 4
    assert [read_points(polygon.get("points")) for polygon in group] == [
        [(0, 0), (2, -5), (0, -10), (-2, -5)],
        [(0, 0), (5, 2), (10, 0), (5, -2)],
        [(0, 0), (-2, 5), (0, 10), (2, 5)],
        [(0, 0), (-5, -2), (-10, 0), (-5, 2)],
    ]


def test_every_petal_starts_at_the_centre(read_fragment, read_points):
    group = read_fragment(rosette_group(7, 30, 8, 40, 50))

    for polygon in group:
        start, _, tip, _ = read_points(polygon.get("points"))
        assert start == (40, 50)
        assert dist(start, tip) == pytest.approx(30, abs=0.02)


def test_the_colour_is_the_groups(read_fragment):
    group = read_fragment(rosette_group(3, 1, 1, fill="teal"))

    assert group.tag == "g"
    assert group.attrib == {"fill": "teal", "fill-opacity": "0.6"}
    assert all(polygon.attrib.keys() == {"points"} for polygon in group)
    assert read_fragment(rosette_group(3, 1, 1)).get("fill") == "#c2456b"


def test_one_petal_points_up(read_fragment, read_points):
    (petal,) = read_fragment(rosette_group(1, 20, 10, 10, 20))

    assert read_points(petal.get("points")) == [(10, 20), (15, 10), (10, 0), (5, 10)]


def test_it_builds_on_rotate_points_and_points_text(calls_of):
    turned = calls_of("rosette_group", "rotate_points")
    written = calls_of("rosette_group", "points_text")

    rosette_group(5, 10, 3)

    assert len(turned) >= 4
    assert len(written) == 5


@pytest.mark.parametrize(("petals", "length", "width"), [(0, 1, 1), (3, 0, 1), (3, 1, -1)])
def test_what_has_no_petals_is_refused(petals, length, width):
    with pytest.raises(ValueError):
        rosette_group(petals, length, width)
