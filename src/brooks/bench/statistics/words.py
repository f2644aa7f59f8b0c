"""A verdict in words: who was better, by how much, how sure; or what is missing to say so."""

import math

from brooks.bench.statistics.intervals import Interval
from brooks.bench.statistics.verdict import Verdict


def sentence(verdict: Verdict) -> str:
    """All of a verdict; a team that is shown to fail more often comes first."""
    parts = [_on_failing(verdict), _decided(verdict) if verdict.is_decisive else _open(verdict)]
    if not verdict.fails_more:
        parts.append(_failures(verdict))
    return "; ".join(part for part in parts if part)


def number(value: float) -> str:
    """A number as a person reads it: three digits, no exponent where it can be helped."""
    if math.isinf(value):
        return "any number"
    if 0 < abs(value - 1) < 0.005:
        return f"{value:.4g}"
    if 0.0995 <= value < 10:
        return f"{value:.2f}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def count(amount: int, noun: str) -> str:
    """An amount with its noun: 1 pair, 20 pairs."""
    return f"{amount:,} {noun}" if amount == 1 else f"{amount:,} {noun}s"


def interval_text(interval: Interval) -> str:
    """An interval as it stands in brackets."""
    level = f"{interval.level * 100:g} % interval"
    if interval.low == 0 and math.isinf(interval.high):
        return f"{level} unbounded"
    if math.isinf(interval.high):
        return f"{level} {number(interval.low)} or more"
    if interval.low == 0:
        return f"{level} {number(interval.high)} or less"
    return f"{level} {number(interval.low)} to {number(interval.high)}"


def _on_failing(verdict: Verdict) -> str:
    if not verdict.fails_more:
        return ""
    done = verdict.comparison.completion
    failed = (done.first_failed, done.second_failed)
    names = (verdict.first, verdict.second)
    if verdict.fails_more == "second":
        failed, names = failed[::-1], names[::-1]
    return (
        f"{names[0]} failed more often than {names[1]} ({failed[0]} of {count(done.pairs, 'run')} "
        f"against {failed[1]}, {p_text(verdict.failing_p_value)})"
    )


def _failures(verdict: Verdict) -> str:
    done = verdict.comparison.completion
    if not done.first_failed and not done.second_failed:
        return ""
    return (
        f"{verdict.first} failed in {done.first_failed} of {count(done.pairs, 'run')}, "
        f"{verdict.second} in {done.second_failed}"
    )


def p_text(value: float) -> str:
    """A p-value: three decimals, or that it is below them."""
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def _decided(verdict: Verdict) -> str:
    is_first = verdict.kind == verdict.quantity.better
    better, worse = verdict.first, verdict.second
    ratio, interval = verdict.ratio, verdict.comparison.interval
    if not is_first:
        better, worse = worse, better
        ratio, interval = None if ratio is None else _over(ratio), reversed_interval(interval)
    pairs = count(verdict.pairs, "pair")
    if ratio is None or math.isinf(ratio):
        adjective = verdict.quantity.better
        return f"{better} was {adjective} than {worse}, by its failures alone ({pairs})"
    text = verdict.quantity.says_better.format(better=better, worse=worse, ratio=number(ratio))
    return f"{text} ({interval_text(interval)}, {pairs})"


def _open(verdict: Verdict) -> str:
    parts = [f"not decisive: {_seen(verdict)}"]
    if verdict.comparisons > 1:
        parts.append(
            f"{p_text(verdict.p_value)} after correction for {verdict.comparisons} comparisons"
        )
    parts.append(_missing(verdict))
    return "; ".join(part for part in parts if part)


def _seen(verdict: Verdict) -> str:
    pairs, ratio = count(verdict.pairs, "pair"), verdict.ratio
    if ratio is None:
        return f"no pair in which both finished ({pairs})"
    interval = reversed_interval(verdict.comparison.interval)
    if ratio == 0 or math.isinf(ratio):
        return f"failures outweigh the pairs in which both finished ({pairs})"
    text = verdict.quantity.says_even.format(
        first=verdict.first, second=verdict.second, ratio=number(_over(ratio))
    )
    return f"{text} ({interval_text(interval)}, {pairs})"


def _missing(verdict: Verdict) -> str:
    parts = []
    most = max(verdict.most_pairs, verdict.pairs)
    if verdict.is_significant:
        return f"a team that fails more is not called {verdict.quantity.better}"
    if verdict.pairs_to_decide is not None:
        parts.append(f"about {count(rounded(verdict.pairs_to_decide), 'pair')} would decide")
    else:
        parts.append(f"even {count(most, 'pair')} would hardly decide")
        if verdict.detectable is not None:
            percent = math.ceil((verdict.detectable - 1) * 100)
            parts.append(f"{count(verdict.pairs, 'pair')} show a difference from about {percent} %")
    return ", ".join(parts)


def rounded(pairs: int) -> int:
    """Up to two digits, since it is an estimate: 87 stays, 123 becomes 130."""
    step: int = 10 ** max(0, len(str(pairs)) - 2)
    return -(-pairs // step) * step


def reversed_interval(interval: Interval) -> Interval:
    """The interval of the ratio the other way round."""
    return Interval(
        low=_over(interval.high), high=_over(interval.low), level=interval.level, how=interval.how
    )


def _over(ratio: float) -> float:
    if ratio == 0:
        return math.inf
    return 1 / ratio
