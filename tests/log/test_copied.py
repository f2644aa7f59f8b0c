"""A log in two places: what one of them lacks, the next writer gives it."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from brooks.errors import UsageError
from brooks.ids import Position
from brooks.log.copied import CopiedLog
from brooks.log.sqlite import SqliteLog
from brooks.log.store import BEGINNING, EncodedRecord

FIRST, SECOND = "first.db", "second.db"


def record(position: int, text: str = "{}") -> EncodedRecord:
    return EncodedRecord(Position(position), float(position), BEGINNING, "Kind", text.encode())


def opened(folder: Path, name: str) -> SqliteLog:
    path = folder / name
    return SqliteLog.open_writer(path) if path.exists() else SqliteLog.create(path)


def written(folder: Path, name: str, count: int, text: str = "{}") -> None:
    with closing(opened(folder, name)) as log:
        log.put_blob(text.encode())
        log.append(BEGINNING, [record(each, text) for each in range(1, count + 1)])
        log.flush(durable=True)


def both(folder: Path) -> CopiedLog:
    return CopiedLog(opened(folder, FIRST), opened(folder, SECOND))


def contents(folder: Path, name: str) -> tuple[list[EncodedRecord], list[bytes]]:
    with closing(SqliteLog.open_reader(folder / name)) as log:
        return list(log.read()), [log.blob(each) for each in log.blob_hashes()]


def test_commit_is_in_both_places_when_it_returns(tmp_path: Path) -> None:
    log = both(tmp_path)
    log.put_blob(b"content")
    log.append(BEGINNING, [record(1), record(2)])
    log.flush(durable=True)

    first, second = contents(tmp_path, FIRST), contents(tmp_path, SECOND)
    log.close()

    assert first == second == ([record(1), record(2)], [b"content"])


@pytest.mark.parametrize("behind", [FIRST, SECOND])
def test_log_that_is_behind_is_brought_up(tmp_path: Path, behind: str) -> None:
    """The writer died between the two commits, or one place was lost and is empty."""
    ahead = SECOND if behind == FIRST else FIRST
    written(tmp_path, ahead, 3)
    written(tmp_path, behind, 1)

    both(tmp_path).close()

    assert contents(tmp_path, behind) == contents(tmp_path, ahead)


def test_place_that_is_empty_gets_everything(tmp_path: Path) -> None:
    written(tmp_path, FIRST, 2500)

    both(tmp_path).close()

    assert contents(tmp_path, SECOND) == contents(tmp_path, FIRST)


@pytest.mark.parametrize("counts", [(2, 2), (3, 2), (2, 3)])
def test_logs_that_parted_are_refused_and_left_alone(
    tmp_path: Path, counts: tuple[int, int]
) -> None:
    """The copy was resumed by itself, and so was the first."""
    written(tmp_path, FIRST, counts[0], '{"one": 1}')
    written(tmp_path, SECOND, counts[1], '{"two": 2}')
    before = contents(tmp_path, FIRST), contents(tmp_path, SECOND)
    first, second = opened(tmp_path, FIRST), opened(tmp_path, SECOND)

    with pytest.raises(UsageError, match="differ at position 1"):
        CopiedLog(first, second)

    first.close()
    second.close()
    assert (contents(tmp_path, FIRST), contents(tmp_path, SECOND)) == before


def test_a_place_that_comes_back_when_the_copy_went_on_is_refused(tmp_path: Path) -> None:
    """What was done meanwhile is not in its files, though it could be in its log."""
    written(tmp_path, FIRST, 2)
    written(tmp_path, SECOND, 2)
    with closing(opened(tmp_path, SECOND)) as copy:
        copy.append(Position(2), [record(3)._replace(kind="RunResumed@2"), record(4)])
        copy.flush(durable=True)

    with pytest.raises(UsageError, match="it is the run now"):
        both(tmp_path)

    assert len(contents(tmp_path, FIRST)[0]) == 2


def test_failed_second_place_fails_the_commit(tmp_path: Path) -> None:
    """Nobody may act on what is in one place only."""
    first, second = opened(tmp_path, FIRST), opened(tmp_path, SECOND)
    log = CopiedLog(first, second)
    fail: Callable[..., None] = lambda **_: (_ for _ in ()).throw(OSError("gone"))  # noqa: E731
    second.flush = fail  # type: ignore[method-assign]
    log.append(BEGINNING, [record(1)])

    with pytest.raises(OSError, match="gone"):
        log.flush(durable=True)

    log.close()
