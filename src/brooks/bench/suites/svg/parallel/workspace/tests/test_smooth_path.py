import pytest
from smooth_path import smooth_path


def test_three_points(read_path):
    commands = read_path(smooth_path([(0, 0), (6, 12), (18, 0)]))

    assert [letter for letter, _ in commands] == ["M", "C", "C"]
    assert commands[0][1] == [0, 0]
    assert commands[1][1] == pytest.approx([1, 2, 3, 12, 6, 12], abs=0.01)
    assert commands[2][1] == pytest.approx([9, 12, 16, 2, 18, 0], abs=0.01)


def test_the_curve_passes_through_every_point_in_order(read_path):
    points = [(i * 10.25, (i * i * 7) % 31 - 9.5) for i in range(12)]

    ends = [numbers[-2:] for _, numbers in read_path(smooth_path(points))]

    assert ends == [pytest.approx(point, abs=0.01) for point in points]


def test_it_has_no_corner_where_two_pieces_meet(read_path):
    commands = read_path(smooth_path([(0, 0), (30, 60), (90, 30), (120, 120)]))

    for (_, first), (_, second) in zip(commands[1:], commands[2:], strict=False):
        x, y = first[4:]
        assert x - first[2] == pytest.approx(second[0] - x, abs=0.021)
        assert y - first[3] == pytest.approx(second[1] - y, abs=0.021)


def test_points_on_a_line_stay_on_it(read_path):
    for _, numbers in read_path(smooth_path([(0, 3), (3, 9), (9, 21), (12, 27)])):
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            assert y == pytest.approx(2 * x + 3, abs=0.03)


def test_two_points_make_one_piece(read_path):
    commands = read_path(smooth_path([(6, 0), (0, 6)]))

    assert commands == [("M", [6, 0]), ("C", pytest.approx([5, 1, 1, 5, 0, 6], abs=0.01))]


@pytest.mark.parametrize("points", [[], [(1, 1)]])
def test_fewer_than_two_points_are_refused(points):
    with pytest.raises(ValueError):
        smooth_path(points)
