"""Metrics of the published runs beside tables that others computed of them, cell by cell."""

from pathlib import Path

import polars as pl
import pytest

from brooks.analysis.metrics.by_attempt import with_progress
from brooks.analysis.metrics.catalogue import measure
from brooks.analysis.tables import Tables
from brooks.bench.study.hidden import hidden
from brooks.log.foreign.published import read_published
from measure.published_numbers import SHORT, is_same

pytestmark = pytest.mark.slow
NAMES = (
    "messages", "concurrent_writes", "temporal_violations", "orphaned_claims", "verified_done",
    "marked_done",
)  # fmt: skip
CELL = ("model", "mode")
SIZED = (*CELL, "n")


@pytest.fixture(scope="module")
def published(test_data: Path) -> Tables:
    return read_published(test_data / "published")


@pytest.fixture(scope="module")
def measured(published: Tables) -> pl.DataFrame:
    """Each run beside its metrics, under the short names of the expected tables."""
    runs = published.runs.select("run", "model", "last_check_passed", mode="team", n="size")
    return measure(published, NAMES).join(_short(runs), on="run")


@pytest.fixture(scope="module")
def successful(measured: pl.DataFrame) -> pl.DataFrame:
    return measured.filter(pl.col("marked_done") == 1)


def _short(runs: pl.DataFrame) -> pl.DataFrame:
    return runs.with_columns(pl.col("model", "mode").replace_strict(SHORT))


def expect(path: Path, of: tuple[str, ...], column: str, slice_: str | None = None) -> pl.DataFrame:
    """A column of an expected table, of the models that are published here."""
    table = pl.read_csv(path, infer_schema_length=None)
    if slice_ is not None:
        table = table.filter(slice=slice_)
    table = table.filter(pl.col("model") != "gpt")
    if "n" in of:  # rows of all sizes together are left out
        table = table.with_columns(pl.col("n").cast(pl.Int64, strict=False)).drop_nulls("n")
    return table.select(*of, value=pl.col(column).cast(pl.Float64))


def assert_same(expected: pl.DataFrame, found: pl.DataFrame, of: tuple[str, ...]) -> None:
    """The same value in every cell, to four significant digits."""
    both = expected.join(found.rename({"value": "ours"}), on=of, how="left")
    assert both.height > 0
    assert [
        row
        for row in both.rows(named=True)
        if row["ours"] is None or not is_same(str(row["value"]), str(row["ours"]))
    ] == []


@pytest.mark.parametrize(
    ("column", "ours"),
    [("ok_last_test_green", "last_check_passed"), ("ok_verified", "verified_done")],
)
def test_done_is_not_correct(
    test_data: Path, successful: pl.DataFrame, column: str, ours: str
) -> None:
    """A run without any test is neither green nor verified."""
    share = pl.col(ours).cast(pl.Float64).fill_null(0.0).mean()

    assert_same(
        expect(test_data / "published/expected/quality.csv", CELL, column, "model,md"),
        successful.group_by(CELL).agg(value=share),
        CELL,
    )


@pytest.mark.parametrize(
    ("column", "ours"),
    [
        ("same_round_files", "concurrent_writes"),
        ("blocked", "temporal_violations"),
        ("replies", "messages"),
    ],
)
def test_what_happens_in_a_run(
    test_data: Path, successful: pl.DataFrame, column: str, ours: str
) -> None:
    assert_same(
        expect(test_data / "published/expected/redundancy.csv", SIZED, column),
        successful.group_by(SIZED).agg(value=pl.col(ours).mean()),
        SIZED,
    )


def test_replies_without_progress(test_data: Path, published: Tables) -> None:
    runs = _short(published.runs.select("run", "model", mode="team"))
    replies = with_progress(published).join(runs, on="run")

    assert_same(
        expect(test_data / "published/expected/replies.csv", CELL, "share_no_progress", "model,md"),
        replies.group_by(CELL).agg(value=(~pl.col("progress")).mean()),
        CELL,
    )


def test_runs_that_stalled_have_orphaned_claims(test_data: Path, measured: pl.DataFrame) -> None:
    assert_same(
        expect(test_data / "published/expected/stall_hazard.csv", CELL, "stalled", "model,md"),
        measured.group_by(CELL).agg(value=(pl.col("orphaned_claims") > 0).sum()),
        CELL,
    )


@pytest.mark.parametrize(("column", "what"), [("wall_ratio", "seconds"), ("tok_ratio", "tokens")])
def test_what_the_protocol_costs_one_agent(
    test_data: Path, published: Tables, column: str, what: str
) -> None:
    prices = {finding.name: finding.value for finding in hidden(published)}
    models = published.runs["model"].unique(maintain_order=True).to_list()

    assert_same(
        expect(test_data / "published/expected/protocol_price.csv", ("model", "n"), column).filter(
            n=1
        ),
        pl.DataFrame(
            {
                "model": [SHORT[model] for model in models],
                "value": [
                    prices[f"price_of_decentralized_at_one_agent_{what}_{model}"]
                    for model in models
                ],
            }
        ),
        ("model",),
    )
