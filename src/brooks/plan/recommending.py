"""What to take of the candidates, and against what it is held.

The best is the one with the lowest score among those that keep the limits. Of several that are as good
within 2 %, the one that is better in the other quantity is taken (the cheaper one where time counts, the
quicker one where cost does), in steps of 5 %; then the one with the fewest agents. And one agent is taken
instead if the team is not better by more than chance explains: every comparison has the same baseline,
the best team of one that was run.
"""

from collections.abc import Callable, Sequence
from math import exp, log, sqrt
from statistics import fmean

from brooks.core.message import Message
from brooks.plan.candidates import Candidate
from brooks.plan.intervals import LEAST, Share, share, t_quantile
from brooks.plan.predicting import BREAKS_OFTEN, Objective, Predicted, Prediction
from brooks.plan.racing import INDIFFERENT
from brooks.plan.simulating import Simulated

AS_GOOD = 1.05
"""Ratio to the best up to which a choice counts as right in one drawn world."""
LEAST_FOR_FRONTIER = 8
"""Runs below which a candidate is not said to be on the frontier: it may only have been lucky."""
STEP = 0.05
"""Difference of logarithms of the other quantity that is worth anything between equals."""


class Ratio(Message, frozen=True, kw_only=True):
    """What a team takes, as a share of what another takes, paired by seed, with an interval at 0.95."""

    value: float
    low: float
    high: float
    pairs: int


class Recommendation(Message, frozen=True, kw_only=True):
    """What to take."""

    place: int
    """Its number among the predictions."""
    baseline: int
    """The number of one agent that it is held against."""
    seconds_ratio: Ratio
    """Its time beside that of the baseline."""
    cost_ratio: Ratio
    sure: Share
    """In which share of the common runs it was the best, or within 5 % of it."""
    keeps_limits: bool
    frontier: tuple[int, ...]
    """Candidates of which none other is both quicker and cheaper, quickest first."""
    is_one_agent_by_noise: bool
    """Whether a team looked better than one agent, by no more than chance explains."""


def recommend(predicted: Predicted) -> Recommendation:
    """Choose among what was predicted."""
    predictions = predicted.predictions
    allowed = _allowed(predictions)
    leader = min(allowed, key=lambda place: _rank(predicted, place))
    best = _preferred(predicted, allowed, leader)
    lone = [place for place in allowed if predictions[place].size == 1]
    by_noise = False
    if predictions[best].size > 1 and lone:
        one = min(lone, key=lambda place: score_of(predicted, place))
        if not _is_better(predicted, best, one):
            best, by_noise = one, True
    alone = [place for place, each in enumerate(predictions) if each.size == 1]
    same = [place for place in alone if predictions[place].model == predictions[best].model]
    baseline = min(same or alone, key=lambda place: score_of(predicted, place), default=best)
    return Recommendation(
        place=best,
        baseline=baseline,
        seconds_ratio=paired(predicted.results[best], predicted.results[baseline], _seconds),
        cost_ratio=paired(
            predicted.results[best],
            predicted.results[baseline],
            _dollars if predicted.by_dollars else _tokens,
        ),
        sure=_sure(predicted, best),
        keeps_limits=predictions[best].keeps_limits.value >= 1 - BREAKS_OFTEN,
        frontier=frontier(predicted),
        is_one_agent_by_noise=by_noise,
    )


def _allowed(predictions: Sequence[Prediction]) -> list[int]:
    """Who may be chosen: those that keep the limits, or else those that keep them most often."""
    keeping = [
        place
        for place, each in enumerate(predictions)
        if each.keeps_limits.value >= 1 - BREAKS_OFTEN
    ]
    if keeping:
        return keeping
    most = max(each.keeps_limits.value for each in predictions)
    return [
        place for place, each in enumerate(predictions) if each.keeps_limits.value >= most - LEAST
    ]


def _rank(predicted: Predicted, place: int) -> tuple[bool, float]:
    """Those that lasted to the end come first: the others have few runs, and so more luck."""
    return predicted.predictions[place].dropped, score_of(predicted, place)


def _preferred(predicted: Predicted, allowed: Sequence[int], leader: int) -> int:
    """Of those that are as good as the leader, the best in the other quantity, then the smallest."""
    enough = predicted.predictions[leader].runs / 2
    found = [
        place
        for place in allowed
        if predicted.predictions[place].runs >= enough
        and predicted.standing(place, leader).difference <= INDIFFERENT
    ]
    others = {place: log(_other(predicted, place)) for place in {leader, *found}}
    least = min(others.values())
    return min(
        others,
        key=lambda place: (
            max(0, round((others[place] - least) / STEP)),
            predicted.predictions[place].size,
            others[place],
            place,
        ),
    )


