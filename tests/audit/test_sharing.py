"""Files of a run: lost updates, and each file by itself as a register of versions."""

from typing import TYPE_CHECKING

from brooks.audit import Result
from brooks.audit.sharing import check_linearizable
from brooks.audit.writing import check_no_lost_update, check_no_stale_write

if TYPE_CHECKING:
    from tests.audit.conftest import Past


def test_changes_one_after_the_other_lose_nothing(past: "Past") -> None:
    """Two changes of a file, the second made from the first; and a work that is taken back."""
    records = past.write(
        past.opened("file"),
        past.done(1, "a", 1, "file@1"),
        past.done(2, "b", 2, "file@2", "new"),
        past.reverted("b", 3, "file@3"),
        past.done(3, "c", 4, "file@4"),
    )

    assert check_no_stale_write(records).result is Result.HOLDS
    assert check_no_lost_update(records).result is Result.HOLDS
    verdict = check_linearizable(records)
    assert verdict.result is Result.HOLDS
    assert verdict.explanation == "each of 2 files took its 5 changes one at a time"


def test_a_lost_update_is_shown_with_what_was_lost(past: "Past") -> None:
    """Both were made from version 1; the second replaced the first one's."""
    records = past.write(
        past.opened("file"),
        past.done(1, "a", 1, "file@1"),
        past.done(2, "b", 2, "file@1"),
    )

    verdict = check_no_lost_update(records)

    assert verdict.result is Result.VIOLATED
    assert verdict.witness == (2, 3)
    assert verdict.explanation == (
        "task 'b' wrote 'file' from version 1 when it was at version 2: what was written in "
        "between is lost"
    )


def test_a_version_that_never_was_loses_nothing_but_is_stale(past: "Past") -> None:
    """A change made from version 7 of a file that was at version 1."""
    records = past.write(past.opened("file"), past.done(1, "a", 1, "file@7"))

    assert check_no_lost_update(records).result is Result.HOLDS
    assert check_no_stale_write(records).result is Result.VIOLATED
    assert check_linearizable(records).result is Result.VIOLATED


def test_a_change_is_called_when_its_snapshot_was_taken(past: "Past") -> None:
    """The turn began before the other's merge, and went on with the tree as it was."""
    records = past.write(
        past.opened("file"),
        past.turn("turn-1", head=0),
        past.tools("turn-1", head=0),
        past.done(1, "a", 1, "file@1", agent="y"),
        past.queued(2, "b", "file@1"),
        past.done(2, "b", 2, "file@1"),
    )

    verdict = check_linearizable(records)

    assert verdict.result is Result.VIOLATED
    assert verdict.witness == (2, 6)
    assert verdict.explanation == (
        "no order explains, whatever came before: write 'file' from version 1, which made version 3 "
        "by x (records 2 to 6); not even if these took effect at some time: write 'file' from "
        "version 1 of y (record 4)"
    )


def test_a_newer_snapshot_counts_from_where_it_was_taken(past: "Past") -> None:
    """After a tool result the turn saw the merge, and still wrote from the version before it."""
    records = past.write(
        past.opened("file"),
        past.turn("turn-1", head=0),
        past.done(1, "a", 1, "file@1", agent="y"),
        past.tools("turn-1", head=1),
        past.ballot(2, "b", "file@1"),
        past.queued(3, "b", "file@1", ballot=2),
        past.done(3, "b", 2, "file@1"),
    )

    assert check_linearizable(records).witness == (4, 7)


def test_work_is_taken_back_from_the_version_it_replaces(past: "Past") -> None:
    """Another task has written the file since; its change would be lost."""
    records = past.write(
        past.opened("file"),
        past.done(1, "a", 1, "file@1"),
        past.done(2, "b", 2, "file@2"),
        past.reverted("a", 3, "file@2"),
    )

    verdict = check_no_lost_update(records)

    assert verdict.witness == (3, 4)
    assert verdict.explanation.startswith("the taking back of 'a' wrote 'file' from version 2 when")
    assert check_linearizable(records).result is Result.VIOLATED
