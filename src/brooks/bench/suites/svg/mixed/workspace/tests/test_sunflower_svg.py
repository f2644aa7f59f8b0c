from math import atan2, degrees, dist, sqrt

import pytest
from sunflower_svg import sunflower_svg


def seeds_of(root):
    return [
        tuple(float(circle.get(name)) for name in ("cx", "cy", "r"))
        for circle in root.iter("circle")
    ]


def test_the_document_and_its_parts(read_document):
    root = read_document(sunflower_svg(5, 200))

    assert root.attrib == {"width": "200", "height": "200", "viewBox": "0 0 200 200"}
    assert [element.tag for element in root] == ["rect", *["circle"] * 5]
    assert root[0].get("fill") == "#fdf6e3"
    assert (root[0].get("width"), root[0].get("height")) == ("200", "200")


def test_one_seed_lies_above_the_middle(read_document):
    ((x, y, r),) = seeds_of(read_document(sunflower_svg(1, 100)))

    assert (x, y) == pytest.approx((50, 50 - 46 * sqrt(0.5)), abs=0.01)
    assert r == pytest.approx(27.6, abs=0.01)


def test_each_seed_is_a_golden_angle_after_the_one_before(read_document):
    found = seeds_of(read_document(sunflower_svg(50, 4000)))

    angles = [degrees(atan2(x - 2000, 2000 - y)) % 360 for x, y, _ in found]
    assert angles == pytest.approx([k * 137.50776 % 360 for k in range(50)], abs=0.01)


def test_every_ring_has_the_same_room(read_document):
    found = seeds_of(read_document(sunflower_svg(200, 400)))

    squares = [dist((x, y), (200, 200)) ** 2 for x, y, _ in found]
    step = (184**2) / 200
    assert squares == pytest.approx([(k + 0.5) * step for k in range(200)], abs=5)


def test_no_seed_leaves_the_picture(read_document):
    for count in (8, 30, 400):
        for x, y, r in seeds_of(read_document(sunflower_svg(count))):
            assert min(x, y) - r > 0
            assert max(x, y) + r < 300


def test_the_two_colours_take_turns(read_document):
    root = read_document(sunflower_svg(6))

    assert [c.get("fill") for c in root.iter("circle")] == ["#d9822b", "#7a4a1d"] * 3


@pytest.mark.parametrize(("seeds", "size"), [(0, 100), (-1, 100), (5, 0), (5, -3)])
def test_no_seeds_and_no_room_are_refused(seeds, size):
    with pytest.raises(ValueError):
        sunflower_svg(seeds, size)
