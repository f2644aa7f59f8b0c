"""A folder on a real disk: links, devices, races, permissions, leftovers."""

import errno
import fcntl
import os
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from brooks.errors import OutsideError, UsageError
from brooks.ids import BlobHash
from brooks.workspace.base import Kept
from brooks.workspace.disk import rename_new
from brooks.workspace.folder import FolderWorkspace
from brooks.workspace.memory import MemoryBlobs
from brooks.workspace.tree import FileEntry, hash_of

NOBODY = 65534


class BusyBlobs(MemoryBlobs):
    """A store that is busy: things happen after a file was looked at, before it is written."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self._happens: list[Callable[[], object]] = [happens]

    def blob(self, blob_hash: BlobHash) -> bytes:
        """Let it happen, the first time, and give the content."""
        while self._happens:
            self._happens.pop()()
        return super().blob(blob_hash)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give an empty folder for the workspace."""
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Give a folder that must not be touched, with one file."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret").write_bytes(b"secret")
    return folder


@pytest.fixture
def blobs() -> MemoryBlobs:
    """Give an empty store."""
    return MemoryBlobs()


@pytest.fixture
def shared() -> Iterator[Path]:
    """Give a folder that every user may reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


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


def workspace_of(root: Path) -> FolderWorkspace:
    """Open a workspace that puts things aside beside its root."""
    return FolderWorkspace(root, kept_in=root.parent / "kept")


def write_one(
    root: Path, path: str, data: bytes, blobs: MemoryBlobs, *, was: bytes | None = None
) -> tuple[Kept, ...]:
    """Write one file for a run that found `was` there."""
    change = FileEntry(blob=blobs.put_blob(data))
    found = None if was is None else hash_of(was)
    return workspace_of(root).write({path: change}, {path: {found, change.blob}}, blobs)


def all_below(folder: Path) -> dict[str, bytes | None]:
    """Give all that is below a folder: bytes of files, None for the rest."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def test_links_and_devices_are_reported_and_not_opened(
    root: Path, outside: Path, blobs: MemoryBlobs
) -> None:
    """Reading through a link would copy what is outside; reading a pipe would wait for ever."""
    (root / "file").write_bytes(b"1")
    (root / "link").symlink_to(outside / "secret")
    (root / "folder-link").symlink_to(outside)
    (root / "dangling").symlink_to("nowhere")
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(root)  # the name of a socket must be short
        try:
            listener.bind("socket")
        finally:
            os.chdir(here)

    snapshot = workspace_of(root).read_all(blobs.put_blob)

    assert list(snapshot.tree) == ["file"]
    link = "a symbolic link; links are not followed"
    assert {each.path: each.reason for each in snapshot.skipped} == {
        "dangling": link,
        "folder-link": link,
        "link": link,
        "pipe": "a pipe, not a file",
        "socket": "a socket, not a file",
    }


def test_a_device_file_is_neither_read_nor_overwritten(root: Path, blobs: MemoryBlobs) -> None:
    """A node of the null device stands in the workspace."""
    try:
        os.mknod(root / "null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root may make a device file, and not in every container")

    snapshot = workspace_of(root).read_all(blobs.put_blob)
    kept = write_one(root, "null", b"ours", blobs)

    assert [(each.path, each.reason) for each in snapshot.skipped] == [
        ("null", "a device, not a file")
    ]
    assert [each.reason for each in kept] == ["a device is in its place"]
    assert stat.S_ISCHR((root / "null").lstat().st_mode)


def test_names_that_a_tree_cannot_hold_are_reported(root: Path, blobs: MemoryBlobs) -> None:
    """A name that is not UTF-8, one with a line break, one in the other Unicode form."""
    for name in (b"bad\xff", b"line\nbreak", "cafe\u0301".encode(), b"10:30.csv"):
        Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_bytes(b"")

    snapshot = workspace_of(root).read_all(blobs.put_blob)

    names = [each.path for each in snapshot.skipped]
    assert "10:30.csv" in snapshot.tree
    assert names[0] == "bad\\xff"
    assert "line\nbreak" in names
    assert all(each.reason.startswith("its name cannot be used") for each in snapshot.skipped)


