import pytest
from fit_view_box import fit_view_box


def numbers(text):
    return [float(number) for number in text.split(" ")]


def test_the_padding_is_a_share_of_the_longer_side():
    assert numbers(fit_view_box([(10, 10), (110, 50)])) == pytest.approx([5, 5, 110, 50])


def test_without_padding_the_box_is_tight():
    points = [(-3, 4), (1, -2), (0, 0)]

    assert numbers(fit_view_box(points, 0)) == pytest.approx([-3, -2, 4, 6])


def test_a_straight_line_gets_room_on_both_sides():
    assert numbers(fit_view_box([(0, 7), (20, 7)], 0.1)) == pytest.approx([-2, 5, 24, 4])


def test_what_has_no_size_gets_a_side_of_one():
    assert numbers(fit_view_box([(4, 9)])) == pytest.approx([3.5, 8.5, 1, 1])
    assert numbers(fit_view_box([(4, 9), (4, 19)], 0)) == pytest.approx([3.5, 9, 1, 10])


def test_every_point_is_shown():
    points = [(i * 13 % 47 - 20, i * i % 53 * 0.5) for i in range(30)]

    x, y, width, height = numbers(fit_view_box(points, 0.01))

    assert all(x < px < x + width and y < py < y + height for px, py in points)


def test_it_builds_on_bounding_box(calls_of):
    calls = calls_of("fit_view_box", "bounding_box")

    fit_view_box([(1, 2)])

    assert calls


@pytest.mark.parametrize(("points", "padding"), [([], 0.1), ([(1, 2)], -0.1)])
def test_no_points_and_negative_padding_are_refused(points, padding):
    with pytest.raises(ValueError):
        fit_view_box(points, padding)
