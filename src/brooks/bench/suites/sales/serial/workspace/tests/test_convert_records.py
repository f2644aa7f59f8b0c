import pytest
from convert_records import convert_records

NAMES = "order,date,product,units,price"


def convert_one(line):
    (record,) = convert_records(f"{NAMES}\n{line}")
    return record


def test_a_whole_record():
    assert convert_one("A1,2024-01-05,red lamp,3,12.50") == {
        "order": "A1",
        "date": "2024-01-05",
        "product": "red lamp",
        "units": 3,
        "price": 1250,
    }


@pytest.mark.parametrize(
    ("price", "cents"), [("12", 1200), ("12.5", 1250), ("0.05", 5), ("007.10", 710), ("0", 0)]
)
def test_prices_become_cents(price, cents):
    assert convert_one(f"A1,2024-01-05,lamp,3,{price}")["price"] == cents


@pytest.mark.parametrize("price", ["", "-1", "1.", ".5", "1.234", "1;5", "1e3", "free"])
def test_other_prices_are_none(price):
    assert convert_one(f"A1,2024-01-05,lamp,3,{price}")["price"] is None


@pytest.mark.parametrize(
    ("text", "units"), [("-2", -2), ("0", 0), ("007", 7), ("", None), ("1.0", None), ("+1", None)]
)
def test_units_are_whole_numbers(text, units):
    assert convert_one(f"A1,2024-01-05,lamp,{text},1")["units"] == units


@pytest.mark.parametrize("date", ["", "2023-02-29", "2024-1-5", "20240105", "5.1.2024"])
def test_other_dates_are_none(date):
    assert convert_one(f"A1,{date},lamp,3,1")["date"] is None


def test_empty_text_is_none_and_other_columns_are_dropped():
    text = "Price,Clerk,Units,Product,Date,Order\n1,Bo,2,,2024-01-05,"

    (record,) = convert_records(text)

    assert list(record) == ["order", "date", "product", "units", "price"]
    assert list(record.values()) == [None, "2024-01-05", None, 2, 100]


def test_whole_prices_and_units_come_back():
    lines = [f"A{n},2024-01-05,lamp,{n * n},{n}.{n % 100:02}" for n in range(150)]

    records = convert_records("\n".join([NAMES, *lines]))

    assert [record["units"] for record in records] == [n * n for n in range(150)]
    assert [record["price"] for record in records] == [n * 100 + n % 100 for n in range(150)]


def test_it_builds_on_normalise_records(calls_of):
    calls = calls_of("convert_records", "normalise_records")

    convert_one("A1,2024-01-05,lamp,3,1")

    assert calls


@pytest.mark.parametrize("text", ["", "order,date,product,units\nA1,2024-01-05,lamp,3"])
def test_a_missing_column_is_refused(text):
    with pytest.raises(ValueError):
        convert_records(text)
