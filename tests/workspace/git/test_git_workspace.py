"""What a run on git promises beside what every workspace does."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from brooks.errors import InternalError, OutsideError, UsageError
from brooks.workspace.git import BranchBusy, Git, GitWorkspace, Identity, Work, is_in_repository
from brooks.workspace.git.commits import trailers_of
from brooks.workspace.memory import MemoryBlobs
from brooks.workspace.tree import Change, FileEntry
from measure.git_repositories import (
    HOSTILE,
    NOTES,
    SCRIPT,
    files_of,
    fingerprint,
    git,
    left_behind,
    make_repository,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]
OURS = ("brooks/", "brooks-tasks/")
Open = Callable[..., GitWorkspace]


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A hostile repository in the middle of its user's work."""
    make_repository(tmp_path / "top")
    return tmp_path / "top"


@pytest.fixture
def open_it(top: Path, tmp_path: Path) -> Open:
    """Opens the repository as the workspace of a run, again after a crash."""

    def open_one(run: str = "r1", **options: object) -> GitWorkspace:
        return GitWorkspace(top, run=run, run_folder=tmp_path / run, **options)  # type: ignore[arg-type]

    return open_one


@pytest.fixture
def blobs() -> MemoryBlobs:
    """An empty store."""
    return MemoryBlobs()


def work(blobs: MemoryBlobs, proposal: int = 1, **files: bytes | None) -> Work:
    """A task's change; `a__b` is the file `a/b`."""
    changes: dict[str, Change] = {
        path.replace("__", "/"): None if data is None else FileEntry(blob=blobs.put_blob(data))
        for path, data in files.items()
    }
    return Work(
        task=f"Task {proposal}",
        title="says\nBrooks-Run: other",
        agent="agent-1",
        turn="turn-1",
        proposal=proposal,
        verified=True,
        seconds=86_400.9,
        changes=changes,
    )


def at(top: Path, branch: str) -> str:
    """Where a branch is."""
    return git(top, "rev-parse", branch).decode().strip()


def test_only_what_is_committed_is_read_and_the_rest_is_said(
    top: Path, open_it: Open, blobs: MemoryBlobs
) -> None:
    """The checkout has staged, unstaged and unknown files; no hook or filter runs."""
    before = fingerprint(top, ours=OURS)
    workspace = open_it()

    snapshot = workspace.read_all(blobs.put_blob)

    assert {path: blobs.blob(file.blob) for path, file in snapshot.tree.items()} == HOSTILE
    assert [path for path, file in snapshot.tree.items() if file.executable] == [SCRIPT]
    assert [each.path for each in snapshot.skipped] == [".env", "line\nbreak", "link"]
    assert workspace.notes() == (
        "4 files are not committed as they are; the run sees what is committed",
    )
    assert fingerprint(top, ours=OURS) == before
    assert left_behind(top) == []


def test_a_folder_in_the_repository_sees_and_changes_only_itself(
    tmp_path: Path, blobs: MemoryBlobs
) -> None:
    """Its name has a quote and a line break in it."""
    top, within = tmp_path / "top", 'in "it"\nself'
    folder = make_repository(top, within=within)
    workspace = GitWorkspace(folder, run="r1", run_folder=tmp_path / "r1")

    tree = workspace.read_all(blobs.put_blob).tree
    made = workspace.commit(1, work(blobs, outside=b"inside\n"), blobs)

    assert set(tree) == set(HOSTILE)
    assert files_of(top, made.commit)["outside"][0].startswith(b"of the workspace")
    assert files_of(top, made.commit, within=within)["outside"] == (b"inside\n", False)


