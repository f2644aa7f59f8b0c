"""Checked completion: the check that passed is of the tree that was merged, and the end was looked at."""

from typing import TYPE_CHECKING

import pytest

from brooks.audit.checking import check_checked_completion
from brooks.audit.verdict import Result
from brooks.core.facts import Outcome

if TYPE_CHECKING:
    from tests.audit.conftest import Past


def test_checks_of_the_merged_trees_hold(past: "Past") -> None:
    """Two changes are checked at once, the second on top of the first; then the tree is looked at."""
    records = past.write(
        past.started(project_check=True),
        past.added("a"),
        past.added("b"),
        past.added("free", check=None),
        past.queued(1, "a", "one"),
        past.queued(2, "b", "two"),
        past.check(1, head=0),
        past.check(2, 1, head=0),
        past.checked(2),
        past.checked(1),
        past.done(1, "a", 1, "one"),
        past.done(2, "b", 2, "two"),
        past.done(3, "free", 3),
        past.look(1, "a", "b", head=3, project=True),
        past.looked(1, "a"),
        past.looked(1, "b"),
        past.looked(1, None),
        past.finished(),
    )

    verdict = check_checked_completion(records)

    assert verdict.result is Result.HOLDS
    assert verdict.explanation.startswith("each of 2 merges of a task with a check passed it")


def test_own_check_counts_where_it_made_the_final_tree(past: "Past") -> None:
    """One task is all there is, so its check ran on what is the final tree."""
    records = past.write(
        past.started(),
        past.added("a"),
        past.queued(1, "a"),
        past.check(1, head=0),
        past.checked(1),
        past.done(1, "a", 1),
        past.finished(),
    )

    assert check_checked_completion(records).result is Result.HOLDS


def test_task_merged_without_a_check_is_shown(past: "Past") -> None:
    """It was proposed and merged; a check began and never ended."""
    records = past.write(
        past.added("a"), past.queued(1, "a"), past.check(1, head=0), past.done(1, "a", 1)
    )

    verdict = check_checked_completion(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (4,))
    assert verdict.explanation == "task 'a' was merged without a check"


def test_task_merged_after_a_failed_check_is_shown(past: "Past") -> None:
    """The first run passed, was void, and the second one failed: the last verdict counts."""
    records = past.write(
        past.added("a"),
        past.queued(1, "a"),
        past.check(1, head=0),
        past.checked(1),
        past.check(1, head=0, run=2),
        past.checked(1, passed=False, run=2),
        past.done(1, "a", 1),
    )

    verdict = check_checked_completion(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (6, 7))
    assert verdict.explanation == "task 'a' was merged although its check failed"


def test_verdict_of_a_run_that_never_began_is_shown(past: "Past") -> None:
    """Only run 1 was started, and run 2 answers."""
    records = past.write(
        past.added("a"),
        past.queued(1, "a"),
        past.check(1, head=0),
        past.checked(1, run=2),
        past.done(1, "a", 1),
    )

    verdict = check_checked_completion(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (4, 5))


def test_check_of_a_tree_that_never_was_is_shown(past: "Past") -> None:
    """The second change was checked on top of the first, which was dropped, and then merged alone."""
    records = past.write(
        past.added("a"),
        past.added("b"),
        past.queued(1, "a"),
        past.queued(2, "b"),
        past.check(2, 1, head=0),
        past.checked(2),
        past.done(2, "b", 1),
    )

    verdict = check_checked_completion(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (5, 7))
    assert verdict.explanation == (
        "the check of task 'b' ran on commit 0 with proposal 1 ahead, "
        "and it was merged onto commit 0 after nothing"
    )


