import pytest
from validate_records import validate_records

NAMES = "order,date,product,units,price"


def validate(*lines):
    return validate_records("\n".join([NAMES, *lines]))


def record_of(order, date, product, units, price):
    return {"order": order, "date": date, "product": product, "units": units, "price": price}


def test_records_without_fault_are_valid():
    assert validate("A1,2024-01-05,lamp,3,12.50", "A2,2024-01-06,chair,1,0") == {
        "valid": [
            record_of("A1", "2024-01-05", "lamp", 3, 1250),
            record_of("A2", "2024-01-06", "chair", 1, 0),
        ],
        "rejected": [],
    }


def test_a_faulty_record_comes_with_the_names_of_its_faults():
    assert validate("A1,2024-02-30,lamp,many,12.50") == {
        "valid": [],
        "rejected": [(record_of("A1", None, "lamp", None, 1250), ["date", "units"])],
    }


@pytest.mark.parametrize("units", [0, -1])
def test_less_than_one_unit_is_a_fault(units):
    found = validate(f"A1,2024-01-05,lamp,{units},1")

    assert found["rejected"] == [(record_of("A1", "2024-01-05", "lamp", units, 100), ["units"])]


def test_everything_can_be_faulty_at_once():
    ((_, faults),) = validate(",,,,")["rejected"]

    assert faults == ["order", "date", "product", "units", "price"]


def test_no_records_are_neither_valid_nor_rejected():
    assert validate() == {"valid": [], "rejected": []}


def test_every_record_is_in_one_list_and_both_keep_the_order():
    found = validate(*[f"A{n:02},2024-01-05,lamp,{n % 3},1" for n in range(30)])

    valid = [record["order"] for record in found["valid"]]
    rejected = [record["order"] for record, _ in found["rejected"]]
    assert valid == [f"A{n:02}" for n in range(30) if n % 3]
    assert rejected == [f"A{n:02}" for n in range(30) if not n % 3]


def test_it_builds_on_convert_records(calls_of):
    calls = calls_of("validate_records", "convert_records")

    validate("A1,2024-01-05,lamp,3,1")

    assert calls


def test_a_missing_column_is_refused():
    with pytest.raises(ValueError):
        validate_records("order,date\nA1,2024-01-05")
