"""What is made of a plot's specification before it is drawn."""

import msgspec
from tests.report.page import made_up

from brooks.report.page.composing import composed, is_simple, with_width
from brooks.report.page.contents import PANEL_WIDTH


def test_a_time_axis_begins_with_all_of_the_time() -> None:
    """The parameters that the specification reads have values, and marks end at its edges."""
    plot = made_up.lanes(rows=40)
    assert plot.zoom is not None

    spec = composed(plot)

    assert spec["params"] == [
        {"name": "from", "value": 0.0},
        {"name": "to", "value": plot.zoom.end},
    ]
    assert spec["mark"] == {"clip": True, "type": "bar", "height": {"band": 0.8}}


def test_marks_of_layers_are_cut_off_too() -> None:
    """However deep they are."""
    spec = composed(made_up.burn_up())

    assert [layer["mark"]["clip"] for layer in spec["layer"]] == [True, True]


def test_the_parameters_of_a_specification_stay() -> None:
    """Its own come first; those of the zoom are set once."""
    plot = made_up.burn_up()
    own = [{"name": "hover", "select": "point"}, {"name": "from", "value": 3}]

    spec = composed(msgspec.structs.replace(plot, spec={**plot.spec, "params": own}))

    assert [param["name"] for param in spec["params"]] == ["hover", "from", "to"]


def test_a_plot_that_is_not_simulated_says_nothing_of_it() -> None:
    """In a page it has no title of its own, in a picture only its title."""
    plot = made_up.stacked()

    assert "title" not in composed(plot)
    assert composed(plot, picture=True)["title"]["text"] == plot.title
    assert composed(plot, picture=True)["title"]["subtitle"] == []


def test_panels_fit_the_room() -> None:
    """Fewer in a row where it is narrow, never none."""
    spec = {"facet": {"field": "f"}, "columns": 4, "spec": {"mark": "bar"}}

    wide, narrow = with_width(spec, 1400), with_width(spec, 300)

    assert wide["columns"] == 4
    assert wide["spec"]["width"] >= PANEL_WIDTH
    assert narrow["columns"] == 1
    assert not is_simple(spec)


def test_plots_under_each_other_get_the_same_width() -> None:
    """And those beside each other share it."""
    parts = [{"mark": "bar"}, {"mark": "line"}]

    below = with_width({"vconcat": parts}, 600)
    beside = with_width({"hconcat": parts}, 600)

    assert [part["width"] for part in below["vconcat"]] == [600, 600]
    assert [part["width"] for part in beside["hconcat"]] == [300, 300]
