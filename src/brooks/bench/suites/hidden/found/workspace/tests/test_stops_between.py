import pytest
from stops_between import stops_between

TRAIN = [("Weiler", 465), ("Oberau", 480), ("Bad Aurach", 490), ("Lauf", 505)]


def test_a_part_of_the_way():
    assert stops_between(TRAIN, "Oberau", "Lauf") == TRAIN[1:]


def test_the_whole_way_is_a_new_list():
    train = list(TRAIN)
    way = stops_between(train, "Weiler", "Lauf")
    way.clear()
    assert train == TRAIN


@pytest.mark.parametrize(
    "ride",
    [("Lauf", "Weiler"), ("Oberau", "Oberau"), ("Weiler", "Ulm"), ("Ulm", "Weiler"), ("", "")],
)
def test_a_ride_the_train_does_not_make_is_refused(ride):
    with pytest.raises(ValueError):
        stops_between(TRAIN, *ride)


@pytest.mark.parametrize(("start", "end"), [(0, 1), (0, 3), (1, 2), (2, 3)])
def test_it_begins_and_ends_where_it_should(start, end):
    way = stops_between(TRAIN, TRAIN[start][0], TRAIN[end][0])
    assert (way[0], way[-1], len(way)) == (TRAIN[start], TRAIN[end], end - start + 1)
