"""Laws fitted to published and to made-up measurements: known answers come back, nonsense is refused."""

import csv
from collections.abc import Callable, Sequence
from functools import partial
from math import inf, isfinite, nan, sqrt
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brooks.analysis import laws
from brooks.analysis.curves import Law, Measure, Point, curve_of
from brooks.analysis.fit_sentences import fit_sentences
from brooks.analysis.fitting import Fit, fit_laws, points_of, speedups, unfitted
from brooks.analysis.least_squares import Solution, range_of, solve, squares_of
from brooks.errors import UsageError

THROUGHPUT = Measure.THROUGHPUT
SIZES = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0]
Table = tuple[list[float], list[float]]


def table_of(folder: Path, name: str) -> Table:
    """A published table of throughput against load."""
    with (folder / "usl" / name).open(encoding="utf-8", newline="") as file:
        rows = [tuple(map(float, row)) for row in list(csv.reader(file))[1:]]
    return [row[0] for row in rows], [row[1] for row in rows]


def numbers(fit: Fit) -> dict[str, float]:
    """Fitted parameters by name."""
    return {each.name: each.value for each in fit.parameters}


def the(fits: tuple[Fit, ...], law: Law) -> Fit:
    """The fit of one law."""
    return next(fit for fit in fits if fit.law is law)


def one(law: Law, sizes: list[float], values: list[float], **options: object) -> Fit:
    """Fit one law alone."""
    (fit,) = fit_laws(sizes, values, laws=[law], **options)  # type: ignore[arg-type]
    return fit


def noisy(curve: Callable[[float], float], sizes: list[float], noise: float, seed: int) -> Table:
    """Values of a curve with normal noise, which may not fall to 0."""
    chance = Random(seed)
    return sizes, [max(1e-3, curve(size) + chance.gauss(0, noise)) for size in sizes]


@pytest.mark.slow
def test_the_universal_law_fits_the_published_benchmark_to_the_digits_given(
    test_data: Path,
) -> None:
    """specsdm91, as the R package `usl` has it: a = .02773, b = 1.044e-4, g = 90.0, peak 96.52."""
    fit = one(Law.USL, *table_of(test_data, "specsdm91.csv"), measure=THROUGHPUT)

    found = numbers(fit)
    assert found["a"] == pytest.approx(0.02773, abs=5e-6)
    assert found["b"] == pytest.approx(1.044e-4, abs=5e-8)
    assert found["g"] == pytest.approx(90.0, abs=0.05)
    assert fit.peak is not None
    assert fit.peak.value == pytest.approx(96.52, abs=0.005)
    assert fit.peak.low < 96.52 < fit.peak.high < 216


@pytest.mark.slow
def test_two_opinions_on_the_published_benchmark_are_both_told(test_data: Path) -> None:
    """With seven rows AICc leans to Amdahl's two parameters; sizes left out speak for the other law."""
    fits = fit_laws(*table_of(test_data, "specsdm91.csv"), measure=THROUGHPUT)

    amdahl, universal = the(fits, Law.AMDAHL), the(fits, Law.USL)
    assert fits[:2] == (amdahl, universal)
    assert universal.left_out_error < amdahl.left_out_error
    assert universal.residual_error < amdahl.residual_error
    assert "The Universal Scalability Law is nearer to sizes" in " ".join(fit_sentences(fits))


@pytest.mark.slow
def test_a_parameter_at_its_bound_has_a_one_sided_interval(test_data: Path) -> None:
    """The ray tracer never slows down: b is 0, as in the R package, the curve Amdahl's, the peak open."""
    fits = fit_laws(*table_of(test_data, "raytracer.csv"), measure=THROUGHPUT)

    universal, amdahl = the(fits, Law.USL), the(fits, Law.AMDAHL)
    contention, coherency, scale = universal.parameters
    assert contention.value == pytest.approx(0.0578, abs=5e-5)
    assert scale.value == pytest.approx(21.8488, abs=5e-5)
    assert coherency.at_bound
    assert coherency.low == coherency.value == 0 < coherency.high < 1e-3
    assert universal.peak is not None
    assert universal.peak.low < universal.peak.value == universal.peak.high == inf
    assert fits[0] is amdahl
    assert 1 - numbers(amdahl)["p"] == pytest.approx(contention.value, rel=1e-6)
    assert "at its bound" in " ".join(fit_sentences(fits))


