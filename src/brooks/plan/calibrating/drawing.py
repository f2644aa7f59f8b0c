"""What a profile says of the very replies that it was fitted to: drawn again, to be held against them.

`brooks.models.amounts` says how a fitted profile makes a reply's tokens and time. Here the same is done
for replies of which it is known how many files they wrote, without a simulation of what agents do.
"""

from math import inf
from random import Random

import polars as pl

from brooks.models.profile import Profile
from brooks.plan.calibrating.replies import CHOSEN, DEALT, Replies
from brooks.plan.calibrating.timing import LEAST, STALLED
from brooks.runtime.advisory.offering import PUBLISHED_OUTPUT_TOKENS

KINDS = ("writes nothing", "writes 1 file", "writes 2 to 5 files", "writes more files")
_FEW = 5


def fitted_replies(replies: Replies) -> pl.DataFrame:
    """The replies that times are fitted to: each with its `kind`, `writes` and `seconds`.

    Those that hung are not among them, nor an agent's first that writes nothing; and where tasks were
    dealt in some runs, of writing replies only those of such runs, as `timing` has it.
    """
    timed = replies.each.filter((pl.col("seconds") > 0) & (pl.col("seconds") <= STALLED))
    writing = timed.filter(pl.col("writes") > 0)
    dealt = writing.filter(pl.col("team").is_in(list(DEALT)))
    idle = timed.filter((pl.col("writes") == 0) & (pl.col("place") > 1))
    return pl.concat([idle, dealt if len(dealt) >= LEAST else writing]).select(
        "run", "agent", "call", "team", "writes", "seconds", "output_tokens",
        kind=pl.when(pl.col("writes") == 0).then(pl.lit(KINDS[0]))
        .when(pl.col("writes") == 1).then(pl.lit(KINDS[1]))
        .when(pl.col("writes") <= _FEW).then(pl.lit(KINDS[2]))
        .otherwise(pl.lit(KINDS[3])),
    )  # fmt: skip


def drawn_seconds(profile: Profile, replies: pl.DataFrame, *, seed: int = 0) -> list[float]:
    """A time for each of these replies, as the profile makes it; runs differ in pace."""
    chance = Random(f"{seed} replies")
    paces: dict[str, float] = {}
    found = []
    for run, team, writes in replies.select("run", "team", "writes").iter_rows():
        if run not in paces:
            paces[run] = _factor(chance, profile.pace_sigma)
        most = PUBLISHED_OUTPUT_TOKENS if team in {*DEALT, *CHOSEN} else inf
        found.append(_seconds(profile, writes, most, chance) * paces[run])
    return found


def _seconds(profile: Profile, writes: int, most: float, chance: Random) -> float:
    """Of one reply of at most so many tokens."""
    is_idle = not writes and profile.idle_seconds is not None
    overhead = (profile.idle_seconds or 0.0) if is_idle else profile.overhead_seconds
    seconds = overhead * _factor(chance, profile.overhead_sigma)
    if is_idle:
        return seconds
    tokens = profile.thinking_tokens + profile.file_tokens * writes
    tokens = min(tokens * _factor(chance, profile.output_sigma), most)
    return seconds + tokens / profile.output_tokens_per_second


def _factor(chance: Random, sigma: float) -> float:
    """A lognormal factor whose mean is 1."""
    return chance.lognormvariate(-sigma * sigma / 2, sigma) if sigma else 1.0


def expected_seconds(profile: Profile, rows: pl.DataFrame) -> pl.Series:
    """What the writing replies of each run take together, by their number and the run's output tokens."""
    speed = profile.output_tokens_per_second
    return rows.select(
        pl.col("replies") * profile.overhead_seconds + pl.col("output_tokens") / speed
    ).to_series()


def expected_tokens(profile: Profile, rows: pl.DataFrame) -> pl.Series:
    """The output tokens of each run, by its replies and the files that they wrote."""
    idle = 0.0
    if profile.idle_seconds is not None:
        left = profile.idle_seconds - profile.overhead_seconds
        idle = max(1.0, left * profile.output_tokens_per_second)
    return rows.select(
        pl.col("writing") * profile.thinking_tokens
        + pl.col("writes") * profile.file_tokens
        + pl.col("idle") * idle
    ).to_series()
