import pytest
from slice_path import slice_path


def near(numbers):
    return pytest.approx(numbers, abs=0.02)


def letters(commands):
    return "".join(letter for letter, _ in commands)


def test_a_slice_of_a_ring_goes_out_and_back(read_path):
    assert read_path(slice_path(0, 0, 20, 10, 0, 90)) == [
        ("M", near([0, -20])),
        ("A", near([20, 20, 0, 0, 1, 20, 0])),
        ("L", near([10, 0])),
        ("A", near([10, 10, 0, 0, 0, 0, -10])),
        ("Z", []),
    ]


def test_a_slice_of_a_disc_ends_at_the_centre(read_path):
    commands = read_path(slice_path(30, 40, 10, 0, 90, 300))

    assert letters(commands) == "MALZ"
    assert commands[1][1][3:5] == [1, 1]
    assert commands[2][1] == near([30, 40])


def test_a_whole_ring_has_a_hole_of_its_own(read_path):
    commands = read_path(slice_path(0, 0, 20, 10, 0, 360))

    assert letters(commands) == "MAAZMAAZ"
    assert commands[4][1] == near([0, -10])
    assert {numbers[4] for letter, numbers in commands[1:3] if letter == "A"} == {1}
    assert {numbers[4] for letter, numbers in commands[5:7] if letter == "A"} == {0}


def test_a_whole_disc_is_a_circle(read_path):
    assert letters(read_path(slice_path(0, 0, 20, 0, 45, 405))) == "MAAZ"


def test_neighbours_share_an_edge(read_path):
    first = read_path(slice_path(0, 0, 50, 30, 10, 75))
    second = read_path(slice_path(0, 0, 50, 30, 75, 120))

    assert first[1][1][-2:] == near(second[0][1])
    assert first[2][1] == near(second[3][1][-2:])


def test_it_builds_on_arc_commands(calls_of):
    calls = calls_of("slice_path", "arc_commands")

    slice_path(0, 0, 20, 10, 0, 90)

    assert len(calls) == 2


@pytest.mark.parametrize(
    ("outer", "inner", "start", "end"),
    [(10, 10, 0, 90), (10, -1, 0, 90), (10, 0, 90, 90), (10, 0, 90, 80), (10, 5, 0, 361)],
)
def test_what_is_no_slice_is_refused(outer, inner, start, end):
    with pytest.raises(ValueError):
        slice_path(0, 0, outer, inner, start, end)
