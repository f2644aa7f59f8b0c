"""Verdicts on teams as JSON values."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brooks.bench.comparing import Placed
    from brooks.bench.statistics.verdict import Verdict


def placed_facts(placed: "Placed") -> dict[str, Any]:
    """A verdict and where its runs were made."""
    verdict = placed.verdict
    return {
        "project": placed.project,
        "structure": placed.structure,
        "model": placed.model,
        "faults": placed.faults,
        "first": verdict.first,
        "second": verdict.second,
        **verdict_facts(verdict),
    }


def verdict_facts(verdict: "Verdict") -> dict[str, Any]:
    """A verdict; an interval that nothing bounds above ends with None."""
    return {
        "by": verdict.quantity.name,
        "verdict": verdict.kind,
        "sentence": verdict.sentence,
        "ratio": verdict.ratio,
        "low": verdict.low,
        "high": _finite(verdict.high),
        "p_value": verdict.p_value,
        "pairs": verdict.pairs,
        "pairs_to_decide": verdict.pairs_to_decide,
        "fails_more": verdict.fails_more,
    }


def _finite(value: float | None) -> float | None:
    return None if value is None or value == float("inf") else value
