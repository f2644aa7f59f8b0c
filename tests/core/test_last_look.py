"""The last look at the final tree: what runs again, what a regression opens, and who is taken along."""

from typing import TYPE_CHECKING

from brooks.core import commands
from brooks.core.facts import Outcome

if TYPE_CHECKING:
    from tests.core.conftest import Board, NewBoard


def finish_all(board: "Board", *tasks: str) -> None:
    for task in tasks:
        board.finish_task("x", task, task)


def test_only_what_was_not_checked_on_the_final_tree_runs_again(new_board: "NewBoard") -> None:
    """Three tasks, one without a check; the last one's check ran on what is the final tree."""
    board = new_board("a", "free", "b", unchecked="free", project_check=True)
    finish_all(board, "a", "free", "b")

    story = [
        *board.look(),
        *board.look(),
        *board.finish_look("a", passed=True),
        *board.finish_look("a", passed=True),
        *board.finish_look(None, passed=True),
        *board.look(),
    ]

    assert story == [
        "look 1 at 3: a project",
        "StartVerification refused: outdated",
        "look at a passed",
        "RecordVerification refused: outdated",
        "look at project passed",
        "look 2 at 3: ",
    ]
    assert board.finish(Outcome.DONE) == ["RunFinished done"]


def test_regression_opens_its_task_when_the_look_is_over(new_board: "NewBoard") -> None:
    """Two of three tasks fail on the final tree; neither is opened before all is known."""
    board = new_board("a", "b: a", "c", "d")
    finish_all(board, "a", "b", "c", "d")
    board.look()

    stories = [
        board.finish_look("b", passed=False),
        board.finish_look("a", passed=False),
        board.finish_look("c", passed=True),
    ]

    assert stories == [
        ["look at b failed"],
        ["look at a failed"],
        ["look at c passed", "a reopened", "b reopened", "a ready"],
    ]
    assert board.statuses() == {"a": "ready", "b": "waiting", "c": "done", "d": "done"}


def test_regression_holds_back_a_task_that_was_ready(new_board: "NewBoard") -> None:
    """The run was stopped before everything was done; the last look finds `a` broken."""
    board = new_board("a", "other", "b: a")
    finish_all(board, "a", "other")
    board.say(commands.StopRun(outcome=Outcome.BUDGET, reason="enough"))
    board.look()

    board.finish_look("a", passed=False)

    assert board.statuses() == {"a": "ready", "other": "done", "b": "waiting"}


def test_last_attempt_that_regresses_fails_and_blocks(new_board: "NewBoard") -> None:
    """`b` is opened again too, but what it needs will never be done."""
    board = new_board("a", "b: a", "other", "after: b", attempts=2)
    turn = board.start("x", "a")
    board.propose(turn, "a", "a")
    board.start_check(1)
    board.finish_check(1, passed=False)
    board.propose(turn, "a", "a")
    board.start_check(2)
    board.finish_check(2, passed=True)
    board.end_turn(turn)
    finish_all(board, "b", "other")
    board.look()
    board.finish_look("a", passed=False)

    story = board.finish_look("b", passed=False)

    assert story == [
        "look at b failed",
        "a reopened",
        "b reopened",
        "a failed",
        "b blocked on a",
        "after blocked on b",
    ]


def test_regression_takes_a_queued_dependant_out_of_the_queue(new_board: "NewBoard") -> None:
    """While the look goes on an agent proposes `b`; then `a`, which it needs, turns out broken."""
    board = new_board("a", "other", "b: a")
    finish_all(board, "a", "other")
    board.look()
    turn = board.start("x", "b")
    board.propose(turn, "b", "b")

    story = board.finish_look("a", passed=False)

    assert story == [
        "look at a failed",
        "3 dropped: dependency_not_done, may be mended",
        "a reopened",
        "a ready",
    ]
    assert board.propose(turn, "b", "b") == ["Propose refused: dependency_not_done"]
    assert board.end_turn(turn) == ["x returned b", "turn-3 ended: finished"]


def test_look_does_not_begin_while_changes_are_queued(new_board: "NewBoard") -> None:
    """The tree is not final yet."""
    board = new_board("a")
    board.propose(board.start("x", "a"), "a", "a")

    assert board.look() == ["StartVerification refused: outdated"]


def test_finished_run_takes_no_more_commands(new_board: "NewBoard") -> None:
    """Someone is still at work when the run is closed."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.finish(Outcome.CANCELLED)

    stories = [
        board.propose(turn, "a", "a"),
        board.join("x"),
        board.tick(100.0),
        board.add("b"),
        board.finish(Outcome.DONE),
    ]

    assert {line.partition(": ")[2] for story in stories for line in story} == {"run_not_open"}
