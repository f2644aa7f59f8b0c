"""Whether the rules of agreement keep what they promise, in every small case, and what a majority is worth.

- Quorums: for each number f of faulty voters, crashed or lying, with as few voters as are enough and with
  one less: every assignment of answers to voters, everything the faulty ones may do (a liar tells each
  decider something else) and every set of ballots that a decider may have seen. Two deciders must
  never decide differently (*agreement*); what is decided must have been said by a voter that is not
  faulty (*validity*); and when those all say the same, their ballots must decide (*termination*). With
  one voter less, every count of equal answers must break one of them: the counterexamples are printed.
- Haste: with how many voters any n - f ballots decide, and not only those of the n - f that are not
  faulty.
- Discussions: every behaviour of three voters in up to three rounds ends.
- Majorities: drawn votes, put to the rule, are right as often as the closed forms say, for independent
  and for correlated voters. All points are judged together at 99 %: each by an interval of
  1 - 0.01 / points (Bonferroni), by the normal law.

What is symmetric is not tried twice: the faulty voters are the last ones, since no rule looks at
names. Two deciders see ballots independently of each other, so it is enough to find everything that one
may decide: they can differ exactly if that is more than one answer.

A flaw is a broken promise, or a bound that is not tight. With a flaw the command fails.

    PYTHONPATH=evidence python -m measure.consensus [--draws 200000]
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, pairwise, product
from math import sqrt
from random import Random
from statistics import NormalDist

from brooks.core.voting import (
    Ballot,
    Decided,
    Discussion,
    Result,
    Rule,
    Waiting,
    chance_of_majority,
    decide,
    decide_by_count,
    decides_without_the_slowest,
    effective_voters,
    fewest_voters,
    quorum_size,
)
from brooks.ids import AgentId

VALUES = "ABC"
CASES = ((1, False), (2, False), (1, True), (2, True))
"""Faulty voters, and whether they lie."""
CONFIDENCE = 0.99
POINTS = tuple(product((1, 3, 4, 5, 9), (0.3, 0.45, 0.6, 0.75), (0.0, 0.1, 0.4)))
"""Voters, probability that one is right, correlation."""

Said = tuple[str | None, ...]
"""What each voter has told a decider; None: nothing that it has heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Voters, of whom the last ones are faulty, and how many equal answers decide."""

    voters: int
    faulty: int
    byzantine: bool
    needed: int | None = None
    """None for the count of the rule."""

    @property
    def correct(self) -> int:
        """How many voters are not faulty: the first ones."""
        return self.voters - self.faulty

    @property
    def count(self) -> int:
        """How many equal answers decide."""
        if self.needed is not None:
            return self.needed
        return quorum_size(self.voters, faulty=self.faulty, byzantine=self.byzantine)

    def inputs(self) -> Iterator[tuple[str, ...]]:
        """Every assignment of answers: to all voters, or to all who do not lie."""
        return product(VALUES, repeat=self.correct if self.byzantine else self.voters)

    def views(self, inputs: Sequence[str]) -> Iterator[Said]:
        """Everything that a decider may have heard."""
        honest = [(None, value) for value in inputs]
        liars = [(None, *VALUES)] * (self.voters - len(inputs))
        return product(*honest, *liars)

    def decide(self, view: Said) -> Result:
        """What a decider makes of what it has heard; it knows of nobody to be lost."""
        ballots = ballots_of(view)
        if self.needed is not None:
            return decide_by_count(ballots, voters=self.voters, needed=self.needed)
        return decide(
            Rule.QUORUM,
            ballots,
            voters=self.voters,
            faulty=self.faulty,
            byzantine=self.byzantine,
        )

    def must_decide(self, inputs: Sequence[str], view: Said) -> bool:
        """Whether those who are not faulty say the same and have all been heard.

        Where nobody lies and all were given the same answer, any as many as are not faulty will do.
        """
        if len(set(inputs[: self.correct])) > 1:
            return False
        if not self.byzantine and len(set(inputs)) == 1:
            return len(view) - view.count(None) >= self.correct
        return None not in view[: self.correct]


@dataclass(slots=True, kw_only=True)
class Checked:
    """What came of a case: a counterexample to each promise, or the empty text."""

    case: Case
    agreement: str = ""
    validity: str = ""
    termination: str = ""
    views: int = 0
    """How many were looked at."""

    @property
    def safe(self) -> bool:
        """Nothing wrong is ever decided."""
        return not self.agreement and not self.validity

    @property
    def holds(self) -> bool:
        """All three promises are kept."""
        return self.safe and not self.termination

    def __str__(self) -> str:
        """A line, and one more for each broken promise."""
        case = self.case
        equal = "1 answer decides" if case.count == 1 else f"{case.count} equal answers decide"
        broken = [
            f"\n        no {name}: {text}"
            for name in ("agreement", "validity", "termination")
            if (text := getattr(self, name))
        ]
        holds = f" all three promises hold ({self.views} views)"
        return f"n = {case.voters}, {equal}:{''.join(broken) or holds}"


def ballots_of(view: Said) -> list[Ballot]:
    """As they are cast, voter 1 first."""
    return [
        Ballot(agent=AgentId(str(number)), digest=value)
        for number, value in enumerate(view, start=1)
        if value is not None
    ]


def in_words(view: Said) -> str:
    """Who says what."""
    heard = [f"{number} says {value}" for number, value in enumerate(view, start=1) if value]
    return ", ".join(heard) or "nobody"


def check(case: Case) -> Checked:
    """Go through everything that can happen."""
    checked = Checked(case=case)
    for inputs in case.inputs():
        _check_inputs(checked, inputs)
    return checked


def _check_inputs(checked: Checked, inputs: Sequence[str]) -> None:
    case = checked.case
    decided: dict[str, Said] = {}
    for view in sorted(case.views(inputs), key=_shortest_first):
        checked.views += 1
        result = case.decide(view)
        if isinstance(result, Decided):
            decided.setdefault(result.digest, view)
        elif case.must_decide(inputs, view):
            checked.termination = checked.termination or (
                f"{_faulty_in_words(case)}. All others say {inputs[0]}; with {in_words(view)} "
                "nothing is decided, and more may never come"
            )
    checked.agreement = checked.agreement or _disagreement(case, list(decided.items()))
    for value, view in decided.items():
        if value not in inputs[: case.correct]:
            checked.validity = checked.validity or (
                f"{_faulty_in_words(case)}. Nobody else says {value}; with {in_words(view)} "
                f"it is decided"
            )


def _shortest_first(view: Said) -> tuple[int, list[bool]]:
    silent = [value is None for value in view]
    return -sum(silent), silent


def _disagreement(case: Case, decided: Sequence[tuple[str, Said]]) -> str:
    if len(decided) < 2:
        return ""
    (one, seen_by_one), (other, seen_by_other) = decided[:2]
    return (
        f"{_faulty_in_words(case)}. With {in_words(seen_by_one)} a first decider decides {one}; "
        f"with {in_words(seen_by_other)} a second decides {other}"
    )


def _faulty_in_words(case: Case) -> str:
    numbers = [str(number) for number in range(case.correct + 1, case.voters + 1)]
    verb = "lie" if case.byzantine else "crash"
    return f"Voter{'s' * (case.faulty > 1)} {' and '.join(numbers)} may {verb}"


def first_ballots_that_do_not_decide(case: Case) -> Said | None:
    """As many as are not faulty, some of them from the faulty, when all others say the same."""
    for inputs in case.inputs():
        if set(inputs[: case.correct]) == {VALUES[0]}:
            for view in case.views(inputs):
                heard = len(view) - view.count(None)
                if heard == case.correct and not isinstance(case.decide(view), Decided):
                    return view
    return None


def quorum_flaws(faulty: int, *, byzantine: bool) -> Iterator[str]:
    """Check a bound from both sides, print it, and give what is not as promised."""
    fewest = fewest_voters(faulty, byzantine=byzantine)
    print(f"{'lies' if byzantine else 'crashes'}, f = {faulty}")
    enough = check(Case(voters=fewest, faulty=faulty, byzantine=byzantine))
    print(f"    {enough}")
    if not enough.holds:
        yield f"{faulty} faulty: {enough}"
    print("    with one voter less, whatever the count:")
    for needed in range(1, fewest):
        too_few = check(Case(voters=fewest - 1, faulty=faulty, byzantine=byzantine, needed=needed))
        print(f"    {too_few}")
        if too_few.holds:
            yield f"{faulty} faulty: fewer voters would do: {too_few}"


def haste_flaws(*, faulty: int = 1, most: int = 7) -> Iterator[str]:
    """With how many voters any n - f ballots decide: what is found, and what the arithmetic says."""
    for byzantine, voters in product((False, True), range(2 * faulty + 1, most + 1)):
        case = Case(voters=voters, faulty=faulty, byzantine=byzantine)
        view = first_ballots_that_do_not_decide(case)
        found = f"may leave it open: {in_words(view)}" if view else "always decide"
        head = f"{'lies' if byzantine else 'crashes'}, f = {faulty}, n = {voters}"
        print(f"{head}: any {case.correct} ballots {found}")
        due = decides_without_the_slowest(voters, faulty=faulty, byzantine=byzantine)
        if due is not (view is None):
            yield f"{head}: any {case.correct} ballots {found}, against the arithmetic"


def discussion_flaws(*, voters: int = 3, rounds: int = 2) -> Iterator[str]:
    """Every behaviour in every round: a voter says one of two things, or is lost."""
    results = [result_of_round(view) for view in product((None, *VALUES[:2]), repeat=voters)]
    yield from (f"a round waits for nobody: {each}" for each in results if is_waiting(each))
    decided = stories = 0
    for story in product(results, repeat=rounds + 1):
        discussion = Discussion(rounds=rounds)
        for result in story:
            discussion = discussion.after(result)
        stories += 1
        decided += isinstance(discussion.outcome, Decided)
        if not discussion.ended or len(discussion.held) > rounds + 1:
            yield f"a discussion of {rounds} further rounds does not end: {discussion}"
    print(f"discussions of {voters} voters: all {stories} end, {decided} of them decided")


def is_waiting(result: Result) -> bool:
    """Whether a round is not over."""
    return isinstance(result, Waiting)


def result_of_round(view: Said) -> Result:
    """By majority, when those who say nothing are known to be lost."""
    return decide(Rule.MAJORITY, ballots_of(view), voters=len(view), lost=view.count(None))


@cache
def _majority_is_right(right: tuple[bool, ...]) -> bool:
    ballots = ballots_of(tuple("right" if each else "wrong" for each in right))
    result = decide(Rule.MAJORITY, ballots, voters=len(right))
    return isinstance(result, Decided) and result.digest == "right"


def share_right(
    voters: int, right: float, correlation: float, *, draws: int, random: Random
) -> float:
    """How often the rule decides for the right answer, of so many drawn votes."""
    hits = 0
    for _ in range(draws):
        chance = right
        if correlation:
            size = (1 - correlation) / correlation
            chance = random.betavariate(right * size, (1 - right) * size)
        hits += _majority_is_right(tuple([random.random() < chance for _ in range(voters)]))
    return hits / draws


@dataclass(slots=True, kw_only=True)
class Curves:
    """Drawn votes beside the closed forms."""

    draws: int
    flaws: list[str] = field(default_factory=list)
    inside: int = 0
    """Points within their own 99 % interval, where about one in a hundred is not."""
    farthest: float = 0.0
    """The largest distance of a point, in standard errors."""

    def measure(self, points: Sequence[tuple[int, float, float]]) -> None:
        """Draw at every point and compare."""
        limit = deviations(1 - (1 - CONFIDENCE) / len(points))
        print(f"  n    p  rho   n_eff   law     drawn   errors of {limit:.2f} allowed")
        for voters, right, correlation in points:
            away = self._measure_point(voters, right, correlation)
            self.inside += away <= deviations(CONFIDENCE)
            self.farthest = max(self.farthest, away)
            if away > limit:
                self.flaws.append(f"{voters} voters, {right=}, {correlation=}: {away:.1f} errors")

    def _measure_point(self, voters: int, right: float, correlation: float) -> float:
        law = chance_of_majority(voters, right, correlation=correlation)
        random = Random(f"{voters} {right} {correlation}")
        drawn = share_right(voters, right, correlation, draws=self.draws, random=random)
        away = abs(drawn - law) / sqrt(law * (1 - law) / self.draws)
        worth = effective_voters(voters, correlation=correlation)
        print(
            f"{voters:3} {right:.2f} {correlation:.1f} {worth:6.2f}   {law:.4f}  {drawn:.4f}  {away:.2f}"
        )
        return away


def deviations(confidence: float) -> float:
    """Half the width of a two-sided interval, in standard errors."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def law_flaws() -> Iterator[str]:
    """More voters make it better above one half and worse below, and little when correlated."""
    sizes = range(1, 102, 2)
    for right in (0.2, 0.4, 0.49, 0.51, 0.6, 0.8):
        for correlation in (0.0, 0.05, 0.3):
            curve = [chance_of_majority(size, right, correlation=correlation) for size in sizes]
            gains = [(after - before) * (right - 0.5) for before, after in pairwise(curve)]
            if min(gains) < -1e-12:
                yield f"{right=}, {correlation=}: more voters work the wrong way"
    independent = chance_of_majority(101, 0.6)
    correlated = chance_of_majority(101, 0.6, correlation=0.3)
    print(f"101 voters at 0.6: {independent:.3f}; with a correlation of 0.3: {correlated:.3f}")
    if not 0.6 < correlated < 0.75 < independent:
        yield f"correlation does not flatten: {independent} and {correlated}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--draws", type=int, default=200_000, help="votes drawn at each point")
    curves = Curves(draws=parser.parse_args().draws)
    flaws = list(chain.from_iterable(quorum_flaws(f, byzantine=lie) for f, lie in CASES))
    flaws += [*haste_flaws(), *discussion_flaws(), *law_flaws()]
    curves.measure(POINTS)
    flaws += curves.flaws
    detail = {
        "points": len(POINTS),
        "inside_99": curves.inside,
        "farthest_in_standard_errors": round(curves.farthest, 2),
        "flaws": flaws[:5],
    }
    print(json.dumps({"measured": len(flaws), "detail": detail}))
    if flaws:
        sys.exit(f"{len(flaws)} flaws: {'; '.join(flaws[:5])}")


if __name__ == "__main__":
    main()
