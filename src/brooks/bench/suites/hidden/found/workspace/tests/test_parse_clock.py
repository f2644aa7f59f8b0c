import pytest
from parse_clock import parse_clock


def test_a_time_in_the_morning():
    assert parse_clock("07:45") == 465


@pytest.mark.parametrize(("text", "minutes"), [("00:00", 0), ("23:59", 1439), ("12:00", 720)])
def test_the_ends_and_the_middle_of_a_day(text, minutes):
    assert parse_clock(text) == minutes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7:45",
        "24:00",
        "12:60",
        "12-30",
        " 07:45",
        "07:45\n",
        "-1:30",
        "007:45",
        "\u0661\u0662:30",
    ],
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError):
        parse_clock(text)


def test_every_minute_of_a_day_is_its_own():
    texts = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(60)]
    assert [parse_clock(text) for text in texts] == list(range(1440))
