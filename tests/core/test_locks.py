"""Locked files: who takes a task locks the files it names, until the task is over or nobody is at it."""

from typing import TYPE_CHECKING

import pytest

from brooks.core import commands
from brooks.core.team_rules import Consistency, Redundancy, Rules
from brooks.ids import TaskId

if TYPE_CHECKING:
    from tests.core.conftest import Board, NewBoard

A = TaskId("a")
LOCKED = Rules(consistency=Consistency.LOCKED)


@pytest.fixture
def board(new_board: "NewBoard") -> "Board":
    """`a` and `b` name the same file, `c` another one, `d` none."""
    made: Board = new_board(rules=LOCKED)
    for name, files in {"a": "shared", "b": "shared", "c": "own", "d": ""}.items():
        made.add(name, files=files)
    for agent in "xyz":
        made.join(agent)
    return made


def test_file_of_a_held_task_is_locked(board: "Board") -> None:
    """Another task names it; a third names something else."""
    board.claim("x", "a")

    assert board.claim("y", "b") == ["Claim refused: file_locked"]
    assert board.claim("y", "c") == ["y holds c under 2 until 31"]
    assert board.state.locks == {"shared": {"a": None}, "own": {"c": None}}


def test_batch_may_name_a_file_twice(board: "Board") -> None:
    """Both tasks are taken by one agent."""
    assert board.claim("x", "a", "b") == ["x holds a b under 1 until 31"]
    assert board.state.locks == {"shared": {"a": None, "b": None}}


def test_file_stays_locked_while_the_change_is_checked(board: "Board") -> None:
    """Its lease is lost meanwhile; the lock goes when the change is merged."""
    board.propose(board.start("x", "a"), "a", "shared")
    board.tick(31.0)
    board.start_check(1)

    before = board.claim("y", "b")
    board.finish_check(1, passed=True)
    after = board.claim("y", "b")

    assert before == ["Claim refused: file_locked"]
    assert after == ["y holds b under 2 until 61"]


@pytest.mark.parametrize("how", ["lost", "cancelled", "released", "dropped"])
def test_lock_goes_with_the_work(board: "Board", how: str) -> None:
    """Nobody is at the task any more."""
    turn = board.start("x", "a")
    if how == "lost":
        board.tick(31.0)
    elif how == "cancelled":
        board.say(commands.CancelTask(task=A))
    elif how == "released":
        board.release("a")
    else:
        board.propose(turn, "a", "shared")
        board.end_turn(turn)
        board.tick(31.0)
        board.start_check(1)
        board.finish_check(1, passed=False)

    assert board.state.locks == {}
    assert board.claim("y", "b")[0].startswith("y holds b")


def test_locked_file_is_not_written_by_others(board: "Board") -> None:
    """A task that names no file writes one that another has locked, and one that nobody has."""
    board.claim("x", "a")
    turn = board.start("y", "d")

    story = [*board.propose(turn, "d", "shared", "own"), *board.propose(turn, "d", "own")]

    assert story == ["Propose refused: file_locked (shared)", "1 queued for d"]


def test_copies_share_a_lock(new_board: "NewBoard") -> None:
    """It is the task that has locked the file, and not the agent."""
    rules = Rules(consistency=Consistency.LOCKED, redundancy=Redundancy(replicas=2))
    board = new_board(rules=rules)
    board.add("a", files="shared")
    turns = [board.start(agent, "a") for agent in "xy"]

    story = [line for turn in turns for line in board.propose(turn, "a", "shared")]

    assert story == ["1 queued for a", "2 cast by y for a"]


def test_locks_outlive_a_resume(board: "Board") -> None:
    """One task is in a turn, another one is held by an agent that has not begun."""
    board.start("x", "a")
    board.claim("z", "c")

    board.resume()

    assert board.state.locks == {"shared": {"a": None}}
