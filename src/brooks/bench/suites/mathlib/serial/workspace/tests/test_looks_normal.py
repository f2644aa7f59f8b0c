import pytest
from looks_normal import looks_normal

BELL = [1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 6, 6, 7]
SPIKE = [1, 2, 3, 4, 5, 6, 7, 80]


def test_a_bell_shaped_sample_looks_normal():
    assert looks_normal(BELL) is True


def test_a_sample_with_a_spike_does_not():
    assert looks_normal(SPIKE) is False


def test_the_critical_value_can_be_chosen():
    assert looks_normal(SPIKE, 1000) is True
    assert looks_normal(BELL, critical=0.0001) is False


def test_a_statistic_equal_to_the_critical_value_still_passes():
    halves = [0] * 6 + [2] * 6

    assert looks_normal(halves, 2.0) is True
    assert looks_normal(halves, 1.999) is False


def test_it_builds_on_jarque_bera(calls_of):
    calls = calls_of("looks_normal", "jarque_bera")

    looks_normal(BELL)

    assert calls


@pytest.mark.parametrize(
    ("values", "critical"), [(BELL, 0), (BELL, -1), ([], 5.99), ([4, 4, 4], 5.99)]
)
def test_critical_values_below_zero_and_values_without_spread_are_refused(values, critical):
    with pytest.raises(ValueError):
        looks_normal(values, critical)
