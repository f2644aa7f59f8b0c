"""A file that the user names, read to a document; every way this can fail has its own sentence."""

import errno
from pathlib import Path

from brooks.errors import OutsideError, UsageError
from brooks.spec.documents import Document, nearest
from brooks.spec.json_reader import NotJson, read_json
from brooks.spec.yaml_reader import read_yaml

LARGEST = 32 * 2**20
"""The largest file that is read, in bytes: a task file of 10,000 tasks has about 5 MiB."""

SUFFIXES = (".yaml", ".yml", ".json")
_USUAL = "tasks.yaml"
_WRONG_NAME = frozenset({errno.ENOENT, errno.ENOTDIR})


def read_document(path: Path, *, kind: str = "task file") -> Document:
    """Read a YAML or JSON file.

    Text that begins like JSON is tried as JSON first, whatever the file is called; only a file
    called `.json` must be.

    Args:
        path: The file.
        kind: What the file is to the user, for messages.

    Raises:
        UsageError: There is no such file, or it holds something else.
        OutsideError: It is there and cannot be read.
    """
    file = str(path)
    text = _decode(_read_bytes(path, kind=kind), file)
    is_called_json = path.suffix.lower() == ".json"
    if is_called_json or text.lstrip()[:1] in {"{", "["}:
        try:
            return read_json(text, file)
        except NotJson as refusal:
            if is_called_json:
                raise UsageError(str(refusal)) from refusal
    return read_yaml(text, file)


def _read_bytes(path: Path, *, kind: str) -> bytes:
    try:
        if path.is_dir():
            raise UsageError(_folder_instead(path, kind=kind))
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        if error.errno in _WRONG_NAME:
            raise UsageError(_no_such_file(path, kind=kind)) from error
        raise OutsideError(
            f"the {kind} {str(path)!r} cannot be read: {error.strerror}: "
            "see to its permissions and its disk"
        ) from error
    if len(data) > LARGEST:
        raise UsageError(
            f"{path}: the file is larger than {LARGEST // 2**20} MiB: is this the {kind}? "
            "Split it into several, and keep solutions in folders"
        )
    return data


def _decode(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{file}:{line}: the byte {data[error.start : error.start + 1]!r} is not UTF-8: "
            "save the file as UTF-8"
        ) from error


def _folder_instead(path: Path, *, kind: str) -> str:
    inside = [name for name in _names_in(path) if name.lower().endswith(SUFFIXES)]
    usual = _USUAL if _USUAL in inside or not inside else inside[0]
    advice = f"name {str(path / usual)!r}" if inside else "name the file in it"
    return f"{str(path)!r} is a folder and no {kind}: {advice}"


def _no_such_file(path: Path, *, kind: str) -> str:
    near = nearest(path.name, [name for name in _names_in(path.parent) if not name.startswith(".")])
    advice = f"did you mean {str(path.parent / near)!r}?" if near else "look at the name and folder"
    return f"there is no {kind} {str(path)!r}: {advice}"


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError:
        return []
