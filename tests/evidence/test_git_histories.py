"""The measure of histories on git: a few of them, and that it sees what is wrong."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from brooks.workspace.git import GitWorkspace, Worktrees
from measure.git_histories import History, at_every_step, is_green, one

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.mark.slow
def test_a_history_leaves_a_green_branch_and_the_users_work_alone() -> None:
    """With conflicts, failures, crashes and dead agents, and the one killed at its twentieth step."""
    history, wrong = one(3)

    assert wrong == []
    assert history.counts["merges"] > 2
    assert one(1, tasks=2, kill_at=20)[1] == []


@pytest.mark.slow
def test_killing_at_every_step_comes_to_an_end() -> None:
    """The first steps are read before a branch is there, so every one of them is survived."""
    first = [wrong for _, (_, wrong) in zip(range(3), at_every_step(1, tasks=1), strict=False)]

    assert first == [[], [], []]


@pytest.mark.slow
def test_a_recovery_that_does_nothing_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checkouts of turns are still there."""
    monkeypatch.setattr(Worktrees, "recover", lambda self, **options: ())
    monkeypatch.setattr(Worktrees, "remove", lambda self, name: None)
    history = History(3, tmp_path, tasks=4, kill_at=0)

    wrong = history.run()

    assert history.counts["checkouts"] == 1
    assert wrong == ["worktrees", "a registered worktree", "left 'worktrees'"]


@pytest.mark.slow
def test_a_lost_commit_and_a_touched_file_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last merge is not put on the branch, and the user's script is written to."""
    history = History(2, tmp_path, tasks=2, kill_at=0)
    finish = GitWorkspace.finish

    def lose(self: GitWorkspace, *args: Any, **options: Any) -> tuple[str, ...]:
        branch = f"refs/heads/{self.branch}"
        self._git.run("update-ref", branch, self.base)
        (history.workspace_folder / "-run.sh").write_bytes(b"touched")
        return finish(self, *args, **options)

    monkeypatch.setattr(GitWorkspace, "finish", lose)

    wrong = history.run()

    assert any(each.startswith("0 commits and ") for each in wrong)
    assert "something of the user's was changed" in wrong


def test_the_check_of_a_history_knows_green_from_red() -> None:
    """Registry, items and total agree, or not."""
    green = {
        "registry.txt": (b"a\nb\n", False),
        "total.txt": (b"2\n", False),
        "items/a": (b"", False),
        "items/b": (b"", False),
    }

    assert is_green(green)
    assert not is_green(green | {"total.txt": (b"3\n", False)})
    assert not is_green(green | {"items/c": (b"", False)})
    assert not is_green(green | {"x": (b"<<<<<<< yours\n", False)})
