"""What is taken from a folder that an agent has been in, and what is not."""

import os
import shutil
import socket
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pytest

from brooks.models.command import changes
from brooks.models.command.changes import Change, Changes, TooMuchChanged, read_changes
from brooks.models.command.repository import ignored, make_repository
from brooks.models.command.working_copy import Before

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")


def begin(folder: Path, **files: bytes) -> dict[str, Before]:
    """Files as an agent finds them: `a__b_py` is `a/b.py`."""
    before = {}
    for name, data in files.items():
        path = name.replace("__", "/").replace("_", ".")
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
        before[path] = Before(sha256(data).digest(), len(data), executable=False)
    return before


def nothing(paths: Iterable[str]) -> frozenset[str]:
    raise AssertionError(paths)


def read(folder: Path, before: dict[str, Before], *, own_repository: bool = False) -> Changes:
    return read_changes(folder, before, own_repository=own_repository, ignored=nothing)


def test_changes_are_sorted_and_compared_by_content(tmp_path: Path) -> None:
    """A file that was written again as it was is no change; a deleted one and a new one are."""
    before = begin(tmp_path, a_py=b"a", b__c_py=b"c", d_py=b"d")
    (tmp_path / "a.py").write_bytes(b"A")
    (tmp_path / "b/c.py").unlink()
    (tmp_path / "d.py").write_bytes(b"d")
    (tmp_path / "b/new.bin").write_bytes(b"\xff\x00")

    assert read(tmp_path, before) == Changes(
        files=(
            Change(path="a.py", data=b"A"),
            Change(path="b/c.py", data=None),
            Change(path="b/new.bin", data=b"\xff\x00"),
        ),
        passed_over=(),
    )


def test_the_executable_bit_is_told_when_it_has_changed(tmp_path: Path) -> None:
    """Also where that is all that has changed."""
    before = begin(tmp_path, a=b"a", b=b"b", c=b"c")
    before["b"] = before["b"]._replace(executable=True)
    before["c"] = before["c"]._replace(executable=True)
    (tmp_path / "a").chmod(0o755)
    (tmp_path / "c").chmod(0o755)
    (tmp_path / "c").write_bytes(b"C")
    (tmp_path / "new").touch(mode=0o755)

    assert read(tmp_path, before).files == (
        Change(path="a", data=b"a", executable=True),
        Change(path="b", data=b"b", executable=False),
        Change(path="c", data=b"C"),
        Change(path="new", data=b"", executable=True),
    )


def test_links_and_things_that_are_no_files_are_not_followed(tmp_path: Path) -> None:
    """A link to a secret, a pipe that would never end, a socket: each is named and left alone."""
    outside, folder = tmp_path / "outside", tmp_path / "copy"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    before = begin(folder, a__b_py=b"b", kept=b"kept", linked=b"linked")
    shutil.rmtree(folder / "a")
    (folder / "a").symlink_to(outside, target_is_directory=True)
    (folder / "linked").unlink()
    (folder / "linked").symlink_to(outside / "secret")
    (folder / "kept").unlink()
    os.mkfifo(folder / "kept")
    os.mkfifo(folder / ".gitignore")
    (folder / "b").mkdir()
    (folder / "b/.gitignore").touch()
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(folder)
        listening.bind("s")
        os.chdir(here)

    found = read(folder, before)

    assert [each.path for each in found.files] == ["b/.gitignore"]
    assert list(found.passed_over) == [
        "'.gitignore' is a pipe",
        "'a' is a symbolic link",
        "'kept' is a pipe",
        "'linked' is a symbolic link",
        "'s' is a socket",
    ]


def test_names_that_no_tree_takes_are_named_and_left(tmp_path: Path) -> None:
    """A name that is no text, one for another system's devices, one with a control character."""
    names = [b"no\xfftext", b"a\nb", b"NUL.txt", b"a\\b", b".env", b"ok.txt"]
    for name in names:
        (Path(os.fsdecode(bytes(tmp_path))) / os.fsdecode(name)).touch()

    found = read(tmp_path, {})

    assert [each.path for each in found.files] == ["ok.txt"]
    assert len(found.passed_over) == 5
    assert all(note.isprintable() for note in found.passed_over)


def test_what_tools_leave_is_left_without_a_word(tmp_path: Path) -> None:
    """Nobody means to keep these; links among them do not matter either."""
    litter = ["__pycache__/a.pyc", ".venv/bin/python", "node_modules/x/y.js", ".pytest_cache/v"]
    for path in [*litter, "old.pyc", ".aider.chat.history.md", "kept.py"]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    (tmp_path / "venv").symlink_to("/usr")

    assert read(tmp_path, {}) == Changes(files=(Change(path="kept.py", data=b""),), passed_over=())


