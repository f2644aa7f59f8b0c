import pytest
from change_at import change_at

UP = [("Weiler", 465), ("Oberau", 480), ("Bad Aurach", 490)]


def test_the_second_train_leaves_later():
    assert change_at(UP, [("Ulm", 450), ("Oberau", 492), ("Lauf", 530)]) == "Oberau"


@pytest.mark.parametrize(
    ("leaves", "stop"), [(484, None), (485, "Oberau"), (480, None), (400, None)]
)
def test_it_takes_five_minutes(leaves, stop):
    assert change_at(UP, [("Oberau", leaves), ("Lauf", 530)]) == stop


def test_the_first_of_several_stops():
    assert change_at(UP, [("Bad Aurach", 495), ("Oberau", 505), ("Lauf", 530)]) == "Oberau"


@pytest.mark.parametrize(
    "second",
    [
        [("Lauf", 500), ("Oberau", 530)],
        [("Weiler", 500), ("Lauf", 530)],
        [("Lauf", 500), ("Rain", 530)],
        [],
    ],
)
def test_none_where_one_cannot_change(second):
    assert change_at(UP, second) is None


def test_the_last_stop_of_the_first_train_will_do():
    assert change_at(UP, [("Bad Aurach", 495), ("Lauf", 530)]) == "Bad Aurach"
