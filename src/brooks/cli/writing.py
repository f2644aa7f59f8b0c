"""How commands write what is asked for: to a file, whole or not at all, or to standard output."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from brooks.errors import OutsideError


def print_bytes(parts: Iterable[bytes]) -> None:
    """Write to standard output."""
    for part in parts:
        sys.stdout.buffer.write(part)


def write_whole(path: Path, parts: Iterable[bytes]) -> int:
    """Write a file whole or not at all; how many parts it has."""
    count = 0
    with draft(path) as new, new.open("wb") as file:
        for part in parts:
            file.write(part)
            count += 1
    return count


@contextmanager
def draft(path: Path, *, ending: str = "") -> Iterator[Path]:
    """A file to write first, which then takes the place of another one or is gone."""
    new = path.with_name(f"{path.name}.new{ending}")
    try:
        with writing(path):
            yield new
            new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say what could not be written, and why."""
    try:
        yield
    except OSError as error:
        raise OutsideError(
            f"cannot write {str(path)!r}: {error.strerror or error}: make room, or name another place"
        ) from error


def counted(count: int, one: str, several: str = "") -> str:
    """So many of something, and the verb behind it."""
    return f"{count} {one} is" if count == 1 else f"{count} {several or f'{one}s'} are"


def day_time(text: object) -> datetime | None:
    """A manifest's time of day; None where it has none that can be read."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
