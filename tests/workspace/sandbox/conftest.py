"""One sandbox of each level that this machine has, shared by the whole session, and small trees to check."""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from brooks.workspace.sandbox import (
    CheckLimits,
    CheckOutcome,
    Level,
    Sandbox,
    make_scratch,
    probe,
)

PYTEST = "python -m pytest -q"


class Place:
    """A sandbox and its scratch folder, with a space and an accent in its path."""

    def __init__(self, level: Level) -> None:
        self.top = make_scratch()
        self.scratch = self.top / "a plàce"
        self.sandbox = Sandbox.open(self.scratch, at_most=level)
        self.level = level

    def tree(self, files: Mapping[str, str]) -> Path:
        """Write files into a folder as a caller of the sandbox does."""
        folder = Path(mkdtemp(prefix="check-", dir=self.scratch)) / "tree"
        folder.mkdir()
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    def check(self, command: str, files: Mapping[str, str], **limits: Any) -> CheckOutcome:
        """Run a command on a tree, and remove the tree as a caller does."""
        folder = self.tree(files)
        outcome = self.sandbox.run(command, folder, CheckLimits(**limits))
        shutil.rmtree(folder.parent, ignore_errors=True)
        assert not folder.parent.exists(), "the caller cannot remove what the check left"
        return outcome

    def test(self, code: str, **limits: Any) -> CheckOutcome:
        """Run pytest on one file of tests."""
        return self.check(PYTEST, {"test_a.py": code}, **limits)

    def close(self) -> None:
        """Close the sandbox and remove everything."""
        self.sandbox.close()
        shutil.rmtree(self.top, ignore_errors=True)


@pytest.fixture(scope="session")
def places() -> Iterator[Callable[[Level], Place]]:
    """Give the place of a level; skip when this machine has no such level."""
    available = {report.level: report for report in probe()}
    made: dict[Level, Place] = {}

    def place_of(level: Level) -> Place:
        if not available[level].available:
            pytest.skip(available[level].explanation)
        if level not in made:
            made[level] = Place(level)
        return made[level]

    yield place_of
    for place in made.values():
        place.close()


@pytest.fixture(params=list(Level))
def place(request: pytest.FixtureRequest, places: Callable[[Level], Place]) -> Place:
    """Give each level in turn."""
    return places(request.param)


@pytest.fixture(params=[Level.BUBBLEWRAP, Level.LANDLOCK])
def closed_place(request: pytest.FixtureRequest, places: Callable[[Level], Place]) -> Place:
    """Give each level that shuts a check in."""
    return places(request.param)


def wait_until(condition: Callable[[], object], *, seconds: float = 10.0) -> None:
    """Look again and again, and fail when it never comes true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        time.sleep(0.01)


def processes_saying(words: str) -> list[int]:
    """The processes of this machine with these words in their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                said = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if words in said:
                found.append(int(entry.name))
    return found


def family_of(process: int) -> list[int]:
    """A process and all that descend from it."""
    found = [process]
    for member in found:
        try:
            for thread in Path(f"/proc/{member}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
        except OSError:
            continue
    return found
