from itertools import permutations

from orientation import orientation


def test_a_left_turn_is_one():
    assert orientation((0, 0), (4, 0), (4, 3)) == 1


def test_turns_far_from_the_origin():
    assert orientation((7, 2), (9, 3), (8, 6)) == 1
    assert orientation((7, 2), (8, 2), (7, 3)) == 1
    assert orientation((7, 2), (7, 3), (8, 2)) == -1
    assert orientation((2, 7), (3, 9), (6, 8)) == -1
    assert orientation((-5, 4), (1, 1), (9, -3)) == 0
    assert orientation((5, 1), (4, 9), (-1, 20)) == 1
    assert orientation((1, 5), (9, 4), (20, -1)) == -1


def test_a_right_turn_is_minus_one():
    assert orientation((0, 0), (4, 0), (5, -1)) == -1


def test_points_on_a_line_give_zero():
    assert orientation((0, 0), (2, 3), (4, 6)) == 0
    assert orientation((1, 1), (5, 5), (-3, -3)) == 0


def test_repeated_points_give_zero():
    assert orientation((2, 1), (2, 1), (7, 9)) == 0
    assert orientation((2, 1), (7, 9), (2, 1)) == 0


def test_swapping_two_points_turns_the_sign_and_rotating_keeps_it():
    a, b, c = (1, 2), (6, 3), (2, 8)

    signs = [orientation(*points) for points in permutations((a, b, c))]

    assert signs == [1, -1, -1, 1, 1, -1]


def test_huge_coordinates_are_judged_exactly():
    far = 10**30

    assert orientation((0, 0), (far, far), (2 * far, 2 * far + 1)) == 1
    assert orientation((0, 0), (far, far), (2 * far, 2 * far)) == 0
