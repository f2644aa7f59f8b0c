"""Pages of benches, plans and calibrations in a real browser: nothing fails, every plot has marks."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.report.browser import Browser, find_browser, open_browser
from tests.report.looking import look_at

from brooks.analysis.tables import Tables
from brooks.plan.calibrating import Fitted
from brooks.report.bench_page import bench_page
from brooks.report.calibration_page import calibration_page
from brooks.report.page.assembling import page_html
from brooks.report.page.contents import Page, Plot
from brooks.report.plan_page import plan_page

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_browser() is None, reason="there is no chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of this file."""
    with tempfile.TemporaryDirectory() as profile, open_browser(Path(profile)) as opened:
        yield opened


@pytest.fixture
def pages(
    made: Callable[..., Tables], plan: dict[str, Any], traces: Tables, fitted: Fitted
) -> dict[str, Page]:
    """One of each."""
    return {
        "bench": bench_page(
            made(sizes=(1, 2, 4)), published=made(models=("theirs",), sizes=(1, 2))
        ),
        "plan": plan_page(plan),
        "calibration": calibration_page(traces, fitted),
    }


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1400, "light")])
def test_every_plot_has_marks_on_a_phone_and_on_a_desk(
    browser: Browser, pages: dict[str, Page], tmp_path: Path, width: int, theme: str
) -> None:
    """Without an error or a request, and nothing is wider than the page."""
    for name, page in pages.items():
        file = tmp_path / f"{name}.html"
        file.write_text(page_html(page), encoding="utf-8")

        marks = look_at(browser, file, width=width, theme=theme)

        plots = [
            part for section in page.sections for part in section.parts if isinstance(part, Plot)
        ]
        assert len(marks) == len(plots)
        assert min(marks.values()) > 0
