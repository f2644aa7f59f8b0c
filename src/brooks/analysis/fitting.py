"""Which law describes a measured speedup or throughput, how well, and what it says of other sizes.

Each law is fitted by least squares within its bounds (`brooks.analysis.curves`); intervals are profile
likelihood intervals (`brooks.analysis.least_squares`, which says why). Laws are ranked by AICc, the
information criterion corrected for few measurements (Hurvich and Tsai 1989). A law is fitted only if
there are more different sizes than it has parameters, and ranked only if there are measurements enough
for AICc.

With a handful of rows AICc leans to few parameters. So beside it stands a second opinion that needs no
theory: how far off the law is at a size that it was not fitted to, each size left out in turn.

Where speedups are given, the mean at size 1 is 1 by definition and not a measurement: it counts
neither as a size nor as a row, while the scatter of the runs of one agent does count.

What is doubted: errors are taken to be independent and of one size (or as the weights say), while the
speedups of one table share the measured baseline, so that intervals of speedups are somewhat too narrow
where the runs of one agent are few.
"""

from collections.abc import Iterable, Sequence
from math import atan2, inf, isfinite, log, pi, sqrt, tan
from statistics import fmean, stdev

from brooks.analysis.curves import Curve, Law, Measure, Point, curve_of
from brooks.analysis.laws import usl_peak
from brooks.analysis.least_squares import Points, Solution, floor_of, range_of, solve
from brooks.core.message import Message
from brooks.errors import UsageError

CONFIDENCE = 0.95
"""Of every interval, unless another one is asked for."""
AT_BOUND = 1e-9
"""Distance from a bound, relative to 1 or to the bound, at which a parameter is said to be on it."""


class Estimate(Message, frozen=True, kw_only=True):
    """A fitted number with its interval."""

    name: str
    value: float
    low: float
    high: float
    """Infinite if the measurements do not bound it, which JSON can only write as null."""
    at_bound: bool = False
    """Whether the value is as small or large as it may be: the interval is then one-sided."""


class Prediction(Message, frozen=True, kw_only=True):
    """What a fitted law says of one size."""

    size: float
    value: float
    low: float
    high: float
    """The interval of the law's value there: of the mean of many runs."""
    run_low: float
    run_high: float
    """The interval for one more measurement of weight 1, with the scatter of runs."""


class Fit(Message, frozen=True, kw_only=True):
    """One law, fitted."""

    law: Law
    measure: Measure
    confidence: float
    parameters: tuple[Estimate, ...]
    peak: Estimate | None = None
    """The size at which the Universal Scalability Law is fastest; None for the other laws."""
    r_squared: float | None
    """1 - residual / total sum of squares; below 0 if the mean would do better, None if all are equal."""
    aicc: float | None
    """None if there are too few measurements for it."""
    residual_error: float
    """The residual standard error, in the unit of the values, for a measurement of weight 1."""
    left_out_error: float
    """The root of the mean square by which it misses the mean at a size that is left out of the fit."""
    points: Points
    """What it was fitted to, for predictions."""

    def value(self, size: float) -> float:
        """What the law says of a size, in the unit of the values."""
        return self._solution().at(_checked_size(size))

    def predict(self, size: float) -> Prediction:
        """What the law says of a size, with intervals."""
        solution, size = self._solution(), _checked_size(size)
        curve, value = solution.curve, solution.at(size)
        low, high = range_of(solution, lambda numbers: curve.at(size, numbers), self.confidence)
        if self.law is not Law.LINEAR:
            low = max(0.0, low)
        spread = _quantile(self.confidence, solution.freedom) * self.residual_error
        run_low = value - sqrt((value - low) ** 2 + spread**2)
        run_high = value + sqrt((high - value) ** 2 + spread**2)
        return Prediction(
            size=size, value=value, low=low, high=high, run_low=run_low, run_high=run_high
        )

    def _solution(self) -> Solution:
        return Solution(
            curve=curve_of(self.law, self.measure),
            points=self.points,
            parameters=tuple(each.value for each in self.parameters),
        )


class Refusal(Message, frozen=True, kw_only=True):
    """A law that was not fitted, and what is missing."""

    law: Law
    sizes: int
    """How many different sizes there are that say something."""
    needed: int
    """How many there must be."""

    @property
    def sentence(self) -> str:
        """The same in words."""
        return (
            f"{self.law.name_at_start} is not fitted: it needs {self.needed} different sizes and there are "
            f"{self.sizes}; measure {self.needed - self.sizes} more"
        )


class Speedup(Message, frozen=True, kw_only=True):
    """How many times as fast as one agent a size was on average."""

    size: int
    runs: int
    value: float
    """The mean time of one agent over the mean time at this size."""
    error: float | None
    """Its standard error; 0 at size 1, None if a size was measured only once."""


