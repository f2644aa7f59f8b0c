"""Compensation: what a task had merged is taken back when it is failed for good."""

from typing import TYPE_CHECKING

import pytest

from brooks.core import commands
from brooks.core.facts import EndReason
from brooks.core.spec import Budget
from brooks.ids import TaskId

if TYPE_CHECKING:
    from tests.core.conftest import Board, NewBoard

A = TaskId("a")
REVERT = commands.Revert(task=A)


@pytest.fixture
def board(new_board: "NewBoard") -> "Board":
    """One attempt is all that a task has."""
    made: Board = new_board("a", "b", "c", "last", attempts=1)
    return made


def fail_on_the_final_tree(board: "Board") -> None:
    """`a` was merged, and is found wrong after one more change."""
    board.finish_task("w", "last", "last")
    board.look()
    assert board.state.verification is not None
    for task in list(board.state.verification.pending):
        board.finish_look(task, passed=task != "a")
    assert board.status("a").value == "failed"


def files(board: "Board") -> dict[str, tuple[int, bool]]:
    """Version of each file, and whether it is there."""
    there = board.state.files.items()
    return {
        path: (version.version, version.blob is not None)
        for path, version in there
        if path != "last"
    }


def test_failed_task_is_taken_back_once(board: "Board") -> None:
    """It had made a file, which another commit deletes."""
    board.finish_task("x", "a", "new")
    fail_on_the_final_tree(board)

    story = [*board.say(REVERT), *board.say(REVERT)]

    assert story == ["a reverted in commit 3", "Revert refused: outdated"]
    assert files(board) == {"new": (2, False)}


def test_file_is_put_back_as_it_was(board: "Board") -> None:
    """The task deleted a file of another one."""
    board.finish_task("x", "b", "old")
    board.finish_task("x", "a", "old-@1")
    fail_on_the_final_tree(board)

    assert board.say(REVERT) == ["a reverted in commit 4"]
    assert files(board) == {"old": (3, True)}


def test_file_that_another_has_written_since_stays(board: "Board") -> None:
    """Of two files one is left alone; then both."""
    board.finish_task("x", "a", "shared", "own")
    board.finish_task("x", "b", "shared@1")
    fail_on_the_final_tree(board)

    assert board.say(REVERT) == ["a reverted in commit 4"]
    assert files(board) == {"shared": (2, True), "own": (2, False)}


def test_file_that_can_no_longer_stand_beside_another_stays_away(board: "Board") -> None:
    """The task deleted a file, and another has made one of that name in other case."""
    board.finish_task("x", "b", "Old")
    board.finish_task("x", "a", "Old-@1")
    board.finish_task("x", "c", "old")
    fail_on_the_final_tree(board)

    assert board.say(REVERT) == ["Revert refused: outdated"]


def test_what_waits_in_the_queue_is_judged_anew(board: "Board") -> None:
    """One change was made on top of what is taken back, another one beside it."""
    board.finish_task("x", "a", "shared")
    fail_on_the_final_tree(board)
    on_top, beside = board.start("x", "b"), board.start("y", "c")
    board.propose(on_top, "b", "shared@1")
    board.propose(beside, "c", "own")
    board.start_check(3)
    board.start_check(4)

    story = [*board.say(REVERT), *board.propose(on_top, "b", "shared@2")]

    assert story == [
        "a reverted in commit 3",
        "3 dropped: stale_write, may be mended",
        "check 4 void",
        "5 queued for b",
    ]


def test_what_was_made_on_top_of_a_dropped_change_goes_with_it(board: "Board") -> None:
    """What is taken back is one more version of the file, by which the second change would seem to fit."""
    board.finish_task("x", "a", "shared")
    fail_on_the_final_tree(board)
    first, second = board.start("x", "b"), board.start("y", "c")
    board.propose(first, "b", "shared@1")
    board.propose(second, "c", "shared@2")

    assert board.say(REVERT) == [
        "a reverted in commit 3",
        "3 dropped: stale_write, may be mended",
        "4 dropped: stale_write, may be mended",
    ]


@pytest.mark.parametrize("task", ["b", "nobody's"])
def test_only_what_failed_is_taken_back(board: "Board", task: str) -> None:
    """A task that is done, and one that is not there."""
    board.finish_task("x", "b", "b")

    assert board.say(commands.Revert(task=TaskId(task))) == ["Revert refused: not_ready"]


def test_what_was_never_merged_is_not_taken_back(board: "Board") -> None:
    """It failed without leaving anything behind."""
    turn = board.start("x", "a")
    board.say(commands.EndTurn(agent=turn.agent, turn=turn.turn, reason=EndReason.GAVE_UP))

    assert board.say(REVERT) == ["Revert refused: outdated"]


def test_task_may_be_done_again_on_the_tree_without_it(board: "Board") -> None:
    """The user asks for it once more after it was taken back."""
    board.finish_task("x", "a", "new")
    fail_on_the_final_tree(board)
    board.say(REVERT)
    board.say(commands.Requeue(task=A))
    board.resume(Budget())
    board.finish_task("x", "a", "new@2")

    assert files(board) == {"new": (3, True)}
    assert board.status("a").value == "done"
