import pytest
from area_path import area_path


def test_a_curve_closed_along_its_base(read_path):
    commands = read_path(area_path([(0, 0), (6, 12), (18, 0)], 20))

    assert [letter for letter, _ in commands] == ["M", "C", "C", "L", "L", "Z"]
    assert commands[1][1] == pytest.approx([1, 2, 3, 12, 6, 12], abs=0.01)
    assert commands[3:] == [("L", [18, 20]), ("L", [0, 20]), ("Z", [])]


def test_the_base_may_lie_above_or_between(read_path):
    for base in (-30, 2.5):
        commands = read_path(area_path([(1, 1), (5, 4)], base))
        assert commands[-3:-1] == [("L", [5, base]), ("L", [1, base])]


def test_it_starts_at_the_first_point(read_path):
    assert read_path(area_path([(3.5, 7), (9, 8), (12, 1)], 50))[0] == ("M", [3.5, 7])


def test_the_curve_passes_through_every_point(read_path):
    points = [(i * 5, (i * 17) % 11) for i in range(9)]

    commands = read_path(area_path(points, 40))

    ends = [numbers[-2:] for _, numbers in commands[: len(points)]]
    assert ends == [pytest.approx(point, abs=0.01) for point in points]
    assert len(commands) == len(points) + 3


def test_it_builds_on_smooth_path(calls_of):
    calls = calls_of("area_path", "smooth_path")

    area_path([(0, 0), (1, 1)], 5)

    assert calls


@pytest.mark.parametrize("points", [[], [(1, 1)], [(0, 0), (0, 5)], [(0, 0), (5, 1), (4, 2)]])
def test_too_few_points_and_steps_back_are_refused(points):
    with pytest.raises(ValueError):
        area_path(points, 10)