CURVES: dict[Law, Callable[[float], float]] = {
    Law.AMDAHL: lambda n: laws.amdahl(0.8, n),
    Law.GUSTAFSON: lambda n: laws.gustafson(0.4, n),
    Law.USL: lambda n: laws.usl_speedup(n, a=0.05, b=0.02),
    Law.LINEAR: lambda n: 3 - 0.2 * n,
}


@pytest.mark.slow
@pytest.mark.parametrize("law", Law)
def test_a_law_without_noise_is_recognised_with_its_parameters(law: Law) -> None:
    """It comes first, even before laws that contain it, and its intervals are points."""
    fits = fit_laws(SIZES, [CURVES[law](size) for size in SIZES])

    truth = {
        Law.AMDAHL: {"p": 0.8},
        Law.GUSTAFSON: {"p": 0.4},
        Law.USL: {"a": 0.05, "b": 0.02},
        Law.LINEAR: {"start": 3.0, "slope": -0.2},
    }[law]
    assert fits[0].law is law
    assert numbers(fits[0]) == pytest.approx(truth, rel=1e-5)
    assert [(each.low, each.high) for each in fits[0].parameters] == [
        (each.value, each.value) for each in fits[0].parameters
    ]
    assert fits[0].r_squared == pytest.approx(1)
    assert fits[0].value(20) == pytest.approx(CURVES[law](20), rel=1e-4, abs=1e-4)


def solved(law: Law, noise: float, seed: int) -> Solution:
    """A law fitted to its own curve with noise, at seven sizes."""
    sizes, values = noisy(CURVES[law], SIZES[1:], noise, seed)
    points = points_of(sizes, values, measure=Measure.SPEEDUP)
    return solve(curve_of(law, Measure.SPEEDUP), points)


@pytest.mark.slow
def test_intervals_of_predictions_cover_the_truth_about_as_often_as_they_say() -> None:
    """Of 100 noisy tables, 95 %, give or take what chance allows: between 90 and 99."""
    covered = 0
    for seed in range(100):
        solution = solved(Law.AMDAHL, 0.1, seed)
        low, high = range_of(solution, partial(solution.curve.at, 20.0), 0.95)
        covered += low <= laws.amdahl(0.8, 20) <= high

    assert 90 <= covered <= 99


@pytest.mark.slow
def test_intervals_of_parameters_cover_the_truth_about_as_often_as_they_say() -> None:
    """Contention of the Universal Scalability Law, of 40 noisy tables: between 35 and 40."""
    covered = 0
    for seed in range(40):
        low, high = range_of(solved(Law.USL, 0.1, seed), first_parameter, 0.95)
        covered += low <= 0.05 <= high

    assert 35 <= covered <= 40


def first_parameter(numbers: Sequence[float]) -> Point:
    """The contention itself."""
    return Point(value=numbers[0], slopes=(1.0, 0.0))


@pytest.mark.slow
def test_an_interval_for_one_more_run_holds_it_as_often_as_it_says() -> None:
    """Of 50 further runs with the same noise, between 43 and 50."""
    held = 0
    for seed in range(50):
        fit = one(Law.GUSTAFSON, *noisy(CURVES[Law.GUSTAFSON], SIZES[1:], 0.3, seed))
        there = fit.predict(10)
        run = CURVES[Law.GUSTAFSON](10) + Random(10_000 + seed).gauss(0, 0.3)
        held += there.run_low <= run <= there.run_high

    assert 43 <= held <= 50


def test_a_straight_lines_intervals_are_the_textbooks() -> None:
    """Profile and delta method agree where a curve is straight: slope 0.6 +- t(3) sqrt(0.08), by hand."""
    fit = one(Law.LINEAR, [1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 4.0, 5.0, 4.0, 5.0])

    slope = fit.parameters[1]
    assert slope.name == "slope"
    assert slope.value == pytest.approx(0.6)
    assert slope.high - 0.6 == pytest.approx(3.182446 * sqrt(0.08), rel=1e-5)
    assert 0.6 - slope.low == pytest.approx(3.182446 * sqrt(0.08), rel=1e-5)
    assert fit.r_squared == pytest.approx(0.6)
    assert fit.residual_error == pytest.approx(sqrt(0.8))
    assert fit.predict(3).value == pytest.approx(4)
    assert fit.predict(3).high - 4 == pytest.approx(3.182446 * sqrt(0.8 / 5), rel=1e-5)
    assert fit.predict(3).run_high - 4 == pytest.approx(3.182446 * sqrt(0.8 * 1.2), rel=1e-5)


