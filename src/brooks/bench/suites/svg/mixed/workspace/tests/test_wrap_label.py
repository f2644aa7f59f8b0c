import pytest
from wrap_label import wrap_label


def lines(element):
    return [span.text for span in element]


def test_lines_are_filled_with_words(read_fragment):
    label = read_fragment(wrap_label("the quick brown fox jumps over it", 10, 5, 20))

    assert label.tag == "text"
    assert [span.tag for span in label] == ["tspan"] * 4
    assert lines(label) == ["the quick", "brown fox", "jumps over", "it"]


def test_a_line_may_be_exactly_full(read_fragment):
    assert lines(read_fragment(wrap_label("ab cd ef", 5, 0, 0))) == ["ab cd", "ef"]
    assert lines(read_fragment(wrap_label("ab cd ef", 4, 0, 0))) == ["ab", "cd", "ef"]


def test_long_words_are_not_cut(read_fragment):
    label = read_fragment(wrap_label("a Donaudampfschiff b c", 6, 0, 0))

    assert lines(label) == ["a", "Donaudampfschiff", "b c"]


def test_every_line_starts_at_the_same_place(read_fragment):
    label = read_fragment(wrap_label("one two three", 5, 7.5, -3, 1.5))

    assert label.attrib == {"x": "7.5", "y": "-3"}
    assert [span.attrib for span in label] == [
        {"x": "7.5", "dy": "0"},
        {"x": "7.5", "dy": "1.5em"},
        {"x": "7.5", "dy": "1.5em"},
    ]


def test_the_width_counts_characters_as_they_are_read(read_fragment):
    label = read_fragment(wrap_label("a<b && c>d  \n e", 8, 0, 0))

    assert lines(label) == ["a<b &&", "c>d e"]


def test_blank_text_has_no_lines(read_fragment):
    assert lines(read_fragment(wrap_label(" \n ", 5, 1, 2))) == []
    assert lines(read_fragment(wrap_label("", 5, 1, 2))) == []


def test_no_word_is_lost(read_fragment):
    text = " ".join("word" * (i % 4) + str(i) for i in range(60))

    for width in (1, 9, 33, 1000):
        assert " ".join(lines(read_fragment(wrap_label(text, width, 0, 0)))) == text


@pytest.mark.parametrize("width", [0, -4])
def test_no_room_is_refused(width):
    with pytest.raises(ValueError):
        wrap_label("a", width, 0, 0)
