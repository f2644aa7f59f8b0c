import pytest
from hsl_to_hex import hsl_to_hex


@pytest.mark.parametrize(
    ("hue", "colour"),
    [
        (0, "#ff0000"),
        (60, "#ffff00"),
        (120, "#00ff00"),
        (180, "#00ffff"),
        (240, "#0000ff"),
        (300, "#ff00ff"),
        (45, "#ffbf00"),
    ],
)
def test_pure_hues(hue, colour):
    assert hsl_to_hex(hue, 1, 0.5) == colour


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ((210, 0.5, 0.4), "#336699"),
        ((0, 0.75, 0.25), "#701010"),
        ((90, 0.25, 0.75), "#bfcfaf"),
    ],
)
def test_muted_colours(colour, expected):
    assert hsl_to_hex(*colour) == expected


def test_without_saturation_it_is_a_grey():
    assert {hsl_to_hex(hue, 0, 0.2) for hue in range(0, 360, 45)} == {"#333333"}


def test_the_ends_of_lightness_are_black_and_white():
    assert hsl_to_hex(123, 0.7, 0) == "#000000"
    assert hsl_to_hex(123, 0.7, 1) == "#ffffff"


def test_hues_go_around():
    assert hsl_to_hex(-150, 0.5, 0.4) == hsl_to_hex(930, 0.5, 0.4) == "#336699"


@pytest.mark.parametrize(
    ("saturation", "lightness"), [(-0.1, 0.5), (1.1, 0.5), (0.5, -0.1), (0.5, 1.1)]
)
def test_shares_outside_are_refused(saturation, lightness):
    with pytest.raises(ValueError):
        hsl_to_hex(0, saturation, lightness)