def test_the_ends_of_an_interval_are_where_the_data_begin_to_refuse_it() -> None:
    """One parameter: there the sum of squares is 1 + t(6)^2 / 6 times the least."""
    sizes, values = noisy(CURVES[Law.AMDAHL], SIZES[1:], 0.1, 3)
    fit = one(Law.AMDAHL, sizes, values)
    curve = curve_of(Law.AMDAHL, Measure.SPEEDUP)

    (p,) = fit.parameters
    least = squares_of(curve, fit.points, [p.value])
    due = least * (1 + 2.446912**2 / 6)
    assert squares_of(curve, fit.points, [p.low]) == pytest.approx(due, rel=1e-4)
    assert squares_of(curve, fit.points, [p.high]) == pytest.approx(due, rel=1e-4)


def test_more_confidence_is_a_wider_interval() -> None:
    rows = noisy(CURVES[Law.AMDAHL], SIZES[1:], 0.1, 3)

    usual, sure = (one(Law.AMDAHL, *rows, confidence=each).parameters[0] for each in (0.95, 0.99))

    assert sure.low < usual.low < usual.value < usual.high < sure.high


def test_repeats_are_rows_of_one_size() -> None:
    """Given run by run in any order, the fit is that of the means, and the scatter is in the error."""
    sizes, values = [2.0, 2.0, 4.0, 4.0, 8.0, 8.0], [1.5, 1.7, 2.4, 2.6, 3.0, 3.4]
    runs = one(Law.AMDAHL, sizes, values)
    backwards = one(Law.AMDAHL, sizes[::-1], values[::-1])
    means = one(Law.AMDAHL, [2.0, 4.0, 8.0], [1.6, 2.5, 3.2])

    assert runs == backwards
    assert runs.points.scatter == pytest.approx(0.02 + 0.02 + 0.08)
    assert numbers(runs) == pytest.approx(numbers(means), rel=1e-6)
    assert runs.residual_error > means.residual_error


def test_a_row_of_more_weight_is_nearer_the_curve() -> None:
    sizes, values = [2.0, 4.0, 8.0], [1.6, 2.5, 3.9]

    plain = one(Law.AMDAHL, sizes, values)
    weighted = one(Law.AMDAHL, sizes, values, weights=[1.0, 1.0, 100.0])

    assert abs(weighted.value(8) - 3.9) < abs(plain.value(8) - 3.9)


def test_a_speedup_of_one_agent_is_a_definition_and_no_measurement() -> None:
    """Leaving it out changes nothing; runs of one agent that differ add their scatter, not a size."""
    steps = [0.1, -0.1, 0.05, 0.0, -0.05, 0.1, -0.1]
    values = [CURVES[Law.AMDAHL](size) + step for size, step in zip(SIZES[1:], steps, strict=True)]
    without = one(Law.AMDAHL, SIZES[1:], values)
    scattered = points_of([1, 1, 2], [0.9, 1.1, 1.5], measure=Measure.SPEEDUP)

    assert one(Law.AMDAHL, SIZES, [1.0, *values]) == without
    assert (scattered.sizes, scattered.rows) == ((2.0,), 2)
    assert scattered.scatter == pytest.approx(0.02)
    assert points_of([1, 2], [0.4, 0.5], measure=Measure.SPEEDUP).sizes == (1.0, 2.0)
    assert points_of([1, 2], [1.0, 1.5], measure=THROUGHPUT).sizes == (1.0, 2.0)


def test_throughput_in_another_unit_changes_only_what_has_the_unit() -> None:
    sizes, values = noisy(lambda n: 50 * laws.amdahl(0.9, n), SIZES, 5, 1)

    small = one(Law.AMDAHL, sizes, values, measure=THROUGHPUT)
    large = one(Law.AMDAHL, sizes, [1000 * value for value in values], measure=THROUGHPUT)

    assert numbers(large)["p"] == pytest.approx(numbers(small)["p"], rel=1e-5)
    assert numbers(large)["g"] == pytest.approx(1000 * numbers(small)["g"], rel=1e-5)
    assert large.r_squared == pytest.approx(small.r_squared)
    assert large.residual_error == pytest.approx(1000 * small.residual_error)


