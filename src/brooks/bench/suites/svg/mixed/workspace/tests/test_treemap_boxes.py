import pytest
from treemap_boxes import treemap_boxes


def near(boxes):
    return [pytest.approx(box) for box in boxes]


def test_two_values_share_the_longer_side():
    assert treemap_boxes([3, 1], 0, 0, 80, 20) == near([(0, 0, 60, 20), (60, 0, 20, 20)])
    assert treemap_boxes([3, 1], 5, 5, 20, 80) == near([(5, 5, 20, 60), (5, 65, 20, 20)])


def test_a_square_is_split_across_its_width():
    assert treemap_boxes([1, 1], 0, 0, 10, 10) == near([(0, 0, 5, 10), (5, 0, 5, 10)])


def test_the_parts_are_as_even_as_possible():
    assert treemap_boxes([4, 2, 1, 1], 0, 0, 80, 50) == near(
        [(0, 0, 40, 50), (40, 0, 40, 25), (40, 25, 20, 25), (60, 25, 20, 25)]
    )


def test_of_two_even_splits_the_smaller_first_part_counts():
    assert treemap_boxes([1, 2, 1], 0, 0, 40, 10) == near(
        [(0, 0, 10, 10), (10, 0, 20, 10), (30, 0, 10, 10)]
    )
    assert treemap_boxes([1, 2, 1], 0, 0, 12, 10) == near(
        [(0, 0, 3, 10), (3, 0, 9, 20 / 3), (3, 20 / 3, 9, 10 / 3)]
    )


def test_one_value_takes_everything_and_none_nothing():
    assert treemap_boxes([7], 1, 2, 3, 4) == near([(1, 2, 3, 4)])
    assert treemap_boxes([], 1, 2, 3, 4) == []


def test_areas_are_in_proportion_and_nothing_overlaps():
    values = [i * 7 % 11 + 1 for i in range(15)]
    boxes = treemap_boxes(values, 10, 20, 300, 200)

    unit = 300 * 200 / sum(values)
    assert [w * h for _, _, w, h in boxes] == pytest.approx([v * unit for v in values])
    for x, y, w, h in boxes:
        assert x >= 10
        assert y >= 20
        assert x + w <= 310 + 1e-9
        assert y + h <= 220 + 1e-9
    for i, (x, y, w, h) in enumerate(boxes):
        for x2, y2, w2, h2 in boxes[:i]:
            wide = min(x + w, x2 + w2) - max(x, x2)
            high = min(y + h, y2 + h2) - max(y, y2)
            assert wide < 1e-9 or high < 1e-9


@pytest.mark.parametrize(
    ("values", "width", "height"), [([1, 0], 5, 5), ([1, -2], 5, 5), ([1], 0, 5), ([1], 5, -1)]
)
def test_what_has_no_area_is_refused(values, width, height):
    with pytest.raises(ValueError):
        treemap_boxes(values, 0, 0, width, height)