def test_a_merge_becomes_a_commit_that_says_where_it_comes_from(
    top: Path, open_it: Open, blobs: MemoryBlobs
) -> None:
    """A fixed identity, the date of the log, everything else in trailers, whatever the title says."""
    workspace = open_it("Run 1", identity=Identity(name="A <b>", email="a@b"))

    made = workspace.commit(1, work(blobs, new=b"new\n"), blobs)

    show = git(top, "show", "-s", "--format=%an|%ae|%at|%cn|%ct|%s", workspace.branch).decode()
    message = git(top, "show", "-s", "--format=%B", made.commit).decode()
    assert show == "A b|a@b|86400|A b|86400|Task 1: says Brooks-Run: other\n"
    assert trailers_of(message) == {
        "Run": "Run 1",
        "Commit": "1",
        "Task": "Task 1",
        "Agent": "agent-1",
        "Turn": "turn-1",
        "Proposal": "1",
        "Verified": "yes",
    }


def test_a_commit_has_exactly_the_log_s_files(top: Path, open_it: Open, blobs: MemoryBlobs) -> None:
    """A file becomes a folder, a folder a file, another is deleted, a script is none any more."""
    workspace = open_it()
    changes = work(blobs, back=b"x", old=b"file\n", new__deep=b"")
    changes = replace(
        changes,
        changes={
            **changes.changes,
            "old/deep/file": None,
            NOTES: None,
            f"{NOTES}/inner": FileEntry(blob=blobs.put_blob(b"inner")),
            SCRIPT: FileEntry(blob=blobs.put_blob(b"text")),
        },
    )

    made = workspace.commit(1, changes, blobs)

    found = files_of(top, made.commit)
    assert found[f"{NOTES}/inner"] == (b"inner", False)
    assert found[SCRIPT] == (b"text", False)
    assert found["old"] == (b"file\n", False)
    assert not {NOTES, "old/deep/file"} & found.keys()
    assert made.replaced == ()


def test_what_the_run_never_saw_is_reported_when_its_files_stand_for_it(
    open_it: Open, blobs: MemoryBlobs
) -> None:
    """An agent wrote below what is a link for the user; on the branch it is a folder."""
    workspace = open_it()

    made = workspace.commit(1, work(blobs, link__file=b"x"), blobs)
    again = workspace.commit(2, work(blobs, 2, link__other=b"x"), blobs)

    assert (made.replaced, again.replaced) == (("link",), ())


def test_a_resumed_run_hands_everything_in_again(
    top: Path, open_it: Open, blobs: MemoryBlobs
) -> None:
    """What is there is passed over, the rest is caught up; a new branch gets the same commits."""
    works = [work(blobs, number, a=b"%d" % number) for number in (1, 2, 3)]
    first = open_it()
    first.read_all(blobs.put_blob)
    for number in (1, 2):
        first.commit(number, works[number - 1], blobs)
    git(top, "-c", "core.hooksPath=/dev/null", "commit", "-q", "--no-verify", "-m", "by the user")

    second = open_it()
    made = [second.commit(number, each, blobs) for number, each in enumerate(works, start=1)]
    git(top, "-c", "core.hooksPath=/dev/null", "branch", "-q", "-D", second.branch)
    third = open_it()
    anew = [third.commit(number, each, blobs) for number, each in enumerate(works, start=1)]

    assert [each.made for each in made] == [False, False, True]
    assert [each.made for each in anew] == [True, True, True]
    assert [each.commit for each in anew] == [each.commit for each in made]
    assert at(top, second.branch) == made[-1].commit


def test_a_branch_that_somebody_moved_is_left_where_it_is(
    top: Path, open_it: Open, blobs: MemoryBlobs
) -> None:
    """Noticed at once, and again when the run is resumed."""
    workspace = open_it()
    workspace.read_all(blobs.put_blob)
    workspace.commit(1, work(blobs, a=b"1"), blobs)
    theirs = git(top, "commit-tree", "HEAD^{tree}", "-p", workspace.branch, "-m", "mine").decode()
    quiet = ("-c", "core.hooksPath=/dev/null")
    git(top, *quiet, "update-ref", f"refs/heads/{workspace.branch}", theirs.strip())

    with pytest.raises(OutsideError, match="nothing was overwritten"):
        workspace.commit(2, work(blobs, 2, a=b"2"), blobs)
    with pytest.raises(OutsideError, match="this run did not make it; nothing was changed"):
        open_it().commit(2, work(blobs, 2, a=b"2"), blobs)

    assert at(top, workspace.branch) == theirs.strip()


