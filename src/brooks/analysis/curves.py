"""The laws as curves with free parameters, for fitting: values and slopes at a size.

Where speedups are fitted a law has the parameters of its formula and goes through 1 at size 1. Where
throughputs are, it has one more, `g`, the throughput of one agent, by which the formula is multiplied.
The straight line has its own two parameters in both cases. A parameter is kept between its bounds, as
the literature does: fractions between 0 and 1, contention and coherency at 0 or above.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from math import inf


class Law(StrEnum):
    """What can be fitted, in the order in which ties are decided."""

    AMDAHL = "amdahl"
    GUSTAFSON = "gustafson"
    USL = "usl"
    LINEAR = "linear"
    """A straight line: no law, but what one has to be better than."""

    @property
    def name_at_start(self) -> str:
        """Its name at the beginning of a sentence."""
        return self.name_inside[0].upper() + self.name_inside[1:]

    @property
    def name_inside(self) -> str:
        """Its name within a sentence."""
        return _TITLES[self]


class Measure(StrEnum):
    """What was measured at each size."""

    SPEEDUP = "speedup"
    """The time of one agent over that of the team: 1 at size 1 by definition."""
    THROUGHPUT = "throughput"
    """Work done in a time, in any unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A value and how it grows with each parameter."""

    value: float
    slopes: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One law with its parameters free."""

    law: Law
    names: tuple[str, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    at: Callable[[float, Sequence[float]], Point]
    """The point at a size, for parameters."""
    guesses: Callable[[float], Iterator[tuple[float, ...]]]
    """Parameters to start a search from, for sizes up to the one given; without `g`."""
    is_scaled: bool = False
    """Whether the last parameter is `g`."""


def curve_of(law: Law, measure: Measure) -> Curve:
    """The curve of a law for speedups or throughputs."""
    curve = _CURVES[law]
    if measure is Measure.SPEEDUP or law is Law.LINEAR:
        return curve
    return Curve(
        law=law,
        names=(*curve.names, "g"),
        lower=(*curve.lower, 0.0),
        upper=(*curve.upper, inf),
        at=_scaled(curve.at),
        guesses=curve.guesses,
        is_scaled=True,
    )


def _scaled(
    shape: Callable[[float, Sequence[float]], Point],
) -> Callable[[float, Sequence[float]], Point]:
    def at(size: float, parameters: Sequence[float]) -> Point:
        *others, scale = parameters
        point = shape(size, others)
        slopes = (*(scale * slope for slope in point.slopes), point.value)
        return Point(value=scale * point.value, slopes=slopes)

    return at


def _amdahl(size: float, parameters: Sequence[float]) -> Point:
    (fraction,) = parameters
    value = 1 / ((1 - fraction) + fraction / size)
    return Point(value=value, slopes=(value * value * (1 - 1 / size),))


def _gustafson(size: float, parameters: Sequence[float]) -> Point:
    (fraction,) = parameters
    return Point(value=1 + fraction * (size - 1), slopes=(size - 1,))


def _usl(size: float, parameters: Sequence[float]) -> Point:
    contention, coherency = parameters
    pairs = size * (size - 1)
    value = size / (1 + contention * (size - 1) + coherency * pairs)
    steep = -value * value / size
    return Point(value=value, slopes=(steep * (size - 1), steep * pairs))


def _line(size: float, parameters: Sequence[float]) -> Point:
    start, slope = parameters
    return Point(value=start + slope * size, slopes=(1.0, size))


def _fractions(_: float) -> Iterator[tuple[float, ...]]:
    yield from ((tenth / 10,) for tenth in range(11))


def _costs(largest: float) -> Iterator[tuple[float, ...]]:
    """Coherency matters by the square of the size, so it is tried in parts of that."""
    contentions = (0.0, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
    shares = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0)
    yield from ((a, share / largest**2) for a, share in product(contentions, shares))


def _level(_: float) -> Iterator[tuple[float, ...]]:
    yield (0.0, 1.0)


_TITLES = {
    Law.AMDAHL: "Amdahl's law",
    Law.GUSTAFSON: "Gustafson's law",
    Law.USL: "the Universal Scalability Law",
    Law.LINEAR: "a straight line",
}
_CURVES = {
    Law.AMDAHL: Curve(
        law=Law.AMDAHL, names=("p",), lower=(0.0,), upper=(1.0,), at=_amdahl, guesses=_fractions
    ),
    Law.GUSTAFSON: Curve(
        law=Law.GUSTAFSON,
        names=("p",),
        lower=(0.0,),
        upper=(1.0,),
        at=_gustafson,
        guesses=_fractions,
    ),
    Law.USL: Curve(
        law=Law.USL,
        names=("a", "b"),
        lower=(0.0, 0.0),
        upper=(inf, inf),
        at=_usl,
        guesses=_costs,
    ),
    Law.LINEAR: Curve(
        law=Law.LINEAR,
        names=("start", "slope"),
        lower=(-inf, -inf),
        upper=(inf, inf),
        at=_line,
        guesses=_level,
    ),
}
