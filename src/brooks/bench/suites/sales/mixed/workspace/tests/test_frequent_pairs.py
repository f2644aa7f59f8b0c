import pytest
from frequent_pairs import frequent_pairs

BASKETS = [["lamp", "bulb"], ["bulb", "chair", "lamp"], ["chair", "table"], ["lamp", "chair"]]


def test_the_most_frequent_pairs_stand_first():
    assert frequent_pairs(BASKETS, 2) == [(("bulb", "lamp"), 2), (("chair", "lamp"), 2)]


def test_a_lower_minimum_lets_in_the_rest():
    assert frequent_pairs(BASKETS, 1) == [
        (("bulb", "lamp"), 2),
        (("chair", "lamp"), 2),
        (("bulb", "chair"), 1),
        (("chair", "table"), 1),
    ]


def test_equal_pairs_are_in_alphabetical_order_whatever_the_baskets():
    assert frequent_pairs([["d", "c"], ["b", "e"], ["a", "e"]], 1) == [
        (("a", "e"), 1),
        (("b", "e"), 1),
        (("c", "d"), 1),
    ]


def test_a_higher_minimum_keeps_all_out():
    assert frequent_pairs(BASKETS, 3) == []


def test_a_product_several_times_in_a_basket_counts_once():
    assert frequent_pairs([["b", "a", "b", "a"], ["a", "a"]], 1) == [(("a", "b"), 1)]


@pytest.mark.parametrize("baskets", [[], [[]], [["lamp"], ["bulb"]]])
def test_without_two_products_in_a_basket_there_is_no_pair(baskets):
    assert frequent_pairs(baskets, 1) == []


def test_order_does_not_matter_and_a_full_basket_has_all_pairs():
    letters = list("hgfedcba")

    pairs = frequent_pairs([letters, letters[::-1]], 2)

    assert len(pairs) == 28
    assert pairs == sorted(pairs)
    assert all(first < second and count == 2 for (first, second), count in pairs)


def test_the_argument_is_left_alone():
    baskets = [["b", "a", "b"]]

    frequent_pairs(baskets, 1)

    assert baskets == [["b", "a", "b"]]


@pytest.mark.parametrize("minimum", [0, -2])
def test_a_minimum_below_one_is_refused(minimum):
    with pytest.raises(ValueError):
        frequent_pairs(BASKETS, minimum)
