"""Releasing: a lead or a rule takes a task from its holders, whole leases or parts of them."""

from typing import TYPE_CHECKING

from brooks.core.team_rules import Rules, Stragglers
from brooks.ids import AgentId

if TYPE_CHECKING:
    from tests.core.conftest import NewBoard

BACKUPS = Rules(stragglers=Stragglers(backups=True, copies=2))


def test_released_task_is_offered_and_the_turn_ends(new_board: "NewBoard") -> None:
    """It costs no attempt; what its holder says late is refused."""
    board = new_board("a", attempts=1)
    turn = board.start("x", "a")

    story = [*board.release("a"), *board.propose(turn, "a", "a")]

    assert story == [
        "x returned a",
        "turn-1 ended: superseded",
        "a ready",
        "Propose refused: stale_fence",
    ]


def test_turn_goes_on_with_the_rest_of_its_batch(new_board: "NewBoard") -> None:
    """What depends on the released task goes with it, also by way of another one."""
    board = new_board("a", "b", "c: b", "d: c")
    turn = board.start("x", "a", "b", "c", "d")

    story = [
        *board.release("b"),
        *board.propose(turn, "c", "c"),
        *board.propose(turn, "a", "a"),
    ]

    assert story == [
        "x returned b c d",
        "b ready",
        "Propose refused: held_by_another",
        "1 queued for a",
    ]


def test_change_that_waits_for_its_check_stays(new_board: "NewBoard") -> None:
    """Of a chain the first task is in the queue, and the second is released."""
    board = new_board("a", "b: a")
    turn = board.start("x", "a", "b")
    board.propose(turn, "a", "a")

    story = [*board.release("a"), *board.release("b")]

    assert story == ["Release refused: not_ready", "x returned b"]
    assert board.statuses() == {"a": "queued", "b": "waiting"}


def test_one_of_two_holders_loses_the_task(new_board: "NewBoard") -> None:
    """It is still held by the other one, so it is not offered."""
    board = new_board("a", rules=BACKUPS)
    board.start("x", "a")
    board.start("y", "a")

    story = board.release("a", holder=AgentId("x"))

    assert story == ["x returned a", "turn-1 ended: superseded"]


def test_task_in_parts_of_two_leases_is_offered_once(new_board: "NewBoard") -> None:
    """One of its holders has a batch, of which the rest stays; the other one only this task."""
    board = new_board("a", "b", rules=BACKUPS)
    board.start("x", "a", "b")
    board.start("y", "a")

    story = board.release("a")

    assert story == ["x returned a", "y returned a", "turn-2 ended: superseded", "a ready"]
    assert board.statuses() == {"a": "ready", "b": "leased"}


def test_what_nobody_holds_is_not_released(new_board: "NewBoard") -> None:
    """A task that is ready, one that is not there, and one that another agent holds."""
    board = new_board("a", "b")
    board.start("x", "b")

    story = [
        *board.release("a"),
        *board.release("nobody's"),
        *board.release("b", holder=AgentId("y")),
    ]

    assert story == [
        "Release refused: not_ready",
        "Release refused: unknown_task",
        "Release refused: not_ready",
    ]
