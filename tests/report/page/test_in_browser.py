"""A page in a real browser: nothing fails, nothing is fetched, every plot has marks and answers."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.report.browser import Browser, find_browser, open_browser
from tests.report.looking import assert_nothing_failed, look_at
from tests.report.page import made_up

from brooks.report.page.assembling import page_html

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_browser() is None, reason="there is no chromium on this machine"),
]
LANES = "document.querySelector('#plot-lanes')"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of this file."""
    with tempfile.TemporaryDirectory() as profile, open_browser(Path(profile)) as opened:
        yield opened


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """One of everything, as a file."""
    file = tmp_path / "page.html"
    file.write_text(page_html(made_up.page()), encoding="utf-8")
    return file


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1400])
def test_every_plot_has_marks_and_nothing_is_wider_than_the_page(
    browser: Browser, page: Path, theme: str, width: int
) -> None:
    """In both themes, on a phone and on a desk."""
    marks = look_at(browser, page, width=width, theme=theme)

    assert len(marks) == 4
    assert min(marks.values()) > 0


def test_hover_shows_the_values(browser: Browser, page: Path) -> None:
    """Of the bar under the pointer."""
    browser.show(page)
    browser.evaluate(f"{LANES}.scrollIntoView({{behavior: 'instant', block: 'center'}})")
    left, top, width = browser.evaluate(
        f"(r => [r.left, r.top, r.width])({LANES}.querySelector('.drawing').getBoundingClientRect())"
    )

    browser.move_to(left + width / 2, top + 80)
    browser.wait_until("document.querySelector('#vg-tooltip-element.visible') !== null")

    said = browser.evaluate("document.querySelector('#vg-tooltip-element').innerText")
    assert "agent-" in said
    assert "task_" in said


def test_keys_zoom_all_time_axes_together(browser: Browser, page: Path) -> None:
    """Plus zooms in, arrows move, 0 shows all again."""
    browser.show(page)
    browser.evaluate(f"{LANES}.querySelector('.frame').focus()")

    browser.press("+")
    browser.press("ArrowRight")
    browser.wait_until(f"{LANES}.dataset.marks < 400")

    start, end = browser.evaluate("brooks.zoom.window")
    whole = browser.evaluate("brooks.zoom.full[1]")
    assert end - start == pytest.approx(whole / 2)
    assert start == pytest.approx(whole * 0.35)
    assert browser.evaluate(f"{LANES}.querySelector('.grain').textContent").startswith("Shows ")
    burn_up = "document.querySelector('#plot-burn-up')"
    browser.evaluate(f"{burn_up}.scrollIntoView({{behavior: 'instant'}})")
    browser.wait_until(f"{burn_up}.querySelector('.grain').textContent.startsWith('Shows ')")
    browser.press("0")
    assert browser.evaluate("brooks.zoom.window") is None


def test_a_stretch_that_is_dragged_over_is_shown(browser: Browser, page: Path) -> None:
    """From where the pointer went down to where it was let go."""
    browser.show(page)
    left, top = browser.evaluate(
        f"(r => [r.left, r.top])({LANES}.querySelector('.drawing').getBoundingClientRect())"
    )
    for kind, x in (("mousePressed", 300), ("mouseMoved", 400), ("mouseReleased", 400)):
        browser.call(
            "Input.dispatchMouseEvent",
            type=kind, x=left + x, y=top + 80, button="left", buttons=1, clickCount=1,
        )  # fmt: skip

    browser.wait_until("brooks.zoom.window !== null")
    start, end = browser.evaluate("brooks.zoom.window")
    whole = browser.evaluate("brooks.zoom.full[1]")
    assert end - start == pytest.approx(whole * 100 / 1050, rel=0.1)


def test_newer_data_leaves_the_reader_where_he_is(browser: Browser, page: Path) -> None:
    """The zoom, an opened section and the order of a table stay; a plot has the new rows."""
    browser.show(page)
    browser.evaluate("document.querySelector('details.section').open = true")
    browser.evaluate("document.querySelector('.grid thead th:nth-child(2) button').click()")
    browser.evaluate("brooks.zoomTo(10, 200)")
    before = browser.evaluate(f"Number({LANES}.dataset.marks)")

    browser.evaluate(
        "(() => { const data = structuredClone(brooks.page.data); data.verdict = 'newer';"
        " const columns = data.sections[0].parts[0].data.work.at(-1).columns;"
        " for (const column of Object.values(columns)) (column.at ?? column).length = 10;"
        " brooks.draw(data); })()"
    )
    browser.wait_until(f"{LANES}.dataset.marks <= 10")

    assert before > 10
    assert browser.evaluate("document.querySelector('h1').textContent") == "newer"
    assert browser.evaluate("brooks.zoom.window") == [10, 200]
    assert browser.evaluate("document.querySelector('details.section').open") is True
    sort = "document.querySelector('.grid thead th:nth-child(2)').getAttribute('aria-sort')"
    assert browser.evaluate(sort) == "ascending"
    assert_nothing_failed(browser)


def test_the_theme_can_be_chosen(browser: Browser, page: Path) -> None:
    """Against the system's, and it is drawn anew."""
    browser.show(page, theme="light")

    browser.evaluate("document.querySelector('.theme').click()")

    paper = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(20, 23, 27)"
    browser.evaluate("localStorage.clear()")
    assert_nothing_failed(browser)


def test_hostile_text_is_shown_and_does_nothing(browser: Browser, tmp_path: Path) -> None:
    """It is text on the page, and no element of it."""
    file = tmp_path / "hostile.html"
    file.write_text(page_html(made_up.hostile()), encoding="utf-8")
    browser.errors.clear()

    browser.resize(1400, 900)
    browser.call("Page.navigate", url=file.as_uri())
    browser.wait_until("document.querySelector('h1')?.textContent.includes('onerror=alert')")

    assert browser.evaluate("document.querySelectorAll('img').length") == 0
    assert browser.evaluate("document.scripts.length") == 3
    browser.errors.clear()