def test_a_folder_reached_through_a_link_the_user_gave_is_fine(
    tmp_path: Path, root: Path, blobs: MemoryBlobs
) -> None:
    """The root is the user's own words; only what lies below is guarded."""
    (root / "a").write_bytes(b"1")
    (tmp_path / "link").symlink_to(root)
    workspace = FolderWorkspace(tmp_path / "link", kept_in=tmp_path / "kept")
    change = FileEntry(blob=blobs.put_blob(b"2"))

    snapshot = workspace.read_all(blobs.put_blob)
    kept = workspace.write({"a": change}, {"a": {hash_of(b"1")}}, blobs)

    assert list(snapshot.tree) == ["a"]
    assert kept == ()
    assert all_below(root) == {"a": b"2"}


@pytest.mark.parametrize("path", ["link", "folder-link/secret", "folder-link/new/file", "loop/x"])
def test_nothing_is_written_through_a_link(
    root: Path, outside: Path, blobs: MemoryBlobs, path: str
) -> None:
    """A link was planted as the file, or as a folder on the way to it."""
    (root / "link").symlink_to(outside / "secret")
    (root / "folder-link").symlink_to(outside)
    (root / "loop").symlink_to("loop")
    before = all_below(root)

    kept = write_one(root, path, b"ours", blobs, was=b"secret")

    assert [each.path for each in kept] == [path]
    assert "a symbolic link" in kept[0].reason
    assert all_below(root) == before
    assert all_below(outside) == {"secret": b"secret"}
    assert (root.parent / "kept" / path).read_bytes() == b"ours"


@pytest.mark.parametrize("path", ["link", "folder-link/secret"])
def test_nothing_is_deleted_through_a_link(
    root: Path, outside: Path, blobs: MemoryBlobs, path: str
) -> None:
    """The content behind the link is even one that the run knows."""
    (root / "link").symlink_to(outside / "secret")
    (root / "folder-link").symlink_to(outside)

    kept = workspace_of(root).write({path: None}, {path: {hash_of(b"secret"), None}}, blobs)

    assert [each.path for each in kept] == [path]
    assert (root / "link").is_symlink()
    assert all_below(outside) == {"secret": b"secret"}


def test_a_folder_exchanged_for_a_link_while_writing_leads_nowhere(
    root: Path, outside: Path
) -> None:
    """The folder is swapped after it was looked at and before the file in it is written."""
    (root / "src").mkdir()

    def exchange() -> None:
        (root / "src").rename(root / "moved")
        (root / "src").symlink_to(outside)

    write_one(root, "src/new", b"ours", BusyBlobs(exchange))

    assert all_below(outside) == {"secret": b"secret"}
    assert all_below(root / "moved") == {"new": b"ours"}


def test_a_file_exchanged_for_a_link_while_writing_is_kept(root: Path, outside: Path) -> None:
    """The file is swapped after it was found to be ours."""
    (root / "a").write_bytes(b"old")

    def exchange() -> None:
        (root / "a").unlink()
        (root / "a").symlink_to(outside / "secret")

    blobs = BusyBlobs(exchange)

    kept = write_one(root, "a", b"ours", blobs, was=b"old")

    assert [each.reason for each in kept] == ["it changed in the moment of writing"]
    assert (root / "a").is_symlink()
    assert all_below(outside) == {"secret": b"secret"}


