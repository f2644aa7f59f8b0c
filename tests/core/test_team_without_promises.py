"""A team that promises nothing: what an agent says is done is done, whoever says it and in any order."""

from typing import TYPE_CHECKING

from brooks.core import commands
from brooks.core.spec import Guarantees
from brooks.ids import AgentId, TaskId

if TYPE_CHECKING:
    from tests.core.conftest import Board, NewBoard

    from brooks.core.state import Turn

NOTHING = Guarantees(**dict.fromkeys(Guarantees.__struct_fields__, False))


def begin(board: "Board", agent: str, *tasks: str) -> "Turn":
    """A turn of a round, under no lease."""
    board.join(agent)
    batch = tuple(map(TaskId, tasks))
    board.decide(commands.StartTurn(agent=AgentId(agent), tasks=batch, round=1))
    turn = board.state.agents[AgentId(agent)].turn
    assert turn is not None
    return board.state.turns[turn]


def test_tasks_are_marked_done_in_any_order(new_board: "NewBoard") -> None:
    """The second task of a chain is done first, by an agent that holds nothing, without its check."""
    board = new_board("a", "b: a", "c: b", guarantees=NOTHING)
    turn = begin(board, "x", "a", "b")

    story = [*board.propose(turn, "b", "b"), *board.propose(turn, "a", "a")]

    assert story == [
        "1 queued for b",
        "b done in commit 1",
        "c ready",
        "2 queued for a",
        "a done in commit 2",
    ]
    assert not any(task.verified for task in board.state.tasks.values())


def test_last_writer_wins(new_board: "NewBoard") -> None:
    """Two agents write the same file from the same version; the second one overwrites the first."""
    board = new_board("a", "b", guarantees=NOTHING)
    board.propose(begin(board, "x", "a"), "a", "file")

    story = board.propose(begin(board, "y", "b"), "b", "file")

    assert story == ["2 queued for b", "b done in commit 2"]
    assert board.state.files["file"].version == 2


def test_task_that_is_over_is_not_done_again(new_board: "NewBoard") -> None:
    """One is done, one was cancelled, one is blocked by that; the agent reports on all of them."""
    board = new_board("a", "b", "c: b", guarantees=NOTHING)
    turn = begin(board, "x", "a", "b", "c")
    board.propose(turn, "a", "a")
    board.say(commands.CancelTask(task=TaskId("b")))

    story = [line for task in "abc" for line in board.propose(turn, task, "more")]

    assert story == ["Propose refused: task_over"] * 3


def test_regression_on_the_final_tree_opens_nothing(new_board: "NewBoard") -> None:
    """The last look still tells what is verified; the team never promised to act on it."""
    board = new_board("a", guarantees=NOTHING)
    board.propose(begin(board, "x", "a"), "a", "a")

    story = [*board.look(), *board.finish_look("a", passed=False)]

    assert story == ["look 1 at 1: a", "look at a failed"]
    assert board.statuses() == {"a": "done"}