def fit_laws(
    sizes: Sequence[float],
    values: Sequence[float],
    *,
    measure: Measure = Measure.SPEEDUP,
    weights: Sequence[float] | None = None,
    confidence: float = CONFIDENCE,
    laws: Sequence[Law] = tuple(Law),
) -> tuple[Fit, ...]:
    """Fit laws to measurements, a row each; repeats are rows of the same size. The best one is first.

    A law that there are too few sizes for is left out; `unfitted` says which and what is missing.
    `weights` are inverse variances, up to a factor. Laws without an AICc come last.

    Raises:
        UsageError: if no law can be fitted, or a row is not a positive number of at least one agent.
    """
    if not 0 < confidence < 1:
        raise UsageError(f"a confidence is between 0 and 1, not {confidence!r}")
    points = points_of(sizes, values, measure=measure, weights=weights)
    curves = [curve_of(law, measure) for law in laws]
    refusals = _refusals(curves, points, measure)
    able = [curve for curve in curves if curve.law not in {each.law for each in refusals}]
    if not able:
        raise UsageError("; ".join(refusal.sentence for refusal in refusals))
    fits = [_fit(curve, points, measure, confidence) for curve in able]
    return tuple(sorted(fits, key=_rank))


def unfitted(
    sizes: Sequence[float],
    values: Sequence[float],
    *,
    measure: Measure = Measure.SPEEDUP,
    laws: Sequence[Law] = tuple(Law),
) -> tuple[Refusal, ...]:
    """The laws that `fit_laws` leaves out for the same rows, and what they lack."""
    points = points_of(sizes, values, measure=measure)
    return _refusals([curve_of(law, measure) for law in laws], points, measure)


def points_of(
    sizes: Sequence[float],
    values: Sequence[float],
    *,
    measure: Measure,
    weights: Sequence[float] | None = None,
) -> Points:
    """Gather rows by size; raises UsageError for a row that cannot be a measurement."""
    weights = [1.0] * len(sizes) if weights is None else weights
    rows = _checked_rows(sizes, values, weights)
    by_size: dict[float, list[tuple[float, float]]] = {}
    for size, value, weight in sorted(rows):
        by_size.setdefault(size, []).append((value, weight))
    totals = {size: sum(weight for _, weight in group) for size, group in by_size.items()}
    means = {size: sum(v * w for v, w in group) / totals[size] for size, group in by_size.items()}
    scatter = sum(w * (v - means[size]) ** 2 for size, group in by_size.items() for v, w in group)
    is_defined = measure is Measure.SPEEDUP and abs(means.get(1.0, 0.0) - 1) < AT_BOUND
    if is_defined:
        del means[1.0]
    return Points(
        sizes=tuple(means),
        values=tuple(means.values()),
        weights=tuple(totals[size] for size in means),
        rows=len(rows) - is_defined,
        scatter=scatter,
    )


def speedups(table: Iterable[tuple[int, float]]) -> tuple[Speedup, ...]:
    """Speedups by size from rows of (size, seconds), with standard errors by the delta method.

    The ratio of mean times, as the published figures have it, and not the mean of ratios: m1 / m, with
    the error (m1 / m) sqrt((e1 / m1)^2 + (e / m)^2) where e is the standard error of a mean time.

    Raises:
        UsageError: if there is no row of size 1, or a row is not a positive time.
    """
    by_size: dict[int, list[float]] = {}
    for size, seconds in table:
        _check_row(size, seconds, 1.0)
        by_size.setdefault(size, []).append(seconds)
    if 1 not in by_size:
        raise UsageError(
            f"a speedup is against one agent: no row of size 1, only {sorted(by_size)!r}"
        )
    return tuple(_speedup(size, by_size[size], by_size[1]) for size in sorted(by_size))


def _fit(curve: Curve, points: Points, measure: Measure, confidence: float) -> Fit:
    solution = solve(curve, points)
    return Fit(
        law=curve.law,
        measure=measure,
        confidence=confidence,
        parameters=tuple(
            _parameter(solution, number, confidence) for number in range(len(curve.names))
        ),
        peak=_peak(solution, confidence) if curve.law is Law.USL else None,
        r_squared=_r_squared(solution),
        aicc=_aicc(solution),
        residual_error=solution.error,
        left_out_error=_left_out_error(curve, points),
        points=points,
    )


def _parameter(solution: Solution, number: int, confidence: float) -> Estimate:
    curve, value = solution.curve, solution.parameters[number]
    lower, upper = curve.lower[number], curve.upper[number]
    slopes = tuple(float(each == number) for each in range(len(curve.names)))

    def quantity(numbers: Sequence[float]) -> Point:
        return Point(value=float(numbers[number]), slopes=slopes)

    low, high = range_of(solution, quantity, confidence)
    return Estimate(
        name=curve.names[number],
        value=value,
        low=max(lower, low),
        high=min(upper, high),
        at_bound=value - lower < AT_BOUND / max(solution.points.sizes) ** 2
        or upper - value < AT_BOUND,
    )


