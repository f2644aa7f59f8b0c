"""Leaving: an agent goes for good, what it held is offered again, and it does not come back."""

from typing import TYPE_CHECKING

from brooks.ids import AgentId, TaskId

if TYPE_CHECKING:
    from tests.core.conftest import NewBoard


def test_what_it_held_is_offered_again(new_board: "NewBoard") -> None:
    """It leaves in the middle of a chain; that is no failed attempt."""
    board = new_board("a", "b: a", attempts=1)
    board.start("x", "a", "b")

    story = board.leave("x")

    assert story == ["x returned a b", "turn-1 ended: revoked", "a ready", "AgentLeft"]
    assert board.state.tasks[TaskId("a")].failures == 0


def test_who_has_left_does_not_come_back(new_board: "NewBoard") -> None:
    """Its process lives on for a moment and says what it always says."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.leave("x")

    story = [
        *board.join("x"),
        *board.claim("x", "a"),
        *board.propose(turn, "a", "a"),
        *board.leave("x"),
    ]

    assert story == [
        "JoinAgent refused: not_allowed (it has left the team)",
        "Claim refused: unknown_agent",
        "Propose refused: stale_fence",
        "LeaveAgent refused: unknown_agent",
    ]


def test_change_that_waits_for_its_check_is_merged(new_board: "NewBoard") -> None:
    """The agent is gone when the check passes."""
    board = new_board("a")
    board.propose(board.start("x", "a"), "a", "a")
    board.start_check(1)
    board.leave("x")

    assert board.finish_check(1, passed=True) == ["check 1.1 passed", "a done in commit 1"]


def test_who_never_came_does_not_leave(new_board: "NewBoard") -> None:
    """The name is not known, before and after."""
    board = new_board()

    assert board.leave("x") == ["LeaveAgent refused: unknown_agent"]
    assert AgentId("x") not in board.state.agents


def test_lead_that_leaves_leads_no_more(new_board: "NewBoard") -> None:
    """Another takes its place."""
    board = new_board("a")
    board.join("x")
    board.join("y")
    board.lead("x")

    story = [*board.leave("x"), *board.lead("y")]

    assert story == ["x returned the lead", "AgentLeft", "y leads under 2 until 31"]
