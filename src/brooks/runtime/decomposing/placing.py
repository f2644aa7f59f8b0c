"""Where the draft is written: whole or not at all, and never over another file unless that is asked for."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from brooks.core.paths import TEMPORARY_PREFIX
from brooks.errors import InternalError, OutsideError, UsageError
from brooks.runtime.decomposing.judging import Draft
from brooks.runtime.decomposing.rendering import Head, render
from brooks.spec.load import load_tasks


class Place:
    """A file that is to be."""

    def __init__(self, path: Path, *, force: bool = False) -> None:
        """Say where, and whether another file may be written over.

        Raises:
            UsageError: A file is there, or nothing can be called that.
            OutsideError: The folder cannot be written to.
        """
        self.path = path
        self._force = force
        if path.suffix.lower() == ".json":
            raise UsageError(f"a draft is YAML, and {str(path)!r} says JSON: call it '.yaml'")
        if path.is_dir():
            raise UsageError(f"{str(path)!r} is a folder: name a file")
        if os.path.lexists(path) and not force:
            raise self._taken()
        if not path.parent.is_dir():
            raise UsageError(f"there is no folder {str(path.parent)!r}: make it, or name another")
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise OutsideError(
                f"the folder {str(path.parent)!r} cannot be written to: name another with -o"
            )

    def write(self, draft: Draft, head: Head) -> None:
        """Write the draft, once what stands in the file has been loaded as a user would load it.

        Raises:
            UsageError: A file has come there meanwhile, or the project has changed so that the draft
                is wrong now.
            OutsideError: The disk refused.
        """
        text = render(draft, head, folder=self.path.parent)
        with _temporary(self.path, text) as temporary:
            ensure_loads(temporary, draft)
            if self._force:
                temporary.replace(self.path)
                return
            try:
                _name_new(temporary, self.path)
            except FileExistsError as error:
                raise self._taken() from error

    def _taken(self) -> UsageError:
        return UsageError(
            f"{str(self.path)!r} is there already: name another file with -o, or pass --force to "
            "write over it"
        )


def keep_rejected(text: str, *, beside: Path) -> Path:
    """Keep a text that is no valid draft beside where one was to be, under a name that nothing has yet.

    Raises:
        OutsideError: The disk refused.
    """
    names = (f"{beside.name}.rejected{f'-{n}' if n > 1 else ''}" for n in count(1))
    with _temporary(beside, text) as temporary:
        for name in names:
            kept = beside.with_name(name)
            with suppress(FileExistsError):
                _name_new(temporary, kept)
                return kept
    raise InternalError("there was no name for a rejected draft")


def ensure_loads(file: Path, draft: Draft) -> None:
    """Raise if a file does not say what the draft says.

    Raises:
        UsageError: The project has changed, so that the draft is wrong now.
    """
    loaded = load_tasks(file)
    if (loaded.tasks, loaded.check) != (draft.tasks, draft.check):
        raise InternalError("what was written of the draft reads differently")
    if loaded.workspace != draft.workspace:
        raise InternalError(f"the draft's workspace became {str(loaded.workspace)!r}")


def render_for_reading(draft: Draft, head: Head) -> str:
    """The text for standard output, its workspace relative to the folder the user is in."""
    with TemporaryDirectory(prefix="brooks-draft-") as folder:
        file = Path(folder) / "tasks.yaml"
        file.write_text(render(draft, head, folder=Path(folder)), encoding="utf-8")
        ensure_loads(file, draft)
    return render(draft, head, folder=Path())


@contextmanager
def _temporary(path: Path, text: str) -> Iterator[Path]:
    """A file in the same folder, written whole and gone afterwards unless it was renamed."""
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{os.getpid()}-{path.name}")
    try:
        try:
            with temporary.open("xb") as file:
                file.write(text.encode("utf-8", "replace"))
                file.flush()
                os.fsync(file.fileno())
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise OutsideError(
            f"cannot write {str(path)!r}: {error.strerror}: give permission or make room, or name "
            "another file with -o"
        ) from error


def _name_new(temporary: Path, path: Path) -> None:
    """Give a finished file its name, unless there is a file of that name."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError as error:
        # A file system without hard links: look, then rename.
        if os.path.lexists(path):
            raise FileExistsError(str(path)) from error
        temporary.replace(path)
