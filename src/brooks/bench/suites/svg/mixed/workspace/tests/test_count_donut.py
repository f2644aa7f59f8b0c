import pytest
from count_donut import count_donut


def counted(calls):
    return [(title, list(values.items())) for title, values, *_ in calls]


def test_the_most_frequent_comes_first(calls_of):
    calls = calls_of("count_donut", "tinted_donut")

    count_donut("Pets", ["dog", "cat", "dog", "owl", "cat", "dog"])

    assert counted(calls) == [("Pets", [("dog", 3), ("cat", 2), ("owl", 1)])]


def test_equally_frequent_items_are_in_alphabetical_order(calls_of):
    calls = calls_of("count_donut", "tinted_donut")

    count_donut("Letters", list("zebra"))

    assert [name for name, _ in counted(calls)[0][1]] == ["a", "b", "e", "r", "z"]


def test_what_is_rare_is_added_up(calls_of):
    calls = calls_of("count_donut", "tinted_donut")

    count_donut("Letters", list("aaaabbbccdef"), 3)

    assert counted(calls)[0][1] == [("a", 4), ("b", 3), ("other", 5)]


def test_an_item_called_other_is_added_to_the_rest(calls_of):
    calls = calls_of("count_donut", "tinted_donut")

    count_donut("Votes", ["other"] * 9 + ["x"] * 3 + ["y"] * 2 + ["z"], 3)
    count_donut("Votes", ["other"] * 9 + ["x"] * 3, 3)

    assert [values for _, values in counted(calls)] == [
        [("x", 3), ("y", 2), ("other", 10)],
        [("other", 9), ("x", 3)],
    ]


def test_it_returns_a_whole_chart(read_document):
    root = read_document(count_donut("Pets & <more>", ["dog", "cat", "dog"]))

    assert root.find("title").text == "Pets & <more>"
    assert [text.text for text in root.iter("text")][1:] == ["3", "dog", "cat"]


def test_every_item_is_in_the_total(read_document):
    root = read_document(count_donut("Rests", [str(i * i % 31) for i in range(100)], 4))

    assert [text.text for text in root.iter("text")][1] == "100"
    assert len(list(root.iter("path"))) == 4


def test_it_builds_on_tinted_donut(calls_of):
    calls = calls_of("count_donut", "tinted_donut")

    count_donut("Pets", ["dog"])

    assert calls


@pytest.mark.parametrize(
    ("title", "items", "slices"), [("", ["a"], 5), ("Pets", [], 5), ("Pets", ["a"], 1)]
)
def test_no_title_no_items_and_too_few_slices_are_refused(title, items, slices):
    with pytest.raises(ValueError):
        count_donut(title, items, slices)
