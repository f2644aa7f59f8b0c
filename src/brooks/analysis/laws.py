"""What theory says of a team's speed: closed forms, in the units of what they are given.

A *size* is a number of agents, at least 1; it need not be whole. A *speedup* is the time of one agent
over the time of a team, for the same work. *Work* is the time that one agent needs, *span* that of the
heaviest path of tasks, which no number of agents can beat; both in one unit, here seconds.

None of these laws knows what an agent costs that repeats another's work, or that has to be waited for:
they say what could be had (Amdahl, Brent), or describe what was measured (the Universal Scalability
Law). `brooks.analysis.fitting` fits them to measurements.
"""

from math import inf, isfinite, sqrt
from typing import NamedTuple

from brooks.core.message import Message
from brooks.errors import UsageError

ROUNDING = 1e-9
"""Relative error of sums of times that is not held against a measured run."""


def amdahl(p: float, n: float) -> float:
    """Speedup S = 1 / ((1 - p) + p / n) of fixed work of which the fraction `p` can be shared out.

    Amdahl 1967. Raises UsageError if `p` is not a fraction or `n` is not a size.
    """
    _check_fraction(p)
    _check_size(n)
    return 1 / ((1 - p) + p / n)


def amdahl_limit(p: float) -> float:
    """Speedup 1 / (1 - p) that no number of agents exceeds; infinite if all can be shared out.

    Amdahl 1967. Raises UsageError if `p` is not a fraction.
    """
    _check_fraction(p)
    return 1 / (1 - p) if p < 1 else inf


def gustafson(p: float, n: float) -> float:
    """Speedup S = n - (1 - p)(n - 1) of work that grows with the team, `p` its part that is shared.

    Gustafson 1988: here `p` is the share of the team's time, not of one agent's. Raises UsageError if
    `p` is not a fraction or `n` is not a size.
    """
    _check_fraction(p)
    _check_size(n)
    return n - (1 - p) * (n - 1)


def usl(n: float, *, a: float, b: float, g: float = 1.0) -> float:
    """Throughput C = g n / (1 + a (n - 1) + b n (n - 1)), in the unit of `g`, that of one agent.

    Gunther's Universal Scalability Law (1993, 2007): `a` is contention, the share of work for which all
    queue; `b` is coherency, what each pair costs to be kept in agreement. With `b` = 0 it is Amdahl's
    law for p = 1 - a. Raises UsageError if `n` is not a size, `a` or `b` is negative, `g` not positive.
    """
    _check_size(n)
    _check_costs(a, b)
    if not (isfinite(g) and g > 0):
        raise UsageError(f"the throughput of one agent must be above 0, not g = {g!r}")
    return g * n / (1 + a * (n - 1) + b * n * (n - 1))


def usl_speedup(n: float, *, a: float, b: float) -> float:
    """Speedup C(n) / C(1) by the Universal Scalability Law: its throughput with g = 1."""
    return usl(n, a=a, b=b)


def usl_peak(*, a: float, b: float) -> float:
    """The size sqrt((1 - a) / b) beyond which more agents are slower.

    Gunther 1993. It is infinite if the curve never falls (b = 0, a < 1), and 1, the smallest size,
    if a second agent gains nothing (a >= 1). Raises UsageError if `a` or `b` is negative.
    """
    _check_costs(a, b)
    if a >= 1:
        return 1.0
    return max(1.0, sqrt((1 - a) / b)) if b > 0 else inf


def karp_flatt(speedup: float, n: float) -> float:
    """The serial fraction e = (1 / S - 1 / n) / (1 - 1 / n) that a measured speedup amounts to.

    Karp and Flatt 1990, "experimentally determined". If it grows with the size, overhead is what
    hinders, and not serial work; below 0 the speedup was more than `n`. Raises UsageError if the
    speedup is not positive or `n` is not above 1.
    """
    if not (isfinite(speedup) and speedup > 0):
        raise UsageError(f"a speedup must be above 0, not {speedup!r}")
    if not (isfinite(n) and n > 1):
        raise UsageError(f"a serial fraction shows at sizes above 1 only, not at {n!r}")
    return (1 / speedup - 1 / n) / (1 - 1 / n)


