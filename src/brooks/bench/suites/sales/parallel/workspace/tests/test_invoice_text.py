import pytest
from invoice_text import invoice_text

LAMPS = {"product": "lamp", "units": 2, "price": 1200}
CHAIR = {"product": "chair", "units": 1, "price": 8050}


def test_columns_are_aligned_and_the_total_comes_last():
    assert invoice_text([LAMPS, CHAIR], "EUR").split("\n") == [
        "2 x lamp    EUR 24.00",
        "1 x chair   EUR 80.50",
        "Total      EUR 104.50",
    ]


def test_without_currency():
    assert invoice_text([LAMPS]) == "2 x lamp  24.00\nTotal     24.00"


def test_a_short_product_leaves_the_total_the_widest():
    assert invoice_text([{"product": "", "units": 1, "price": 5}]) == "1 x    0.05\nTotal  0.05"


def test_thousands_and_money_back():
    lines = [{"product": "boat", "units": 3, "price": 50_000_00}, {**CHAIR, "price": -100}]

    assert invoice_text(lines).split("\n") == [
        "3 x boat   150,000.00",
        "1 x chair       -1.00",
        "Total      149,999.00",
    ]


def test_all_rows_are_equally_long():
    lines = [{"product": "x" * n, "units": n, "price": 7**n} for n in range(1, 9)]

    rows = invoice_text(lines, "EUR").split("\n")

    assert len(rows) == 9
    assert len({len(row) for row in rows}) == 1


def test_it_builds_on_format_cents(calls_of):
    calls = calls_of("invoice_text", "format_cents")

    invoice_text([LAMPS, CHAIR], "EUR")

    assert {call[0] for call in calls} == {2400, 8050, 10450}


@pytest.mark.parametrize("lines", [[], [LAMPS, {**CHAIR, "units": 0}], [{**LAMPS, "units": -1}]])
def test_an_invoice_of_nothing_is_refused(lines):
    with pytest.raises(ValueError):
        invoice_text(lines)
