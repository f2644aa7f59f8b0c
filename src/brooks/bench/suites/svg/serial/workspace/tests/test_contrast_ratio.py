import pytest
from contrast_ratio import contrast_ratio


def test_black_on_white_has_the_largest():
    assert contrast_ratio("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize(
    ("colour", "ratio"),
    [
        ("#777777", 4.478),
        ("#ff0000", 3.998),
        ("#00ff00", 1.372),
        ("#0000ff", 8.592),
        ("#0a0a0a", 19.798),
    ],
)
def test_colours_on_white(colour, ratio):
    assert contrast_ratio(colour, "#ffffff") == pytest.approx(ratio, abs=0.001)


def test_a_colour_has_none_with_itself():
    for colour in ("#000000", "#2b7bba", "#fff"):
        assert contrast_ratio(colour, colour) == pytest.approx(1)


def test_the_order_does_not_matter():
    assert contrast_ratio("#123456", "#abcdef") == contrast_ratio("#abcdef", "#123456")


def test_short_colours_and_capitals_mean_the_same():
    assert contrast_ratio("#1A9", "#FFF") == contrast_ratio("#11aa99", "#ffffff")


def test_a_lighter_grey_always_has_less():
    ratios = [contrast_ratio(f"#{grey:02x}{grey:02x}{grey:02x}", "#ffffff") for grey in range(256)]

    assert ratios == sorted(ratios, reverse=True)
    assert len(set(ratios)) == 256


@pytest.mark.parametrize(
    "colour", ["", "#", "black", "#12345", "#1234567", "#12345g", "123456", "#fff\n"]
)
def test_what_is_no_colour_is_refused(colour):
    with pytest.raises(ValueError):
        contrast_ratio("#000000", colour)
