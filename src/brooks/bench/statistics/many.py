"""Many comparisons at once: the more are made, the more come out by chance, so their p-values grow.

*Holm* (1979) bounds the chance of even one false verdict in the family, whatever depends on what; it is
what verdicts are corrected by. *Benjamini and Hochberg* (1995) bound the share of false ones among the
findings, for independent or positively dependent comparisons: for looking at many, not for deciding.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Literal

import numpy as np
from msgspec.structs import replace
from scipy import stats

from brooks.bench.statistics.deciding import compared, settled
from brooks.bench.statistics.pairs import Pair, sort_pairs
from brooks.bench.statistics.power import MOST_PAIRS
from brooks.bench.statistics.verdict import TIME, Quantity, Verdict
from brooks.core.message import Message
from brooks.errors import UsageError

Correction = Literal["holm", "benjamini_hochberg"]


class Contest(Message, frozen=True, kw_only=True):
    """Two teams and their pairs."""

    first: str
    second: str
    pairs: tuple[Pair, ...]


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """P-values corrected by Holm: the smallest times their number, the next times one less, and so on.

    None becomes smaller than that of a smaller one.
    """
    total = len(_checked(p_values))
    order = sorted(range(total), key=lambda place: p_values[place])
    grown = accumulate(((total - step) * p_values[place] for step, place in enumerate(order)), max)
    corrected = dict(zip(order, grown, strict=True))
    return tuple(min(1.0, corrected[place]) for place in range(total))


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """P-values corrected by Benjamini and Hochberg, as SciPy does it."""
    if not _checked(p_values):
        return ()
    return tuple(float(value) for value in stats.false_discovery_control(p_values, method="bh"))


def _checked(p_values: Sequence[float]) -> Sequence[float]:
    for value in p_values:
        if not 0 <= value <= 1:
            raise UsageError(f"{value!r} is no p-value: leave comparisons without one out")
    return p_values


CORRECTIONS: Mapping[Correction, Callable[[Sequence[float]], tuple[float, ...]]] = {
    "holm": holm,
    "benjamini_hochberg": benjamini_hochberg,
}


def decide_all(
    contests: Sequence[Contest],
    *,
    quantity: Quantity = TIME,
    level: float = 0.95,
    power: float = 0.8,
    most_pairs: int = MOST_PAIRS,
    correction: Correction = "holm",
    seed: int = 0,
) -> tuple[Verdict, ...]:
    """Decide every contest, all of them as one family, in their order.

    Both p-values are corrected, that of the test over all tests and that of failing more often over all
    of those. The intervals stay each comparison's own, at the level asked for.
    """
    ended = [sort_pairs(contest.pairs) for contest in contests]
    verdicts = [
        compared(
            each,
            first=contest.first,
            second=contest.second,
            quantity=quantity,
            level=level,
            power=power,
            most_pairs=most_pairs,
            chance=np.random.default_rng(seed),
        )
        for each, contest in zip(ended, contests, strict=True)
    ]
    return tuple(
        settled(verdict, each, chance=np.random.default_rng(seed))
        for verdict, each in zip(corrected(verdicts, correction), ended, strict=True)
    )


def corrected(verdicts: Sequence[Verdict], correction: Correction) -> list[Verdict]:
    """Verdicts with the p-values that they have as a family; not settled yet."""
    correct = CORRECTIONS[correction]
    tests = correct([verdict.p_value for verdict in verdicts])
    failing = correct([verdict.failing_p_value for verdict in verdicts])
    return [
        replace(verdict, p_value=test, failing_p_value=fails, comparisons=len(verdicts))
        for verdict, test, fails in zip(verdicts, tests, failing, strict=True)
    ]
