"""From the name in an address to a run's folder, and never to anything outside the folder of runs.

A name is one part of a path: no separator, no `..`, nothing that begins with a dot. What it leads to
is looked at once more with all links followed: the run's folder, its log and its manifest must then
lie inside the folder of runs.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from brooks.runtime.run_folder import RunFolder, all_runs

READ = ("run.db", "run.db-wal", "run.db-shm", "run.db.lock", "manifest.json")
"""What is read of a run's folder."""


def run_named(runs: Path, quoted: str) -> RunFolder | None:
    """The run of this name, as it stands in an address; None for anything that is no run in there."""
    name = unquote(quoted, errors="strict") if _is_text(quoted) else ""
    if not name or name.startswith(".") or not name.isprintable() or set(name) & set("/\\%"):
        return None
    folder = RunFolder(runs / name)
    return folder if _is_inside(runs, folder) and folder.log.is_file() else None


def run_names(runs: Path) -> Iterator[str]:
    """The names of all runs that may be shown."""
    try:
        for folder in all_runs(runs):
            if run_named(runs, folder.id.replace("%", "%25")) is not None:
                yield folder.id
    except OSError:
        return


def _is_text(quoted: str) -> bool:
    try:
        unquote(quoted, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def _is_inside(runs: Path, folder: RunFolder) -> bool:
    try:
        paths = (folder.path, *(folder.path / name for name in READ))
        links = [path for path in paths if path.is_symlink()]
        if not links:
            return True
        root = runs.resolve()
        return all(path.resolve().is_relative_to(root) for path in paths)
    except (OSError, RuntimeError, ValueError):
        return False
