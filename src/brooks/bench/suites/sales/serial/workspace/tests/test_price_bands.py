import pytest
from price_bands import price_bands


def test_cheap_usual_and_dear():
    assert price_bands([500, 1500, 900, 9000, 1200], [1000, 5000]) == [2, 2, 1]


def test_a_price_at_an_edge_is_in_the_band_above():
    assert price_bands([999, 1000, 1001, 4999, 5000], [1000, 5000]) == [1, 3, 1]


def test_bands_may_be_empty():
    assert price_bands([], [10, 20, 30]) == [0, 0, 0, 0]
    assert price_bands([25, 25], [10, 20, 30]) == [0, 0, 2, 0]


def test_one_edge_makes_two_bands():
    assert price_bands([1, 2, 3], [3]) == [2, 1]


def test_every_price_is_in_one_band():
    prices = [n * n % 1009 for n in range(300)]
    edges = [0, 10, 11, 500, 2000]

    counts = price_bands(prices, edges)

    assert sum(counts) == 300
    assert counts[0] == counts[-1] == 0
    assert counts[2] == prices.count(10)
    assert sum(counts[:4]) == sum(price < 500 for price in prices)


def test_the_arguments_are_left_alone():
    prices, edges = [3, 1, 2], [1, 2]

    price_bands(prices, edges)

    assert (prices, edges) == ([3, 1, 2], [1, 2])


@pytest.mark.parametrize("edges", [[], [2, 1], [1, 1], [1, 3, 2]])
def test_edges_that_do_not_ascend_are_refused(edges):
    with pytest.raises(ValueError):
        price_bands([1, 2, 3], edges)
