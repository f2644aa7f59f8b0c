import pytest
from split_line import split_line


def test_fields_between_commas():
    assert split_line("A1,2024-01-05,lamp") == ["A1", "2024-01-05", "lamp"]


def test_a_quoted_field_may_hold_commas():
    assert split_line('A1,"lamp, red",3') == ["A1", "lamp, red", "3"]


def test_two_quotes_inside_a_quoted_field_are_one():
    assert split_line('"a ""good"" lamp",""""') == ['a "good" lamp', '"']


def test_spaces_are_kept():
    assert split_line(" a , b,  ") == [" a ", " b", "  "]


@pytest.mark.parametrize(
    ("line", "fields"),
    [("", [""]), (",", ["", ""]), ("a,", ["a", ""]), (",,b", ["", "", "b"]), ('"",x', ["", "x"])],
)
def test_fields_may_be_empty(line, fields):
    assert split_line(line) == fields


def test_whatever_is_quoted_comes_back():
    fields = ["lamp", "", "a,b", '"', '""', ',",', " x ", "it's"]

    line = ",".join('"' + field.replace('"', '""') + '"' for field in fields)

    assert split_line(line) == fields


@pytest.mark.parametrize("line", ['"lamp', 'a,"', '"a""', '"a"b,c', '"a" ,b', 'a"b', ' "a"'])
def test_quotes_in_the_wrong_place_are_refused(line):
    with pytest.raises(ValueError):
        split_line(line)
