import pytest
from parse_table import parse_table


def test_one_record_a_line():
    assert parse_table("order,product\nA1,lamp\nA2,\n") == [
        {"order": "A1", "product": "lamp"},
        {"order": "A2", "product": ""},
    ]


def test_empty_lines_are_skipped():
    assert parse_table("\n  \norder,units\n\nA1,3\n\t\nA2,4") == [
        {"order": "A1", "units": "3"},
        {"order": "A2", "units": "4"},
    ]


def test_names_and_fields_are_taken_as_they_are():
    assert parse_table('"last, first", Units\n"Lovelace, ""Ada""", 3') == [
        {"last, first": 'Lovelace, "Ada"', " Units": " 3"}
    ]


def test_a_table_of_names_only_has_no_records():
    assert parse_table("order,product") == []


def test_every_record_has_all_columns_in_order():
    lines = [f"A{n},{n * n},x{n}" for n in range(30)]

    records = parse_table("\r\n".join(["c,b,a", *lines]))

    assert len(records) == 30
    assert all(list(record) == ["c", "b", "a"] for record in records)
    assert [",".join(record.values()) for record in records] == lines


def test_it_builds_on_split_line(calls_of):
    calls = calls_of("parse_table", "split_line")

    parse_table("order,product\n\nA1,lamp")

    assert calls == [("order,product",), ("A1,lamp",)]


@pytest.mark.parametrize("text", ["", "\n \n", "a,b,a\n1,2,3", "a,b\n1", "a,b\n1,2\n1,2,3"])
def test_missing_or_doubled_names_and_wrong_lengths_are_refused(text):
    with pytest.raises(ValueError):
        parse_table(text)


def test_wrong_quotes_are_refused():
    with pytest.raises(ValueError):
        parse_table('a,b\n1,"2')
