"""The page of runs on git: its commands run, in one repository, and say what the page says."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.docs.conftest import Command, Page, run_line

AGENT = """\
#!/bin/sh
git log --format=%s > history.txt
"""
HISTORY = "tasks: [{id: history, files: [history.txt], check: test -s history.txt}]\n"
KEYS = ("branch", "commit", "base_commit", "branch_commits", "branch_behind", "task_branches")


@pytest.fixture(scope="module")
def page(read_page: Callable[[str], Page]) -> Page:
    """The page."""
    return read_page("git.md")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_every_command_of_the_page_runs(page: Page, in_folder: Path) -> None:
    """One after the other; the agent of the last ones writes the history that it finds."""
    for name, text in page.files().items():
        (in_folder / name).write_text(text)
    (in_folder / "history.yaml").write_text(HISTORY)
    (in_folder / "agent").write_text(AGENT)
    (in_folder / "agent").chmod(0o755)

    said = {}
    for command in page.commands():
        said[command.text.partition("  #")[0].strip()] = run_line(command)

    shown = said["brooks show first"]
    assert "brooks/first in" in shown
    assert len(said["git log --oneline main..brooks/first"].splitlines()) == 2
    assert "is checked out in" in said[next(line for line in said if "--into main" in line)]
    assert "start" in said["git show brooks/history:history.txt"]
    assert (in_folder / "greeting.txt").read_text() == "Hello\n"


def test_the_keys_of_the_page_are_the_programs(page: Page) -> None:
    """All of them are named."""
    assert all(f"`{key}`" in page.text for key in KEYS)


def test_help_warns_of_worktrees() -> None:
    """As the page does."""
    text = " ".join(run_line(Command("brooks run --help", 0)).split())
    assert "From there they can reach your branches and settings" in text
