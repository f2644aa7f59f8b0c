import pytest
from colour_ramp import colour_ramp


def test_from_black_to_white():
    assert colour_ramp("#000000", "#ffffff", 4) == ["#000000", "#555555", "#aaaaaa", "#ffffff"]


def test_each_channel_goes_its_own_way():
    assert colour_ramp("#ff0080", "#00ff80", 3) == ["#ff0080", "#808080", "#00ff80"]


def test_halves_are_rounded_up_in_both_directions():
    assert colour_ramp("#000300", "#010000", 3)[1] == "#010200"


def test_one_colour_is_the_first_and_two_are_the_ends():
    assert colour_ramp("#123456", "#abcdef", 1) == ["#123456"]
    assert colour_ramp("#123456", "#abcdef", 2) == ["#123456", "#abcdef"]


def test_capital_digits_come_out_small():
    assert colour_ramp("#ABCDEF", "#abcdef", 3) == ["#abcdef"] * 3


def test_no_step_is_larger_than_it_must_be():
    ramp = [int(colour[1:3], 16) for colour in colour_ramp("#1000ff", "#f0a000", 60)]
    steps = {b - a for a, b in zip(ramp, ramp[1:], strict=False)}

    assert steps == {3, 4}


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("#000000", "#ffffff", 0),
        ("#fff", "#ffffff", 2),
        ("#000000", "white", 2),
        ("#00000g", "#ffffff", 2),
        ("#000000", "#ffffff\n", 2),
    ],
)
def test_what_is_no_colour_or_no_count_is_refused(first, last, count):
    with pytest.raises(ValueError):
        colour_ramp(first, last, count)
