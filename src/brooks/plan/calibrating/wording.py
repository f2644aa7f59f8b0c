"""How many tokens replies have: of output a file and beside files, of input at first and for each message.

Published runs say only what a run had altogether. A run's output is regressed on its replies that write,
the files that they wrote and the replies that write nothing; its input, without its own replies that it
is shown again, on its replies and the messages that stood in their memories. Logs that say what each
reply had are added up in the same way. Where some runs dealt their tasks only those count for output:
there, unlike in the others, most files are written for the first time.
"""

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from brooks.plan.calibrating.estimate import Estimate, Goodness, Usual, around, positive_line
from brooks.plan.calibrating.replies import DEALT, Replies

BESIDE = Usual(100.0, 100.0)
"""Output tokens of a reply beside its files."""
PROMPT = Usual(1300.0, 400.0)
MESSAGE = Usual(800.0, 300.0)
MEMORY = 20
"""Messages that an agent remembers in a team without leases."""
LEAST = 5
"""Runs below which nothing is said."""


class Wording(NamedTuple):
    """What was found."""

    estimates: tuple[Estimate, ...]
    goodness: tuple[Goodness, ...]


def fit_wording(replies: Replies, like: Mapping[str, float]) -> Wording | None:
    """Fit it, near to what is usual or to what `like` says; None where too few runs say their tokens."""
    runs = run_rows(replies)
    if len(runs) < LEAST:
        return None
    dealt = runs.filter(pl.col("team").is_in(list(DEALT)))
    short = dealt if len(dealt) >= LEAST else runs
    output = short.select("writing", "writes", "idle").to_numpy().astype(float)
    wrote = short["output_tokens"].to_numpy().astype(float)
    usual = (BESIDE.at(like.get("thinking_tokens")), None, BESIDE)
    found, errors, explained = positive_line(output, wrote, usual)
    own = found[0] * pl.col("seen_writing") + found[1] * pl.col("seen_writes")
    known = runs.with_columns(own=own + found[2] * (pl.col("seen") - pl.col("seen_writing")))
    told = (known["input_tokens"] - known["own"]).clip(1.0).to_numpy().astype(float)
    inputs = known.select("replies", "seen").to_numpy().astype(float)
    (prompt, message), more, explained_in = positive_line(
        inputs, told, (PROMPT.at(like.get("prompt_tokens")), MESSAGE.at(like.get("message_tokens")))
    )
    return Wording(
        (
            around("thinking_tokens", found[0], errors[0], count=len(short), of="runs"),
            around("file_tokens", found[1], errors[1], count=len(short), of="runs"),
            around("prompt_tokens", prompt, more[0], count=len(runs), of="runs"),
            around("message_tokens", message, more[1], count=len(runs), of="runs"),
        ),
        (
            Goodness(what="output tokens of a run", measure="R2", value=explained, count=len(short)),
            Goodness(what="input tokens of a run", measure="R2", value=explained_in, count=len(runs)),
        ),
    )  # fmt: skip


def run_rows(replies: Replies) -> pl.DataFrame:
    """One row a run: replies, writes, and how many of each stood in a memory when a reply was asked for."""
    wrote = (pl.col("writes") > 0).cast(pl.Int64)
    each = replies.each.sort("run", "agent", "place").with_columns(writing=wrote, idle=1 - wrote)
    each = each.with_columns(_remembered(each))
    names = ("writing", "idle", "writes", "seen", "seen_writes", "seen_writing")
    rows = each.group_by("run").agg(pl.len().alias("replies"), pl.col(names).sum())
    told = replies.runs.select("run", "team", "input_tokens", "output_tokens")
    return rows.join(told.drop_nulls(), on="run").sort("run")


def _remembered(each: pl.DataFrame) -> list[pl.Series]:
    """Of each reply: how many earlier ones its agent remembered, what those wrote, how many wrote at all.

    A reply and what was asked are two messages, and what its calls gave a third. Only in teams that have
    rounds does a memory outlive the turn.
    """
    writes, begins = each["writes"].to_list(), _begins(each)
    acts = each.select(pl.sum_horizontal("writes", "claims", "refused", "completions", "checks"))
    messages = [3 if count else 2 for count in acts.to_series()]
    seen, seen_writes, seen_writing = [], [], []
    first = 0
    for row, is_first in enumerate(begins):
        if is_first:
            first = row
        while sum(messages[first:row]) > MEMORY:
            first += 1
        past = writes[first:row]
        seen.append(len(past))
        seen_writes.append(sum(past))
        seen_writing.append(sum(count > 0 for count in past))
    return [
        pl.Series("seen", seen, dtype=pl.Int64),
        pl.Series("seen_writes", seen_writes, dtype=pl.Int64),
        pl.Series("seen_writing", seen_writing, dtype=pl.Int64),
    ]


def _begins(each: pl.DataFrame) -> list[bool]:
    """Of each reply: whether its agent remembered nothing."""
    is_another_turn = pl.col("round").is_null() & (pl.col("turn") != pl.col("turn").shift())
    return (
        each.select((pl.col("place") == 1) | is_another_turn.fill_null(value=False))
        .to_series()
        .to_list()
    )
