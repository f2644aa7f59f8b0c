"""The page of metrics says what the program measures."""

from pathlib import Path

import pytest

from brooks.analysis.columns import TABLES
from brooks.analysis.metrics.catalogue import METRICS
from brooks.analysis.metrics.metric import Basis
from brooks.analysis.metrics.page import metrics_page

PAGE = Path(__file__).parents[3] / "docs" / "metrics.md"


def test_the_page_in_the_docs_is_current() -> None:
    """If this fails: `python -m brooks.analysis.metrics.page > docs/metrics.md`."""
    assert PAGE.read_text(encoding="utf-8") == metrics_page()


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_has_its_row(name: str) -> None:
    metric = METRICS[name]
    rows = [line for line in metrics_page().splitlines() if line.startswith(f"| `{name}` |")]

    assert f"| `{name}` | {metric.unit} | {metric.says} | {metric.source} |" in rows


def test_every_column_and_every_basis_is_on_it() -> None:
    lines = metrics_page().splitlines()

    for table in TABLES:
        assert f"### `{table.name}`" in lines
        for column in table.columns:
            assert f"| `{column.name}` | {column.kind} | {column.says} |" in lines
    for basis in Basis:
        assert f"## {basis.capitalize()}" in lines


def test_the_names_that_correspond_exist() -> None:
    """The page says which metric by attempt stands for which by round."""
    text = metrics_page().partition("What corresponds to these")[2].partition("\n\n")[0]
    named = text.split("`")[1::2]

    assert len(named) == 11
    assert set(named) <= set(METRICS)
