import pytest
from fastest_train import fastest_train

SLOW = [("Weiler", 400), ("Oberau", 430), ("Bad Aurach", 450)]
QUICK = [("Weiler", 465), ("Bad Aurach", 480)]
BACK = [("Bad Aurach", 300), ("Oberau", 310), ("Weiler", 320)]


def test_the_train_with_the_shortest_ride():
    assert fastest_train([SLOW, QUICK, BACK], "Weiler", "Bad Aurach") == 1


def test_trains_that_do_not_go_that_way_do_not_count():
    assert fastest_train([QUICK, BACK, SLOW], "Weiler", "Oberau") == 2


@pytest.mark.parametrize("trains", [[], [QUICK], [BACK, QUICK]])
def test_none_where_no_train_goes(trains):
    assert fastest_train(trains, "Oberau", "Bad Aurach") is None


def test_of_equals_the_first():
    assert fastest_train([BACK, SLOW, list(SLOW)], "Weiler", "Oberau") == 1


def test_it_builds_on_ride_minutes(calls_of):
    calls = calls_of("fastest_train", "ride_minutes")
    fastest_train([SLOW, QUICK], "Weiler", "Bad Aurach")
    assert calls == [(SLOW, "Weiler", "Bad Aurach"), (QUICK, "Weiler", "Bad Aurach")]
