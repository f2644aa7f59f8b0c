"""The pictures of pages in docs/pictures, made again: by our own commands, as Chromium draws them.

    python evidence/pictures.py

Those of the published runs are left as they are where there are none; all others are simulated.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.report.browser import Browser, open_browser  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
PUBLISHED = Path(os.environ.get("BROOKS_TEST_DATA", ROOT.parent / "shared" / "data")) / "published"
BENCH = """\
name: one agent against teams
suites: [mathlib/mixed, mathlib/parallel]
teams: [hybrid, leased]
sizes: [1, 2, 3, 4]
baseline: single
models: [sim:typical]
repetitions: 10
"""
COMMANDS: tuple[str, ...] = (
    "run mathlib --team leased:4 --run-id first -q",
    "run mathlib --team single --run-id alone -q",
    "report first -o run.html",
    "report first alone -o runs.html",
    "bench bench.yaml -o results --yes -q",
    "report results -o bench.html",
    "plan mathlib --objective time -q",
)


CALIBRATED = ("-o", "profile.yaml", "--page", "calibration.html")


class Shot(NamedTuple):
    """A picture of the top of a page, or of one section of it."""

    name: str
    page: str
    width: int
    height: int
    theme: str
    at: str = ""
    """The id of what is at the top of the picture; empty for the top of the page."""


SHOTS = (
    Shot("run", "run.html", 1200, 1160, "light"),
    Shot("run-dark", "run.html", 1200, 1000, "dark", "tasks"),
    Shot("run-phone", "run.html", 390, 1000, "dark"),
    Shot("runs", "runs.html", 1200, 1200, "light"),
    Shot("bench", "bench.html", 1200, 1300, "light", "speedup"),
    Shot("plan", "plan.html", 1200, 1200, "light"),
    Shot("calibration", "calibration.html", 1200, 1300, "light"),
    Shot("published", "published.html", 1200, 1200, "light"),
)


def brooks(words: Sequence[str]) -> None:
    """Call a command in the present folder; what it prints is of no interest."""
    program = "from brooks.cli import main; main()"
    subprocess.run([sys.executable, "-c", program, *words], check=True, stdout=subprocess.DEVNULL)


def take(browser: Browser, shot: Shot) -> None:
    """Draw a page, wait until all of it is drawn, and keep what is seen."""
    browser.show(Path(shot.page), width=shot.width, height=shot.height, theme=shot.theme)
    browser.wait_until("document.documentElement.dataset.all === 'true'")
    if shot.at:
        browser.evaluate(
            f"document.getElementById({shot.at!r}).scrollIntoView({{behavior: 'instant'}})"
        )
        browser.wait_until("[...brooks.page.parts.values()].every(part => !part.stale)")
    browser.picture(PICTURES / f"{shot.name}.png", whole=False)
    print(f"docs/pictures/{shot.name}.png")


def main() -> None:
    """Make the pages in a folder of their own, and take the pictures."""
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        Path("bench.yaml").write_text(BENCH, encoding="utf-8")
        for command in COMMANDS:
            print(f"brooks {command}")
            brooks(command.split())
        (plan,) = Path(".brooks", "plans").glob("*.json")
        brooks(["report", str(plan), "-o", "plan.html"])
        if PUBLISHED.is_dir():
            brooks(["report", str(PUBLISHED), "-o", "published.html"])
            brooks(
                [
                    "calibrate",
                    str(PUBLISHED),
                    "--only",
                    "model=anthropic_claude-sonnet-4-6",
                    *CALIBRATED,
                ]
            )
        with open_browser(Path(name, "browser")) as browser:
            for shot in SHOTS:
                if Path(shot.page).is_file():
                    take(browser, shot)


if __name__ == "__main__":
    main()
