"""How agents of teams without leases go about their work: at once or one by one, and what they leave undone.

An agent does its load at once if its first reply writes more than a third of it. Among agents with
dealt tasks the one with the largest load of its run is taken for the one with the chain, as the published
dealing has it. Alone, every agent has the chain.
"""

from collections.abc import Iterator

import polars as pl

from brooks.plan.calibrating.estimate import Estimate, Shares
from brooks.plan.calibrating.forgetting import REMEMBERED, fit_forgetting, root, summed
from brooks.plan.calibrating.replies import Replies, in_chosen, in_dealt

SOME = 3
"""A load below which at once and one by one look alike."""
LEAST = 3
"""Cases below which nothing is said."""


def fit_habits(replies: Replies, shares: Shares) -> Iterator[Estimate]:
    """Every habit that shows in the runs."""
    yield from _styles(replies, shares)
    yield from fit_forgetting(replies, shares)
    yield from _unreported(replies, shares)
    yield from _rewrites(replies, shares)
    yield from _tests(replies, shares)


def _styles(replies: Replies, shares: Shares) -> Iterator[Estimate]:
    dealt = in_dealt(replies).filter((pl.col("place") == 1) & (pl.col("load") >= SOME))
    dealt = dealt.with_columns(
        chained=pl.col("load") == pl.col("load").max().over("run"),
        whole=pl.col("new") > pl.col("load") / 3,
    )
    chained = dealt.filter("chained")
    if len(chained) >= LEAST:
        slow = len(chained) - int(chained["whole"].sum())
        could = max(slow, round(_weights(chained, replies).sum()))
        yield shares.share(
            "chained_load", could - slow, could, of="agents with a long chain, or parts of one"
        )
    chosen = in_chosen(replies).filter(pl.col("place") == 1)
    if len(chosen) >= LEAST:
        whole = int((chosen["writes"] >= SOME).sum())
        yield shares.share("chosen_load", whole, len(chosen), of="agents")


def _weights(agents: pl.DataFrame, replies: Replies) -> pl.Series:
    """How much of a long chain each agent's is: w / (w + 1), with w tasks that wait for others."""
    tasks = replies.each.group_by("run").agg(pl.col("first").sum().alias("tasks"))
    serial = replies.runs.select("run", serial=1.0 - pl.col("parallel_fraction"))
    known = agents.join(tasks, on="run").join(serial, on="run")
    waiting = (pl.col("tasks") * pl.col("serial") - 1.0).clip(lower_bound=0.0)
    return known.select((waiting / (waiting + 1.0)).fill_null(1.0)).to_series()


def _unreported(replies: Replies, shares: Shares) -> Iterator[Estimate]:
    """Of the replies with much written and not yet reported: those that report nothing."""
    dealt = in_dealt(replies).sort("run", "agent", "place")
    before = (
        (pl.col("new").cum_sum() - pl.col("completions").cum_sum()).shift(1).over("run", "agent")
    )
    dealt = dealt.with_columns(waiting=before.fill_null(0))
    is_cut = (pl.col("place") == 1) & (pl.col("new") >= SOME) & (pl.col("new") < pl.col("load"))
    late = (pl.col("place") > 1) & (pl.col("waiting") >= SOME)
    lost_at_once = (pl.col("place") == 1) & (pl.col("new") >= SOME) & (pl.col("completions") == 0)
    due = dealt.filter(is_cut | late | lost_at_once)
    if len(due) >= LEAST:
        lost = int((due["completions"] == 0).sum())
        yield shares.share("unreported", lost, len(due), of="replies")


def _rewrites(replies: Replies, shares: Shares) -> Iterator[Estimate]:
    """Files written again by agents that do all at once, of the open ones they could have."""
    again = _chances(in_chosen(replies), of_run=True)
    again = pl.concat([again, _chances(in_dealt(replies), of_run=False)])
    if again["could"].sum() >= 10 * LEAST:
        yield root("rewrites", summed(again), shares, of="files")


def _chances(each: pl.DataFrame, *, of_run: bool) -> pl.DataFrame:
    over = ("run",) if of_run else ("run", "agent")
    most = pl.col("completions").sum().over("run")
    each = each.sort("run", "call").with_columns(
        done=(pl.col("completions").cum_sum() - pl.col("completions")).over(*over),
        all=most,
        mine=(pl.col("new").cum_sum() - pl.col("new")).over("run", "agent"),
        whole=(pl.col("writes").filter(pl.col("place") == 1).first() >= SOME).over("run", "agent"),
        again=pl.col("files").clip(lower_bound=0) - pl.col("new"),
    )
    open_ones = pl.min_horizontal(pl.col("mine"), pl.col("all") - pl.col("done"))
    if not of_run:
        open_ones = pl.col("mine") - pl.col("done")
    late = each.filter((pl.col("place") > 1) & pl.col("whole"))
    late = late.with_columns(could=open_ones.clip(lower_bound=0)).filter(pl.col("could") > 0)
    did = pl.min_horizontal(pl.col("writes") - pl.col("new"), pl.col("could"))
    power = (pl.col("place") - 1).clip(upper_bound=REMEMBERED)
    return late.select("could", did=did.clip(lower_bound=0), power=power)


def _tests(replies: Replies, shares: Shares) -> Iterator[Estimate]:
    every = pl.concat([in_dealt(replies), in_chosen(replies)])
    if len(every) >= 10 * LEAST:
        yield shares.share("runs_tests", int((every["checks"] > 0).sum()), len(every), of="replies")
