"""What a run keeps of its repository, beside its log: where it began and where its results go.

It is written once, before the first file is read, so that a resumed run goes on from the same
commit, whatever the user has checked out by then.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from brooks.errors import OutsideError
from brooks.workspace.git.program import Git


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A run's place in a repository."""

    run: str
    base: str
    """The commit it began from."""
    branch: str
    """The branch its results go to."""


def load_pin(folder: Path) -> Pin | None:
    """Read it back; None for a run that has not begun."""
    try:
        return Pin(**json.loads(_file(folder).read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise OutsideError(
            f"{str(_file(folder))!r} cannot be read: {error}; put back what the run wrote there"
        ) from error


def save_pin(git: Git, folder: Path, pin: Pin) -> None:
    """Write it whole."""
    temporary = _file(folder).with_suffix(".new")
    text = json.dumps(asdict(pin), indent=2, sort_keys=True) + "\n"
    git.step("before pin")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        git.step("while pin")
        temporary.replace(_file(folder))
    except OSError as error:
        raise OutsideError(
            f"cannot write {str(temporary)!r}: {error}; make room or give permission there"
        ) from error
    git.step("after pin")


def clear_pin(folder: Path) -> None:
    """Remove a half-written one."""
    _file(folder).with_suffix(".new").unlink(missing_ok=True)


def _file(folder: Path) -> Path:
    return folder / "git.json"