def test_a_commit_of_another_log_is_not_passed_over(open_it: Open, blobs: MemoryBlobs) -> None:
    """Number 1 on the branch is of another task than in the log."""
    workspace = open_it()
    workspace.commit(1, work(blobs, a=b"1"), blobs)

    with pytest.raises(OutsideError, match="another run had this id"):
        workspace.commit(1, work(blobs, 7, a=b"1"), blobs)
    with pytest.raises(InternalError, match="1 commits of this run, not 4"):
        workspace.commit(5, work(blobs, 5), blobs)


def test_a_checked_out_branch_never_moves(
    top: Path, tmp_path: Path, open_it: Open, blobs: MemoryBlobs
) -> None:
    """The user looks at the run's branch while it goes on; afterwards the same merge is accepted."""
    workspace = open_it()
    first = workspace.commit(1, work(blobs, a=b"1"), blobs).commit
    place, quiet = str(tmp_path / "look"), ("-c", "core.hooksPath=/dev/null")
    git(top, *quiet, "worktree", "add", "-q", "--no-checkout", place, workspace.branch)

    with pytest.raises(BranchBusy, match=r"checked out in .*look.*--detach"):
        workspace.commit(2, work(blobs, 2, a=b"2"), blobs)
    assert at(top, workspace.branch) == first
    git(top, "worktree", "remove", "--force", place)

    assert workspace.commit(2, work(blobs, 2, a=b"2"), blobs).made


def test_results_can_go_to_a_branch_that_nobody_has_checked_out(
    top: Path, open_it: Open, blobs: MemoryBlobs
) -> None:
    """To one that exists, which the run then begins from; not to the one of the checkout."""
    quiet = ("-c", "core.hooksPath=/dev/null")
    git(top, *quiet, "branch", "work", "HEAD")

    workspace = open_it(into="work")
    workspace.read_all(blobs.put_blob)
    made = workspace.commit(1, work(blobs, a=b"1"), blobs)

    assert at(top, "work") == made.commit
    assert open_it().branch == "work"
    with pytest.raises(BranchBusy, match="'main' is checked out"):
        open_it("r2", into="main").ensure_writable()
    with pytest.raises(UsageError, match="leave --into 'other' away"):
        open_it(into="other")


@pytest.mark.parametrize("name", ["-x", "a..b", "", "a\0b", "x.lock"])
def test_what_is_no_name_for_a_branch_is_refused(open_it: Open, name: str) -> None:
    """Before anything is done."""
    with pytest.raises(UsageError, match="is no name for a branch"):
        open_it(into=name)


def test_branches_that_are_in_the_way_are_named_before_anything_is_paid_for(
    top: Path, open_it: Open
) -> None:
    """A branch `brooks` leaves no room for `brooks/RUN`; an earlier run's branch is not reused."""
    quiet = ("-c", "core.hooksPath=/dev/null")
    git(top, *quiet, "branch", "brooks/r2", "HEAD")

    with pytest.raises(UsageError, match="choose another --run-id"):
        open_it("r2")
    git(top, *quiet, "branch", "-m", "brooks/r2", "brooks")
    with pytest.raises(OutsideError, match="git branch -m brooks"):
        open_it().ensure_writable()


