import pytest
from slice_element import slice_element

RING = (60, 60, 50, 25)


def test_a_quarter_from_the_top(read_fragment, read_path):
    element = read_fragment(slice_element("tea", 0.25, 0, "#336699", RING))
    commands = read_path(element.get("d"))

    assert element.tag == "path"
    assert element.get("fill") == "#336699"
    assert commands[0] == ("M", pytest.approx([60, 10], abs=0.02))
    assert commands[1][1][-2:] == pytest.approx([110, 60], abs=0.02)
    assert commands[2] == ("L", pytest.approx([85, 60], abs=0.02))


def test_it_may_begin_anywhere(read_fragment, read_path):
    commands = read_path(read_fragment(slice_element("a", 0.5, 90, "red", RING)).get("d"))

    assert commands[0][1] == pytest.approx([110, 60], abs=0.02)
    assert commands[1][1][-2:] == pytest.approx([10, 60], abs=0.02)


@pytest.mark.parametrize(
    ("share", "text"), [(0.25, "tea: 25.0 %"), (1 / 3, "tea: 33.3 %"), (1, "tea: 100.0 %")]
)
def test_the_title_tells_name_and_share(read_fragment, share, text):
    element = read_fragment(slice_element("tea", share, 0, "red", RING))

    assert [child.tag for child in element] == ["title"]
    assert element[0].text == text


def test_names_may_hold_any_character(read_fragment):
    element = read_fragment(slice_element("<R&D>", 0.1, 0, "red", RING))

    assert element[0].text == "<R&D>: 10.0 %"


def test_it_builds_on_slice_path(calls_of):
    calls = calls_of("slice_element", "slice_path")

    slice_element("a", 0.5, 10, "red", RING)

    assert calls == [(60, 60, 50, 25, 10, 190)]


@pytest.mark.parametrize("share", [0, -0.1, 1.01])
def test_shares_that_cannot_be_are_refused(share):
    with pytest.raises(ValueError):
        slice_element("a", share, 0, "red", RING)
