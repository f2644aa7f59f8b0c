"""Quarantine: an agent that fails too often is given no more work for a while."""

from typing import TYPE_CHECKING

from brooks.core import commands
from brooks.ids import AgentId

if TYPE_CHECKING:
    from tests.core.conftest import Board, NewBoard


def quarantine(board: "Board", agent: str, until: float) -> list[str]:
    return board.say(
        commands.Quarantine(agent=AgentId(agent), until=until, reason="3 turns came to nothing")
    )


def test_agent_is_given_no_work_until_its_time_is_over(new_board: "NewBoard") -> None:
    """A moment before the end, and at the end."""
    board = new_board("a")
    board.join("x")
    quarantine(board, "x", 10.0)

    board.now = 9.999
    before = [*board.claim("x", "a"), *board.lead("x")]
    board.now = 10.0
    after = board.claim("x", "a")

    assert before == ["Claim refused: not_allowed (it is in quarantine)"] * 2
    assert after == ["x holds a under 1 until 40"]


def test_what_it_has_begun_it_may_finish(new_board: "NewBoard") -> None:
    """The word comes in the middle of a turn."""
    board = new_board("a")
    turn = board.start("x", "a")
    quarantine(board, "x", 100.0)

    assert board.propose(turn, "a", "a") == ["1 queued for a"]


def test_starting_anew_does_not_end_it(new_board: "NewBoard") -> None:
    """The process of the agent crashes, and the coordinator too."""
    board = new_board("a")
    board.join("x")
    quarantine(board, "x", 100.0)
    board.resume()
    board.join("x")

    assert board.claim("x", "a") == ["Claim refused: not_allowed (it is in quarantine)"]


def test_only_who_is_there_is_put_into_quarantine(new_board: "NewBoard") -> None:
    """The name is not known."""
    assert quarantine(new_board(), "x", 1.0) == ["Quarantine refused: unknown_agent"]
