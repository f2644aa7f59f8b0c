import pytest
from parse_train import parse_train


def test_one_stop_a_line():
    text = "Weiler 07:45\nOberau 08:00\nBad Aurach 08:10\n"
    assert parse_train(text) == [("Weiler", 465), ("Oberau", 480), ("Bad Aurach", 490)]


def test_blank_lines_mean_nothing():
    assert parse_train("\n\nWeiler 07:45\n   \n  Oberau 08:00") == [
        ("Weiler", 465),
        ("Oberau", 480),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Weiler 07:45",
        "Weiler 07:45\nOberau 07:45",
        "Weiler 07:45\nOberau 07:44",
        "Weiler 07:45\nOberau 08:00\nWeiler 08:10",
        "Weiler 07:45\nOberau",
    ],
)
def test_what_is_no_train_is_refused(text):
    with pytest.raises(ValueError):
        parse_train(text)


@pytest.mark.parametrize("count", [2, 5, 24])
def test_every_stop_is_there_in_order(count):
    text = "\n".join(f"stop {number} {number:02}:30" for number in range(count))
    train = parse_train(text)
    assert train == [(f"stop {number}", number * 60 + 30) for number in range(count)]


def test_it_builds_on_parse_stop(calls_of):
    calls = calls_of("parse_train", "parse_stop")
    parse_train("Weiler 07:45\nOberau 08:00")
    assert [line.strip() for (line,) in calls] == ["Weiler 07:45", "Oberau 08:00"]
