"""What a majority is worth: how probable it is that more than half of the voters are right.

For questions with two answers, one of them right. Each of n voters is right with probability p.

- Independent voters: the binomial law. The majority is better than one voter where p > 1/2 and worse
  where p < 1/2, the more so the more there are (Condorcet 1785).
- Voters that resemble each other (one model asked n times makes the same mistakes): p itself varies
  from question to question by a beta law with mean p, and two voters agree with intra-class
  correlation rho, so that the number of the right ones is beta-binomial with alpha = p (1 - rho) / rho
  and beta = (1 - p) (1 - rho) / rho (Skellam 1948). More voters soon add nothing: n of them say about as
  much as n / (1 + (n - 1) rho) independent ones (Kish 1965, the design effect).

The probabilities are products of factors (p + i t) with t = rho / (1 - rho), added up as logarithms, and
not differences of log-gammas: with a small rho alpha is large and those lose every digit, while the product
goes over into the binomial law at rho = 0.
"""

from itertools import accumulate
from math import comb, exp, fsum, log, log1p

from brooks.errors import UsageError


def chance_of_majority(voters: int, right: float, *, correlation: float = 0.0) -> float:
    """The probability that more than half of the voters are right.

    Half of an even number is no majority: such a vote is undecided, and counts as not right.

    Args:
        voters: how many; at least 1.
        right: the probability that one is right, 0 to 1.
        correlation: between any two, 0 (independent) to 1 (all say the same).

    Raises:
        UsageError: for a number outside of these.
    """
    _check(voters=voters, right=right, correlation=correlation)
    if right in {0.0, 1.0} or correlation == 1.0:
        return right
    spread = correlation / (1 - correlation)
    of_right = _log_products(right, spread, voters)
    of_wrong = _log_products(1 - right, spread, voters)
    of_all = fsum(log1p(index * spread) for index in range(voters))
    return min(
        1.0,
        fsum(
            exp(log(comb(voters, number)) + of_right[number] + of_wrong[voters - number] - of_all)
            for number in range(voters // 2 + 1, voters + 1)
        ),
    )


def effective_voters(voters: int, *, correlation: float) -> float:
    """How many independent voters so many correlated ones are worth (Kish 1965).

    Exact for the variance of the share that is right; for the majority a rule of thumb.
    """
    _check(voters=voters, right=0.5, correlation=correlation)
    return voters / (1 + (voters - 1) * correlation)


def _log_products(start: float, step: float, most: int) -> list[float]:
    """Logarithms of the products of the first 0, 1, … `most` of start, start + step, and so on."""
    factors = (log(start + index * step) for index in range(most))
    return list(accumulate(factors, initial=0.0))


def _check(*, voters: int, right: float, correlation: float) -> None:
    if voters < 1:
        raise UsageError(f"{voters!r} voters: ask at least 1")
    for name, value in (("right", right), ("correlation", correlation)):
        if not 0 <= value <= 1:
            raise UsageError(f"{name} is {value!r}: give a number from 0 to 1")