def _peak(solution: Solution, confidence: float) -> Estimate:
    """The best size, as the angle of b (by the largest size squared) to 1 - a.

    The angle is finite where the peak is not, and goes on smoothly where a second agent gains nothing.
    """
    largest = max(solution.points.sizes)
    more = (0.0,) * (len(solution.parameters) - 2)

    def angle(numbers: Sequence[float]) -> Point:
        gain, loss = 1 - numbers[0], numbers[1] * largest**2
        square = max(gain**2 + loss**2, AT_BOUND**2)
        slopes = (loss / square, gain * largest**2 / square, *more)
        return Point(value=atan2(loss, gain), slopes=slopes)

    def size(angle: float) -> float:
        if angle >= pi / 2:
            return 1.0
        return max(1.0, largest / sqrt(tan(angle))) if angle > 0 else inf

    least, most = range_of(solution, angle, confidence)
    value = usl_peak(a=solution.parameters[0], b=solution.parameters[1])
    at_bound = value in {1.0, inf}
    return Estimate(name="peak", value=value, low=size(most), high=size(least), at_bound=at_bound)


def _r_squared(solution: Solution) -> float | None:
    points = solution.points
    mean = sum(value * weight for _, value, weight in points.each()) / sum(points.weights)
    about = sum(weight * (value - mean) ** 2 for _, value, weight in points.each())
    total = points.scatter + about
    return 1 - solution.squares / total if total > floor_of(points) else None


def _aicc(solution: Solution) -> float | None:
    """With the residual error as a parameter; comparable between laws on the same rows only."""
    rows, count = solution.points.rows, len(solution.parameters) + 1
    if rows - count - 1 <= 0:
        return None
    squares = max(solution.squares, floor_of(solution.points))
    return rows * log(squares / rows) + 2 * count + 2 * count * (count + 1) / (rows - count - 1)


def _left_out_error(curve: Curve, points: Points) -> float:
    squares = 0.0
    for number, (size, value, weight) in enumerate(points.each()):
        squares += weight * (solve(curve, points.without(number)).at(size) - value) ** 2
    return sqrt(squares / sum(points.weights))


def _rank(fit: Fit) -> tuple[bool, float, int]:
    """Ties go to the law that is named first; rounding makes none."""
    return fit.aicc is None, round(fit.aicc or 0.0, 6), list(Law).index(fit.law)


def _refusals(curves: Sequence[Curve], points: Points, measure: Measure) -> tuple[Refusal, ...]:
    """At size 1 every law says that a speedup is 1, whatever its parameters."""
    is_silent = measure is Measure.SPEEDUP and 1.0 in points.sizes
    there = len(points.sizes) - is_silent
    return tuple(
        Refusal(law=curve.law, sizes=there, needed=len(curve.names) + 1)
        for curve in curves
        if there <= len(curve.names)
    )


def _quantile(confidence: float, freedom: int) -> float:
    from scipy.stats import t

    return float(t.ppf((1 + confidence) / 2, freedom))


def _checked_rows(
    sizes: Sequence[float], values: Sequence[float], weights: Sequence[float]
) -> list[tuple[float, float, float]]:
    if not len(sizes) == len(values) == len(weights):
        counts = (len(sizes), len(values), len(weights))
        raise UsageError(f"each row has a size, a value and a weight, but there are {counts!r}")
    rows = list(zip(map(float, sizes), map(float, values), map(float, weights), strict=True))
    for size, value, weight in rows:
        _check_row(size, value, weight)
    return rows


def _check_row(size: float, value: float, weight: float) -> None:
    _checked_size(size)
    if not (isfinite(value) and value > 0):
        raise UsageError(
            f"what was measured at size {size!r} must be above 0, not {value!r}: "
            "leave out a run that did not end, and count it where failures are counted"
        )
    if not (isfinite(weight) and weight > 0):
        raise UsageError(f"the weight of a row of size {size!r} must be above 0, not {weight!r}")


def _checked_size(size: float) -> float:
    if not (isfinite(size) and size >= 1):
        raise UsageError(f"a size is a number of agents, at least 1, not {size!r}")
    return float(size)


def _speedup(size: int, seconds: Sequence[float], alone: Sequence[float]) -> Speedup:
    value = fmean(alone) / fmean(seconds)
    error: float | None = 0.0
    if size != 1:
        known = len(seconds) > 1 and len(alone) > 1
        error = value * sqrt(_relative(alone) + _relative(seconds)) if known else None
    return Speedup(size=size, runs=len(seconds), value=value, error=error)


def _relative(seconds: Sequence[float]) -> float:
    """The squared standard error of a mean time, relative to it."""
    return stdev(seconds) ** 2 / len(seconds) / fmean(seconds) ** 2
