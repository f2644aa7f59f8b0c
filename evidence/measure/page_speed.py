"""How quick a page is: made, opened in a browser, and zoomed. Needs Chromium.

page_speed.py make    seconds from a log of a run of 20 tasks to the page's file, the quickest of three
page_speed.py size    bytes of that page
page_speed.py open    seconds until what is seen of a page of 100,000 rows is drawn
page_speed.py zoom    milliseconds until the plots have answered a zoom there, the slowest of many
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.report.browser import Browser, open_browser  # noqa: E402
from tests.report.page import made_up  # noqa: E402

from brooks.report.page.assembling import page_html  # noqa: E402

ROWS = 100_000
REPEATS = 3
ZOOMS = ["+"] * 9 + ["ArrowRight", "ArrowLeft"] * 2 + ["-"] * 9
SECTION = "document.querySelector('#plot-lanes')"


def main() -> None:
    what = sys.argv[1] if len(sys.argv) > 1 else "open"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        measured, detail = (
            made(folder, what) if what in {"make", "size"} else in_browser(folder, what)
        )
    print(json.dumps({"measured": measured, "detail": detail}))


def made(folder: Path, what: str) -> tuple[float, dict[str, Any]]:
    """A bundled project of 20 tasks, run, and its page made again and again."""
    brooks = [sys.executable, "-m", "brooks"]
    subprocess.run(
        [*brooks, "run", "mathlib", "--run-id", "one", "--json"],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    seconds = []
    for _ in range(REPEATS + 1):
        began = time.perf_counter()
        subprocess.run(
            [*brooks, "report", "one", "-o", "page.html"],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        seconds.append(round(time.perf_counter() - began, 3))
    size = (folder / "page.html").stat().st_size
    detail = {"bytes": size, "seconds": seconds[1:], "first": seconds[0]}
    return (float(size) if what == "size" else min(seconds[1:])), detail


def in_browser(folder: Path, what: str) -> tuple[float, dict[str, Any]]:
    """A page of so many rows, opened and zoomed."""
    page = folder / "page.html"
    page.write_text(page_html(made_up.page(rows=ROWS)), encoding="utf-8")
    opened, zoomed = [], []
    with tempfile.TemporaryDirectory() as profile, open_browser(Path(profile)) as browser:
        for _ in range(REPEATS):
            began = time.perf_counter()
            browser.show(page)
            opened.append(round(time.perf_counter() - began, 3))
        browser.wait_until("document.documentElement.dataset.all === 'true'")
        if what == "zoom":
            zoomed = [zoom(browser, key) for key in ZOOMS]
    detail = {"bytes": page.stat().st_size, "opened": opened, "zoomed": zoomed, "rows": ROWS}
    return (max(zoomed) if what == "zoom" else max(opened)), detail


def zoom(browser: Browser, key: str) -> float:
    """Milliseconds from a key until every plot that is near has drawn what it now shows."""
    found: float = browser.evaluate(
        f"""(async () => {{
            const plots = [...brooks.page.parts.values()].filter((part) => part.near);
            const key = new KeyboardEvent('keydown', {{key: '{key}', bubbles: true}});
            const begun = performance.now();
            {SECTION}.querySelector('.frame').dispatchEvent(key);
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            for (const plot of plots) await plot.work;
            return performance.now() - begun;
        }})()"""
    )
    return round(found, 1)


if __name__ == "__main__":
    main()
