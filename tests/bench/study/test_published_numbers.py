"""On the published runs: every number behind every figure is found again, and a new model disturbs none."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from brooks.analysis.tables import Tables
from brooks.bench.study.figures import FIGURES
from brooks.bench.study.findings import as_frame, findings
from brooks.log.foreign.published import EVENTS_FILE, RUNS_FILE, read_published
from measure.published_numbers import differences

pytestmark = pytest.mark.slow
GEMINI, NEW = "google_gemini-3-flash-preview", "acme_model-9"
Computed = dict[str, pl.DataFrame]


def compute(tables: Tables) -> Computed:
    """Every figure's table."""
    return {name: figure(tables) for name, figure in FIGURES.items()}


@pytest.fixture(scope="module")
def published(test_data: Path) -> Tables:
    return read_published(test_data / "published")


@pytest.fixture(scope="module")
def figures(published: Tables) -> Computed:
    return compute(published)


@pytest.fixture
def assert_expected(test_data: Path, tmp_path: Path) -> Callable[[str, pl.DataFrame], None]:
    """Compares a table with the expected one, to four significant digits."""

    def compare(name: str, frame: pl.DataFrame) -> None:
        frame.write_csv(tmp_path / f"{name}.csv")
        expected = test_data / "published" / "expected" / f"{name}.csv"
        compared = list(differences(expected, tmp_path / f"{name}.csv"))
        assert compared
        assert [text for text, same in compared if not same] == []

    return compare


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_found_again(
    name: str, figures: Computed, assert_expected: Callable[[str, pl.DataFrame], None]
) -> None:
    assert_expected(name, figures[name])


def test_the_findings_are_found_again(
    published: Tables, assert_expected: Callable[[str, pl.DataFrame], None]
) -> None:
    assert_expected("findings", as_frame(findings(published)))


def test_every_expected_figure_is_compared(test_data: Path) -> None:
    there = {path.stem for path in (test_data / "published" / "expected").glob("fig_*.csv")}

    assert there <= set(FIGURES)


def test_a_third_model_has_rows_of_its_own(
    test_data: Path, tmp_path: Path, figures: Computed
) -> None:
    """One model's runs, added again under another name: figures as that model's, all others as before."""
    folder = test_data / "published"
    runs, events = (pl.read_parquet(folder / name) for name in (RUNS_FILE, EVENTS_FILE))
    gemini = runs.filter(model_dir=GEMINI)
    again = pl.format("again/{}", "run_dir").alias("run_dir")
    pl.concat([gemini.with_columns(again, model_dir=pl.lit(NEW)), runs]).write_parquet(
        tmp_path / RUNS_FILE
    )
    of_gemini = pl.col("run_dir").is_in(gemini["run_dir"].implode())
    pl.concat([events, events.filter(of_gemini).with_columns(again)]).write_parquet(
        tmp_path / EVENTS_FILE
    )

    found = compute(read_published(tmp_path))

    for name, frame in found.items():
        keys = [key for key in ("mode", "p_label", "n", "metric") if key in frame.columns]
        before = frame.filter(pl.col("model") != NEW).sort("model", *keys)
        assert_frame_equal(before, figures[name].sort("model", *keys))
        assert_frame_equal(
            frame.filter(model=NEW).drop("model").sort(keys),
            figures[name].filter(model=GEMINI).drop("model").sort(keys),
        )
