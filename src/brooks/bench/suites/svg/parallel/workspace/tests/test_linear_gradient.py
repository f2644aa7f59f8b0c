import pytest
from linear_gradient import linear_gradient


def test_two_stops_at_the_ends(read_fragment):
    gradient = read_fragment(linear_gradient("sky", "#0000FF", "#ffffff"))

    assert gradient.tag == "linearGradient"
    assert gradient.get("id") == "sky"
    assert [stop.tag for stop in gradient] == ["stop", "stop"]
    assert [float(stop.get("offset")) for stop in gradient] == [0, 1]
    assert [stop.get("stop-color") for stop in gradient] == ["#0000ff", "#ffffff"]


def test_more_stops_come_in_equal_steps(read_fragment):
    gradient = read_fragment(linear_gradient("a", "#000000", "#ff8000", 4))

    offsets = [float(stop.get("offset")) for stop in gradient]
    assert offsets == pytest.approx([0, 1 / 3, 2 / 3, 1], abs=0.001)
    assert [stop.get("stop-color") for stop in gradient] == [
        "#000000",
        "#552b00",
        "#aa5500",
        "#ff8000",
    ]


def test_it_runs_to_the_right_or_down(read_fragment):
    def ends(text):
        return [read_fragment(text).get(name) for name in ("x1", "y1", "x2", "y2")]

    assert ends(linear_gradient("a", "#000000", "#ffffff")) == ["0", "0", "1", "0"]
    assert ends(linear_gradient("a", "#000000", "#ffffff", vertical=True)) == ["0", "0", "0", "1"]


@pytest.mark.parametrize("name", ["x", "Sky-2", "under_score"])
def test_names_that_can_be_referred_to(read_fragment, name):
    assert read_fragment(linear_gradient(name, "#000000", "#ffffff")).get("id") == name


def test_it_builds_on_colour_ramp(calls_of):
    calls = calls_of("linear_gradient", "colour_ramp")

    linear_gradient("a", "#000000", "#ffffff", 5)

    assert calls


@pytest.mark.parametrize(
    ("name", "first", "stops"),
    [
        ("a", "#000000", 1),
        ("", "#000000", 2),
        ("2a", "#000000", 2),
        ('a"', "#000000", 2),
        ("a b", "#000000", 2),
        ("a", "black", 2),
    ],
)
def test_other_names_colours_and_a_single_stop_are_refused(name, first, stops):
    with pytest.raises(ValueError):
        linear_gradient(name, first, "#ffffff", stops)
