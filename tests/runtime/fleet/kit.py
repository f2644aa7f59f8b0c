"""Work for fleets to be tried with; what is done is told by files, which workers of this machine share."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from brooks.errors import UsageError

LONG_SECONDS = 30.0
"""Much longer than any test waits."""


@dataclass(frozen=True, kw_only=True)
class Squaring:
    """Squares numbers, with accidents."""

    notes: Path
    """A folder, where each try leaves a file."""
    deadly: tuple[int, ...] = ()
    """Numbers that end the process that tries them."""
    once_deadly: tuple[int, ...] = ()
    """Numbers that do so the first time."""
    wrong: tuple[int, ...] = ()
    """Numbers that the user should not have asked for."""
    broken: tuple[int, ...] = ()
    """Numbers that show a mistake of ours."""
    waits: tuple[int, ...] = ()
    """Numbers that are not done before there is a file `go`."""

    def begin(self) -> Callable[[int], int]:
        """Note that a process began."""
        (self.notes / f"began-{os.getpid()}").touch()
        return self.do

    def do(self, number: int) -> int:
        """The square of a number."""
        tried = len(list(self.notes.glob(f"tried-{number}-*")))
        (self.notes / f"tried-{number}-{tried}").write_text(str(os.getpid()))
        if number in self.deadly or (number in self.once_deadly and not tried):
            os._exit(9)
        if number in self.wrong:
            raise UsageError(f"{number} cannot be squared")
        if number in self.broken:
            raise ZeroDivisionError(number)
        until = time.monotonic() + LONG_SECONDS
        while number in self.waits and not (self.notes / "go").exists():
            assert time.monotonic() < until, "nobody lets it go"
            time.sleep(0.01)
        return number * number

    def tries(self, number: int) -> int:
        """How often a number was tried."""
        return len(list(self.notes.glob(f"tried-{number}-*")))

    def wait_tried(self, number: int) -> int:
        """Look until a number is tried, and give the process that does it."""
        path = self.notes / f"tried-{number}-0"
        until = time.monotonic() + LONG_SECONDS
        while not (path.exists() and path.read_text()):
            assert time.monotonic() < until, f"{number} is not tried"
            time.sleep(0.01)
        return int(path.read_text())


def wait_gone(pid: int) -> bool:
    """Look until a process is gone; False if it stays."""
    until = time.monotonic() + LONG_SECONDS
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state in "ZX":
            return True
        time.sleep(0.01)
    return False
