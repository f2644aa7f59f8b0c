from math import sqrt

import pytest
from hex_tiling import hex_tiling


def centres(root, read_points):
    found = []
    for polygon in root:
        points = read_points(polygon.get("points"))
        assert len(points) == 6
        found.append([sum(axis) / 6 for axis in zip(*points, strict=True)])
    return found


def test_the_rows_are_shifted_by_half_a_cell(read_document, read_points):
    root = read_document(hex_tiling(2, 3, 10))
    w = 10 * sqrt(3)

    wanted = [(w / 2, 10), (w * 1.5, 10), (w, 25), (2 * w, 25), (w / 2, 40), (w * 1.5, 40)]
    assert centres(root, read_points) == [pytest.approx(place, abs=0.02) for place in wanted]


def test_the_document_just_holds_them(read_document, read_points):
    root = read_document(hex_tiling(4, 3, 12))
    _, _, width, height = map(float, root.get("viewBox").split())
    points = [point for polygon in root for point in read_points(polygon.get("points"))]

    assert (min(x for x, _ in points), min(y for _, y in points)) == pytest.approx((0, 0), abs=0.02)
    assert max(x for x, _ in points) == pytest.approx(width, abs=0.02)
    assert max(y for _, y in points) == pytest.approx(height, abs=0.02)
    assert height == pytest.approx(60, abs=0.02)


def test_one_row_needs_no_room_for_a_shift(read_document):
    root = read_document(hex_tiling(3, 1, 20))

    assert float(root.get("width")) == pytest.approx(60 * sqrt(3), abs=0.02)
    assert float(root.get("height")) == pytest.approx(40, abs=0.02)


def test_neighbours_never_have_the_same_of_three_fills(read_document, read_points):
    root = read_document(hex_tiling(6, 5, 10))
    cells = list(zip(centres(root, read_points), [p.get("fill") for p in root], strict=True))

    assert len(cells) == 30
    for (x, y), fill in cells:
        for (x2, y2), other in cells:
            if 0 < (x - x2) ** 2 + (y - y2) ** 2 < 400:
                assert fill != other


def test_the_fills_can_be_chosen(read_document):
    root = read_document(hex_tiling(2, 2, fills=["red", "tan"]))

    assert [polygon.get("fill") for polygon in root] == ["red", "tan", "red", "tan"]
    assert {polygon.get("stroke") for polygon in root} == {"#ffffff"}


def test_it_builds_on_regular_polygon_and_svg_frame(calls_of):
    corners = calls_of("hex_tiling", "regular_polygon")
    frames = calls_of("hex_tiling", "svg_frame")

    hex_tiling(2, 2)

    assert corners
    assert frames


@pytest.mark.parametrize(
    ("columns", "rows", "fills"), [(0, 2, ["red"]), (2, 0, ["red"]), (2, 2, [])]
)
def test_what_has_no_cells_is_refused(columns, rows, fills):
    with pytest.raises(ValueError):
        hex_tiling(columns, rows, fills=fills)
