"""Numbers and foreign text, as they are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.report.wording import amount, count, duration, listed, plain, short_duration


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0.0 s"),
        (12.34, "12.3 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 00 s"),
        (245.2, "4 min 05 s"),
        (3599.4, "59 min 59 s"),
        (3599.6, "1 h 00 min"),
        (7384.0, "2 h 03 min"),
    ],
)
def test_a_duration_is_said_in_the_units_that_fit(seconds: float, words: str) -> None:
    """It never says 60 of anything."""
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.9, "0 s"), (59.9, "59 s"), (245.2, "4:05"), (7384.0, "2:03:04")]
)
def test_a_short_duration_counts_whole_seconds_that_have_passed(seconds: float, words: str) -> None:
    """A picture that is repainted would jump if it rounded up."""
    assert short_duration(seconds) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.00k"),
        (9_994, "9.99k"),
        (12_345, "12.3k"),
        (4_560_000, "4.56M"),
        (7_000_000_000, "7.00G"),
    ],
)
def test_a_large_amount_has_three_digits(number: int, words: str) -> None:
    """Tokens run into millions."""
    assert amount(number) == words


def test_a_count_takes_the_plural_that_it_needs() -> None:
    """One task, two tasks, no task; and a plural of its own where there is one."""
    words = [count(number, "task") for number in (0, 1, 2)]

    assert words == ["0 tasks", "1 task", "2 tasks"]
    assert count(2, "crash", "crashes") == "2 crashes"


def test_a_long_list_says_how_many_more_there_are() -> None:
    """A batch may hold many tasks."""
    assert listed(("a", "b")) == "a, b"
    assert listed(tuple("abcdef")) == "a, b, c, d and 2 more"


def test_text_from_elsewhere_is_one_short_line() -> None:
    """Line ends, tabs and runs of spaces become one space, and a long text is cut."""
    assert plain(" it\n failed\t twice ") == "it failed twice"
    assert plain("x" * 500) == "x" * 157 + "..."


def test_text_from_elsewhere_cannot_command_the_terminal() -> None:
    """A model may write escape sequences, and characters that turn the reading direction."""
    assert plain("\x1b[2Jgone \u202eback\x07 \ud800") == "?[2Jgone ?back? ?"


@given(st.text())
def test_any_text_becomes_printable(text: str) -> None:
    """Whatever it holds."""
    words = plain(text)

    assert words.isprintable()
    assert len(words) <= 160
