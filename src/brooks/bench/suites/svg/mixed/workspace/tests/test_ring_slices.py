import pytest
from ring_slices import ring_slices

RING = (100, 100, 80, 40)
COLOURS = ["#111111", "#222222", "#333333"]


def read(texts, read_fragment):
    return [read_fragment(text) for text in texts]


def test_one_slice_a_value_with_its_share(read_fragment):
    slices = read(ring_slices({"a": 1, "b": 2, "c": 5}, COLOURS, RING), read_fragment)

    assert [s.find("title").text for s in slices] == ["a: 12.5 %", "b: 25.0 %", "c: 62.5 %"]
    assert [s.get("fill") for s in slices] == COLOURS


def test_each_starts_where_the_one_before_ends(read_fragment, read_path):
    slices = read(ring_slices({"a": 3, "b": 9, "c": 4, "d": 1}, COLOURS, RING), read_fragment)
    paths = [read_path(s.get("d")) for s in slices]

    assert paths[0][0][1] == pytest.approx([100, 20], abs=0.02)
    for here, there in zip(paths, paths[1:], strict=False):
        assert here[1][1][-2:] == pytest.approx(there[0][1], abs=0.02)
    assert paths[-1][1][1][-2:] == pytest.approx([100, 20], abs=0.02)


def test_zeros_have_no_slice_but_keep_their_colour(read_fragment):
    slices = read(ring_slices({"a": 1, "b": 0, "c": 1}, COLOURS, RING), read_fragment)

    assert [s.get("fill") for s in slices] == ["#111111", "#333333"]


def test_colours_are_used_again(read_fragment):
    values = {name: 1 for name in "abcde"}

    slices = read(ring_slices(values, COLOURS[:2], RING), read_fragment)

    assert [s.get("fill")[1] for s in slices] == ["1", "2", "1", "2", "1"]


def test_a_single_value_goes_all_around(read_fragment):
    (only,) = read(ring_slices({"all": 0.3, "none": 0}, COLOURS, RING), read_fragment)

    assert only.find("title").text == "all: 100.0 %"


def test_it_builds_on_slice_element(calls_of):
    calls = calls_of("ring_slices", "slice_element")

    ring_slices({"a": 1, "b": 3}, COLOURS, RING)

    assert calls == [("a", 0.25, 0, "#111111", RING), ("b", 0.75, 90, "#222222", RING)]


@pytest.mark.parametrize(
    ("values", "colours"),
    [({}, COLOURS), ({"a": 0}, COLOURS), ({"a": 2, "b": -1}, COLOURS), ({"a": 1}, [])],
)
def test_what_cannot_be_drawn_is_refused(values, colours):
    with pytest.raises(ValueError):
        ring_slices(values, colours, RING)
