"""Dependency order and stale writes: judged on merges alone."""

from typing import TYPE_CHECKING

from brooks.audit.ordering import check_dependency_order
from brooks.audit.verdict import Result
from brooks.audit.writing import check_no_stale_write

if TYPE_CHECKING:
    from tests.audit.conftest import Past


def test_merges_in_order_hold(past: "Past") -> None:
    """A chain, a dependency that was added too late to matter, and a task opened and done again."""
    records = past.write(
        past.added("a"),
        past.added("b", "a"),
        past.done(1, "a", 1),
        past.done(2, "b", 2),
        past.added("c"),
        past.depends("b", "c"),
        past.reopened("a"),
        past.done(3, "a", 3),
        past.done(4, "c", 4),
    )

    verdict = check_dependency_order(records)

    assert verdict.result is Result.HOLDS
    assert verdict.explanation == "each of 4 merges came after those it depends on"


def test_merge_before_its_dependency_is_shown(past: "Past") -> None:
    """The dependency came later, once as the task was added and once by its own record."""
    declared = past.write(past.added("a"), past.added("b", "a"), past.done(1, "b", 1))
    added = past.write(
        past.added("a"), past.added("b"), past.depends("b", "a"), past.done(1, "b", 1)
    )

    verdicts = [check_dependency_order(declared), check_dependency_order(added)]

    assert [verdict.result for verdict in verdicts] == [Result.VIOLATED] * 2
    assert [verdict.witness for verdict in verdicts] == [(2, 3), (3, 4)]
    assert verdicts[0].explanation == "task 'b' was merged before 'a', which it depends on"


def test_merge_while_its_dependency_is_open_again_is_shown(past: "Past") -> None:
    """`a` was done once, failed the last look, and `b` was merged before it was mended."""
    records = past.write(
        past.added("a"),
        past.added("b", "a"),
        past.done(1, "a", 1),
        past.reopened("a"),
        past.done(2, "b", 2),
        past.done(3, "a", 3),
    )

    verdict = check_dependency_order(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (2, 4, 5))
    assert "while 'a' was open again" in verdict.explanation


def test_merge_of_a_task_that_nobody_added_is_unknown(past: "Past") -> None:
    """What it depends on is not in the records."""
    verdict = check_dependency_order(past.write(past.done(1, "a", 1)))

    assert (verdict.result, verdict.witness) == (Result.UNKNOWN, (1,))


def test_writes_on_the_current_version_hold(past: "Past") -> None:
    """A file of the first tree, a new one, and each of them once more."""
    records = past.write(
        past.opened("old"),
        past.done(1, "a", 1, "old@1", "new"),
        past.done(2, "b", 2, "old@2"),
        past.done(3, "c", 3, "new@1"),
    )

    verdict = check_no_stale_write(records)

    assert verdict.result is Result.HOLDS
    assert verdict.explanation == "each of 4 merged changes was made from the version it replaced"


def test_lost_update_is_shown_by_the_two_writes(past: "Past") -> None:
    """`b` was made from the version that `a` replaced."""
    records = past.write(
        past.opened("file", "other"),
        past.done(1, "a", 1, "file@1"),
        past.done(2, "c", 2, "other@1"),
        past.done(3, "b", 3, "file@1"),
    )

    verdict = check_no_stale_write(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (2, 4))
    assert verdict.explanation == ("task 'b' wrote 'file' from version 1 when it was at version 2")


def test_base_that_never_was_is_shown_by_the_write_alone(past: "Past") -> None:
    """The change claims to be made from a version of a file that is not there."""
    verdict = check_no_stale_write(past.write(past.done(1, "a", 1, "file@4")))

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (1,))


def test_same_file_twice_in_one_change_is_shown(past: "Past") -> None:
    """The second write is on top of the first one, and says that it is not."""
    verdict = check_no_stale_write(past.write(past.done(1, "a", 1, "file", "file")))

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (1,))
