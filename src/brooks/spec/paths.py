"""Which paths a task file may name, and the one spelling each of them has.

They are relative to the workspace's root, use `/`, and lead nowhere else. Each comes out in Unicode
normal form C without `.` and doubled slashes, so that two tasks that mean one file say one string.
What an agent may *write* is judged again by the workspace, which knows what is there.
"""

import re
import unicodedata

from brooks.spec.documents import is_whole

COMPONENT_BYTES = 255
PATH_BYTES = 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DRIVE = re.compile(r"[A-Za-z]:")
_PROTECTED = frozenset({".git", ".brooks"})
_RELATIVE = "write a path relative to its folder, such as 'src/main.py'"


class PathError(ValueError):
    """A path that no task file may name; the text says why and what to do."""


def clean_path(raw: str) -> str:
    """Give the one spelling of a relative path.

    Raises:
        PathError: The path is none, or leads out of its folder.
    """
    path = unicodedata.normalize("NFC", raw)
    parts = [part for part in path.split("/") if part not in {"", "."}]
    if not parts:
        raise PathError(f"{raw!r} names no file: {_RELATIVE}")
    if not is_whole(path):
        raise PathError(f"{raw!r} is not valid Unicode: use another name")
    if _CONTROL.search(path):
        raise PathError(f"{raw!r} has a control character in it: take it out")
    if "\\" in path:
        raise PathError(f"{raw!r} has a '\\' in it: use '/' between names")
    if path.startswith("/") or _DRIVE.match(path):
        raise PathError(f"{raw!r} is absolute: {_RELATIVE}")
    if ".." in parts:
        raise PathError(f"{raw!r} has '..' in it and could lead out of its folder: {_RELATIVE}")
    if path.endswith(("/", "/.")):
        raise PathError(f"{raw!r} is a folder: name the files in it")
    for part in parts:
        if part.casefold() in _PROTECTED:
            raise PathError(
                f"{raw!r} is inside {part!r}, where no task may write: use another path"
            )
        if len(part.encode()) > COMPONENT_BYTES:
            raise PathError(f"{raw!r} has a name of over {COMPONENT_BYTES} bytes: shorten it")
    clean = "/".join(parts)
    if len(clean.encode()) > PATH_BYTES:
        raise PathError(f"{raw!r} has over {PATH_BYTES} bytes: use a shorter path")
    return clean
