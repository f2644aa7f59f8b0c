"""What is measured of a run as a whole: whether it was done, in what time, for how much."""

import polars as pl

from brooks.analysis.columns import Worth
from brooks.analysis.metrics.metric import OURS, PUBLISHED, Basis, Metric, each_run, of_runs, ratio
from brooks.analysis.tables import Tables

WATT_HOURS_PER_INPUT_TOKEN = 0.22e-3
WATT_HOURS_PER_OUTPUT_TOKEN = 0.6e-3
ENERGY_SOURCE = (
    "Epoch AI, How much energy does ChatGPT use?, February 2025: about 0.3 Wh for a reply of 500 tokens "
    "by GPT-4o, about 2.5 Wh for one to 10,000 tokens of input; other models differ several-fold"
)

TOKENS = pl.col("input_tokens") + pl.col("output_tokens")


def share_by_worth(worth: Worth) -> Metric:
    """The metric of what share of tokens came to one thing."""
    says = {
        Worth.USEFUL: "replies whose work is in the final tree, or that were asked for and answered",
        Worth.REDUNDANT: "replies that did what somebody else's merged work does",
        Worth.WASTED: "replies of which nothing was kept",
    }[worth]

    def of(tables: Tables) -> pl.DataFrame:
        judged = tables.calls.filter(pl.col("worth").is_not_null() & TOKENS.is_not_null())
        share = ratio(TOKENS.filter(pl.col("worth") == worth.value).sum(), TOKENS.sum())
        return each_run(judged, share)

    return Metric(
        f"{worth.value}_tokens",
        "share",
        Basis.RUN,
        f"Share of the tokens of the replies that were judged: {says}.",
        OURS,
        of,
    )


METRICS = (
    Metric(
        "marked_done", "0 or 1", Basis.RUN,
        "Whether every task was marked done: what the published study calls success.", PUBLISHED,
        of_runs(pl.col("marked_done")),
    ),
    Metric(
        "verified_done", "0 or 1", Basis.RUN,
        "Whether every task was done and the checks passed on the files as they were at the end.",
        OURS, of_runs(pl.col("verified_done")),
    ),
    Metric(
        "seconds", "s", Basis.RUN, "From the start to the end.", PUBLISHED,
        of_runs(pl.col("seconds")),
    ),
    Metric(
        "verified_seconds", "s", Basis.RUN,
        "From the start to the end, of runs that are verified.", OURS,
        of_runs(pl.col("verified_seconds")),
    ),
    Metric(
        "tokens", "tokens", Basis.RUN, "Tokens in and out of models.", PUBLISHED, of_runs(TOKENS),
    ),
    Metric("dollars", "US$", Basis.RUN, "What the models cost.", OURS, of_runs(pl.col("dollars"))),
    Metric(
        "tokens_per_verified_task", "tokens", Basis.RUN,
        "Tokens for each task whose check passed on the final files.", OURS,
        of_runs(ratio(TOKENS, pl.col("verified"))),
    ),
    Metric(
        "dollars_per_verified_task", "US$", Basis.RUN,
        "Money for each task whose check passed on the final files.", OURS,
        of_runs(ratio(pl.col("dollars"), pl.col("verified"))),
    ),
    *map(share_by_worth, Worth),
    Metric(
        "energy", "Wh, estimated", Basis.RUN,
        "An estimate, good to an order of magnitude: 0.6 Wh for 1,000 tokens of output and 0.22 Wh "
        "for 1,000 tokens of input.", ENERGY_SOURCE,
        of_runs(
            WATT_HOURS_PER_INPUT_TOKEN * pl.col("input_tokens")
            + WATT_HOURS_PER_OUTPUT_TOKEN * pl.col("output_tokens")
        ),
    ),
)  # fmt: skip