@pytest.mark.parametrize(("head", "ahead"), [(0, ()), (0, (9,)), (1, (1,)), (2, ()), (0, (1, 1))])
def test_check_of_another_tree_is_shown(past: "Past", head: int, ahead: tuple[int, ...]) -> None:
    """`b` is merged onto the commit of `a`; its check ran on anything else."""
    records = past.write(
        past.added("a", check=None),
        past.added("b"),
        past.done(1, "a", 1),
        past.queued(2, "b"),
        past.check(2, *ahead, head=head),
        past.checked(2),
        past.done(2, "b", 2),
    )

    verdict = check_checked_completion(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (5, 7))


def test_change_that_is_not_what_was_checked_is_shown(past: "Past") -> None:
    """Between the queue and the tree the change grew a file."""
    records = past.write(
        past.added("a"),
        past.queued(1, "a", "one"),
        past.check(1, head=0),
        past.checked(1),
        past.done(1, "a", 1, "one", "two"),
    )

    verdict = check_checked_completion(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (2, 5))


def test_run_that_is_done_without_a_last_look_is_shown(past: "Past") -> None:
    """`a` was merged first, so its check ran on another tree than the final one; the look is missing."""
    lines = [
        past.started(),
        past.added("a"),
        past.added("free", check=None),
        past.queued(1, "a"),
        past.check(1, head=0),
        past.checked(1),
        past.done(1, "a", 1),
        past.done(2, "free", 2),
    ]

    done = check_checked_completion(past.write(*lines, past.finished()))
    stopped = check_checked_completion(past.write(*lines, past.finished(Outcome.BUDGET)))
    unfinished = check_checked_completion(past.write(*lines))

    assert (done.result, done.witness) == (Result.VIOLATED, (7, 9))
    assert done.explanation == (
        "the run is done, and the check of task 'a' never ran on the final tree, commit 2"
    )
    assert (stopped.result, unfinished.result) == (Result.HOLDS, Result.HOLDS)


def test_look_at_an_earlier_tree_is_not_the_last_look(past: "Past") -> None:
    """The look passed, and then one more change was merged."""
    records = past.write(
        past.started(project_check=True),
        past.look(1, head=0, project=True),
        past.looked(1, None),
        past.added("free", check=None),
        past.done(1, "free", 1),
        past.finished(),
    )

    verdict = check_checked_completion(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (6,))
    assert "the project's check never ran on the final tree" in verdict.explanation


@pytest.mark.parametrize("mended", [False, True])
def test_failure_on_the_final_tree_counts_until_a_later_look_passes(
    past: "Past", *, mended: bool
) -> None:
    """The project's check fails on the final tree; a second look may pass."""
    again = [past.look(2, head=0, project=True), past.looked(2, None)] if mended else []
    records = past.write(
        past.started(project_check=True),
        past.look(1, head=0, project=True),
        past.looked(1, None, passed=False),
        *again,
        past.finished(),
    )

    verdict = check_checked_completion(records)

    assert verdict.result is (Result.HOLDS if mended else Result.VIOLATED)
    assert verdict.witness == (() if mended else (3, 4))


def test_task_that_was_opened_again_needs_no_last_look(past: "Past") -> None:
    """It failed the look and was cancelled; the run that goes on afterwards is done without it."""
    records = past.write(
        past.started(),
        past.added("a"),
        past.queued(1, "a"),
        past.check(1, head=0),
        past.checked(1),
        past.done(1, "a", 1),
        past.look(1, "a", head=1),
        past.looked(1, "a", passed=False),
        past.reopened("a"),
        past.cancelled("a"),
        past.finished(),
    )

    assert check_checked_completion(records).result is Result.HOLDS


def test_merge_that_cannot_be_placed_is_unknown(past: "Past") -> None:
    """The first merge is called commit 5, or is of a task that nobody added."""
    numbered = past.write(past.added("a", check=None), past.done(1, "a", 5))
    stranger = past.write(past.done(1, "a", 1))

    verdicts = [check_checked_completion(numbered), check_checked_completion(stranger)]

    assert [verdict.result for verdict in verdicts] == [Result.UNKNOWN] * 2
    assert [verdict.witness for verdict in verdicts] == [(2,), (1,)]
