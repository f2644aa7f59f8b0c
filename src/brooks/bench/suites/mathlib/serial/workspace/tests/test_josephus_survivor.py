import pytest
from josephus_survivor import josephus_survivor


@pytest.mark.parametrize(
    ("people", "step", "survivor"), [(7, 3, 4), (41, 3, 31), (5, 2, 3), (6, 7, 5)]
)
def test_known_circles(people, step, survivor):
    assert josephus_survivor(people, step) == survivor


def test_one_person_survives_any_step():
    assert [josephus_survivor(1, step) for step in (1, 2, 50)] == [1, 1, 1]


def test_with_step_one_the_last_person_survives():
    assert [josephus_survivor(people, 1) for people in range(1, 9)] == list(range(1, 9))


def test_with_step_two_a_power_of_two_saves_the_first():
    assert [josephus_survivor(2**k, 2) for k in range(10)] == [1] * 10


def test_it_agrees_with_playing_the_game():
    for people in range(1, 15):
        for step in range(1, 9):
            circle, place = list(range(1, people + 1)), 0
            while len(circle) > 1:
                place = (place + step - 1) % len(circle)
                circle.pop(place)
            assert [josephus_survivor(people, step)] == circle


@pytest.mark.parametrize(("people", "step"), [(0, 3), (-1, 3), (5, 0), (5, -2)])
def test_empty_circles_and_steps_below_one_are_refused(people, step):
    with pytest.raises(ValueError):
        josephus_survivor(people, step)
