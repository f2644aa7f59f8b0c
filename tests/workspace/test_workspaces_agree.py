"""The two workspaces, put through the same story, end the same."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brooks.ids import BlobHash
from brooks.workspace.base import Workspace
from brooks.workspace.folder import FolderWorkspace
from brooks.workspace.memory import MemoryBlobs, MemoryWorkspace
from brooks.workspace.tree import FileEntry

Files: TypeAlias = dict[str, bytes]
Changes: TypeAlias = dict[str, bytes | None]
Ours: TypeAlias = dict[str, set[BlobHash | None]]

STATES = st.dictionaries(
    st.sampled_from(["a", "b", "d", "d/a", "d/b", "d/e/a"]),
    st.sampled_from([None, b"0", b"1", b"2"]),
)
"""What becomes of some paths; None deletes one."""


def consistent(changes: Changes) -> Changes:
    """Delete what a file `d` leaves no room for."""
    if changes.get("d") is None:
        return changes
    return {**changes, "d/a": None, "d/b": None, "d/e/a": None}


def after_the_user(files: Files, user: Changes) -> Files:
    """Give the files after the user did what is possible of these changes."""
    now = dict(files)
    for path, data in user.items():
        if data is None:
            now.pop(path, None)
        elif not any(f"{one}/" == path[: len(one) + 1] or one[:2] == f"{path}/" for one in now):
            now[path] = b"user " + data
    return now


def written_twice(
    workspace: Workspace, files: Files, writings: tuple[Changes, Changes]
) -> list[list[tuple[str, str]]]:
    """Write what a run accepted that began with `files`, and give what was kept each time."""
    blobs = MemoryBlobs()
    ours: Ours = {}
    reports = []
    for changes in writings:
        entries = {}
        for path, data in changes.items():
            before = files.get(path)
            known = ours.setdefault(path, {None if before is None else blobs.put_blob(before)})
            entries[path] = None if data is None else FileEntry(blob=blobs.put_blob(data))
            known.add(None if data is None else blobs.put_blob(data))
        kept = workspace.write(entries, ours, blobs)
        reports.append([(each.path, each.reason) for each in kept])
    return reports


def put_below(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder with these files."""
    folder.mkdir()
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def files_below(folder: Path) -> Files:
    """Read all files below a folder."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(start=STATES, user=STATES, wanted=STATES, later=STATES)
def test_both_workspaces_agree_and_lose_nothing_of_the_users(
    tmp_path_factory: pytest.TempPathFactory,
    start: Changes,
    user: Changes,
    wanted: Changes,
    later: Changes,
) -> None:
    """Any start, any work of the user's, any two writings: one end, and the user's files whole."""
    files = {path: data for path, data in consistent(start).items() if data is not None}
    now = after_the_user(files, user)
    writings = (consistent(wanted), consistent(later))
    place = tmp_path_factory.mktemp("place")
    put_below(place / "root", now)
    folder = FolderWorkspace(place / "root", kept_in=place / "kept")
    memory = MemoryWorkspace(now)

    folder_reports = written_twice(folder, files, writings)
    memory_reports = written_twice(memory, files, writings)

    assert folder_reports == memory_reports
    assert files_below(place / "root") == memory.files()
    assert set(files_below(place / "kept").values()) == set(memory.kept().values())
    users = {path: data for path, data in now.items() if data != files.get(path)}
    assert users.items() <= memory.files().items()
