"""Curves through points by least squares, and the range of anything that a fitted curve says.

Rows of one size count as their mean with the sum of their weights, and their scatter about it is added
to every sum of squares: the fit is the same and takes no longer however many runs there are.

The interval of a quantity - a parameter, a prediction, the best size - is the range that it takes over
all parameters whose sum of squares is at most (1 + t^2 / v) times the smallest, with t the quantile of
Student's distribution for v degrees of freedom: the profile-likelihood interval (Bates and Watts 1988,
chapter 6). The delta method, which takes the curve for straight, gives the same for straight lines
only; with a handful of sizes and a parameter at its bound it gives intervals that are symmetric where
the data are not, and that reach below 0. Here a bound cuts the region, and an interval ends there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf, sqrt

from brooks.analysis.curves import Curve, Point
from brooks.core.message import Message

STRICT = 1e-12
"""Relative change at which a search for the least squares ends."""
ROUNDING = 1e-10
"""A relative residual error below which a curve goes through its points; rounding must not rank laws."""
FARTHEST = 1024.0
"""Standard errors from the estimate beyond which the data are said not to bound a quantity."""
PULL = 10.0
"""How hard a quantity is pulled to a target: it stops short of it by about one in PULL squared."""
SHORT = 0.05
"""A part of the way to a target that a search may leave; if it leaves more, it may have gone astray."""
CLOSE = 1e-6
"""Standard errors within which an end of an interval is found."""
STUCK = 1e-6
"""A part of the way to a target so small that the quantity is said to be as far as it can go."""

Quantity = Callable[[Sequence[float]], Point]
"""Anything that parameters say: its value, and its slope by each of them."""


class Points(Message, frozen=True, kw_only=True):
    """What was measured, a point for each size."""

    sizes: tuple[float, ...]
    """Different ones, the smallest first."""
    values: tuple[float, ...]
    """The weighted mean at each size."""
    weights: tuple[float, ...]
    """The sum of weights at each size."""
    rows: int
    """How many measurements there were."""
    scatter: float = 0.0
    """The weighted sum of squares about the means of sizes, which no curve can explain."""

    def each(self) -> list[tuple[float, float, float]]:
        """Size, value and weight, point by point."""
        return list(zip(self.sizes, self.values, self.weights, strict=True))

    def without(self, number: int) -> "Points":
        """All but one size."""
        kept = [point for at, point in enumerate(self.each()) if at != number]
        sizes, values, weights = zip(*kept, strict=True)
        return Points(sizes=sizes, values=values, weights=weights, rows=self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """A curve where its sum of squares is least."""

    curve: Curve
    points: Points
    parameters: tuple[float, ...]

    @property
    def freedom(self) -> int:
        """Degrees of freedom of the residuals."""
        return self.points.rows - len(self.parameters)

    @property
    def squares(self) -> float:
        """The weighted sum of squares of all rows."""
        return squares_of(self.curve, self.points, self.parameters)

    @property
    def error(self) -> float:
        """The residual standard error, for a row of weight 1."""
        return sqrt(self.squares / self.freedom)

    @property
    def is_exact(self) -> bool:
        """Whether the curve goes through every row, but for rounding."""
        return self.squares <= floor_of(self.points)

    def at(self, size: float) -> float:
        """The curve's value at a size."""
        return self.curve.at(size, self.parameters).value


def floor_of(points: Points) -> float:
    """A sum of squares that is as good as none."""
    return ROUNDING**2 * sum(weight * value * value for _, value, weight in points.each())


def squares_of(curve: Curve, points: Points, parameters: Sequence[float]) -> float:
    """The weighted sum of squares of a curve with any parameters."""
    return points.scatter + sum(rest * rest for rest in _residuals(curve, points, parameters))


def solve(curve: Curve, points: Points) -> Solution:
    """The least squares within the bounds, searched from the best of the curve's guesses."""
    starts = (_with_scale(curve, points, guess) for guess in curve.guesses(max(points.sizes)))
    found = _least(
        curve,
        min(starts, key=partial(squares_of, curve, points)),
        lambda parameters: _residuals(curve, points, parameters),
        lambda parameters: _slopes(curve, points, parameters),
    )
    return Solution(curve=curve, points=points, parameters=found)


def range_of(solution: Solution, quantity: Quantity, confidence: float) -> tuple[float, float]:
    """The least and the largest that a quantity is over all parameters that the data do not refuse.

    An end that the data do not bound is infinite.
    """
    from scipy.stats import t

    here = quantity(solution.parameters)
    error = 0.0 if solution.is_exact else _delta_error(solution, here)
    if error == 0:
        return here.value, here.value
    room = (solution.error * float(t.ppf((1 + confidence) / 2, solution.freedom))) ** 2
    low, high = (_Profile(solution, quantity, error, sign).end(room) for sign in (-1, 1))
    return low, high


