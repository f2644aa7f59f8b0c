"""Deadlines of tasks: a task that is not done in its own time, from its first lease, is given up."""

from typing import TYPE_CHECKING

from brooks.core import commands
from brooks.core.board import next_timer
from brooks.ids import TaskId

if TYPE_CHECKING:
    from tests.core.conftest import NewBoard

A = TaskId("a")


def test_task_fails_when_its_time_is_over(new_board: "NewBoard") -> None:
    """Its holder is alive; the time began with the lease, and not with the task."""
    board = new_board()
    board.add("a", deadline=20.0)
    board.add("b: a")
    board.now = 5.0
    board.start("x", "a")
    timer = next_timer(board.state)

    story = [*board.tick(24.999), *board.tick(25.0)]

    assert timer == 25.0
    assert story == ["a failed", "b blocked on a"]
    assert board.state.tasks[A].reason == "it was not done within 20 s"
    assert board.state.leases == {}


def test_time_goes_on_though_the_lease_is_lost(new_board: "NewBoard") -> None:
    """It is offered, taken again, and fails at the time that its first lease set."""
    board = new_board()
    board.add("a", deadline=40.0)
    board.start("x", "a")
    board.tick(31.0)
    board.start("y", "a")

    assert board.tick(41.0) == ["a failed"]


def test_leases_end_before_tasks_do(new_board: "NewBoard") -> None:
    """Both are due at once: the tick after that finds the task."""
    board = new_board()
    board.add("a", deadline=30.0)
    board.start("x", "a")

    story = [*board.tick(31.0), *board.tick(31.0)]

    assert story == ["x lost a", "turn-1 ended: lease_lost", "a ready", "a failed"]
    assert next_timer(board.state) is None


def test_several_tasks_fail_at_once(new_board: "NewBoard") -> None:
    """What needs both is blocked once."""
    board = new_board()
    board.add("a", deadline=20.0)
    board.add("b", deadline=20.0)
    board.add("c: a b")
    board.start("x", "a")
    board.start("y", "b")

    assert board.tick(21.0) == ["a failed", "c blocked on a", "b failed"]


def test_change_in_the_queue_comes_too_late(new_board: "NewBoard") -> None:
    """It leaves the queue, and what was checked on top of it is checked anew."""
    board = new_board()
    board.add("a", deadline=20.0)
    board.add("b")
    board.propose(board.start("x", "a"), "a", "a")
    board.propose(board.start("y", "b"), "b", "b")
    board.start_check(2)

    assert board.tick(21.0) == ["1 dropped: task_over", "check 2 void", "a failed"]


def test_done_in_time_is_done(new_board: "NewBoard") -> None:
    """Its timer is gone."""
    board = new_board()
    board.add("a", deadline=20.0)
    board.finish_task("x", "a", "a")

    assert next_timer(board.state) is None


def test_time_begins_anew_with_a_requeue(new_board: "NewBoard") -> None:
    """The user wants it after all; another task keeps its older timer, and a stale one is not heeded."""
    board = new_board()
    board.add("b", deadline=10.0)
    board.add("a", deadline=20.0)
    board.start("y", "b")
    board.start("x", "a")
    board.say(commands.CancelTask(task=A))
    board.say(commands.Requeue(task=A))
    board.now = 8.0
    board.join("x")
    board.start("x", "a")

    story = [*board.tick(11.0), *board.tick(21.0), *board.tick(28.0)]

    assert story == ["b failed", "a failed"]


def test_time_begins_anew_when_a_done_task_is_opened_again(new_board: "NewBoard") -> None:
    """It was done in time, and then another change has broken it."""
    board = new_board()
    board.add("a", deadline=20.0)
    board.finish_task("x", "a", "a")
    board.look()
    board.finish_look("a", passed=True)
    board.add("b")
    board.finish_task("x", "b", "b")
    board.now = 50.0
    board.look()
    board.finish_look("a", passed=False)
    board.finish_look("b", passed=True)
    board.start("x", "a")

    assert next_timer(board.state) == 70.0
