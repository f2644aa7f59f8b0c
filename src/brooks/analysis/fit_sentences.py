"""What was fitted, in words: which law is best, how much worse the others are, what is missing.

Two laws whose AICc differ by less than 2 are not told apart (Burnham and Anderson 2002). Where another
law than the best misses the sizes that are left out by less, a sentence says so.
"""

from collections.abc import Sequence

from brooks.analysis.fitting import Estimate, Fit, Refusal

TELLS_APART = 2.0
"""A difference in AICc below which two laws describe the same measurements equally well."""
CLEARLY = 0.05
"""By what part an error must be smaller to be mentioned; a law that contains another is equal to it."""


def fit_sentences(fits: Sequence[Fit], refusals: Sequence[Refusal] = ()) -> list[str]:
    """The fits in words: which is best, how much worse the others are, which could not be fitted."""
    if not fits:
        return [f"{refusal.sentence}." for refusal in refusals]
    rest = [_other_sentence(fit, fits[0]) for fit in fits[1:]]
    doubts = _second_opinion(fits)
    return [
        _best_sentence(fits[0]),
        *rest,
        *doubts,
        *(f"{refusal.sentence}." for refusal in refusals),
    ]


def _best_sentence(fit: Fit) -> str:
    ranked = "fits best" if fit.aicc is not None else "is fitted, by too few rows to be ranked"
    return f"{fit.law.name_at_start} {ranked}: {_numbers(fit)}."


def _other_sentence(fit: Fit, best: Fit) -> str:
    title = fit.law.name_at_start
    if fit.aicc is None or best.aicc is None:
        return f"{title} cannot be ranked, there are too few rows: {_numbers(fit)}."
    behind = fit.aicc - best.aicc
    if behind < TELLS_APART:
        verdict = f"is no worse, by {behind:.1f} in AICc"
    else:
        verdict = f"is worse by {behind:.1f} in AICc"
    return f"{title} {verdict}: {_numbers(fit)}."


def _second_opinion(fits: Sequence[Fit]) -> list[str]:
    """What is to be said if another law than the best misses the sizes left out by clearly less."""
    nearest = min(fits, key=lambda fit: fit.left_out_error)
    if nearest.left_out_error > (1 - CLEARLY) * fits[0].left_out_error:
        return []
    sentence = (
        f"{nearest.law.name_at_start} is nearer to sizes that it was not fitted to: it misses them by "
        f"{nearest.left_out_error:.3g}, {fits[0].law.name_inside} by "
        f"{fits[0].left_out_error:.3g}; more sizes would decide."
    )
    return [sentence]


def _numbers(fit: Fit) -> str:
    parts = [_estimate(each, fit.confidence) for each in fit.parameters]
    if fit.r_squared is not None:
        parts.append(f"R² {fit.r_squared:.3g}")
    parts.append(f"residual error {fit.residual_error:.3g}")
    if fit.peak is not None:
        parts.append(_estimate(fit.peak, fit.confidence))
    return ", ".join(parts)


def _estimate(estimate: Estimate, confidence: float) -> str:
    note = ", at its bound" if estimate.at_bound else ""
    return (
        f"{estimate.name} = {estimate.value:.4g} "
        f"({100 * confidence:.3g} % {estimate.low:.4g} to {estimate.high:.4g}{note})"
    )
