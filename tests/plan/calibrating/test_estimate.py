"""The estimators that several keys share."""

import numpy as np
import pytest

from brooks.plan.calibrating.estimate import Shares, Usual, distance, positive_line

TRUE = (80.0, 150.0)


def table(files: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Runs of one reply that write so many files, with output 10 % off by chance."""
    rows = np.array([[1.0, count] for count in files])
    noise = np.random.default_rng(3).normal(1.0, 0.1, len(files))
    return rows, rows @ np.array(TRUE) * noise


def test_a_line_is_found_where_runs_differ() -> None:
    """One to twenty files."""
    line = positive_line(*table([1, 2, 5, 10, 20] * 20), (None, None))

    assert line.coefficients == pytest.approx(TRUE, rel=0.15)
    assert line.explained > 0.9
    assert all(
        abs(found - true) < 3 * error
        for found, true, error in zip(line.coefficients, TRUE, line.errors, strict=True)
    )


def test_where_runs_are_all_alike_the_usual_decides() -> None:
    """Twenty files each: nothing tells a reply's own tokens from those of its files."""
    line = positive_line(*table([20] * 15), (Usual(100.0, 50.0), None))

    beside, a_file = line.coefficients
    assert beside == pytest.approx(100, abs=20)
    assert beside + 20 * a_file == pytest.approx(80 + 20 * 150, rel=0.1)


def test_no_coefficient_is_below_zero() -> None:
    """However steep the data."""
    rows = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]])

    line = positive_line(rows, np.array([0.1, 10.0, 30.0]), (None, None))

    assert min(line.coefficients) >= 0


def test_a_share_is_pulled_to_what_is_usual_and_less_by_more_cases() -> None:
    """All of 3, and all of 300."""
    shares = Shares({"runs_tests": 0.5}, 4.0)

    few = shares.share("runs_tests", 3, 3, of="replies")
    many = shares.share("runs_tests", 300, 300, of="replies")

    assert few.value == pytest.approx(5 / 7)
    assert many.value > 0.99
    assert few.low < few.value < few.high
    assert many.high - many.low < few.high - few.low


def test_the_distance_from_a_law_is_small_only_where_it_fits() -> None:
    """Places that are even, and places at one end."""
    assert distance([(number + 0.5) / 100 for number in range(100)]) < 0.02
    assert distance([0.01] * 100) > 0.9
