from itertools import pairwise
from math import dist, sqrt

import pytest
from koch_snowflake import koch_snowflake


def corners(text, read_document, read_path):
    (path,) = read_document(text)
    commands = read_path(path.get("d"))
    assert "".join(letter for letter, _ in commands) == "M" + "L" * (len(commands) - 2) + "Z"
    return [tuple(numbers) for _, numbers in commands[:-1]]


def near(points):
    return [pytest.approx(point, abs=0.02) for point in points]


def test_depth_zero_is_a_triangle(read_document, read_path):
    side = 45 * sqrt(3)

    found = corners(koch_snowflake(0, 100), read_document, read_path)

    assert found == near([(50, 5), (50 + side / 2, 72.5), (50 - side / 2, 72.5)])


def test_depth_one_is_a_star_with_tips_outside(read_document, read_path):
    found = corners(koch_snowflake(1, 100), read_document, read_path)

    assert len(found) == 12
    assert [dist(point, (50, 50)) for point in found[::2]] == pytest.approx([45] * 6, abs=0.02)
    inner = 45 / sqrt(3)
    assert [dist(point, (50, 50)) for point in found[1::2]] == pytest.approx([inner] * 6, abs=0.02)


@pytest.mark.parametrize("depth", [2, 4])
def test_all_edges_are_equally_long(read_document, read_path, depth):
    found = corners(koch_snowflake(depth, 900), read_document, read_path)
    edges = [dist(here, there) for here, there in pairwise([*found, found[0]])]

    assert len(found) == 3 * 4**depth
    assert edges == pytest.approx([405 * sqrt(3) / 3**depth] * len(found), abs=0.03)


def test_the_area_grows_towards_eight_fifths(read_document, read_path):
    areas = []
    for depth in (0, 1, 5):
        found = corners(koch_snowflake(depth, 600), read_document, read_path)
        pairs = pairwise([*found, found[0]])
        areas.append(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs) / 2)

    assert areas[1] / areas[0] == pytest.approx(4 / 3, rel=1e-3)
    assert areas[2] / areas[0] == pytest.approx(8 / 5 - 3 / 5 * (4 / 9) ** 5, rel=1e-3)


def test_the_document_and_the_colours(read_document):
    root = read_document(koch_snowflake(3, 250))

    assert root.attrib == {"width": "250", "height": "250", "viewBox": "0 0 250 250"}
    assert [(e.tag, e.get("fill"), e.get("stroke")) for e in root] == [
        ("path", "#bfe3f5", "#2b7bba")
    ]


@pytest.mark.parametrize(("depth", "size"), [(-1, 100), (2, 0), (2, -5)])
def test_what_is_no_snowflake_is_refused(depth, size):
    with pytest.raises(ValueError):
        koch_snowflake(depth, size)
