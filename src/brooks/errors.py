"""Every exception the project raises on purpose, sorted by whose fault it is.

::

    BrooksError
    ├── UsageError        you misused it: a bad file, option or value        exit code 2
    ├── OutsideError      the outside failed: disk, network, a program       exit code 4
    └── InternalError     we have a bug; carries what happened just before   exit code 1

A refusal that a correct program can meet (a lost race for a task, a stale write) is an event in the
log and not an exception. A message says what was wrong, with the value in `repr`, and what to do
next.
"""

from collections.abc import Sequence


class BrooksError(Exception):
    """The base of all the errors this project raises on purpose."""

    exit_code = 1


class UsageError(BrooksError):
    """The caller asked for something impossible: a bad file, option or value."""

    exit_code = 2


class OutsideError(BrooksError):
    """Something outside the program failed: the disk, the network, a missing program."""

    exit_code = 4


class InternalError(BrooksError):
    """The program broke one of its own rules.

    `recent` holds a line for each of the last records before it, oldest first: the start of a bug
    report.
    """

    exit_code = 1

    def __init__(self, message: str, *, recent: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.recent = tuple(recent)

    def __str__(self) -> str:
        story = "".join(f"\n  {line}" for line in self.recent)
        return f"{super().__str__()}{story}"