def test_a_team_that_only_loses_has_its_peak_at_one() -> None:
    """Speedups far below 1: contention is above 1, and Amdahl's law can do no better than no gain."""
    sizes, values = [2.0, 3.0, 4.0, 5.0, 6.0, 7.0], [0.61, 0.50, 0.39, 0.36, 0.31, 0.29]
    universal, amdahl = one(Law.USL, sizes, values), one(Law.AMDAHL, sizes, values)

    assert universal.peak is not None
    assert (universal.peak.value, universal.peak.high) == (1.0, 1.0)
    assert numbers(universal)["a"] > 1
    assert (numbers(amdahl)["p"], amdahl.parameters[0].at_bound) == (0, True)
    assert amdahl.r_squared is not None
    assert amdahl.r_squared < 0


@pytest.mark.slow
def test_what_the_data_do_not_bound_has_an_open_interval() -> None:
    """Throughputs that jump about say nothing of contention, and nothing of one agent."""
    fit = one(Law.USL, [2.0, 3.0, 5.0, 8.0], [0.05, 19.0, 0.05, 3.0], measure=THROUGHPUT)

    assert [(each.low, each.high) for each in fit.parameters] == [(0, inf)] * 3
    assert fit.peak is not None
    assert (fit.peak.low, fit.peak.high) == (1, inf)
    assert "0 to inf" in fit_sentences([fit])[0]


def test_equal_speedups_have_no_share_that_is_explained() -> None:
    fit = one(Law.AMDAHL, [2.0, 3.0, 4.0], [1.5, 1.5, 1.5])

    assert fit.r_squared is None
    assert "R²" not in fit_sentences([fit])[0]


def test_what_is_missing_is_said() -> None:
    """Two sizes besides 1 allow one parameter: the laws with two are named with what they lack."""
    sizes, values = [1.0, 2.0, 4.0], [1.0, 1.7, 2.4]

    fits, refusals = fit_laws(sizes, values), unfitted(sizes, values)

    assert {fit.law for fit in fits} == {Law.AMDAHL, Law.GUSTAFSON}
    assert [refusal.law for refusal in refusals] == [Law.USL, Law.LINEAR]
    missing = "is not fitted: it needs 3 different sizes and there are 2; measure 1 more."
    assert fit_sentences(fits, refusals)[-2:] == [
        f"The Universal Scalability Law {missing}",
        f"A straight line {missing}",
    ]
    assert fit_sentences([], refusals) == fit_sentences(fits, refusals)[-2:]


def test_too_few_rows_to_rank_are_said_to_be() -> None:
    """AICc needs two rows more than parameters, the error's among them."""
    fits = fit_laws([2.0, 3.0, 4.0], [1.5, 1.9, 2.4], laws=[Law.AMDAHL, Law.USL])

    assert [fit.aicc is None for fit in fits] == [True, True]
    sentences = fit_sentences(fits)
    assert sentences[0].startswith("Amdahl's law is fitted, by too few rows to be ranked: p = ")
    assert sentences[1].startswith("The Universal Scalability Law cannot be ranked")


def test_sentences_say_which_is_best_and_how_much_worse_the_others_are() -> None:
    sizes, values = noisy(CURVES[Law.AMDAHL], SIZES[1:], 0.05, 2)

    sentences = fit_sentences(fit_laws(sizes, values, laws=[Law.AMDAHL, Law.GUSTAFSON]))

    assert sentences[0].startswith("Amdahl's law fits best: p = 0.")
    assert "(95 % 0." in sentences[0]
    assert "Gustafson's law is worse by " in sentences[1]
    assert "in AICc: p = " in sentences[1]
    assert any(" is no worse, by " in each for each in fit_sentences(two_alike()))


def two_alike() -> tuple[Fit, ...]:
    """Laws that three noisy sizes do not tell apart."""
    return fit_laws(
        [2, 2, 3, 3, 4, 4], [1.2, 1.6, 1.4, 1.9, 1.5, 2.1], laws=[Law.AMDAHL, Law.GUSTAFSON]
    )


def test_a_fit_is_a_value_that_is_written_and_read_again() -> None:
    """And predicts the same then."""
    fit = two_alike()[0]

    again = msgspec.json.decode(msgspec.json.encode(fit), type=Fit)

    assert again == fit
    assert again.predict(7) == fit.predict(7)


