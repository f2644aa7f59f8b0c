"""Looking after a folder that a check had for its own: whose it is, how big, and that it can be removed.

Model-written code can leave a tree that `shutil.rmtree` cannot remove: folders without permission, or
nested deeper than Python's recursion and the longest path. Nothing here recurses, and nothing here
follows a symbolic link.
"""

import os
from collections.abc import Iterator

_DEEPEST = 60
_LONGEST_PATH = 3000


def give(folder: str, uid: int) -> None:
    """Make a tree the property of a user, shut to all others."""
    os.chown(folder, uid, uid)
    os.chmod(folder, 0o700)  # noqa: PTH101 - paths here are plain strings, read by the thousand
    for entry in _entries(folder):
        os.chown(entry.path, uid, uid, follow_symlinks=False)


def measure(folders: list[str], *, most_bytes: int, most_entries: int) -> bool:
    """Whether the trees together take no more than this on disk."""
    taken = seen = 0
    for folder in folders:
        for entry in _entries(folder):
            seen += 1
            try:
                taken += entry.stat(follow_symlinks=False).st_blocks * 512
            except OSError:
                continue
            if taken > most_bytes or seen > most_entries:
                return False
    return True


def _entries(folder: str) -> Iterator["os.DirEntry[str]"]:
    """Everything below a folder that can be looked at."""
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    yield entry
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:
            continue


def tidy(folder: "str | os.PathLike[str]") -> None:
    """Make a tree removable: every folder open to its owner, none too deep.

    What lies too deep is moved to the top; the tree is about to be removed.
    """
    top = os.fspath(folder)
    waiting, moved = [(top, 0)], 0
    while waiting:
        path, depth = waiting.pop()
        try:
            if depth > _DEEPEST or len(path) > _LONGEST_PATH:
                moved += 1
                shallow = os.path.join(top, f".brooks-moved-{moved}")  # noqa: PTH118
                os.rename(path, shallow)  # noqa: PTH104
                path, depth = shallow, 1
            if os.lstat(path).st_mode & 0o700 != 0o700:
                os.chmod(path, 0o700)  # noqa: PTH101
            with os.scandir(path) as entries:
                waiting += [
                    (entry.path, depth + 1)
                    for entry in entries
                    if entry.is_dir(follow_symlinks=False)
                ]
        except OSError:
            continue
