"""What the tests of the log share: records by the number, and a process that may be killed."""

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from brooks.ids import Position
from brooks.log.store import EncodedRecord

MakeRecords = Callable[[int, int], list[EncodedRecord]]
StartPython = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def make_records() -> MakeRecords:
    """Makes `count` records that continue a log ending at `after`, and say where they end."""

    def make(after: int, count: int) -> list[EncodedRecord]:
        return [
            EncodedRecord(
                position=Position(position),
                time=position / 4,
                cause=Position(after),
                kind="TaskReady" if position % 2 else "TaskLeased",
                data=b'{"transaction_ends_at":%d}' % (after + count),
            )
            for position in range(after + 1, after + count + 1)
        ]

    return make


@pytest.fixture
def start_python() -> Iterator[StartPython]:
    """Starts Python processes that run a program text, and kills what is left of them."""
    started: list[subprocess.Popen[str]] = []

    def start(program: str, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(  # noqa: S603 - this interpreter, with the test's own text
            [sys.executable, "-c", program, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
