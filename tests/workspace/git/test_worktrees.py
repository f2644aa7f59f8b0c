"""Checkouts for turns: what is in them, and that they go away, ours only."""

import shutil
from pathlib import Path

import pytest

from brooks.errors import OutsideError
from brooks.workspace.git import GitWorkspace
from brooks.workspace.memory import MemoryBlobs
from measure.git_repositories import HOSTILE, SCRIPT, fingerprint, git, left_behind, make_repository

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]


@pytest.fixture(params=["", "inner"])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> GitWorkspace:
    """The workspace of a run that has begun."""
    folder = make_repository(tmp_path / "top", within=request.param)
    opened = GitWorkspace(folder, run="r1", run_folder=tmp_path / "r1")
    opened.read_all(MemoryBlobs().put_blob)
    return opened


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of a checkout."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".git"
    }


def test_a_checkout_has_the_committed_files_and_is_clean(
    workspace: GitWorkspace, tmp_path: Path
) -> None:
    """Byte for byte; what the run does not see is not there and does not look deleted."""
    top = tmp_path / "top"
    before = fingerprint(top, ours=())

    place = workspace.worktrees.add("Turn 1", workspace.base)
    status = git(place, "-c", "filter.trap.clean=", "status", "--porcelain")
    found = files_in(place)
    runs = (place / SCRIPT).stat().st_mode & 0o100
    workspace.worktrees.remove("Turn 1")

    assert (found, status, bool(runs)) == (HOSTILE, b"", True)
    assert fingerprint(top, ours=()) == before
    assert left_behind(top) == []
    assert not workspace.worktrees.folder.exists()


def test_a_damaged_checkout_goes_away(workspace: GitWorkspace, tmp_path: Path) -> None:
    """The agent removed its `.git`, took its own permissions away, and made a link out of it."""
    place = workspace.worktrees.add("t", workspace.base)
    root = workspace.worktrees.path("t")
    (root / ".git").unlink()
    (place / "away").symlink_to(tmp_path / "top")
    (place / "closed").mkdir(mode=0o700)
    (place / "closed" / "file").touch()
    (place / "closed").chmod(0)

    workspace.worktrees.remove("t")

    assert not root.exists()
    assert (tmp_path / "top" / ".git").is_dir()
    assert left_behind(tmp_path / "top") == []


def test_recovery_takes_away_what_is_ours_and_keeps_what_is_asked_for(
    workspace: GitWorkspace, tmp_path: Path
) -> None:
    """Three turns were cut off, one of them while its checkout was made; the user has one too."""
    top = tmp_path / "top"
    quiet = ("-c", "core.hooksPath=/dev/null")
    theirs = tmp_path / "theirs"
    git(top, *quiet, "worktree", "add", "-q", "--detach", "--no-checkout", str(theirs))
    shutil.rmtree(theirs)  # on a disk that is not plugged in now
    for name in ("kept", "gone", "half"):
        workspace.worktrees.add(name, workspace.base)
    half = top / ".git" / "worktrees" / workspace.worktrees.path("half").name
    (half / "brooks-complete").unlink()
    lock = top / ".git" / "refs" / "heads" / f"{workspace.branch}.lock"
    lock.parent.mkdir(exist_ok=True)
    lock.touch()

    left = workspace.recover(keep=["kept", "half", "never"])

    registered = sorted(path.name for path in (top / ".git" / "worktrees").iterdir())
    assert left == ("kept",)
    assert registered == [workspace.worktrees.path("kept").name, "theirs"]
    assert not lock.exists()
    assert workspace.recover() == ()


def test_a_checkout_that_cannot_be_made_leaves_nothing(
    workspace: GitWorkspace, tmp_path: Path
) -> None:
    """The commit is not there."""
    with pytest.raises(OutsideError, match="cannot check 'ffffffffffff' out"):
        workspace.worktrees.add("t", "f" * 40)

    assert left_behind(tmp_path / "top") == []


def test_recovery_takes_an_empty_folder_away(workspace: GitWorkspace) -> None:
    """The run was killed just before its first checkout was made."""
    workspace.worktrees.folder.mkdir()

    workspace.recover()

    assert not workspace.worktrees.folder.exists()
