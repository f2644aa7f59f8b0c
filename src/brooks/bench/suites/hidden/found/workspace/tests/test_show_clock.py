import pytest
from show_clock import show_clock


def test_a_time_in_the_morning():
    assert show_clock(465) == "07:45"


@pytest.mark.parametrize(("minutes", "text"), [(0, "00:00"), (1439, "23:59"), (9, "00:09")])
def test_two_digits_each(minutes, text):
    assert show_clock(minutes) == text


@pytest.mark.parametrize(("minutes", "text"), [(1440, "00:00"), (1500, "01:00"), (-1, "23:59")])
def test_other_days(minutes, text):
    assert show_clock(minutes) == text


def test_a_day_has_1440_times_and_then_the_same_again():
    day = [show_clock(minutes) for minutes in range(1440)]
    assert len(set(day)) == 1440
    assert [show_clock(minutes) for minutes in range(-1440, 0)] == day
