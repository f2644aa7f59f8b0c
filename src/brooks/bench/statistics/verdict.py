"""The answer to a comparison of two teams."""

from typing import Literal

from brooks.bench.statistics.paired import Comparison
from brooks.core.message import Message

Kind = Literal["faster", "slower", "cheaper", "dearer", "not_decisive"]
"""What the first team is, beside the second. Of seconds it is faster or slower, of tokens and dollars
cheaper or dearer."""


class Quantity(Message, frozen=True, kw_only=True):
    """What is compared, less of it being better, and how a sentence speaks of it."""

    name: str
    better: Kind
    worse: Kind
    says_better: str
    """Of the better team, the worse team and the ratio, which is above 1."""
    says_even: str
    """Of first, second and the ratio of the first's need to the second's, which may be below 1."""


TIME = Quantity(
    name="time",
    better="faster",
    worse="slower",
    says_better="{better} was {ratio} times as fast as {worse}",
    says_even="{first} took {ratio} times as long as {second}",
)
TOKENS = Quantity(
    name="tokens",
    better="cheaper",
    worse="dearer",
    says_better="{worse} used {ratio} times the tokens of {better}",
    says_even="{first} used {ratio} times the tokens of {second}",
)
DOLLARS = Quantity(
    name="dollars",
    better="cheaper",
    worse="dearer",
    says_better="{worse} cost {ratio} times as much as {better}",
    says_even="{first} cost {ratio} times as much as {second}",
)


class Verdict(Message, frozen=True, kw_only=True):
    """Whether one team was better, or that it cannot be said yet."""

    kind: Kind
    first: str
    """The name of the first team."""
    second: str
    quantity: Quantity
    comparison: Comparison
    """All that was computed. Its ratios are second over first: above 1 the first team is better."""
    p_value: float
    """Two-sided; corrected for the comparisons of its family, if it has one."""
    failing_p_value: float
    """That of McNemar's test on who fails more, corrected in the same way."""
    comparisons: int = 1
    """How many comparisons its family has."""
    fails_more: Literal["first", "second", ""] = ""
    """The team that is shown to fail more often than the other."""
    alpha: float = 0.05
    power: float = 0.8
    pairs_to_decide: int | None = None
    """How many pairs in all would decide with that power, if the difference is what was seen; None
    when decided, or when `most_pairs` would not."""
    most_pairs: int = 1000
    """No more pairs than these were thought of."""
    detectable: float | None = None
    """The least ratio above 1 that so many pairs as there are would show with that power; None when
    decided, or when they are too few to show any."""
    sentence: str = ""
    """All of it in words."""

    @property
    def is_significant(self) -> bool:
        """Whether the test finds a difference, whoever fails more."""
        return self.p_value <= self.alpha and self.comparison.test.favours != ""

    @property
    def is_decisive(self) -> bool:
        """Whether one team is better."""
        return self.kind != "not_decisive"

    @property
    def ratio(self) -> float | None:
        """Second over first, failures counted: how many times as fast, or as cheap, the first is."""
        return self.comparison.ratio

    @property
    def low(self) -> float:
        """Where the interval of `ratio` begins."""
        return self.comparison.interval.low

    @property
    def high(self) -> float:
        """Where it ends."""
        return self.comparison.interval.high

    @property
    def pairs(self) -> int:
        """How many there are, those with failed runs among them."""
        return self.comparison.completion.pairs
