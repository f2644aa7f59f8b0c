"""Reading a log while it is written: only what is new, through whatever happens to its files."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.core.conftest import dump

from brooks.core.applying import fold
from brooks.errors import OutsideError, UsageError
from brooks.log.codec import Codec
from brooks.report.serving.following import LogTail

Write = Callable[..., Any]


@pytest.fixture
def tail(runs: Path) -> Iterator[LogTail]:
    """Follows the run `one`."""
    with closing(LogTail(runs / "one" / "run.db")) as found:
        yield found


def test_what_was_read_is_not_read_again(write: Write, tail: LogTail) -> None:
    """The list grows at its end, and tells when it did not."""
    writer = write(count=5)

    first, second = tail.grow(), tail.grow()
    begun = tail.records
    writer.grow(7)
    third = tail.grow()

    assert (first, second, third) == (True, False, True)
    assert tail.records is begun
    assert [record.position for record in tail.records] == list(range(1, 13))


def test_the_state_is_that_of_the_whole_log(write: Write, tail: LogTail, source: Any) -> None:
    """Folding what is new, time after time, gives what folding everything gives."""
    writer = write(count=1)
    while tail.grow():
        writer.grow(17)

    assert tail.records == list(Codec().decode_all(source.records))
    assert dump(tail.state) == dump(fold(tail.records))


def test_a_log_goes_on_under_its_next_writer(write: Write, tail: LogTail) -> None:
    """Its `-wal` is folded into it and begun anew in between."""
    writer = write(count=5)
    tail.grow()
    writer.close()
    tail.grow()
    writer.open_again()
    writer.grow(3)

    assert tail.grow()
    assert tail.position == 8


def test_another_log_under_the_same_name_is_read_from_its_start(
    write: Write, tail: LogTail, runs: Path
) -> None:
    """Though it is as long as the one before, and longer."""
    write(count=5).close()
    tail.grow()
    begun = tail.records
    shutil.rmtree(runs / "one")
    write(count=9)

    assert tail.grow()
    assert tail.records is not begun
    assert len(tail.records) == 9


def test_the_spec_is_that_of_the_run(write: Write, tail: LogTail) -> None:
    """There is none before the run has begun."""
    writer = write()
    tail.grow()
    before = tail.spec()
    writer.grow(1)
    tail.grow()
    spec = tail.spec()

    assert before is None
    assert spec is not None
    assert spec.project
    assert tail.spec() is spec


def test_what_cannot_be_read_is_said(write: Write, tail: LogTail, runs: Path) -> None:
    """No log, and one that is damaged."""
    with pytest.raises(UsageError, match="there is no log"):
        tail.grow()
    write(count=5).close()
    log = runs / "one" / "run.db"
    log.write_bytes(log.read_bytes()[:4096] + b"?" * 8192)
    with pytest.raises(OutsideError, match=r"one/run\.db"):
        tail.grow()
