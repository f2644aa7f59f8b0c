"""Teams without leases: the first word on a task counts for ever, and every write is seen at once."""

from typing import TYPE_CHECKING

import pytest

from brooks.core import commands, events
from brooks.core.spec import Guarantees
from brooks.ids import AgentId, TaskId, TurnId

if TYPE_CHECKING:
    from tests.core.conftest import Board, NewBoard

    from brooks.core.state import Turn

from tests.core.conftest import written

NOTHING = Guarantees(**dict.fromkeys(Guarantees.__struct_fields__, False))


def begin(board: "Board", agent: str) -> "Turn":
    """A turn that names no task."""
    board.join(agent)
    board.decide(commands.StartTurn(agent=AgentId(agent), tasks=(), round=1))
    turn = board.state.agents[AgentId(agent)].turn
    assert turn is not None
    return board.state.turns[turn]


def claim(board: "Board", turn: "Turn", task: str) -> list[str]:
    """Say that the turn's agent takes a task."""
    return board.say(
        commands.StateClaim(
            agent=turn.agent, task=TaskId(task), turn=turn.turn, call=f"claim {task}"
        )
    )


def write(board: "Board", turn: "Turn", *files: str, call: str = "w") -> list[str]:
    """Write files, each as `path` or `path@base`."""
    return board.say(
        commands.WriteFiles(
            agent=turn.agent, turn=turn.turn, call=call, changes=tuple(map(written, files))
        )
    )


def test_the_first_who_says_it_has_the_task_for_ever(new_board: "NewBoard") -> None:
    """Neither the end of its turn, nor time, nor its own restart gives the task back."""
    board = new_board("a", guarantees=NOTHING, stated_claims=True)
    first, second = begin(board, "x"), begin(board, "y")

    assert claim(board, first, "a") == ["ClaimStated"]
    assert claim(board, second, "a") == ["StateClaim refused: held_by_another"]
    board.end_turn(first)
    board.tick(900.0)
    board.join("x")

    assert claim(board, second, "a") == ["StateClaim refused: held_by_another"]
    assert board.state.tasks[TaskId("a")].claimed_by == "x"
    assert board.status("a").value == "ready"
    board.assert_folds()


def test_a_task_that_waits_cannot_be_claimed(new_board: "NewBoard") -> None:
    """The published runs call that a temporal violation; only a claim looks at dependencies."""
    board = new_board("a", "b: a", guarantees=NOTHING, stated_claims=True)
    turn = begin(board, "x")

    assert claim(board, turn, "b") == ["StateClaim refused: not_ready"]
    claim(board, turn, "a")
    board.propose(turn, "a")

    assert claim(board, turn, "b") == ["ClaimStated"]


@pytest.mark.parametrize(
    ("task", "reason"),
    [("a", "task_over"), ("b", "already_holds"), ("nobody's", "unknown_task")],
)
def test_what_else_cannot_be_claimed(new_board: "NewBoard", task: str, reason: str) -> None:
    """What is done, what one has already, and what is not there."""
    board = new_board("a", "b", guarantees=NOTHING, stated_claims=True)
    turn = begin(board, "x")
    claim(board, turn, "a")
    board.propose(turn, "a")
    claim(board, turn, "b")

    assert claim(board, turn, task) == [f"StateClaim refused: {reason}"]


def test_only_who_claimed_a_task_may_mark_it_done(new_board: "NewBoard") -> None:
    """Nobody had claimed it; then another had."""
    board = new_board("a", guarantees=NOTHING, stated_claims=True)
    first, second = begin(board, "x"), begin(board, "y")

    assert board.propose(second, "a") == ["Propose refused: not_allowed"]
    claim(board, first, "a")
    assert board.propose(second, "a") == ["Propose refused: not_allowed"]
    assert board.propose(first, "a") == ["1 queued for a", "a done in commit 1"]


def test_where_tasks_are_dealt_nobody_claims(new_board: "NewBoard") -> None:
    """A preassigned team marks tasks done without a claim, in any order."""
    board = new_board("a", "b: a", guarantees=NOTHING)
    turn = begin(board, "x")

    assert claim(board, turn, "a") == ["StateClaim refused: not_allowed"]
    assert board.propose(turn, "b") == ["1 queued for b", "b done in commit 1"]


def test_a_write_is_in_the_tree_at_once_and_the_later_one_counts(new_board: "NewBoard") -> None:
    """Two agents write one file from the same version, for no task and unchecked."""
    board = new_board("a", guarantees=NOTHING, stated_claims=True)
    first, second = begin(board, "x"), begin(board, "y")

    assert write(board, first, "f", "g") == ["FilesWritten"]
    assert write(board, second, "f@0") == ["FilesWritten"]

    assert {path: file.version for path, file in board.state.files.items()} == {"f": 2, "g": 1}
    assert board.state.commits == 2
    last = board.records[-1].event
    assert isinstance(last, events.FilesWritten)
    assert (last.commit, last.round) == (2, 1)
    assert board.status("a").value == "ready"
    board.assert_folds()


def test_one_call_never_writes_twice(new_board: "NewBoard") -> None:
    """A turn that goes on after a resume asks again."""
    board = new_board("a", guarantees=NOTHING)
    turn = begin(board, "x")
    write(board, turn, "f")

    assert write(board, turn, "f") == ["WriteFiles refused: outdated"]


def test_paths_that_differ_by_case_are_refused(new_board: "NewBoard") -> None:
    """Not every file system can tell them apart."""
    board = new_board("a", guarantees=NOTHING)
    turn = begin(board, "x")
    write(board, turn, "f")

    assert write(board, turn, "F", call="2") == ["WriteFiles refused: path_clash (F)"]


@pytest.mark.parametrize("promise", ["one_holder", "no_stale_write", "checked_completion"])
def test_no_write_goes_past_what_a_team_promises(new_board: "NewBoard", promise: str) -> None:
    """Such a team merges changes through its queue, and only there."""
    board = new_board("a", guarantees=Guarantees(**{**NOTHING_AT_ALL, promise: True}))
    turn = begin(board, "x")

    assert write(board, turn, "f") == ["WriteFiles refused: not_allowed"]


NOTHING_AT_ALL = dict.fromkeys(Guarantees.__struct_fields__, False)


def test_a_turn_that_is_over_neither_claims_nor_writes(new_board: "NewBoard") -> None:
    """Its agent was too slow."""
    board = new_board("a", guarantees=NOTHING, stated_claims=True)
    turn = begin(board, "x")
    board.end_turn(turn)

    assert claim(board, turn, "a") == ["StateClaim refused: turn_over"]
    assert write(board, turn, "f") == ["WriteFiles refused: turn_over"]
    assert turn.turn == TurnId("turn-1")


def test_a_user_may_take_a_claim_away(new_board: "NewBoard") -> None:
    """A cancelled task that is offered again is nobody's."""
    board = new_board("a", guarantees=NOTHING, stated_claims=True)
    turn = begin(board, "x")
    claim(board, turn, "a")
    board.say(commands.CancelTask(task=TaskId("a")))

    board.say(commands.Requeue(task=TaskId("a")))

    assert board.state.tasks[TaskId("a")].claimed_by is None