@pytest.mark.parametrize("was", [None, b"old"])
def test_a_file_the_user_saves_while_we_write_it_is_kept(root: Path, was: bytes | None) -> None:
    """The user saves between our look at the file and our writing of it."""
    if was is not None:
        (root / "a").write_bytes(was)
    blobs = BusyBlobs(lambda: (root / "a").write_bytes(b"by the user"))

    kept = write_one(root, "a", b"ours", blobs, was=was)

    assert [each.reason for each in kept] == ["it changed in the moment of writing"]
    assert all_below(root) == {"a": b"by the user"}
    assert (root.parent / "kept" / "a").read_bytes() == b"ours"


def test_without_hard_links_a_new_file_still_replaces_nothing(root: Path) -> None:
    """Some memory cards and network folders know no second name for a file."""
    for name in ("temporary", "other", "users"):
        (root / name).write_bytes(name.encode())
    folder = os.open(root, os.O_RDONLY)

    renamed = rename_new(folder, "temporary", "new")
    refused = rename_new(folder, "other", "users")
    os.close(folder)

    assert renamed
    assert not refused
    assert all_below(root) == {"new": b"temporary", "other": b"other", "users": b"users"}


def test_a_file_with_a_second_name_outside_is_changed_only_inside(
    root: Path, outside: Path, blobs: MemoryBlobs
) -> None:
    """A hard link cannot be told from a file, so the name is given a new file."""
    (root / "a").hardlink_to(outside / "secret")

    kept = write_one(root, "a", b"ours", blobs, was=b"secret")

    assert kept == ()
    assert all_below(root) == {"a": b"ours"}
    assert all_below(outside) == {"secret": b"secret"}


def test_a_replaced_file_keeps_its_mode_but_no_special_rights(
    root: Path, blobs: MemoryBlobs
) -> None:
    """What the user allowed others stays; content from an agent never runs as somebody else."""
    (root / "a").write_bytes(b"old")
    (root / "a").chmod(0o4750)

    write_one(root, "a", b"ours", blobs, was=b"old")

    assert stat.S_IMODE((root / "a").stat().st_mode) == 0o750


def test_a_new_file_has_the_mode_of_any_new_file(root: Path, blobs: MemoryBlobs) -> None:
    """As if the user had made it with an editor."""
    (root / "reference").write_bytes(b"")
    before = (root / "reference").stat().st_mode
    script = FileEntry(blob=blobs.put_blob(b"#!"), executable=True)

    write_one(root, "new", b"ours", blobs)
    workspace_of(root).write({"run": script}, {"run": {None}}, blobs)

    assert (root / "new").stat().st_mode == before
    assert (root / "run").stat().st_mode == before | (before & 0o444) >> 2


def test_a_folder_for_runs_inside_the_workspace_is_no_part_of_it(
    root: Path, blobs: MemoryBlobs
) -> None:
    """With runs in `out/`, neither is the log read as a file nor can an agent write beside it."""
    (root / "out" / "run").mkdir(parents=True)
    (root / "out" / "run" / "log.sqlite").write_bytes(b"log")
    (root / "a").write_bytes(b"1")
    workspace = FolderWorkspace(root, kept_in=root / "out/run/kept", closed=[root / "out"])
    change = FileEntry(blob=blobs.put_blob(b"ours"))
    path = "out/run/log.sqlite-journal"

    snapshot = workspace.read_all(blobs.put_blob)
    kept = workspace.write({path: change}, {path: {None}}, blobs)

    assert list(snapshot.tree) == ["a"]
    assert [each.reason for each in kept] == ["the folder 'out' holds this program's own runs"]
    assert sorted(each.name for each in (root / "out" / "run").iterdir()) == ["kept", "log.sqlite"]


def test_what_is_put_aside_never_fails_for_what_was_put_aside_before(
    root: Path, blobs: MemoryBlobs
) -> None:
    """First our file `docs` was kept out, later our file `docs/a` is, and the first one again."""
    (root / "docs").mkdir()
    first = write_one(root, "docs", b"first", blobs)
    (root / "docs" / "a").write_bytes(b"by the user")
    second = write_one(root, "docs/a", b"second", blobs)

    again = write_one(root, "docs", b"first again", blobs)

    put_aside = [Path(each.ours or "").read_bytes() for each in (*second, *again)]
    assert [each.ours for each in first] == [each.ours for each in again]
    assert put_aside == [b"second", b"first again"]


