import pytest
from text_table import text_table


def test_words_to_the_left_and_numbers_to_the_right():
    table = text_table(["product", "units"], [["lamp", 3], ["bulb", 1250]])

    assert table.split("\n") == [
        "product  units",
        "-------  -----",
        "lamp         3",
        "bulb      1250",
    ]


def test_a_cell_wider_than_its_header():
    table = text_table(["a", "n", "b"], [["wide cell", 12345, "x"], ["", 6.5, "yy"]])

    assert table.split("\n") == [
        "a              n  b",
        "---------  -----  --",
        "wide cell  12345  x",
        "             6.5  yy",
    ]


@pytest.mark.parametrize("other", ["-", None, True])
def test_one_cell_that_is_no_number_turns_the_column_to_the_left(other):
    table = text_table(["amount"], [[5], [other]])

    assert table.split("\n") == ["amount", "------", "5", str(other)]


def test_without_rows_there_are_headers_and_hyphens():
    assert text_table(["to", "be"], []) == "to  be\n--  --"


def test_no_line_ends_with_a_space():
    table = text_table(["first", "second"], [["x", ""], ["", ""], ["y", "z"]])

    assert table.split("\n") == ["first  second", "-----  ------", "x", "", "y      z"]


def test_all_lines_of_a_table_that_ends_with_numbers_are_equally_long():
    rows = [["x" * (n * n % 13), n**5] for n in range(12)]

    lines = text_table(["name", "value"], rows).split("\n")

    assert len(lines) == 14
    assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize(
    ("headers", "rows"), [([], []), (["a"], [[]]), (["a"], [[1], [1, 2]]), (["a", "b"], [[1]])]
)
def test_missing_headers_and_cells_are_refused(headers, rows):
    with pytest.raises(ValueError):
        text_table(headers, rows)
