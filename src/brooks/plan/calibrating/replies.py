"""One row a reply: what an agent wrote, claimed and reported in it, and what came before.

Teams are told apart by what they let agents do: where tasks were dealt an agent that has some left
need not claim, where agents choose they must. Leased teams show pace and words, and no habits of
teams without leases.
"""

import polars as pl

from brooks.analysis.tables import Tables
from brooks.core.message import Message

DEALT = ("preassign_nolead", "paper-preassigned")
CHOSEN = ("decentralized", "paper-decentralized")
"""Names of teams without leases, in published runs and in ours."""


class Replies(Message, frozen=True, kw_only=True):
    """Runs as an estimator wants them."""

    runs: pl.DataFrame
    each: pl.DataFrame
    """One row a reply: see `replies_of`."""


def replies_of(tables: Tables) -> Replies:
    """Fold tables.

    Columns beside those of the table of calls: `team`, `size` of the run; `seconds`; `place`, the number
    of the reply among those of its agent, from 1; `writes`, `files` (different ones), `new` (of those,
    not written by this agent before), `first` (of those, by nobody before), `claims`, `refused`,
    `completions`, `checks`; `load`, the files that nobody wrote before this agent did.
    """
    actions = tables.actions.filter(pl.col("call").is_not_null())
    kind = pl.col("kind")
    done = actions.group_by("run", "call").agg(
        writes=(kind == "write").sum(),
        files=pl.col("path").drop_nulls().n_unique(),
        claims=(kind == "claim").sum(),
        refused=(kind == "claim refused").sum(),
        completions=(kind == "completion").sum(),
        checks=(kind == "check").sum(),
    )
    written = actions.filter((kind == "write") & pl.col("path").is_not_null())
    new = _firsts(written, ("run", "agent", "path"), "new")
    first = _firsts(written, ("run", "path"), "first")
    each = tables.calls.join(done, on=["run", "call"], how="left")
    each = each.join(new, on=["run", "call"], how="left")
    each = each.join(first, on=["run", "call"], how="left")
    numbers = ["writes", "files", "claims", "refused", "completions", "checks", "new", "first"]
    names = tables.runs.select("run", "team", "size", "model", "project", "marked_done")
    each = each.with_columns(pl.col(numbers).fill_null(0).cast(pl.Int64)).join(names, on="run")
    each = each.sort("run", "call").with_columns(
        seconds=pl.col("ended") - pl.col("began") - pl.col("waited").fill_null(0.0),
        place=pl.col("call").rank("ordinal").over("run", "agent").cast(pl.Int64),
        load=pl.col("first").sum().over("run", "agent"),
    )
    return Replies(runs=tables.runs, each=each)


def _firsts(written: pl.DataFrame, keys: tuple[str, ...], name: str) -> pl.DataFrame:
    """How many files each reply wrote first, by some meaning of first."""
    first = written.group_by(*keys).agg(pl.col("call").min())
    return first.group_by("run", "call").agg(pl.len().alias(name))


def in_dealt(replies: Replies) -> pl.DataFrame:
    """Replies of teams without leases whose tasks were dealt."""
    return replies.each.filter(pl.col("team").is_in(list(DEALT)))


def in_chosen(replies: Replies) -> pl.DataFrame:
    """Replies of teams without leases whose agents choose."""
    return replies.each.filter(pl.col("team").is_in(list(CHOSEN)))