def test_leftovers_of_a_killed_writer_go_and_those_of_a_live_one_stay(
    root: Path, blobs: MemoryBlobs
) -> None:
    """A writer holds a lock on its temporary file for as long as it lives."""
    (root / ".brooks-tmp-dead").write_bytes(b"half")
    live = os.open(root / ".brooks-tmp-live", os.O_CREAT | os.O_WRONLY)
    fcntl.flock(live, fcntl.LOCK_EX)

    snapshot = workspace_of(root).read_all(blobs.put_blob)
    kept = write_one(root, "a", b"ours", blobs)
    os.close(live)

    assert list(snapshot.tree) == []
    assert kept == ()
    assert sorted(all_below(root)) == [".brooks-tmp-live", "a"]


def test_nothing_half_written_is_left_when_the_content_cannot_be_had(root: Path) -> None:
    """The second of two contents is missing in the store."""
    blobs = MemoryBlobs()
    here, missing = FileEntry(blob=blobs.put_blob(b"1")), FileEntry(blob=hash_of(b"2"))

    with pytest.raises(OutsideError, match="nothing is stored"):
        workspace_of(root).write({"a": here, "b": missing}, {"a": {None}, "b": {None}}, blobs)

    assert all_below(root) == {"a": b"1"}


def test_a_missing_folder_or_a_file_in_its_place_is_the_callers_mistake(tmp_path: Path) -> None:
    """The path was mistyped."""
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(UsageError, match=r"missing' does not exist: make the folder"):
        workspace_of(tmp_path / "missing")
    with pytest.raises(UsageError, match=r"file' is not a folder"):
        workspace_of(tmp_path / "file")


def test_a_folder_that_cannot_be_read_is_named(shared: Path) -> None:
    """The folder belongs to somebody else."""
    closed = shared / "closed"
    closed.mkdir(mode=0o700)
    if os.geteuid() != 0:
        closed.chmod(0)

    with (
        without_privilege(),
        pytest.raises(OutsideError, match=r"cannot open the workspace '.*closed'"),
    ):
        workspace_of(closed)


def test_what_cannot_be_read_inside_is_reported(shared: Path, blobs: MemoryBlobs) -> None:
    """A database container left a folder that only it can read."""
    root = shared / "root"
    root.mkdir()
    (root / "a").write_bytes(b"1")
    (root / "data").mkdir(mode=0)
    (root / "private").touch(mode=0)

    with without_privilege():
        snapshot = workspace_of(root).read_all(blobs.put_blob)

    assert list(snapshot.tree) == ["a"]
    reason = f"it cannot be read ({os.strerror(errno.EACCES)})"
    assert [(each.path, each.reason) for each in snapshot.skipped] == [
        ("data", reason),
        ("private", reason),
    ]


def test_a_folder_that_cannot_be_written_is_told_before_and_named_after(
    shared: Path, blobs: MemoryBlobs
) -> None:
    """The first message saves the money of the run, the second its results."""
    root = shared / "root"
    root.mkdir()
    (root / "a").write_bytes(b"old")
    root.chmod(0o555)

    with without_privilege():
        with pytest.raises(OutsideError, match=r"root' cannot be written to: give this user"):
            workspace_of(root).ensure_writable()
        with pytest.raises(OutsideError, match=r"cannot write files in '.*root': .*brooks resume"):
            write_one(root, "a", b"ours", blobs, was=b"old")
        with pytest.raises(OutsideError, match=r"cannot delete files in '.*root'"):
            workspace_of(root).write({"a": None}, {"a": {hash_of(b"old")}}, blobs)

    assert all_below(root) == {"a": b"old"}