@pytest.mark.slow
@settings(max_examples=12)  # each is a few hundred searches
@given(
    values=st.lists(st.floats(0.05, 20), min_size=4, max_size=4),
    measure=st.sampled_from(Measure),
    law=st.sampled_from(Law),
)
def test_any_table_has_a_fit_whose_intervals_hold_their_values(
    values: list[float], measure: Measure, law: Law
) -> None:
    """However odd the numbers: within bounds, no worse than the guesses, and no warning."""
    sizes = [2.0, 3.0, 5.0, 8.0]

    fit = one(law, sizes, values, measure=measure)

    for each in (*fit.parameters, *((fit.peak,) if fit.peak else ())):
        slack = 1e-6 * max(1.0, abs(each.value)) if isfinite(each.value) else 0.0
        assert each.low - slack <= each.value <= each.high + slack
    if law is Law.AMDAHL and measure is Measure.SPEEDUP:
        curve = curve_of(law, measure)
        least = squares_of(curve, fit.points, [numbers(fit)["p"]])
        tried = min(squares_of(curve, fit.points, [step / 200]) for step in range(201))
        assert least <= tried + 1e-9


@pytest.mark.parametrize(
    ("sizes", "values", "reason"),
    [
        ([3.0], [2.0], "needs 2 different sizes and there are 1; measure 1 more"),
        ([4.0] * 9, [2.0] * 9, "needs 2 different sizes and there are 1"),
        ([1.0, 1.0], [1.0, 1.0], "there are 0; measure 2 more"),
        ([], [], "there are 0"),
        ([1.0, 1.0, 2.0], [0.5, 0.6, 0.7], "there are 1"),
        ([1.0, 2.0], [1.0, 0.0], "at size 2.0 must be above 0, not 0.0: leave out a run"),
        ([1.0, 2.0], [1.0, nan], "not nan"),
        ([1.0, 2.0], [1.0, inf], "not inf"),
        ([1.0, 2.0], [1.0, -3.0], "not -3.0"),
        ([0.0, 2.0], [1.0, 2.0], "at least 1, not 0.0"),
        ([nan, 2.0], [1.0, 2.0], "at least 1, not nan"),
        ([-1.0, 2.0], [1.0, 2.0], "at least 1, not -1.0"),
        ([1.0, 2.0], [1.0], r"there are \(2, 1, 2\)"),
    ],
)
def test_a_table_that_cannot_be_fitted_is_refused(
    sizes: list[float], values: list[float], reason: str
) -> None:
    with pytest.raises(UsageError, match=reason):
        fit_laws(sizes, values)


def test_weights_and_confidence_must_make_sense() -> None:
    with pytest.raises(UsageError, match=r"weight of a row of size 2.0 must be above 0, not 0.0"):
        fit_laws([2.0, 3.0], [1.0, 2.0], weights=[0.0, 1.0])
    with pytest.raises(UsageError, match=r"between 0 and 1, not 95"):
        fit_laws([2.0, 3.0], [1.0, 2.0], confidence=95)
    with pytest.raises(UsageError, match=r"at least 1, not 0.5"):
        two_alike()[0].predict(0.5)


def test_speedups_are_ratios_of_mean_times_with_their_standard_errors() -> None:
    """Means 10 and 5; relative errors 1 / 10 and 0.5 / 5, so 2 sqrt(0.02)."""
    found = speedups([(2, 5.5), (1, 9.0), (1, 11.0), (2, 4.5), (3, 4.0)])

    assert [(each.size, each.runs, each.value) for each in found] == [
        (1, 2, 1.0),
        (2, 2, 2.0),
        (3, 1, 2.5),
    ]
    assert [each.error for each in found] == [0.0, pytest.approx(2 * sqrt(0.02)), None]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([(2, 1.0), (3, 1.0)], r"no row of size 1, only \[2, 3\]"),
        ([(1, 1.0), (2, 0.0)], "must be above 0"),
        ([(1, nan)], "not nan"),
        ([(0, 1.0)], "at least 1"),
    ],
)
def test_times_without_a_baseline_or_sense_are_refused(
    table: list[tuple[int, float]], reason: str
) -> None:
    with pytest.raises(UsageError, match=reason):
        speedups(table)
