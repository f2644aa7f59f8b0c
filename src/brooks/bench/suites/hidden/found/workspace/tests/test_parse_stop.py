import pytest
from parse_stop import parse_stop


def test_name_and_time():
    assert parse_stop("Weiler 07:45") == ("Weiler", 465)


def test_a_name_may_have_several_words():
    assert parse_stop("  Bad Aurach am See   00:05 ") == ("Bad Aurach am See", 5)


@pytest.mark.parametrize("line", ["07:45", "", "   ", "Weiler", "Weiler 24:00", "Weiler 7:45"])
def test_what_is_no_stop_is_refused(line):
    with pytest.raises(ValueError):
        parse_stop(line)


@pytest.mark.parametrize("minutes", range(0, 1440, 97))
def test_every_time_comes_back(minutes):
    line = f"Weiler {minutes // 60:02}:{minutes % 60:02}"
    assert parse_stop(line) == ("Weiler", minutes)


def test_it_builds_on_parse_clock(calls_of):
    calls = calls_of("parse_stop", "parse_clock")
    parse_stop("Weiler 07:45")
    assert calls == [("07:45",)]