def test_no_repository_is_taken_but_ours_is_not_even_named(tmp_path: Path) -> None:
    """A hook in either would run on the user's machine."""
    for path in ("vendor/.git/hooks/post-merge", ".git/hooks/post-merge", ".GIT/config"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()

    ours = read(tmp_path, {}, own_repository=True)
    theirs = read(tmp_path, {})

    assert ours.files == theirs.files == ()
    assert not any("'.git'" in note for note in ours.passed_over)
    assert any("'.git'" in note for note in theirs.passed_over)
    assert any("'vendor/.git'" in note for note in ours.passed_over)


def test_a_huge_file_is_named_and_not_read(tmp_path: Path) -> None:
    """It costs no memory, however large it says it is, and what was there is not deleted."""
    before = begin(tmp_path, a=b"a")
    for name in ("a", "new"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(2**40)

    found = read(tmp_path, before)

    assert found.files == ()
    assert [note.split()[0] for note in found.passed_over] == ["'a'", "'new'"]


def test_a_large_file_of_the_users_own_is_no_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is compared like any other."""
    monkeypatch.setattr(changes, "MOST_FILE_BYTES", 10)
    before = begin(tmp_path, a=b"a" * 20, b=b"b" * 20)
    (tmp_path / "b").write_bytes(b"c" * 20)

    found = read(tmp_path, before)

    assert found.files == ()
    assert found.passed_over == ("'b' is larger than 10 bytes",)


@pytest.mark.parametrize(
    ("name", "most", "said"),
    [
        ("MOST_CHANGES", 2, "more than 2 files"),
        ("MOST_BYTES", 5, "more than 5 bytes"),
        ("MOST_ENTRIES", 2, "more than 2 files in its folder"),
    ],
)
def test_too_much_for_one_reply_is_refused_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, most: int, said: str
) -> None:
    """Half of what an agent did is not what it did."""
    monkeypatch.setattr(changes, name, most)
    for file in "abc":
        (tmp_path / file).write_bytes(b"xx")

    with pytest.raises(TooMuchChanged, match=said):
        read(tmp_path, {})


def test_a_very_deep_folder_is_left(tmp_path: Path) -> None:
    """No tree takes a path of more than a thousand bytes."""
    folder = tmp_path
    for _ in range(6):
        folder = folder / ("x" * 200)
        folder.mkdir()
    (folder / "a").touch()

    found = read(tmp_path, {})

    assert found.files == ()
    assert "too long a path" in found.passed_over[0]


@needs_git
def test_what_a_gitignore_excludes_is_left_and_named(tmp_path: Path) -> None:
    """A file that was there is compared all the same: it is the project's, whatever a rule says."""
    git = shutil.which("git")
    assert git is not None
    before = begin(tmp_path, was_log=b"1", _gitignore=b"*.log\nbuild/\n")
    (tmp_path / "was.log").write_bytes(b"2")
    (tmp_path / "build").mkdir()
    for name in ("new.log", "build/out", "kept.txt"):
        (tmp_path / name).touch()

    found = read_changes(
        tmp_path,
        before,
        own_repository=True,
        ignored=lambda paths: ignored(tmp_path, paths, git=git),
    )

    assert [each.path for each in found.files] == ["kept.txt", "was.log"]
    assert found.passed_over == (
        "'build/out' is ignored by a .gitignore",
        "'new.log' is ignored by a .gitignore",
    )


@needs_git
def test_an_agents_repository_runs_nothing_of_ours(tmp_path: Path) -> None:
    """A file system monitor or a hook that it sets up is not run when its rules are read."""
    git = shutil.which("git")
    assert git is not None
    folder, proof = tmp_path / "copy", tmp_path / "proof"
    begin(folder, _gitignore=b"*.log\n")
    make_repository(folder, git=git)
    trap = folder / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {proof}\n")
    trap.chmod(0o755)
    with (folder / ".git/config").open("a") as config:
        config.write(f"[core]\n\tfsmonitor = {trap}\n\texcludesFile = {trap}\n\tpager = {trap}\n")

    assert ignored(folder, ["a.log", "b"], git=git) == {"a.log"}
    assert not proof.exists()


@needs_git
def test_a_repository_that_cannot_be_made_is_done_without(tmp_path: Path) -> None:
    """Most agents work as well without one."""
    make_repository(tmp_path, git="/bin/false")

    assert list(tmp_path.iterdir()) == []
    assert ignored(tmp_path, ["a"], git="/bin/false") == frozenset()
