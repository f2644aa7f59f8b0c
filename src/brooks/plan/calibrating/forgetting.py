"""What agents that choose leave unreported, how soon they think of it again, and what they write twice.

A reply that claims tasks and writes them reports some of them too, as a rule. One that reports none leaves
that for later; in a team, the longer ago the claim, the rarer the report. What has left its agent's memory
is hardly ever reported, and nobody else can: the run then stands still up to its cap.

Alone an agent does so in its first reply half as often again as one of a team does in any (0.30 and 0.24 of
one model, 0.39 and 0.20 of the other; of the latter's three projects 0 and 0.00 in the same one). After that
it has seen what comes of it. So first replies of agents alone tell how often teams will fail. Alone only the
next reply counts for how soon it thinks of it: one run that stands still would have as many as all others.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from brooks.models.simulated_free import FIRST_ALONE
from brooks.plan.calibrating.estimate import Estimate, Shares
from brooks.plan.calibrating.replies import Replies, in_chosen

REMEMBERED = 8
"""Replies that stand in an agent's memory, about."""
LEAST = 3


class Powers(NamedTuple):
    """Of cases that have a probability p to some power: how many there were, and how many came about."""

    power: int
    hits: int
    of: int


def fit_forgetting(replies: Replies, shares: Shares) -> Iterator[Estimate]:
    """Late reports, where agents choose."""
    chosen = in_chosen(replies).sort("run", "agent", "place")
    late = count = 0.0
    recalled: list[Powers] = []
    for _, each in chosen.group_by("run", "agent", maintain_order=True):
        is_alone = each["size"][0] == 1
        held = since = 0
        rows = each.select("place", "claims", "completions", "writes").rows()
        for place, claims, completions, writes in rows:
            if held:
                power = 1 if is_alone else since + 1
                if since <= (1 if is_alone else REMEMBERED):
                    recalled.append(Powers(power, int(completions > 0), 1))
            elif claims and writes and (place == 1 or not is_alone):
                late += completions == 0
                count += FIRST_ALONE if is_alone else 1.0
            held = max(0, held + claims - completions)
            since = since + 1 if held else 0
    if count >= LEAST:
        yield shares.share(
            "reports_late", round(late), round(count), of="replies that claim and write"
        )
    if len(recalled) >= LEAST:
        yield root("recalls", recalled, shares, of="replies after those")


def root(key: str, cases: Sequence[Powers], shares: Shares, *, of: str) -> Estimate:
    """The most probable p, pulled to what is usual."""
    import numpy as np

    usual, pull = shares.usual[key], shares.pull
    places = np.linspace(0.002, 0.998, 499)
    likely = pull * (usual * np.log(places) + (1 - usual) * np.log1p(-places))
    for power, hits, number in cases:
        often = places**power
        likely += hits * np.log(often) + (number - hits) * np.log1p(-often)
    weights = np.exp(likely - likely.max()).cumsum()
    low, high = np.searchsorted(weights / weights[-1], (0.025, 0.975))
    return Estimate(
        key=key,
        value=float(places[likely.argmax()]),
        low=float(places[low]),
        high=float(places[high]),
        count=sum(one.of for one in cases),
        of=of,
    )


def summed(rows: pl.DataFrame) -> list[Powers]:
    """Cases from a table with the columns `power`, `did` and `could`."""
    sums = rows.group_by("power").agg(pl.col("did").sum(), pl.col("could").sum()).sort("power")
    return [Powers(*row) for row in sums.select("power", "did", "could").rows()]
