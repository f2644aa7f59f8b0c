import pytest
from itinerary import itinerary

SLOW = "Weiler 06:40\nOberau 07:10\nBad Aurach 07:30"
QUICK = "Weiler 07:45\nBad Aurach 08:00"


def test_the_fastest_ride_in_words():
    assert (
        itinerary([SLOW, QUICK], "Weiler", "Bad Aurach")
        == "Weiler 07:45 - Bad Aurach 08:00 (15 min)"
    )


def test_only_one_train_goes():
    assert (
        itinerary([QUICK, SLOW], "Oberau", "Bad Aurach")
        == "Oberau 07:10 - Bad Aurach 07:30 (20 min)"
    )


@pytest.mark.parametrize("ride", [("Bad Aurach", "Weiler"), ("Weiler", "Ulm")])
def test_no_train_goes_that_way(ride):
    with pytest.raises(ValueError):
        itinerary([SLOW, QUICK], *ride)


def test_a_text_that_is_no_train_is_refused():
    with pytest.raises(ValueError):
        itinerary([QUICK, "Weiler 07:45"], "Weiler", "Bad Aurach")


@pytest.mark.parametrize("hour", [0, 9, 22])
def test_the_hour_is_shown_with_two_digits(hour):
    text = f"a {hour:02}:07\nb {hour + 1:02}:09"
    assert itinerary([text], "a", "b") == f"a {hour:02}:07 - b {hour + 1:02}:09 (62 min)"


def test_it_builds_on_all_three(calls_of):
    fastest = calls_of("itinerary", "fastest_train")
    parsed = calls_of("itinerary", "parse_train")
    shown = calls_of("itinerary", "show_clock")
    itinerary([SLOW, QUICK], "Weiler", "Bad Aurach")
    assert parsed == [(SLOW,), (QUICK,)]
    assert len(fastest) == 1
    assert sorted(shown) == [(465,), (480,)]
