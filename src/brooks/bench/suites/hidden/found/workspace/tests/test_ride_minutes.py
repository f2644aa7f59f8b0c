import pytest
from ride_minutes import ride_minutes

TRAIN = [("Weiler", 465), ("Oberau", 480), ("Bad Aurach", 490)]


def test_the_whole_way():
    assert ride_minutes(TRAIN, "Weiler", "Bad Aurach") == 25


def test_a_part_of_the_way():
    assert ride_minutes(TRAIN, "Oberau", "Bad Aurach") == 10


@pytest.mark.parametrize("ride", [("Oberau", "Weiler"), ("Weiler", "Weiler"), ("Weiler", "Ulm")])
def test_a_ride_the_train_does_not_make_is_refused(ride):
    with pytest.raises(ValueError):
        ride_minutes(TRAIN, *ride)


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_the_parts_of_a_ride_add_up(stop):
    train = [("a", 3), ("b", 10), ("c", 31), ("d", 32), ("e", 100)]
    middle = train[stop][0]
    parts = ride_minutes(train, "a", middle) + ride_minutes(train, middle, "e")
    assert parts == ride_minutes(train, "a", "e") == 97


def test_it_builds_on_stops_between(calls_of):
    calls = calls_of("ride_minutes", "stops_between")
    ride_minutes(TRAIN, "Weiler", "Oberau")
    assert calls == [(TRAIN, "Weiler", "Oberau")]
