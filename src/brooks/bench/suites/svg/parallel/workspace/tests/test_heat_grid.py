import pytest
from heat_grid import heat_grid

GREYS = ["#000000", "#202020", "#404040", "#606060", "#808080", "#a0a0a0", "#c0c0c0", "#e0e0e0"]


def test_the_cells_lie_row_by_row(read_document):
    root = read_document(heat_grid([[1, 2, 3], [4, 5, 6]], 10))

    places = [[float(rect.get(name)) for name in ("x", "y")] for rect in root]
    assert places == [[0, 0], [10, 0], [20, 0], [0, 10], [10, 10], [20, 10]]
    sizes = {(float(rect.get("width")), float(rect.get("height"))) for rect in root}
    assert sizes == {(10, 10)}
    assert root.get("viewBox") == "0 0 30 20"


def test_nine_values_show_all_nine_colours(read_document):
    root = read_document(heat_grid([[10, 11, 12, 13, 14, 15, 16, 17, 18]], 5, "#000000", "#ffffff"))

    fills = [rect.get("fill") for rect in root]
    assert fills[0] == "#000000"
    assert fills[8] == "#ffffff"
    assert fills == sorted(set(fills))


def test_values_between_are_rounded_and_halves_go_up(read_document):
    root = read_document(heat_grid([[0, 7.9], [8.1, 24], [23.9, 128]], 5, "#000000", "#000008"))

    assert [rect.get("fill")[-1] for rect in root] == ["0", "0", "1", "2", "1", "8"]


def test_equal_values_all_get_the_first_colour(read_document):
    root = read_document(heat_grid([[5, 5], [5, 5]]))

    assert [rect.get("fill") for rect in root] == ["#f7fbff"] * 4


def test_each_cell_tells_its_value(read_document):
    root = read_document(heat_grid([[1, 2.5], [-3, 0]]))

    assert [rect.find("title").text for rect in root] == ["1", "2.5", "-3", "0"]
    assert [rect.tag for rect in root] == ["rect"] * 4


def test_it_builds_on_colour_ramp_and_svg_frame(calls_of):
    ramps = calls_of("heat_grid", "colour_ramp")
    frames = calls_of("heat_grid", "svg_frame")

    heat_grid([[1, 2], [3, 4]])

    assert len(ramps) == 1
    assert frames


@pytest.mark.parametrize("rows", [[], [[]], [[1], []], [[1, 2], [3]]])
def test_what_is_no_table_is_refused(rows):
    with pytest.raises(ValueError):
        heat_grid(rows)
