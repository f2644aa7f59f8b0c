import pytest
from delay import delay

TRAIN = [("Weiler", 465), ("Oberau", 480), ("Bad Aurach", 490)]


def test_late_from_a_stop_on():
    assert delay(TRAIN, "Oberau", 7) == [("Weiler", 465), ("Oberau", 487), ("Bad Aurach", 497)]


def test_late_from_the_beginning():
    assert delay(TRAIN, "Weiler", 60) == [("Weiler", 525), ("Oberau", 540), ("Bad Aurach", 550)]


def test_no_delay_is_a_new_list():
    train = list(TRAIN)
    same = delay(train, "Weiler", 0)
    same.clear()
    assert train == TRAIN


@pytest.mark.parametrize(("stop", "minutes"), [("Ulm", 5), ("Oberau", -1), ("", 0)])
def test_what_cannot_be_is_refused(stop, minutes):
    with pytest.raises(ValueError):
        delay(TRAIN, stop, minutes)


@pytest.mark.parametrize("minutes", [1, 30, 1000])
def test_two_delays_add_up(minutes):
    twice = delay(delay(TRAIN, "Oberau", minutes), "Oberau", minutes)
    assert twice == delay(TRAIN, "Oberau", 2 * minutes)
