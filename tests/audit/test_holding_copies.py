"""Holding where several agents do the same task: one holder per copy, and one change in the end."""

from typing import TYPE_CHECKING

from brooks.audit import Result
from brooks.audit.checking import check_checked_completion
from brooks.audit.holding import check_fencing, check_one_holder
from brooks.audit.ordering import check_dependency_order

if TYPE_CHECKING:
    from tests.audit.conftest import Past


def test_each_copy_has_its_holder_and_one_change_is_merged(past: "Past") -> None:
    """Three agents hold a task; two cast ballots, one of which is decided on."""
    records = past.write(
        past.started(copies=3),
        past.leased("x", 1, "a", copy=0),
        past.leased("y", 2, "a", copy=1),
        past.leased("z", 3, "a", copy=2),
        past.ballot(1, "a", agent="x", fence=1),
        past.ballot(2, "a", agent="y", fence=2),
        past.queued(3, "a", agent="y", fence=2, ballot=2),
        past.done(3, "a", 1, agent="y", fence=2),
    )

    assert check_one_holder(records).result is Result.HOLDS
    assert check_fencing(records).result is Result.HOLDS


def test_two_holders_of_one_copy_are_shown(past: "Past") -> None:
    """The second was given the number of the first."""
    records = past.write(
        past.started(copies=2), past.leased("x", 1, "a", copy=1), past.leased("y", 2, "a", copy=1)
    )

    verdict = check_one_holder(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (2, 3))
    assert verdict.explanation == (
        "task 'a' was leased to y (copy 1, fence 2) while x still held it (copy 1, fence 1)"
    )


def test_one_agent_may_not_hold_two_copies(past: "Past") -> None:
    """That would be one opinion counted twice."""
    records = past.write(
        past.started(copies=2), past.leased("x", 1, "a", copy=0), past.leased("x", 2, "a", copy=1)
    )

    assert check_one_holder(records).witness == (2, 3)


def test_a_copy_too_many_is_shown(past: "Past") -> None:
    """Two may work on a task, and a third was given it."""
    verdict = check_one_holder(past.write(past.started(copies=2), past.leased("z", 1, "a", copy=2)))

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (2,))
    assert verdict.explanation == "z was leased copy 2 where there are 2, from 0"


def test_a_second_change_of_a_task_is_shown(past: "Past") -> None:
    """Both holders' changes were merged."""
    lines = [
        past.started(copies=2),
        past.leased("x", 1, "a", copy=0),
        past.leased("y", 2, "a", copy=1),
        past.queued(1, "a", agent="x", fence=1),
        past.queued(2, "a", agent="y", fence=2),
        past.done(1, "a", 1, agent="x", fence=1),
    ]
    second = past.done(2, "a", 2, agent="y", fence=2)

    verdict = check_one_holder(past.write(*lines, second))

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (6, 7))
    assert verdict.explanation == (
        "a second change of task 'a' was merged, and the task was not opened again"
    )
    for opening in (past.reopened("a"), past.requeued("a"), past.reverted("a", 2)):
        assert check_one_holder(past.write(*lines, opening, second)).result is Result.HOLDS


def test_a_decision_for_a_ballot_that_was_not_cast_is_shown(past: "Past") -> None:
    """Nobody cast it; or it was cast after the lease was over."""
    nobody = check_one_holder(
        past.write(
            past.leased("x", 1, "a"),
            past.queued(3, "a", ballot=2),
            past.done(3, "a", 1),
        )
    )
    late = past.write(
        past.leased("x", 1, "a"),
        past.expired("x", 1, "a"),
        past.ballot(2, "a"),
        past.queued(3, "a", ballot=2),
        past.done(3, "a", 1),
    )
    foreign = past.write(
        past.leased("x", 1, "a"),
        past.ballot(2, "a"),
        past.queued(3, "b", ballot=2),
        past.done(3, "b", 1),
    )

    assert nobody.explanation == (
        "the change of x to task 'a' was merged although ballot 2 was never cast"
    )
    assert check_fencing(late).witness == (2, 3, 5)
    assert check_one_holder(foreign).witness == (2, 4)


def test_work_taken_back_is_no_longer_done(past: "Past") -> None:
    """What depends on it may not be merged, and a check of before it was on another tree."""
    order = check_dependency_order(
        past.write(
            past.added("a"),
            past.added("b", "a"),
            past.done(1, "a", 1),
            past.reverted("a", 2),
            past.done(2, "b", 3),
        )
    )
    checked = check_checked_completion(
        past.write(
            past.added("a"),
            past.added("b"),
            past.done(1, "b", 1),
            past.queued(2, "a"),
            past.check(2, head=1),
            past.checked(2),
            past.reverted("b", 2),
            past.done(2, "a", 3),
        )
    )

    assert (order.result, order.witness) == (Result.VIOLATED, (2, 4, 5))
    assert (checked.result, checked.witness) == (Result.VIOLATED, (3,))
