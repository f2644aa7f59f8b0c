import pytest
from parse_path import parse_path


def test_a_closed_triangle():
    assert parse_path("M 0 0 L 10 0 L 5 8.5 Z") == [
        ("M", [0, 0]),
        ("L", [10, 0]),
        ("L", [5, 8.5]),
        ("Z", []),
    ]


def test_every_command_takes_its_numbers():
    data = "m1 2l3 4h5v6c1 2 3 4 5 6s1 2 3 4q1 2 3 4t1 2a5 5 0 0 1 9 9z"

    assert [(letter, len(numbers)) for letter, numbers in parse_path(data)] == [
        ("m", 2),
        ("l", 2),
        ("h", 1),
        ("v", 1),
        ("c", 6),
        ("s", 4),
        ("q", 4),
        ("t", 2),
        ("a", 7),
        ("z", 0),
    ]


def test_more_numbers_repeat_the_command():
    assert parse_path("M0 0H1 2 3") == [("M", [0, 0]), ("H", [1]), ("H", [2]), ("H", [3])]


def test_a_repeated_move_draws_lines():
    assert parse_path("M1 2 3 4 5 6m1 1 2 2") == [
        ("M", [1, 2]),
        ("L", [3, 4]),
        ("L", [5, 6]),
        ("m", [1, 1]),
        ("l", [2, 2]),
    ]


@pytest.mark.parametrize("data", ["M1-2", "M 1,-2", "M1 , -2", "\nM\t1\n-2 ", "M+1-2.", "M1-.2e1"])
def test_ways_to_part_numbers(data):
    assert parse_path(data) == [("M", [1, -2])]


def test_a_second_point_begins_a_number():
    assert parse_path("M.5.5-1e-2.25") == [("M", [0.5, 0.5]), ("L", [-0.01, 0.25])]


def test_a_shape_may_have_parts_and_data_may_be_empty():
    assert [letter for letter, _ in parse_path("M0 0L1 1ZM5 5L6 6Z")] == list("MLZMLZ")
    assert parse_path("") == parse_path(" \n") == []


@pytest.mark.parametrize(
    "data",
    ["L 1 1", "1 2 M 3 4", "M 1", "M 1 2 3", "M", "M 1 2 Z 3", "M 1 2 X", "M 1 2 L", "M 1,,2", "Z"],
)
def test_what_is_no_path_data_is_refused(data):
    with pytest.raises(ValueError):
        parse_path(data)
