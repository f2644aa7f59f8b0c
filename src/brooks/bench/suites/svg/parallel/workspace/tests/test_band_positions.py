import pytest
from band_positions import band_positions


def near(pairs):
    return [pytest.approx(pair) for pair in pairs]


def test_four_bars_with_the_usual_gap():
    assert band_positions(4, 0, 80) == near([(2.5, 15), (22.5, 15), (42.5, 15), (62.5, 15)])


def test_without_a_gap_they_fill_the_room():
    assert band_positions(3, 10, 40, 0) == near([(10, 10), (20, 10), (30, 10)])


def test_one_bar_stands_in_the_middle():
    assert band_positions(1, -10, 10, 0.5) == near([(-5, 10)])


def test_no_bars_need_no_room():
    assert band_positions(0, 0, 100) == []


def test_the_left_and_the_right_margin_are_half_a_gap():
    bands = band_positions(7, 5, 145, 0.3)
    left, width = bands[-1]

    assert bands[0][0] - 5 == pytest.approx(145 - (left + width))
    assert bands[1][0] - (bands[0][0] + bands[0][1]) == pytest.approx(2 * (bands[0][0] - 5))
    assert sum(width for _, width in bands) == pytest.approx(140 * 0.7)


@pytest.mark.parametrize(
    ("count", "start", "end", "gap"),
    [(-1, 0, 10, 0.2), (3, 10, 10, 0.2), (3, 10, 0, 0.2), (3, 0, 10, 1), (3, 0, 10, -0.1)],
)
def test_what_leaves_no_bars_is_refused(count, start, end, gap):
    with pytest.raises(ValueError):
        band_positions(count, start, end, gap)
