import pytest
from radar_chart import radar_chart


def polygons(group):
    return [element for element in group if element.tag == "polygon"]


def test_the_values_lie_on_the_spokes(read_fragment, read_points):
    group = read_fragment(radar_chart([10, 5, 0, 2.5], 10))

    points = read_points(polygons(group)[2].get("points"))
    assert points == [(100, 20), (140, 100), (100, 100), (80, 100)]


def test_the_parts_come_in_order_with_their_colours(read_fragment):
    group = read_fragment(radar_chart([1, 2, 3], 3))

    assert [element.tag for element in group] == ["polygon"] * 3 + ["line"] * 3
    assert [polygon.get("class") for polygon in polygons(group)] == ["grid", "grid", "values"]
    assert [polygon.get("fill") for polygon in polygons(group)] == ["none", "none", "#2b7bba"]
    assert [element.get("stroke") for element in group] == (
        ["#c8ccd0", "#c8ccd0", "#2b7bba"] + ["#c8ccd0"] * 3
    )
    assert polygons(group)[2].get("fill-opacity") == "0.35"


def test_the_grid_has_half_and_the_whole_radius(read_fragment, read_points):
    group = read_fragment(radar_chart([1] * 4, 2, 40, 50, 60))
    half, whole, values = [read_points(polygon.get("points")) for polygon in polygons(group)]

    assert half == values == [(50, 40), (70, 60), (50, 80), (30, 60)]
    assert whole == [(50, 20), (90, 60), (50, 100), (10, 60)]


def test_a_spoke_goes_to_each_corner(read_fragment, read_points):
    group = read_fragment(radar_chart([1, 2, 3, 4, 5], 5, 70, 90, 80))
    lines = [element for element in group if element.tag == "line"]

    ends = [(float(line.get("x2")), float(line.get("y2"))) for line in lines]
    assert ends == [
        pytest.approx(point, abs=0.02) for point in read_points(polygons(group)[1].get("points"))
    ]
    assert {(float(line.get("x1")), float(line.get("y1"))) for line in lines} == {(90, 80)}


def test_it_builds_on_regular_polygon_and_points_text(calls_of):
    corners = calls_of("radar_chart", "regular_polygon")
    written = calls_of("radar_chart", "points_text")

    radar_chart([1, 2, 3], 4)

    assert corners
    assert len(written) >= 3


@pytest.mark.parametrize(
    ("values", "limit"), [([1, 2], 3), ([], 3), ([1, 2, 4], 3), ([1, -1, 2], 3), ([0, 0, 0], 0)]
)
def test_too_few_values_and_values_off_the_scale_are_refused(values, limit):
    with pytest.raises(ValueError):
        radar_chart(values, limit)
