import pytest
from arc_commands import arc_commands


def near(numbers):
    return pytest.approx(numbers, abs=0.01)


def test_a_quarter_clockwise(read_path):
    assert read_path(arc_commands(50, 50, 40, 0, 90)) == [
        ("M", near([50, 10])),
        ("A", near([40, 40, 0, 0, 1, 90, 50])),
    ]


def test_a_quarter_counterclockwise(read_path):
    assert read_path(arc_commands(0, 0, 10, 90, 0)) == [
        ("M", near([10, 0])),
        ("A", near([10, 10, 0, 0, 0, 0, -10])),
    ]


def test_more_than_half_is_a_large_arc(read_path):
    flags = {
        end: read_path(arc_commands(0, 0, 10, 20, end))[1][1][3:5] for end in (199, 200, 201, -161)
    }

    assert flags == {199: [0, 1], 200: [0, 1], 201: [1, 1], -161: [1, 0]}


def test_all_around_takes_two_halves(read_path):
    for start, end, sweep in ((0, 360, 1), (360, 0, 0)):
        commands = read_path(arc_commands(5, 5, 3, start, end))

        assert [letter for letter, _ in commands] == ["M", "A", "A"]
        assert commands[0][1] == near([5, 2])
        assert commands[1][1][4:] == near([sweep, 5, 8])
        assert commands[2][1][4:] == near([sweep, 5, 2])


def test_an_empty_arc_stays_where_it_is(read_path):
    commands = read_path(arc_commands(0, 0, 10, 90, 90))

    assert commands[0][1] == near([10, 0])
    assert commands[1][1] == near([10, 10, 0, 0, 1, 10, 0])


def test_it_builds_on_polar_point(calls_of):
    calls = calls_of("arc_commands", "polar_point")

    arc_commands(0, 0, 10, 0, 50)

    assert len(calls) >= 2


@pytest.mark.parametrize(("radius", "end"), [(0, 90), (-1, 90), (5, 361), (5, -361)])
def test_what_is_no_arc_is_refused(radius, end):
    with pytest.raises(ValueError):
        arc_commands(0, 0, radius, 0, end)
