"""What a check may use, and what it gave."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """What holds around a check, strongest first."""

    BUBBLEWRAP = "bubblewrap"
    LANDLOCK = "landlock"
    LIMITS = "limits"


class Reason(StrEnum):
    """What a verdict rests on."""

    PASSED = "passed"
    FAILED = "failed"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    KILLED = "killed"
    """A signal ended it, or it ended without the test runner's own report."""
    NOT_RUNNABLE = "not_runnable"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLimits:
    """What one check may use."""

    seconds: float = 60.0
    memory_bytes: int = 2 * 2**30
    """Address space of each process, and what all its processes take together."""
    output_bytes: int = 64 * 1024
    """Of what it prints, how much is kept; it may print sixteen times as much before it is killed."""
    processes: int = 64
    file_bytes: int = 64 * 2**20
    """Size of each file it writes; all together may take sixteen times as much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOutcome:
    """What a check gave; the same for the same tree, in any process."""

    passed: bool
    reason: Reason
    exit_code: int | None
    """None when a signal ended it."""
    tests_passed: int | None
    """None when the command is not pytest, or pytest did not come to its end."""
    tests_failed: int | None
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelReport:
    """Whether a level can be had on this machine."""

    level: Level
    available: bool
    explanation: str
