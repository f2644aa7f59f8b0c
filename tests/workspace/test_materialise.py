"""A tree copied into a folder for a check, and how long that may take."""

import time
from pathlib import Path

import pytest

from brooks.errors import InternalError, OutsideError
from brooks.workspace.base import materialise
from brooks.workspace.folder import FolderWorkspace
from brooks.workspace.memory import MemoryBlobs
from brooks.workspace.tree import FileEntry


@pytest.fixture
def blobs() -> MemoryBlobs:
    """Give an empty store."""
    return MemoryBlobs()


def workspace_of(root: Path) -> FolderWorkspace:
    """Open a workspace that puts things aside beside its root."""
    return FolderWorkspace(root, kept_in=root.parent / "kept")


def test_a_tree_is_copied_whole_for_a_check(tmp_path: Path, blobs: MemoryBlobs) -> None:
    """Binary content, deep folders and the executable bit all arrive."""
    tree = {
        "a.bin": FileEntry(blob=blobs.put_blob(bytes(range(256)))),
        "d/e/f": FileEntry(blob=blobs.put_blob(b"")),
        "d/run.sh": FileEntry(blob=blobs.put_blob(b"#!"), executable=True),
    }

    materialise(tree, blobs, tmp_path / "made" / "check")

    assert workspace_of(tmp_path / "made" / "check").read_all(blobs.put_blob).tree == tree


def test_a_tree_is_copied_only_into_an_empty_folder(tmp_path: Path, blobs: MemoryBlobs) -> None:
    """In a folder with something in it, a link could wait."""
    (tmp_path / "link").symlink_to("/")
    tree = {"link/etc/x": FileEntry(blob=blobs.put_blob(b""))}

    with pytest.raises(InternalError, match="is not empty"):
        materialise(tree, blobs, tmp_path)


@pytest.mark.parametrize("path", ["../x", "/x", ".git/config"])
def test_a_tree_with_an_unsafe_path_is_not_copied(
    tmp_path: Path, blobs: MemoryBlobs, path: str
) -> None:
    """Such a tree is a mistake of this program; nothing of it is written."""
    tree = {path: FileEntry(blob=blobs.put_blob(b""))}

    with pytest.raises(InternalError, match="a tree holds"):
        materialise(tree, blobs, tmp_path / "check")

    assert not (tmp_path / "check").exists()


def test_a_tree_whose_paths_clash_is_an_error_with_the_folders_name(
    tmp_path: Path, blobs: MemoryBlobs
) -> None:
    """`a` cannot be a file and a folder."""
    some = FileEntry(blob=blobs.put_blob(b""))

    with pytest.raises(OutsideError, match=r"cannot copy the files for a check into '.*check'"):
        materialise({"a": some, "a/b": some}, blobs, tmp_path / "check")


@pytest.mark.slow
def test_five_thousand_files_are_read_and_sixty_copied_quickly(
    tmp_path: Path, blobs: MemoryBlobs
) -> None:
    """Several times what was measured: a busy machine passes and a wrong loop does not."""
    root = tmp_path / "root"
    root.mkdir()
    for number in range(5000):
        folder = root / f"d{number % 50}"
        folder.mkdir(exist_ok=True)
        (folder / f"f{number}.py").write_bytes(b"x = %d\n" % number)

    begin = time.perf_counter()
    tree = workspace_of(root).read_all(blobs.put_blob).tree
    read = time.perf_counter()
    materialise(dict(list(tree.items())[:60]), blobs, tmp_path / "check")
    copied = time.perf_counter()

    assert len(tree) == 5000
    assert read - begin < 1.5
    assert copied - read < 0.05
