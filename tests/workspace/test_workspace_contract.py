"""What every workspace promises, tried on the folder and on the one in memory.

What is promised of reading is tried on git too, where writing goes another way: into commits.
"""

import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from brooks.errors import InternalError, OutsideError, UsageError
from brooks.ids import BlobHash
from brooks.workspace.base import SizeLimits, Workspace
from brooks.workspace.folder import FolderWorkspace
from brooks.workspace.git import GitWorkspace
from brooks.workspace.memory import MemoryBlobs, MemoryWorkspace
from brooks.workspace.tree import Change, FileEntry, hash_of

BINARY = bytes(range(256)) + b"\r\n\x00\xff\xfe"
GIT = shutil.which("git") or ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A workspace together with what a user can see of it and do to it."""

    workspace: Workspace
    files: Callable[[], Mapping[str, bytes]]
    kept: Callable[[], Mapping[str, bytes]]
    user_writes: Callable[[str, bytes | None], None]


def files_below(folder: Path) -> dict[str, bytes]:
    """Read every regular file below a folder, half-written ones too."""
    found = sorted(folder.rglob("*"))
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in found if path.is_file()
    }


def user_writes_below(folder: Path, path: str, data: bytes | None) -> None:
    """Do what an editor does."""
    place = folder / path
    if data is None:
        place.unlink()
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def in_memory(files: Mapping[str, bytes], folder: Path, limits: SizeLimits | None = None) -> Place:
    """Make a workspace in memory that holds these files."""
    workspace = MemoryWorkspace(files, limits=limits)
    return Place(
        workspace=workspace,
        files=workspace.files,
        kept=workspace.kept,
        user_writes=workspace.user_writes,
    )


def in_folder(files: Mapping[str, bytes], folder: Path, limits: SizeLimits | None = None) -> Place:
    """Make a folder that holds these files, and its workspace."""
    root, kept = folder / "root", folder / "kept"
    root.mkdir()
    for path, data in files.items():
        user_writes_below(root, path, data)
    return Place(
        workspace=FolderWorkspace(root, kept_in=kept, limits=limits),
        files=lambda: files_below(root),
        kept=lambda: files_below(kept),
        user_writes=lambda path, data: user_writes_below(root, path, data),
    )


def in_git(files: Mapping[str, bytes], folder: Path, limits: SizeLimits | None = None) -> Place:
    """Commit these files to a new repository, and make its workspace."""
    root, kept = folder / "root", folder / "kept"
    root.mkdir()
    identity = ("-c", "user.name=user", "-c", "user.email=user@localhost")
    git = [GIT, "-C", str(root), *identity]
    made: list[tuple[str, ...]] = [("init", "-q"), ("add", "--all", "--force")]
    made.append(("commit", "-q", "--allow-empty", "-m", "start"))
    for path, data in files.items():
        if not path.startswith(".git/"):
            user_writes_below(root, path, data)
    for words in made:
        subprocess.run([*git, *words], check=True)  # noqa: S603 - our own words
    return Place(
        workspace=GitWorkspace(root, run="run", run_folder=folder / "run", limits=limits),
        files=lambda: {
            path: data for path, data in files_below(root).items() if not path.startswith(".git/")
        },
        kept=lambda: files_below(kept),
        user_writes=lambda path, data: user_writes_below(root, path, data),
    )


Make = Callable[..., Place]


@pytest.fixture(params=[in_memory, in_folder])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Give what makes a place of either kind from its first files."""

    def make_one(files: Mapping[str, bytes], limits: SizeLimits | None = None) -> Place:
        place: Place = request.param(files, tmp_path, limits)
        return place

    return make_one


