from fractions import Fraction

from binomial import binomial


def binomial_distribution(trials: int, chance: Fraction) -> list[Fraction]:
    """Return the chances of 0, 1, ... `trials` successes in independent trials."""
    if trials < 0:
        raise ValueError(f"trials must not be negative: {trials!r}")
    if not 0 <= chance <= 1:
        raise ValueError(f"chance must lie between 0 and 1: {chance!r}")
    success = Fraction(chance)
    return [
        binomial(trials, wins) * success**wins * (1 - success) ** (trials - wins)
        for wins in range(trials + 1)
    ]
