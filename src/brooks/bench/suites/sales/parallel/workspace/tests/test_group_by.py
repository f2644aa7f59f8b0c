import pytest
from group_by import group_by

LAMP = {"product": "lamp", "region": "south", "units": 1}
CHAIR = {"product": "chair", "region": "north", "units": 2}
TABLE = {"product": "table", "region": "south", "units": 3}


def test_records_with_an_equal_value_come_together():
    assert group_by([LAMP, CHAIR, TABLE], "region") == {"south": [LAMP, TABLE], "north": [CHAIR]}


def test_groups_stand_in_order_of_first_appearance():
    assert list(group_by([LAMP, CHAIR, TABLE], "region")) == ["south", "north"]
    assert list(group_by([CHAIR, TABLE, LAMP], "region")) == ["north", "south"]


def test_records_without_the_key_are_the_group_none():
    groups = group_by([LAMP, {"units": 4}, {"region": None}], "region")

    assert groups == {"south": [LAMP], None: [{"units": 4}, {"region": None}]}


def test_nothing_gives_no_groups():
    assert group_by([], "region") == {}


def test_every_record_is_in_exactly_one_group_itself_and_not_as_a_copy():
    records = [{"number": number, "rest": number % 3} for number in range(20)]

    groups = group_by(records, "rest")

    found = sorted((record for group in groups.values() for record in group), key=records.index)
    assert len(found) == 20
    assert all(one is other for one, other in zip(found, records, strict=True))


def test_the_arguments_are_left_alone():
    records = [dict(LAMP), dict(CHAIR)]

    group_by(records, "region")["south"].append(TABLE)

    assert records == [LAMP, CHAIR]


def test_an_empty_key_is_refused():
    with pytest.raises(ValueError):
        group_by([LAMP], "")
