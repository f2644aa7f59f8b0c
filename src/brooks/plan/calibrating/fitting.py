"""A profile from runs: every key that they show, a stated prior for each that they do not.

At most 15 keys are fitted. Nothing here knows the name of a model, of a project or of a cell.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brooks.core.message import Message
from brooks.errors import UsageError
from brooks.models.profile import Profile
from brooks.plan.calibrating.estimate import Estimate, Goodness, Missing, Prior, Shares
from brooks.plan.calibrating.habits import fit_habits
from brooks.plan.calibrating.priors import (
    GENERIC,
    PULL,
    PULL_OF,
    PULL_OF_LIKE,
    PULL_OF_LIKE_OF,
    USUAL,
)
from brooks.plan.calibrating.replies import Replies, replies_of
from brooks.plan.calibrating.timing import Timing, fit_timing
from brooks.plan.calibrating.wording import Wording, fit_wording

if TYPE_CHECKING:
    import polars as pl

    from brooks.analysis.tables import Tables

ONE_BY_ONE = 0.1
"""How much less often an agent whose tasks wait for nothing goes one by one."""
KEYS = (
    "overhead_seconds", "output_tokens_per_second", "output_sigma", "idle_seconds", "thinking_tokens",
    "file_tokens", "prompt_tokens", "message_tokens", "chained_load", "chosen_load", "unreported",
    "rewrites", "reports_late", "recalls", "runs_tests",
)  # fmt: skip
"""All that is ever fitted."""
OF_FITTED = (
    "output_sigma",
    "thinking_tokens",
    "unreported",
    "rewrites",
    "reports_late",
    "recalls",
    "message_tokens",
)
"""Those of them that mean nothing in a profile that counts what is written."""


class Fitted(Message, frozen=True, kw_only=True):
    """A profile, and what it rests on."""

    profile: Profile
    models: tuple[str, ...]
    runs: int
    replies: int
    sizes: tuple[int, ...]
    parameters: tuple[Estimate, ...]
    goodness: tuple[Goodness, ...]
    missing: tuple[Missing, ...]
    priors: tuple[Prior, ...]


def fit_profile(
    tables: "Tables", *, only: "pl.Expr | None" = None, like: Fitted | Profile | None = None
) -> Fitted:
    """Fit a profile to runs, or to those of them of which an expression over the table of runs is true.

    What is usual for models in general pulls every key a little. `like` is a profile of more runs of the same
    kind, such as all projects of a model, or one to be improved: then what it says pulls instead, and the
    probabilities harder.

    Raises:
        UsageError: There are too few runs, with what is missing.
    """
    chosen = tables if only is None else tables.only(only)
    replies = replies_of(chosen)
    near = _near(like)
    wording = fit_wording(replies, near)
    timing = None
    if wording is not None:
        words = {one.key: one.value for one in wording.estimates}
        timing = fit_timing(
            replies, near, beside=words["thinking_tokens"], a_file=words["file_tokens"]
        )
    if timing is None or wording is None:
        raise UsageError(_too_little(replies, timing, wording))
    shares = Shares(USUAL, PULL, PULL_OF)
    if like is not None:
        shares = Shares(USUAL | near, PULL_OF_LIKE, PULL_OF_LIKE_OF)
    found = {one.key: one for one in (*timing.estimates, *wording.estimates)}
    found |= {one.key: one for one in fit_habits(replies, shares)}
    priors = tuple(prior for prior in GENERIC if prior.key not in found)
    priors = tuple(_as_in(prior, near) or _like_chained(prior, found) for prior in priors)
    return Fitted(
        profile=_profile(found, priors),
        models=tuple(sorted(chosen.runs["model"].drop_nulls().unique())),
        runs=len(chosen.runs),
        replies=len(replies.each),
        sizes=tuple(sorted(chosen.runs["size"].drop_nulls().unique())),
        parameters=tuple(found.values()),
        goodness=(*timing.goodness, *wording.goodness),
        missing=tuple(_missing(priors)),
        priors=priors,
    )


def _near(like: Fitted | Profile | None) -> dict[str, float]:
    """The keys of a profile that was fitted before."""
    if like is None:
        return {}
    if isinstance(like, Fitted):
        return {one.key: one.value for one in like.parameters}
    there = {key: getattr(like, key) for key in like.__struct_fields__}
    counted = not like.file_tokens
    return {
        key: float(value)
        for key, value in there.items()
        if value is not None and key in KEYS and not (counted and key in OF_FITTED)
    }


def _profile(found: dict[str, Estimate], priors: tuple[Prior, ...]) -> Profile:
    values = {prior.key: prior.value for prior in priors}
    values |= {key: one.value for key, one in found.items()}
    whole = ("thinking_tokens", "prompt_tokens", "message_tokens")
    keys: dict[str, Any] = {key: float(f"{value:.4g}") for key, value in values.items()}
    keys |= {key: round(values[key]) for key in whole}
    return Profile(latency_sigma=0.0, seconds_per_1k_input=0.0, **keys)


def _as_in(prior: Prior, like: Mapping[str, float]) -> Prior | None:
    """The prior as the profile of more runs has it, if that was fitted."""
    if prior.key not in like:
        return None
    return Prior(
        key=prior.key, value=like[prior.key], why="not shown here, so as in more runs of its kind"
    )


def _like_chained(prior: Prior, found: dict[str, Estimate]) -> Prior:
    """An agent without a chain goes one by one a quarter as often as one with a chain."""
    if prior.key != "whole_load" or "chained_load" not in found:
        return prior
    value = 1.0 - ONE_BY_ONE * (1.0 - found["chained_load"].value)
    why = f"an agent without a chain goes one by one {ONE_BY_ONE:g} times as often as one with a chain"
    return Prior(key=prior.key, value=value, why=why)


def _missing(priors: tuple[Prior, ...]) -> list[Missing]:
    """What runs would have to be added for the keys that rest on priors."""
    keys = {prior.key for prior in priors}
    wants = (
        (("chained_load", "whole_load", "unreported"), "runs of a team without leases whose tasks are dealt"),
        (("chosen_load", "waits_first", "reports_late"), "runs of a team without leases whose agents choose"),
        (("recalls",), "runs in which agents that choose report late"),
        (("mistake", "repair"), "runs whose tasks are checked one by one"),
        (("stall", "stall_seconds"), "several thousand replies"),
    )  # fmt: skip
    found = []
    for wanted, what in wants:
        there = tuple(key for key in wanted if key in keys)
        if there:
            found.append(Missing(keys=there, what=what))
    return found


def _too_little(replies: Replies, timing: Timing | None, wording: Wording | None) -> str:
    lacks = []
    if timing is None:
        lacks.append("20 replies that write files in 5 runs, with their times")
    if wording is None:
        lacks.append("5 runs that say their tokens")
    return (
        f"too little to fit a profile to: {len(replies.runs)} runs with {len(replies.each)} replies; "
        f"there have to be {' and '.join(lacks)}: make more runs, or leave out a condition"
    )
