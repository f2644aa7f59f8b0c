import pytest
from departures import departures

UP = [("Weiler", 465), ("Oberau", 480), ("Bad Aurach", 490)]
DOWN = [("Bad Aurach", 400), ("Oberau", 411), ("Weiler", 425)]
NIGHT = [("Oberau", 1439), ("Ulm", 1500)]


def test_the_earliest_comes_first():
    assert departures([NIGHT, UP, DOWN], "Oberau") == [
        "06:51 Weiler",
        "08:00 Bad Aurach",
        "23:59 Ulm",
    ]


@pytest.mark.parametrize(
    ("stop", "line"), [("Weiler", "07:45 Bad Aurach"), ("Bad Aurach", "06:40 Weiler")]
)
def test_a_train_that_ends_there_does_not_leave(stop, line):
    assert departures([UP, DOWN], stop) == [line]


@pytest.mark.parametrize("stop", ["Ulm", "", "oberau"])
def test_a_station_that_nothing_leaves(stop):
    assert departures([UP, DOWN, NIGHT], stop) == []


def test_at_the_same_time_the_order_of_the_list_counts():
    first, second = [("a", 60), ("z", 70)], [("a", 60), ("b", 61)]
    assert departures([first, second], "a") == ["01:00 z", "01:00 b"]


def test_it_builds_on_show_clock(calls_of):
    calls = calls_of("departures", "show_clock")
    departures([UP, DOWN], "Oberau")
    assert sorted(calls) == [(411,), (480,)]
