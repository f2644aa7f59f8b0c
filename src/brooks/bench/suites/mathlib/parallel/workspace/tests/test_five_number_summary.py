import pytest
from five_number_summary import five_number_summary


def test_five_values_are_their_own_summary():
    assert five_number_summary([30, 10, 50, 20, 40]) == {
        "minimum": 10,
        "lower_quartile": 20,
        "median": 30,
        "upper_quartile": 40,
        "maximum": 50,
    }


def test_quartiles_are_interpolated():
    summary = five_number_summary([1, 2, 3, 4])

    assert summary["lower_quartile"] == pytest.approx(1.75)
    assert summary["median"] == pytest.approx(2.5)
    assert summary["upper_quartile"] == pytest.approx(3.25)


def test_one_value_fills_the_whole_summary():
    assert set(five_number_summary([-6]).values()) == {-6}


def test_the_numbers_come_in_ascending_order():
    summary = five_number_summary([8, -3, 8, 0, 15, 2, 2])

    assert list(summary) == ["minimum", "lower_quartile", "median", "upper_quartile", "maximum"]
    assert list(summary.values()) == sorted(summary.values())


def test_it_builds_on_quantile(calls_of):
    calls = calls_of("five_number_summary", "quantile")

    five_number_summary([1, 2, 3])

    assert calls


def test_no_values_are_refused():
    with pytest.raises(ValueError):
        five_number_summary([])
