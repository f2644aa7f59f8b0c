"""One question: is the first team better than the second? Yes, no, or not decisive.

A verdict is decisive when the test of `signed_rank` says so at the level asked for, and the team it
favours is not shown (McNemar's exact test, same level) to fail more often: a team that fails more
is never called faster or cheaper, however quick the runs are that it finishes. That takes verdicts
away and adds none, so a false verdict is at most as likely as the level says.
"""

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from brooks.bench.statistics.paired import alpha_of, compare
from brooks.bench.statistics.pairs import Pair, Sorted, sort_pairs
from brooks.bench.statistics.power import MOST_PAIRS, detectable, pairs_to_decide
from brooks.bench.statistics.verdict import TIME, Kind, Quantity, Verdict
from brooks.bench.statistics.words import sentence
from brooks.errors import UsageError


def decide(
    pairs: Sequence[Pair],
    *,
    first: str,
    second: str,
    quantity: Quantity = TIME,
    level: float = 0.95,
    power: float = 0.8,
    most_pairs: int = MOST_PAIRS,
    seed: int = 0,
) -> Verdict:
    """Compare two teams by pairs of runs with one seed each.

    Args:
        pairs: What each team needed; None for a run that failed or timed out.
        first: The name of the first team.
        second: The name of the second team.
        quantity: What the values are: `TIME`, `TOKENS` or `DOLLARS`.
        level: Of the intervals; a false verdict is as rare as what it leaves of 1.
        power: The chance with which `pairs_to_decide` pairs would decide.
        most_pairs: More pairs than these are not thought of.
        seed: Of what is drawn for the bootstrap and the power. Equal seeds give equal verdicts.

    Raises:
        UsageError: no pairs, a value that has no ratio, or a level or power that is none.
    """
    ended = sort_pairs(pairs)
    chance = np.random.default_rng(seed)
    verdict = compared(
        ended,
        first=first,
        second=second,
        quantity=quantity,
        level=level,
        power=power,
        most_pairs=most_pairs,
        chance=chance,
    )
    return settled(verdict, ended, chance=chance)


def compared(
    ended: Sorted,
    *,
    first: str,
    second: str,
    quantity: Quantity,
    level: float,
    power: float,
    most_pairs: int,
    chance: np.random.Generator,
) -> Verdict:
    """What is computed of two teams, as a verdict that is not settled yet.

    Raises:
        UsageError: a level or power that is none.
    """
    check_shares(level=level, power=power)
    comparison = compare(ended, chance=chance, level=level)
    return Verdict(
        kind="not_decisive",
        first=first,
        second=second,
        quantity=quantity,
        comparison=comparison,
        p_value=comparison.test.p_value,
        failing_p_value=comparison.completion.p_value,
        alpha=alpha_of(level),
        power=power,
        most_pairs=most_pairs,
    )


def check_shares(**shares: float) -> None:
    """Refuse a level or a power that is no share.

    Raises:
        UsageError: one is not between 0 and 1.
    """
    for name, value in shares.items():
        if not 0 < value < 1:
            raise UsageError(f"{name} is {value!r}: give a share between 0 and 1, such as 0.9")


def settled(verdict: Verdict, ended: Sorted, *, chance: np.random.Generator) -> Verdict:
    """The verdict with what follows from its p-values: its kind, what is missing, its sentence."""
    completion = verdict.comparison.completion
    is_shown = verdict.failing_p_value <= verdict.alpha
    found = replace(verdict, fails_more=completion.failed_more if is_shown else "")
    found = replace(found, kind=_kind(found))
    if not found.is_significant:
        found = _with_what_is_missing(found, ended, chance)
    return replace(found, sentence=sentence(found))


def _kind(verdict: Verdict) -> Kind:
    favoured = verdict.comparison.test.favours
    if not verdict.is_significant or favoured == verdict.fails_more:
        return "not_decisive"
    return verdict.quantity.better if favoured == "first" else verdict.quantity.worse


def _with_what_is_missing(verdict: Verdict, ended: Sorted, chance: np.random.Generator) -> Verdict:
    """Of a family of comparisons the strictest step of the correction is what has to be passed."""
    alpha = verdict.alpha / verdict.comparisons
    enough = pairs_to_decide(
        ended,
        favours_first=verdict.comparison.test.favours != "second",
        chance=chance,
        alpha=alpha,
        power=verdict.power,
        most=verdict.most_pairs,
    )
    shown = detectable(ended, chance=chance, alpha=alpha, power=verdict.power)
    return replace(verdict, pairs_to_decide=enough, detectable=shown)
