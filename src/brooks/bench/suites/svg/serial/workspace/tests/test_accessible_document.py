import pytest
from accessible_document import accessible_document

SHAPES = [("circle", {"r": 5}), ("g", {}, [])]


def test_title_and_description_come_first(read_document):
    root = read_document(accessible_document(90, 60, "Rain", "It falls.", SHAPES))

    assert [element.tag for element in root] == ["title", "desc", "circle", "g"]
    assert [(e.text, e.get("id")) for e in root[:2]] == [("Rain", "title"), ("It falls.", "desc")]


def test_the_root_refers_to_both(read_document):
    root = read_document(accessible_document(90, 60, "Rain", "It falls.", SHAPES))

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title desc"
    assert root.get("viewBox") == "0 0 90 60"


def test_a_blank_description_is_left_out(read_document):
    for blank in ("", " \n"):
        root = read_document(accessible_document(90, 60, "Rain", blank, SHAPES))

        assert [element.tag for element in root] == ["title", "circle", "g"]
        assert root.get("aria-labelledby") == "title"


def test_space_around_the_words_is_taken_away(read_document):
    root = read_document(accessible_document(90, 60, " Rain & <sun>\n", "\tMore. ", []))

    assert [element.text for element in root] == ["Rain & <sun>", "More."]


def test_it_builds_on_svg_document(calls_of):
    calls = calls_of("accessible_document", "svg_document")

    accessible_document(90, 60, "Rain", "", SHAPES)

    assert [call[:2] for call in calls] == [(90, 60)]


@pytest.mark.parametrize(("title", "width"), [("", 9), (" \n", 9), ("Rain", 0)])
def test_no_title_and_no_size_are_refused(title, width):
    with pytest.raises(ValueError):
        accessible_document(width, 60, title, "It falls.", [])
