"""Reference solutions, for simulated models: a folder beside the task file, or text in it.

A file called `X.part` in the folder is the task's own part of the file `X`, to be appended to what
others have put there. Nothing outside the task file's folder is ever read: no `..`, no absolute
path, no symbolic link anywhere on the way.
"""

import stat
from hashlib import sha256
from pathlib import Path

from brooks.core.spec import SolutionFile
from brooks.errors import OutsideError
from brooks.ids import BlobHash
from brooks.spec.documents import Document, Place, show
from brooks.spec.paths import PathError, clean_path

PART = ".part"
LARGEST_FILE = 8 * 2**20
"""The largest file of a solution, in bytes."""

_MADE_BY_TOOLS = frozenset(
    {"__pycache__", ".git", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".DS_Store"}
)


class _Refused(Exception):  # noqa: N818 - becomes a problem of the document
    """A solution that cannot be taken; the text is the problem."""


class Solutions:
    """Reads the solutions of one document and keeps the bytes of all their files."""

    def __init__(self, document: Document, folder: Path) -> None:
        self._document = document
        self._folder = folder
        self.blobs: dict[BlobHash, bytes] = {}

    def read(self, value: object, place: Place) -> tuple[SolutionFile, ...]:
        """Read one task's `solution:`; what is wrong with it becomes a problem of the document."""
        match value:
            case None:
                return ()
            case str():
                return self._read_folder(value, place)
            case dict():
                return self._read_mapping(value, place)
            case _:
                self._document.complain(
                    place,
                    f"{show(value)} is no solution: "
                    "name a folder, or write a mapping of paths to text",
                )
                return ()

    def _read_mapping(self, mapping: dict[str, object], place: Place) -> tuple[SolutionFile, ...]:
        found: dict[str, SolutionFile] = {}
        for raw, value in mapping.items():
            try:
                self._keep(found, *_inline(raw, value))
            except (_Refused, PathError) as problem:
                self._document.complain((*place, raw), str(problem))
        return tuple(found[path] for path in sorted(found))

    def _read_folder(self, raw: str, place: Place) -> tuple[SolutionFile, ...]:
        found: dict[str, SolutionFile] = {}
        try:
            relative = clean_path(raw.rstrip("/") if raw.strip("/") else raw)
            for path, file in _files_below(self._folder, relative):
                is_part = path.endswith(PART) and path.rpartition("/")[2] != PART
                target = path.removesuffix(PART) if is_part else path
                self._keep(found, clean_path(target), _read_file(file, raw), is_part)
        except (_Refused, PathError) as problem:
            self._document.complain(place, str(problem))
            return ()
        if not found:
            self._document.complain(
                place, f"the folder {raw!r} holds no files: put the solution in it"
            )
        return tuple(found[path] for path in sorted(found))

    def _keep(self, found: dict[str, SolutionFile], path: str, data: bytes, is_part: bool) -> None:
        if path in found:
            raise _Refused(f"the file {path!r} is there twice: keep it whole or as a part")
        blob = BlobHash(sha256(data).hexdigest())
        self.blobs[blob] = data
        found[path] = SolutionFile(path=path, blob=blob, part=is_part)


def _inline(raw: str, value: object) -> tuple[str, bytes, bool]:
    """Give path, bytes and whether they are a part."""
    path = clean_path(raw)
    if isinstance(value, str):
        return path, value.encode(), False
    if isinstance(value, dict) and list(value) == ["part"] and isinstance(value["part"], str):
        return path, value["part"].encode(), True
    shown = "nothing" if value is None else show(value)
    raise _Refused(
        f"{shown} is not the text of a file: write text, "
        "or 'part: text' for this task's part of a shared file"
    )


def _files_below(root: Path, relative: str) -> list[tuple[str, Path]]:
    """Give every file below a folder with its path relative to it, without following a link."""
    folder = root
    for part in relative.split("/"):
        folder /= part
        kind = _kind_of(folder)
        if kind is None:
            raise _Refused(f"there is no folder {relative!r} beside the task file: make it")
        if stat.S_ISLNK(kind):
            raise _Refused(f"{relative!r} leads through a symbolic link: use a folder itself")
        if not stat.S_ISDIR(kind):
            raise _Refused(f"{relative!r} is not a folder: name the folder the files are in")
    found: list[tuple[str, Path]] = []
    waiting = [folder]
    while waiting:
        within = waiting.pop()
        for name in sorted(_list(within)):
            if name in _MADE_BY_TOOLS:
                continue
            path = within / name
            inside = path.relative_to(folder).as_posix()
            kind = _kind_of(path) or 0
            if stat.S_ISDIR(kind):
                waiting.append(path)
            elif stat.S_ISREG(kind):
                found.append((inside, path))
            else:
                raise _Refused(
                    f"{inside!r} in {relative!r} is a symbolic link or a device: "
                    "put the file itself there"
                )
    return found


def _kind_of(path: Path) -> int | None:
    try:
        return path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise OutsideError(_unreadable(path, error)) from error


def _list(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except OSError as error:
        raise OutsideError(_unreadable(folder, error)) from error


def _read_file(path: Path, solution: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise OutsideError(_unreadable(path, error)) from error
    if len(data) > LARGEST_FILE:
        raise _Refused(
            f"the file {path.name!r} in {solution!r} is larger than {LARGEST_FILE // 2**20} MiB: "
            "leave it out, or put it into the workspace"
        )
    return data


def _unreadable(path: Path, error: OSError) -> str:
    return f"the solution {str(path)!r} cannot be read: {error.strerror}: see to its permissions"
