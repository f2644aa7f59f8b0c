"""The pages of real results in a real browser: runs, a bench, a plan, the published study."""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.report.browser import Browser, find_browser, open_browser
from tests.report.looking import assert_nothing_failed, hovered, look_at, open_all

from brooks.cli.entry import command_line

DATA = Path(
    os.environ.get("BROOKS_TEST_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)
PUBLISHED = DATA / "published"
BENCH = """\
name: small
suites: [tasks.yaml]
teams: [leased]
sizes: [2, 3]
baseline: single
models: [sim:typical]
repetitions: 3
"""
TASKS = "project: six files\ntasks:\n" + "".join(
    f"  - {{id: task_{n}, files: [{n}.txt], check: test -f {n}.txt, solution: {{{n}.txt: x}}}}\n"
    for n in range(6)
)
PAGES = ("run", "runs", "bench", "plan", "published")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(find_browser() is None, reason="there is no chromium on this machine"),
]


def call(*words: str | Path) -> str:
    """What a command prints; it must succeed."""
    result = CliRunner().invoke(command_line, list(map(str, words)))
    assert result.exit_code == 0, (words, result.stderr)
    return result.stdout


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder with results of every kind, and a page of each."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        try:
            for run, team in (("alone", "single:1"), ("team", "hybrid:4")):
                call("run", "mathlib", "--team", team, "--run-id", run, "--json")
            Path("tasks.yaml").write_text(TASKS, encoding="utf-8")
            Path("bench.yaml").write_text(BENCH, encoding="utf-8")
            call("bench", "bench.yaml", "-o", "results", "--yes", "--json")
            Path("plan.json").write_text(
                call("plan", "tasks.yaml", "-m", "sim:typical", "--seconds", "2", "--json"),
                encoding="utf-8",
            )
            call("report", "team", "--baseline", "alone", "-o", "run.html")
            call("report", "team", "alone", "-o", "runs.html")
            call("report", "results", "-o", "bench.html")
            call("report", "plan.json", "-o", "plan.html")
            if PUBLISHED.is_dir():
                call("report", PUBLISHED, "-o", "published.html")
            yield Path(name)
        finally:
            os.chdir(before)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of this file."""
    with tempfile.TemporaryDirectory() as profile, open_browser(Path(profile)) as opened:
        yield opened


def page(folder: Path, name: str) -> Path:
    """The file of a page, unless there is nothing to make it of."""
    if name == "published" and not PUBLISHED.is_dir():
        pytest.skip(f"the published runs are not in {str(DATA)!r}")
    return folder / f"{name}.html"


@pytest.mark.parametrize(("theme", "width"), [("light", 1400), ("dark", 390)])
@pytest.mark.parametrize("name", PAGES)
def test_every_plot_has_marks(
    browser: Browser, folder: Path, name: str, theme: str, width: int
) -> None:
    """On a desk and on a phone, in both themes; nothing is wider than the window, nothing fails."""
    marks = look_at(browser, page(folder, name), width=width, theme=theme)

    assert marks
    assert [part for part, count in marks.items() if count == 0] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_plot_tells_the_values_under_the_pointer(
    browser: Browser, folder: Path, name: str
) -> None:
    """Of some mark of it, at least."""
    browser.show(page(folder, name))
    plots = open_all(browser)

    assert [part for part in plots if not hovered(browser, part)] == []
    assert_nothing_failed(browser)


@pytest.mark.parametrize("name", [name for name in PAGES if name != "published"])
def test_every_simulated_plot_and_table_says_so(browser: Browser, folder: Path, name: str) -> None:
    """In the drawing itself, in its words, and at the top; only a list of unknowns need not."""
    browser.show(page(folder, name))

    parts = browser.evaluate(
        "brooks.page.data.sections.flatMap(section => section.parts).map(part =>"
        " [part.name, part.simulated, part.spec?.title?.text ?? null, part.spec?.description ?? null])"
    )
    assert {name for name, simulated, _, _ in parts if not simulated} <= {"unknown-metrics"}
    for _, _, title, description in parts:
        assert (title, description) == (None, None) or title == "simulated"
        assert description is None or description.startswith("Simulated.")
    assert browser.evaluate("document.querySelector('.tag.large').checkVisibility()")


def test_a_page_of_a_run_of_twenty_tasks_is_small(folder: Path) -> None:
    """Under two megabytes, the program that draws included."""
    assert (folder / "run.html").stat().st_size < 2_000_000


def test_the_data_of_a_plot_can_be_had_from_the_page(browser: Browser, folder: Path) -> None:
    """Every row, as JSON behind a link."""
    browser.show(page(folder, "run"))
    browser.evaluate(
        "window.saved = []; URL.createObjectURL = (blob) => { saved.push(blob); return 'blob:x'; };"
        "HTMLAnchorElement.prototype.click = () => {};"
    )

    browser.evaluate(
        "[...document.querySelector('#plot-lanes .files').querySelectorAll('button')]"
        ".find(one => one.textContent === 'JSON').click()"
    )

    saved = json.loads(browser.evaluate("saved[0].text()"))
    levels = browser.evaluate(
        "brooks.page.data.sections.flatMap(section => section.parts)"
        ".find(part => part.name === 'lanes').data"
    )
    assert set(saved) == set(levels)
    assert sum(map(len, saved.values())) > 20