@pytest.fixture(
    params=[
        in_memory,
        in_folder,
        pytest.param(in_git, marks=pytest.mark.skipif(not GIT, reason="git is not installed")),
    ]
)
def make_to_read(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Give what makes a place of any kind, of which only reading is tried."""

    def make_one(files: Mapping[str, bytes], limits: SizeLimits | None = None) -> Place:
        place: Place = request.param(files, tmp_path, limits)
        return place

    return make_one


@pytest.fixture
def blobs() -> MemoryBlobs:
    """Give an empty store."""
    return MemoryBlobs()


def known(*contents: bytes | None) -> set[BlobHash | None]:
    """Say what the run knows for a path; None for "nothing was there"."""
    return {None if data is None else hash_of(data) for data in contents}


def entry(blobs: MemoryBlobs, data: bytes, *, executable: bool = False) -> FileEntry:
    """Store a content as the log does when a proposal is accepted."""
    return FileEntry(blob=blobs.put_blob(data), executable=executable)


def test_every_file_is_read_byte_for_byte(make_to_read: Make, blobs: MemoryBlobs) -> None:
    """Text, binary, empty and non-English files come out as they are, in order of paths."""
    files = {"b/data.bin": BINARY, "a.txt": b"\r\n", "empty": b"", "b/ü.md": "grün".encode()}
    place = make_to_read(files)

    snapshot = place.workspace.read_all(blobs.put_blob)

    assert list(snapshot.tree) == sorted(files)
    assert {path: blobs.blob(file.blob) for path, file in snapshot.tree.items()} == files
    assert snapshot.skipped == ()


def test_what_tools_make_is_left_out_and_secrets_are_reported(
    make_to_read: Make, blobs: MemoryBlobs
) -> None:
    """A cache is of no interest; that `.env` is missing should be known."""
    place = make_to_read(
        {
            "main.py": b"",
            ".git/config": b"",
            ".brooks/runs/1": b"",
            "web/node_modules/x.js": b"",
            "src/__pycache__/m.pyc": b"",
            ".gitignore": b"",
            ".env": b"KEY=1",
        }
    )

    snapshot = place.workspace.read_all(blobs.put_blob)

    assert list(snapshot.tree) == [".gitignore", "main.py"]
    assert [(each.path, each.reason) for each in snapshot.skipped] == [
        (".env", "it may hold secrets")
    ]


def test_a_file_over_the_limit_is_left_out_and_reported(
    make_to_read: Make, blobs: MemoryBlobs
) -> None:
    """One large file does not spoil the run."""
    place = make_to_read({"large": b"x" * 11, "small": b"x" * 10}, SizeLimits(file_bytes=10))

    snapshot = place.workspace.read_all(blobs.put_blob)

    assert list(snapshot.tree) == ["small"]
    assert [each.path for each in snapshot.skipped] == ["large"]
    assert snapshot.skipped[0].reason == "11 bytes, more than the 10 of one file"


@pytest.mark.parametrize("limits", [SizeLimits(tree_bytes=19), SizeLimits(files=1)])
def test_a_workspace_over_the_limit_is_an_error_that_says_so(
    make_to_read: Make, blobs: MemoryBlobs, limits: SizeLimits
) -> None:
    """Somebody named their home folder; half of it would be worse than none."""
    place = make_to_read({"one": b"x" * 10, "two": b"x" * 10}, limits)

    with pytest.raises(UsageError, match=r"holds more than .* name a smaller folder"):
        place.workspace.read_all(blobs.put_blob)


def test_accepted_results_are_written(make: Make, blobs: MemoryBlobs) -> None:
    """A changed file, a new one in a new folder, a deleted one."""
    place = make({"change": b"old", "delete/me": b"old", "leave": b"alone"})
    changes: dict[str, Change] = {
        "change": entry(blobs, BINARY),
        "new/deep/file": entry(blobs, b"new"),
        "delete/me": None,
    }
    ours = {
        "change": known(b"old", BINARY),
        "new/deep/file": known(None, b"new"),
        "delete/me": known(b"old", None),
    }

    kept = place.workspace.write(changes, ours, blobs)

    assert kept == ()
    assert place.files() == {"change": BINARY, "leave": b"alone", "new/deep/file": b"new"}


def test_writing_again_changes_nothing(make: Make, blobs: MemoryBlobs) -> None:
    """A resumed run writes all it accepted, not knowing how far the last one came."""
    place = make({"a": b"1", "b/c": b"2", "d": b"3"})
    changes: dict[str, Change] = {
        "a": None,
        "a/x": entry(blobs, b"4"),
        "b": entry(blobs, b"5"),
        "b/c": None,
        "d": entry(blobs, b"6"),
    }
    ours = {
        "a": known(b"1", None),
        "a/x": known(None, b"4"),
        "b": known(None, b"5"),
        "b/c": known(b"2", None),
        "d": known(b"3", b"6"),
    }
    first = place.workspace.write(changes, ours, blobs)
    after_first = place.files()

    second = place.workspace.write(changes, ours, blobs)

    assert first == second == ()
    assert place.files() == after_first == {"a/x": b"4", "b": b"5", "d": b"6"}


def test_an_earlier_result_of_ours_is_overwritten(make: Make, blobs: MemoryBlobs) -> None:
    """The run wrote the file before, then crashed, went on and accepted a later version."""
    place = make({"a": b"second version"})
    ours = {"a": known(b"first", b"second version", b"third")}

    kept = place.workspace.write({"a": entry(blobs, b"third")}, ours, blobs)

    assert kept == ()
    assert place.files() == {"a": b"third"}


@pytest.mark.parametrize(
    ("snapshot", "now", "reason"),
    [
        (b"old", b"by the user", "you wrote to it since the run began"),
        (None, b"by the user", "you wrote to it since the run began"),
        (b"old", None, "you deleted it since the run began"),
    ],
)
def test_what_the_user_changed_is_kept_and_ours_is_put_aside(
    make: Make, blobs: MemoryBlobs, snapshot: bytes | None, now: bytes | None, reason: str
) -> None:
    """The user worked on the same file while the run went on."""
    place = make({} if snapshot is None else {"src/a.py": snapshot})
    place.user_writes("src/a.py", now)
    before = place.files()

    kept = place.workspace.write(
        {"src/a.py": entry(blobs, b"ours")}, {"src/a.py": known(snapshot, b"ours")}, blobs
    )

    assert [(each.path, each.reason) for each in kept] == [("src/a.py", reason)]
    assert (kept[0].ours or "").endswith("kept/src/a.py")
    assert place.files() == before
    assert place.kept() == {"src/a.py": b"ours"}


def test_a_file_the_user_changed_is_not_deleted(make: Make, blobs: MemoryBlobs) -> None:
    """An agent removed a file that the user was editing."""
    place = make({"a": b"old", "b": b"old"})
    place.user_writes("a", b"by the user")

    kept = place.workspace.write(
        {"a": None, "b": None}, {"a": known(b"old", None), "b": known(b"old", None)}, blobs
    )

    assert [(each.path, each.ours) for each in kept] == [("a", None)]
    assert place.files() == {"a": b"by the user"}
    assert place.kept() == {}


def test_the_same_content_from_the_user_is_no_conflict(make: Make, blobs: MemoryBlobs) -> None:
    """The user made the very change that the agent made."""
    place = make({"a": b"same"})

    kept = place.workspace.write({"a": entry(blobs, b"same")}, {"a": known(b"old")}, blobs)

    assert kept == ()
    assert place.files() == {"a": b"same"}


def test_a_path_nothing_is_known_of_is_the_users(make: Make, blobs: MemoryBlobs) -> None:
    """Not knowing is no permission."""
    place = make({"a": b"something"})

    kept = place.workspace.write({"a": entry(blobs, b"ours")}, {}, blobs)

    assert [each.path for each in kept] == ["a"]
    assert place.files() == {"a": b"something"}


def test_a_file_in_the_place_of_a_folder_is_kept(make: Make, blobs: MemoryBlobs) -> None:
    """The user made a file `docs` while an agent wrote `docs/index.md`."""
    place = make({})
    place.user_writes("docs", b"by the user")

    kept = place.workspace.write(
        {"docs/index.md": entry(blobs, b"ours")}, {"docs/index.md": known(None)}, blobs
    )

    assert [(each.path, each.reason) for each in kept] == [
        ("docs/index.md", "a file, 'docs', is where a folder is needed")
    ]
    assert place.files() == {"docs": b"by the user"}
    assert place.kept() == {"docs/index.md": b"ours"}


def test_a_folder_in_the_place_of_a_file_is_kept(make: Make, blobs: MemoryBlobs) -> None:
    """The user made a folder `docs` while an agent wrote a file of that name."""
    place = make({})
    place.user_writes("docs/index.md", b"by the user")

    kept = place.workspace.write({"docs": entry(blobs, b"ours")}, {"docs": known(None)}, blobs)

    assert [(each.path, each.reason) for each in kept] == [("docs", "a folder is in its place")]
    assert place.files() == {"docs/index.md": b"by the user"}
    assert place.kept() == {"docs": b"ours"}


def test_a_rename_that_changes_only_the_case_is_written(make: Make, blobs: MemoryBlobs) -> None:
    """Deletions come first, so a case-insensitive system ends with the new name too."""
    place = make({"Readme.md": b"text"})
    changes: dict[str, Change] = {"README.md": entry(blobs, b"text"), "Readme.md": None}
    ours = {"README.md": known(None, b"text"), "Readme.md": known(b"text", None)}

    kept = place.workspace.write(changes, ours, blobs)

    assert kept == ()
    assert place.files() == {"README.md": b"text"}


def test_the_executable_bit_is_set_and_never_taken_away(make: Make, blobs: MemoryBlobs) -> None:
    """A tool that writes a file need not know that it was a script."""
    place = make({})
    script = entry(blobs, b"#!/bin/sh\n", executable=True)
    longer = entry(blobs, b"#!/bin/sh\necho\n")
    ours = {"run.sh": known(None, b"#!/bin/sh\n", b"#!/bin/sh\necho\n")}

    place.workspace.write({"run.sh": script}, ours, blobs)
    place.workspace.write({"run.sh": longer}, ours, blobs)

    after = place.workspace.read_all(blobs.put_blob).tree
    assert after == {"run.sh": FileEntry(blob=longer.blob, executable=True)}


def test_a_file_whose_content_stays_can_become_executable(make: Make, blobs: MemoryBlobs) -> None:
    """An agent only made a script runnable."""
    place = make({"run.sh": b"#!/bin/sh\n"})
    script = entry(blobs, b"#!/bin/sh\n", executable=True)

    kept = place.workspace.write({"run.sh": script}, {"run.sh": known(b"#!/bin/sh\n")}, blobs)

    assert kept == ()
    assert place.workspace.read_all(blobs.put_blob).tree == {"run.sh": script}


@pytest.mark.parametrize("path", ["../x", "/etc/x", ".git/config", "a//b", "a/../../x", ""])
def test_an_unsafe_path_is_never_written(make_to_read: Make, blobs: MemoryBlobs, path: str) -> None:
    """Such a path was refused long before; if one comes nevertheless, nothing at all is written."""
    place = make_to_read({})
    changes: dict[str, Change] = {"good": entry(blobs, b""), path: entry(blobs, b"")}

    with pytest.raises(InternalError, match="a tree holds"):
        place.workspace.write(changes, {"good": known(None), path: known(None)}, blobs)

    assert place.files() == {}


def test_a_damaged_content_is_not_written(make: Make) -> None:
    """The store gives other bytes than those that were put in."""

    class Damaged:
        def blob(self, blob_hash: BlobHash) -> bytes:
            return b"other"

    place = make({"a": b"old"})
    change = FileEntry(blob=hash_of(b"ours"))

    with pytest.raises(OutsideError, match="is damaged"):
        place.workspace.write({"a": change}, {"a": known(b"old")}, Damaged())

    assert place.files() == {"a": b"old"}


def test_a_workspace_says_what_it_is_and_that_it_can_be_written(make_to_read: Make) -> None:
    """The first lines of a run name the workspace."""
    place = make_to_read({"a": b""})

    place.workspace.ensure_writable()

    assert place.workspace.describe()
