"""Scratch folders of processes that are gone, and trees that resist removal."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from brooks.workspace.sandbox import make_scratch, sweep
from brooks.workspace.sandbox.tidying import measure, tidy


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the test's folder the system's temporary folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def dead_process() -> int:
    """Give the number of a process that is over."""
    with subprocess.Popen([sys.executable, "-S", "-c", ""]) as process:
        pass
    return process.pid


def test_a_scratch_folder_is_for_passing_through(temporary: Path) -> None:
    """Checks run as users of their own and must reach their folder, not list the others."""
    folder = make_scratch()

    assert folder.parent == temporary
    assert folder.name.startswith(f"brooks-{os.getpid()}-")
    assert folder.stat().st_mode & 0o777 == 0o711


def test_what_a_dead_process_left_is_removed(temporary: Path) -> None:
    """With everything in it, readable or not."""
    left = temporary / f"brooks-{dead_process()}-abcd"
    (left / "a" / "b").mkdir(parents=True)
    (left / "a" / "b").chmod(0)

    sweep(temporary)

    assert not left.exists()


def test_what_is_in_use_or_somebody_elses_stays(temporary: Path) -> None:
    """Of a live process, of a name that only looks alike, a file, a link."""
    dead = dead_process()
    own = make_scratch()
    others = [temporary / name for name in ("brooks-x-abcd", f"brooks-{dead}", f"other-{dead}-a")]
    for folder in others:
        folder.mkdir()
    (temporary / f"brooks-{dead}-file").write_text("")
    (temporary / f"brooks-{dead}-link").symlink_to(others[0])

    sweep(temporary)

    assert own.is_dir()
    assert all(folder.is_dir() for folder in others)
    assert (temporary / f"brooks-{dead}-link").is_symlink()


def test_what_is_locked_stays(temporary: Path) -> None:
    """Its process may be in another container, where its number means nothing here."""
    own = make_scratch()
    seen_from_elsewhere = own.rename(temporary / f"brooks-{dead_process()}-abcd")

    sweep(temporary)

    assert seen_from_elsewhere.is_dir()


def test_sweeping_nothing_is_well(temporary: Path) -> None:
    """The folder may not even exist."""
    sweep(temporary / "nothing")


@pytest.mark.slow
def test_a_tree_too_deep_to_remove_becomes_shallow(temporary: Path) -> None:
    """Its path is longer than any path may be."""
    top = temporary / "top"
    top.mkdir()
    before = Path.cwd()
    try:
        os.chdir(top)
        for _ in range(100):
            Path("d" * 60).mkdir()
            os.chdir("d" * 60)
    finally:
        os.chdir(before)

    tidy(top)

    assert max(len(folder) for folder, _, _ in os.walk(top)) < 3200
    shutil.rmtree(top)


def test_folders_without_permission_become_open(temporary: Path) -> None:
    """At every depth, and the top itself."""
    (temporary / "top" / "a" / "b").mkdir(parents=True)
    for path in ("top/a/b", "top/a", "top"):
        (temporary / path).chmod(0)

    tidy(temporary / "top")

    assert (temporary / "top" / "a" / "b").stat().st_mode & 0o700 == 0o700


def test_links_are_not_followed(temporary: Path) -> None:
    """What a link leads to is not part of the tree."""
    outside = temporary / "outside"
    outside.mkdir(mode=0o500)
    (temporary / "top").mkdir()
    (temporary / "top" / "link").symlink_to(outside)

    tidy(temporary / "top")

    assert outside.stat().st_mode & 0o777 == 0o500


def test_names_and_bytes_are_both_counted(temporary: Path) -> None:
    """A disk can run out of either."""
    for name in "abc":
        (temporary / name).write_bytes(bytes(10_000))
    trees = [str(temporary), str(temporary / "nothing")]

    assert measure(trees, most_bytes=10**6, most_entries=3)
    assert not measure(trees, most_bytes=10**6, most_entries=2)
    assert not measure(trees, most_bytes=20_000, most_entries=3)
