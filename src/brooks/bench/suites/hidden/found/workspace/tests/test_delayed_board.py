import pytest
from delayed_board import delayed_board

UP = [("Weiler", 465), ("Oberau", 480), ("Bad Aurach", 490)]
DOWN = [("Bad Aurach", 470), ("Oberau", 481), ("Weiler", 495)]


def test_a_late_train_leaves_later():
    assert delayed_board([UP, DOWN], "Oberau", {0: 5}) == ["08:01 Weiler", "08:05 Bad Aurach"]


def test_nothing_is_late():
    assert delayed_board([UP, DOWN], "Oberau", {}) == ["08:00 Bad Aurach", "08:01 Weiler"]


@pytest.mark.parametrize("place", [2, -1])
def test_a_train_that_is_not_there_is_refused(place):
    with pytest.raises(ValueError):
        delayed_board([UP, DOWN], "Oberau", {place: 5})


def test_the_list_stays_as_it_was():
    trains = [list(UP), list(DOWN)]
    delayed_board(trains, "Oberau", {0: 5, 1: 60})
    assert trains == [UP, DOWN]


def test_it_builds_on_departures_and_delay(calls_of):
    boards = calls_of("delayed_board", "departures")
    delays = calls_of("delayed_board", "delay")
    delayed_board([UP, DOWN], "Oberau", {1: 7})
    assert len(boards) == 1
    assert delays == [(DOWN, "Bad Aurach", 7)]
