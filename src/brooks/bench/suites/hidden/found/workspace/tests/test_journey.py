import pytest
from journey import journey

UP = [("Weiler", 465), ("Oberau", 480), ("Bad Aurach", 490)]
WEST = [("Ulm", 450), ("Oberau", 492), ("Lauf", 530), ("Rain", 541)]


def test_two_rides_and_the_waiting():
    assert journey(UP, WEST, "Weiler", "Lauf") == ("Oberau", 65)


def test_the_end_of_the_line():
    assert journey(UP, WEST, "Weiler", "Rain") == ("Oberau", 76)


@pytest.mark.parametrize("trains", [(WEST, UP), (UP, [("Lauf", 500), ("Rain", 510)])])
def test_trains_between_which_one_cannot_change_are_refused(trains):
    with pytest.raises(ValueError):
        journey(*trains, "Weiler", "Rain")


@pytest.mark.parametrize(
    "ends", [("Oberau", "Lauf"), ("Bad Aurach", "Lauf"), ("Weiler", "Ulm"), ("x", "y")]
)
def test_a_journey_that_is_none_is_refused(ends):
    with pytest.raises(ValueError):
        journey(UP, WEST, *ends)


@pytest.mark.parametrize("later", [5, 6, 200])
def test_it_takes_from_the_first_departure_to_the_last_arrival(later):
    second = [("b", 20 + later), ("c", 50 + later)]
    assert journey([("a", 3), ("b", 20)], second, "a", "c") == ("b", 47 + later)


def test_it_builds_on_change_at_and_ride_minutes(calls_of):
    changes = calls_of("journey", "change_at")
    rides = calls_of("journey", "ride_minutes")
    journey(UP, WEST, "Weiler", "Lauf")
    assert changes == [(UP, WEST)]
    assert sorted(ride[1:] for ride in rides) == [("Oberau", "Lauf"), ("Weiler", "Oberau")]