class _Profile:
    """The least squares for each value of a quantity, to one side of the estimate.

    A residual more, which pulls the quantity to a target, is added to those of the points. Where its
    sum is least, the points' own sum is the least for the value that the quantity has there; so value
    and sum are taken from there, and it does not matter that the target is not quite reached.
    """

    def __init__(self, solution: Solution, quantity: Quantity, error: float, sign: int) -> None:
        self._solution, self._quantity, self._sign = solution, quantity, sign
        self._error = error
        self._pull = PULL * solution.error / error
        start = solution.parameters
        self._nearest = start
        """Where a search for the next target starts, beside the estimate."""
        self._known = {0.0: (quantity(start).value, solution.squares)}
        """Value and sum of squares by target, in standard errors from the estimate."""

    def end(self, room: float) -> float:
        """The value at which the sum of squares has grown by so much; infinite if it never does.

        The root of what it has grown by is almost straight in the value, which makes it quick to find.
        """
        from scipy.optimize import brentq

        inside, step, grown = 0.0, 2.0, sqrt(room)
        while step <= FARTHEST:
            if self._growth(step) > grown:
                root = brentq(lambda there: self._growth(there) - grown, inside, step, xtol=CLOSE)
                return self._at(root)[0]
            if abs(self._at(step)[0] - self._at(inside)[0]) < STUCK * self._error * (step - inside):
                return self._at(step)[0]  # the bounds of the parameters allow no more
            inside, step = step, step * 2
        return self._sign * inf

    def _growth(self, step: float) -> float:
        """The root of how much the sum of squares is above the least."""
        return sqrt(max(0.0, self._at(step)[1] - self._known[0.0][1]))

    def _at(self, step: float) -> tuple[float, float]:
        """Value and sum of squares for a target so many standard errors from the estimate."""
        if step not in self._known:
            curve, points = self._solution.curve, self._solution.points
            target = self._known[0.0][0] + self._sign * step * self._error
            self._nearest = self._search(target)
            squares = squares_of(curve, points, self._nearest)
            self._known[step] = self._quantity(self._nearest).value, squares
        return self._known[step]

    def _search(self, target: float) -> tuple[float, ...]:
        """The least squares while pulled to a target; the better of two searches if one falls short."""
        curve, points = self._solution.curve, self._solution.points

        def residuals(parameters: Sequence[float]) -> list[float]:
            pulled = self._pull * (self._quantity(parameters).value - target)
            return [*_residuals(curve, points, parameters), pulled]

        def slopes(parameters: Sequence[float]) -> list[list[float]]:
            pulled = [self._pull * slope for slope in self._quantity(parameters).slopes]
            return [*_slopes(curve, points, parameters), pulled]

        found = _least(curve, self._nearest, residuals, slopes)
        if abs(self._quantity(found).value - target) <= SHORT * abs(target - self._known[0.0][0]):
            return found
        other = _least(curve, self._solution.parameters, residuals, slopes)
        return min(found, other, key=lambda each: sum(rest**2 for rest in residuals(each)))


def _least(
    curve: Curve,
    start: Sequence[float],
    residuals: Callable[[Sequence[float]], list[float]],
    slopes: Callable[[Sequence[float]], list[list[float]]],
) -> tuple[float, ...]:
    """The parameters within the bounds for which residuals are least, as a library finds them."""
    from scipy.optimize import least_squares

    found = least_squares(
        lambda numbers: residuals(numbers.tolist()),
        start,
        jac=lambda numbers: slopes(numbers.tolist()),
        bounds=(curve.lower, curve.upper),
        method="dogbox",
        x_scale="jac",
        ftol=STRICT,
        xtol=STRICT,
        gtol=STRICT,
        max_nfev=1000,
    )
    return tuple(map(float, found.x))


def _delta_error(solution: Solution, point: Point) -> float:
    """The standard error by the delta method: the width to search in, not the answer."""
    import numpy as np

    slopes = np.array(_slopes(solution.curve, solution.points, solution.parameters))
    covariance = np.linalg.pinv(slopes.T @ slopes, hermitian=True)
    steep = np.array(point.slopes)
    return solution.error * sqrt(max(0.0, float(steep @ covariance @ steep)))


def _with_scale(curve: Curve, points: Points, guess: tuple[float, ...]) -> tuple[float, ...]:
    """A guess with the best `g` for it, where there is one."""
    if not curve.is_scaled:
        return guess
    shapes = [curve.at(size, (*guess, 1.0)).value for size in points.sizes]
    rows = list(zip(shapes, points.values, points.weights, strict=True))
    above = sum(weight * shape * value for shape, value, weight in rows)
    return (*guess, above / sum(weight * shape * shape for shape, _, weight in rows))


def _residuals(curve: Curve, points: Points, parameters: Sequence[float]) -> list[float]:
    """Distances of the curve from the points, each by the root of its weight."""
    return [
        sqrt(weight) * (curve.at(size, parameters).value - value)
        for size, value, weight in points.each()
    ]


def _slopes(curve: Curve, points: Points, parameters: Sequence[float]) -> list[list[float]]:
    """How each residual grows with each parameter."""
    return [
        [sqrt(weight) * slope for slope in curve.at(size, parameters).slopes]
        for size, _, weight in points.each()
    ]
