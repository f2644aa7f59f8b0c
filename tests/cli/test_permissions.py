"""Folders that this user may not read or write: said clearly, and nothing is left behind."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NOBODY = 65534
TASKS = """\
tasks:
  - {id: a, files: [a.txt], check: test -f a.txt, solution: {a.txt: a}}
"""

Brooks = Callable[..., Any]


@pytest.fixture
def shared(brooks: Brooks, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that every user may reach, with a task file whose workspace is `work`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        monkeypatch.chdir(folder)
        (folder / "work").mkdir()
        (folder / "tasks.yaml").write_text(f"workspace: work\n{TASKS}")
        (folder / "runs").mkdir(mode=0o777)
        (folder / "runs").chmod(0o777)
        run = ("run", "tasks.yaml", "-m", "sim", "--checks", "modelled", "--runs-dir", "warm", "-q")
        assert brooks(*run).code == 0  # what is imported now need not be read by another user
        assert brooks("doctor").code == 0
        yield folder


@contextmanager
def without_privilege() -> Iterator[None]:
    """Be a user whom permissions bind; root becomes nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    try:
        os.seteuid(NOBODY)
    except OSError:
        pytest.skip("running as root in a place where root may not become another user")
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_workspace_that_cannot_be_read(brooks: Brooks, shared: Path) -> None:
    """Someone else's folder."""
    (shared / "work").chmod(0)

    with without_privilege():
        valid = brooks("validate", "tasks.yaml")
        ran = brooks("run", "tasks.yaml", "-m", "sim", "--runs-dir", "runs")

    (shared / "work").chmod(0o755)
    assert (valid.code, ran.code) == (4, 4)
    assert "cannot be read" in valid.err
    assert list((shared / "runs").iterdir()) == []


def test_a_workspace_that_cannot_be_written(brooks: Brooks, shared: Path) -> None:
    """It can be read, and the results could not be put back: found before anything is paid for."""
    (shared / "work").chmod(0o555)

    with without_privilege():
        said = brooks("run", "tasks.yaml", "-m", "sim", "--runs-dir", "runs")

    assert said.code == 4
    assert "cannot be written to" in said.err
    assert list((shared / "runs").iterdir()) == []


def test_a_folder_of_runs_that_cannot_be_written(brooks: Brooks, shared: Path) -> None:
    """A read-only folder of runs."""
    (shared / "runs").chmod(0o555)

    with without_privilege():
        said = brooks("run", "tasks.yaml", "-m", "sim", "--runs-dir", "runs")
        doctor = brooks("doctor", "--runs-dir", "runs", "--json")

    assert said.code == 4
    assert "choose another --runs-dir" in said.err
    assert list((shared / "runs").iterdir()) == []
    assert doctor.code == 4


def test_a_folder_of_runs_that_cannot_be_read(brooks: Brooks, shared: Path, runs: Path) -> None:
    """A list of runs that is somebody else's, and a log in it that is."""
    shutil.copytree(runs, "theirs")
    Path("theirs/finished/run.db").chmod(0)

    with without_privilege():
        listed = brooks("runs", "--runs-dir", "theirs")
        shown = brooks("show", "finished", "--runs-dir", "theirs")
    (shared / "runs").chmod(0)
    with without_privilege():
        closed = brooks("runs", "--runs-dir", "runs")

    assert (listed.code, shown.code, closed.code) == (0, 4, 4)
    assert "finished is left out" in listed.err
    assert "cannot be read" in closed.err