def _other(predicted: Predicted, place: int) -> float:
    """What decides between equals: cost where time is wanted, time where cost is."""
    if predicted.wish.objective is Objective.TIME:
        return max(cost_of(predicted, place), LEAST)
    return max(predicted.predictions[place].seconds.typical, LEAST)


def _is_better(predicted: Predicted, team: int, one: int) -> bool:
    """Whether a team is better than one agent beyond chance: by what is wanted, or else by the rest."""
    gap = predicted.standing(one, team)
    if gap.difference > INDIFFERENT:
        return gap.is_likely_worse()
    if predicted.wish.objective is Objective.TIME:
        return False
    ratio = paired(predicted.results[one], predicted.results[team], _seconds)
    return log(ratio.low) > STEP


def score_of(predicted: Predicted, place: int) -> float:
    """The mean score of a candidate: a logarithm, lower is better."""
    return fmean(log(_scored(predicted, each)) for each in predicted.results[place])


def cost_of(predicted: Predicted, place: int) -> float:
    """The typical cost of a candidate, in dollars or tokens."""
    found = predicted.predictions[place]
    if predicted.by_dollars and found.dollars is not None:
        return found.dollars.typical
    return found.tokens.typical


def _scored(predicted: Predicted, result: Simulated) -> float:
    cost = _dollars(result) if predicted.by_dollars else _tokens(result)
    match predicted.wish.objective:
        case Objective.TIME:
            return max(result.seconds, LEAST)
        case Objective.COST:
            return max(cost, LEAST)
        case Objective.BALANCED:
            return max(result.seconds * cost, LEAST)


def _seconds(result: Simulated) -> float:
    return result.seconds


def _tokens(result: Simulated) -> float:
    return float(result.tokens)


def _dollars(result: Simulated) -> float:
    return result.dollars or 0.0


def paired(
    first: Sequence[Simulated], second: Sequence[Simulated], value: Callable[[Simulated], float]
) -> Ratio:
    """The ratio of two candidates, by the runs with the same seeds."""
    theirs = {each.seed: value(each) for each in second}
    gaps = [
        log(max(value(each), LEAST) / max(theirs[each.seed], LEAST))
        for each in first
        if each.seed in theirs
    ]
    if not gaps:
        return Ratio(value=1.0, low=LEAST, high=1 / LEAST, pairs=0)
    mean = fmean(gaps)
    if len(gaps) == 1:
        return Ratio(value=exp(mean), low=exp(mean - 0.7), high=exp(mean + 0.7), pairs=1)
    spread = sqrt(sum((gap - mean) ** 2 for gap in gaps) / (len(gaps) - 1))
    reach = t_quantile(0.975, len(gaps) - 1) * spread / sqrt(len(gaps))
    return Ratio(value=exp(mean), low=exp(mean - reach), high=exp(mean + reach), pairs=len(gaps))


def _sure(predicted: Predicted, best: int) -> Share:
    """How often the choice was right, in the runs that all had who lasted to the end."""
    lasting = [
        place
        for place, each in enumerate(predicted.predictions)
        if place == best or not each.dropped or each.size == 1
    ]
    scores = [
        {each.seed: _scored(predicted, each) for each in predicted.results[place]}
        for place in lasting
    ]
    own = scores[lasting.index(best)]
    common = [seed for seed in own if sum(seed in each for each in scores) > 1]
    hits = sum(
        own[seed] <= AS_GOOD * min(each[seed] for each in scores if seed in each) for seed in common
    )
    return share(hits, len(common))


def frontier(predicted: Predicted) -> tuple[int, ...]:
    """The candidates of which none other is both quicker and cheaper, of those with enough runs to tell."""
    most = max(each.runs for each in predicted.predictions)
    known = [
        place
        for place, each in enumerate(predicted.predictions)
        if each.runs >= min(LEAST_FOR_FRONTIER, most)
    ]
    ranked = sorted(
        known,
        key=lambda place: (predicted.predictions[place].seconds.typical, cost_of(predicted, place)),
    )
    found: list[int] = []
    cheapest = float("inf")
    for place in ranked:
        cost = cost_of(predicted, place)
        if cost < cheapest:
            found.append(place)
            cheapest = cost
    return tuple(found)


def chosen(predicted: Predicted, recommendation: Recommendation) -> Candidate:
    """The candidate that is recommended."""
    return predicted.candidates[recommendation.place]
