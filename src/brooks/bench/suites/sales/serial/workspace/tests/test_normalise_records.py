import pytest
from normalise_records import normalise_records


def test_names_are_in_lower_case_with_underscores():
    assert normalise_records("Order Number, PRODUCT\nA1,lamp") == [
        {"order_number": "A1", "product": "lamp"}
    ]


def test_needless_whitespace_is_removed_and_fields_keep_their_case():
    assert normalise_records("a,b\n  Red   \t Lamp ,   ") == [{"a": "Red Lamp", "b": ""}]


def test_names_lose_their_needless_whitespace_too():
    assert normalise_records(" First   Name \nAda") == [{"first_name": "Ada"}]


def test_tidy_records_stay_as_they_are():
    assert normalise_records("order,unit_price\nA1,3.50\nA2,4") == [
        {"order": "A1", "unit_price": "3.50"},
        {"order": "A2", "unit_price": "4"},
    ]
    assert normalise_records("order") == []


def test_names_and_fields_have_no_needless_whitespace_whatever_they_began_with():
    blanks = ["", " ", "  ", "\t", " \t "]
    for before in blanks:
        for after in blanks:
            text = f"{before}My{after} Name{before},x\n{before}My{after} Name{after},1"
            assert normalise_records(text) == [{"my_name": "My Name", "x": "1"}]


def test_it_builds_on_parse_table(calls_of):
    calls = calls_of("normalise_records", "parse_table")

    normalise_records("a\n1")

    assert calls == [("a\n1",)]


@pytest.mark.parametrize("names", ["a, A", "a b,A  B", "a,", "a, "])
def test_names_that_become_empty_or_the_same_are_refused(names):
    with pytest.raises(ValueError):
        normalise_records(f"{names}\n1,2")


@pytest.mark.parametrize("text", ["", "a,b\n1"])
def test_what_is_no_table_is_refused(text):
    with pytest.raises(ValueError):
        normalise_records(text)