def parallel_fraction(tasks: float, span: float) -> float:
    """The fraction p = (N - C) / N of `tasks` that is not on the longest chain, of `span` tasks.

    The definition of the published experiments (arXiv 2603.12229), with tasks of one unit each; with
    the work and the span of a graph in efforts it is the same weighted by effort. 0 where there is
    nothing to do. Raises UsageError if a number is negative or the chain is longer than the whole.
    """
    if not (isfinite(tasks) and 0 <= span <= tasks * (1 + ROUNDING)):
        raise UsageError(f"a chain of {span!r} cannot be a part of {tasks!r} tasks")
    return max(0.0, (tasks - span) / tasks) if tasks else 0.0


class Interval(NamedTuple):
    """From what to what."""

    lower: float
    upper: float


def brent(work: float, span: float, processors: float) -> Interval:
    """Bounds max(W / P, span) <= T <= W / P + span (1 - 1 / P) of the time of any greedy schedule.

    Greedy: nobody is idle while a task is ready. Graham 1969, Brent 1974; no communication, equal
    agents. The lower bound is that of every schedule. In the unit of `work` and `span`. Raises
    UsageError if they are negative, the span is above the work, or `processors` is not a size.
    """
    _check_size(processors)
    if not (isfinite(work) and 0 <= span <= work * (1 + ROUNDING)):
        raise UsageError(f"a span of {span!r} cannot be a part of work of {work!r}")
    lower = max(work / processors, span)
    return Interval(lower, max(lower, work / processors + span * (1 - 1 / processors)))


def graham_ratio(m: float) -> float:
    """How many times as long as the best a list schedule for `m` equal agents is at most: 2 - 1 / m.

    Graham 1966, 1969. Raises UsageError if `m` is not a size.
    """
    _check_size(m)
    return 2 - 1 / m


class RunBounds(Message, frozen=True, kw_only=True):
    """Between what a run's makespan must be if nobody was idle while a task was ready."""

    work_seconds: float
    span_seconds: float
    agents: int
    lower_seconds: float
    """Brent's lower bound: no schedule of equal agents is shorter."""
    upper_seconds: float
    """Brent's upper bound: no greedy schedule is longer."""
    graham: float
    """Graham's factor: a greedy schedule is at most so many times as long as the best one."""

    def holds(self, makespan_seconds: float) -> bool:
        """Whether a makespan is inside, but for rounding."""
        slack = ROUNDING * max(1.0, self.upper_seconds)
        return self.lower_seconds - slack <= makespan_seconds <= self.upper_seconds + slack

    def sentence(self, makespan_seconds: float) -> str:
        """Where a makespan lies, in words, and what that means."""
        return (
            f"{makespan_seconds:.4g} s {self._verdict(makespan_seconds)}: {self.agents} agents with "
            f"{self.work_seconds:.4g} s of work and a span of {self.span_seconds:.4g} s need at least "
            f"{self.lower_seconds:.4g} s, and at most {self.upper_seconds:.4g} s if nobody is idle "
            f"while a task is ready (then at most {self.graham:.3g} times the best)"
        )

    def _verdict(self, makespan_seconds: float) -> str:
        if self.holds(makespan_seconds):
            return "is within Brent's bounds"
        if makespan_seconds < self.lower_seconds:
            return "is below Brent's lower bound, so the work or span is not that of this run"
        beyond = makespan_seconds - self.upper_seconds
        return (
            f"is {beyond:.4g} s above Brent's upper bound, time in which agents waited or repeated"
        )


def bounds(work_seconds: float, span_seconds: float, agents: int) -> RunBounds:
    """Brent's bounds and Graham's factor for a measured run; raises UsageError as `brent` does."""
    lower, upper = brent(work_seconds, span_seconds, agents)
    return RunBounds(
        work_seconds=work_seconds,
        span_seconds=span_seconds,
        agents=agents,
        lower_seconds=lower,
        upper_seconds=upper,
        graham=graham_ratio(agents),
    )


def _check_size(n: float) -> None:
    if not (isfinite(n) and n >= 1):
        raise UsageError(f"a size is a number of agents, at least 1, not {n!r}")


def _check_fraction(p: float) -> None:
    if not 0 <= p <= 1:
        raise UsageError(f"a fraction is between 0 and 1, not {p!r}")


def _check_costs(a: float, b: float) -> None:
    if not (isfinite(a) and isfinite(b) and a >= 0 and b >= 0):
        raise UsageError(f"contention and coherency are at least 0, not a = {a!r} and b = {b!r}")