def test_a_place_that_is_no_repository_is_refused(tmp_path: Path) -> None:
    """No repository, a bare one, one without a commit, no folder."""
    git(tmp_path, "init", "-q", "--bare", "bare")
    git(tmp_path, "init", "-q", "empty")
    (tmp_path / "plain").mkdir()

    for name, said in (
        ("plain", "is in no git repository"),
        ("bare", "bare"),
        ("empty", "has no commit yet"),
        ("none", "does not exist"),
    ):
        with pytest.raises(UsageError, match=said):
            GitWorkspace(tmp_path / name, run="r", run_folder=tmp_path / "r")
    assert is_in_repository(tmp_path / "empty")
    assert not is_in_repository(tmp_path / "plain")


def test_proposals_are_on_the_branches_of_their_tasks(
    top: Path, open_it: Open, blobs: MemoryBlobs
) -> None:
    """Each on top of what it was made from, a second try after the first; the merged ones go."""
    workspace = open_it()
    first = workspace.propose(work(blobs, a=b"1"), blobs, made_from=0)
    again = workspace.propose(work(blobs, a=b"1"), blobs, made_from=0)
    merged = workspace.commit(1, work(blobs, a=b"1"), blobs).commit
    second = replace(work(blobs, 2, a=b"2"), task="Task 1")
    other = work(blobs, 3, b=b"3")

    tried = workspace.propose(second, blobs, made_from=1)
    workspace.propose(other, blobs, made_from=1)
    parents = git(top, "show", "-s", "--format=%P", tried).decode().split()
    left = workspace.finish(["Task 1"])

    assert (first, parents) == (again, [merged, first])
    assert left == (workspace.task_branch("Task 3"),)
    assert workspace.finish(["Task 3"], keep=True) == left
    assert open_it_again_sees(top) == list(left)


def open_it_again_sees(top: Path) -> list[str]:
    """The branches of tasks that are there."""
    listing = git(top, "for-each-ref", "--format=%(refname:short)", "refs/heads/brooks-tasks")
    return listing.decode().split()


def test_nothing_from_outside_reaches_git(
    top: Path, tmp_path: Path, blobs: MemoryBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's shell points git elsewhere, and signs everything."""
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "commit.gpgSign")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")
    workspace = GitWorkspace(top, run="r1", run_folder=tmp_path / "r1")

    assert workspace.commit(1, work(blobs, a=b"1"), blobs).made
    assert left_behind(top) == []


def test_git_that_hangs_or_fails_is_an_error_that_says_what_to_do(top: Path) -> None:
    """A program that is not git, and one that never ends."""
    slow = top / "slow"
    slow.write_text("#!/bin/sh\nsleep 9\n")
    slow.chmod(0o755)

    with pytest.raises(OutsideError, match=r"cannot run .*brooks resume"):
        Git(top, program=str(top / "none")).run("status")
    with pytest.raises(OutsideError, match=r"did not end .*brooks resume"):
        Git(top, program=str(slow), seconds=0.05).run("status")


def test_a_damaged_content_is_not_committed(open_it: Open, blobs: MemoryBlobs) -> None:
    """And an unsafe path neither; the branch is not even begun."""
    workspace = open_it()
    missing = replace(work(blobs), changes={"a": FileEntry(blob=MemoryBlobs().put_blob(b"lost"))})
    unsafe = replace(work(blobs), changes={"../x": FileEntry(blob=blobs.put_blob(b""))})

    with pytest.raises(OutsideError, match="nothing is stored"):
        workspace.commit(1, missing, blobs)
    with pytest.raises(InternalError, match="a tree holds a path"):
        workspace.commit(1, unsafe, blobs)
    with pytest.raises(InternalError, match="has 0 commits"):
        workspace.commit_of(1)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_repository_that_cannot_be_written_is_refused_at_once(top: Path, open_it: Open) -> None:
    """Before anything is paid for."""
    objects = top / ".git" / "objects"
    objects.chmod(0o500)
    try:
        with pytest.raises(OutsideError, match="cannot be written to"):
            open_it().ensure_writable()
    finally:
        objects.chmod(0o700)
