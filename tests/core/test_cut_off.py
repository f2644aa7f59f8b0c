"""Going on when cut off: a lost lease does not end the turn, and late work counts if nobody was faster."""

from typing import TYPE_CHECKING

import pytest

from brooks.core import commands
from brooks.core.spec import Guarantees
from brooks.core.team_rules import CutOff, Failing, Redundancy, Rules
from brooks.core.voting import Rule
from brooks.ids import AgentId, Fence, TaskId

if TYPE_CHECKING:
    from tests.core.conftest import Board, NewBoard

A = TaskId("a")
GOES_ON = Rules(cut_off=CutOff.GO_ON)


def patient(new_board: "NewBoard", *tasks: str, **more: object) -> "Board":
    """A board with a team that goes on, as such a team is declared."""
    settings = {"guarantees": Guarantees(one_holder=False), "rules": GOES_ON, **more}
    board: Board = new_board(*tasks, **settings)
    return board


def test_turn_outlives_the_lease(new_board: "NewBoard") -> None:
    """It lasts as long as any turn may, and not only for another term."""
    board = patient(new_board, "a", turn_seconds=200.0)
    board.start("x", "a")

    story = [*board.tick(31.0), *board.tick(100.0), *board.tick(201.0)]

    assert story == ["x lost a", "a ready", "turn-1 ended: deadline"]


@pytest.mark.parametrize("taken", [False, True])
def test_late_work_counts_if_nobody_was_faster(new_board: "NewBoard", *, taken: bool) -> None:
    """Nobody has the task when the change comes, or another agent is still at it."""
    board = patient(new_board, "a")
    turn = board.start("x", "a")
    board.tick(31.0)
    if taken:
        board.start("y", "a")

    story = board.propose(turn, "a", "a")
    board.start_check(1)
    story += board.finish_check(1, passed=True)

    superseded = ["y returned a", "turn-2 ended: superseded"] if taken else []
    assert story == ["1 queued for a", "check 1.1 passed", *superseded, "a done in commit 1"]


def test_late_work_is_kept_in_reserve_beside_a_faster_one(new_board: "NewBoard") -> None:
    """The faster change is being checked, and fails."""
    board = patient(new_board, "a")
    late = board.start("x", "a")
    board.tick(31.0)
    board.propose(board.start("y", "a"), "a", "a")
    board.start_check(1)

    story = [*board.propose(late, "a", "b"), *board.finish_check(1, passed=False)]

    assert story == [
        "2 cast by x for a",
        "check 1.1 failed",
        "1 dropped: check_failed, may be mended",
        "3 queued for a, ballot 2",
    ]


def test_work_that_comes_after_the_merge_is_too_late(new_board: "NewBoard") -> None:
    """Another agent took the task and did it."""
    board = patient(new_board, "a")
    late = board.start("x", "a")
    board.tick(31.0)
    board.finish_task("y", "a", "a")

    story = [*board.propose(late, "a", "b"), *board.end_turn(late)]

    assert story == ["Propose refused: task_over", "turn-1 ended: finished"]


def test_late_change_that_fails_leaves_the_task_to_its_holder(new_board: "NewBoard") -> None:
    """The late agent holds nothing; the one that came after it is still at work."""
    board = patient(new_board, "a")
    late = board.start("x", "a")
    board.tick(31.0)
    turn = board.start("y", "a")
    board.propose(late, "a", "a")
    board.start_check(1)

    story = [*board.finish_check(1, passed=False), *board.propose(turn, "a", "b")]

    assert story == ["check 1.1 failed", "1 dropped: check_failed", "2 queued for a"]


def test_late_change_that_fails_offers_the_task_again(new_board: "NewBoard") -> None:
    """Nobody holds it."""
    board = patient(new_board, "a")
    late = board.start("x", "a")
    board.tick(31.0)
    board.propose(late, "a", "a")
    board.start_check(1)

    story = board.finish_check(1, passed=False)

    assert story == ["check 1.1 failed", "1 dropped: check_failed", "a ready"]


def test_late_ballot_counts_as_any_other(new_board: "NewBoard") -> None:
    """The voter lost its lease; the task is offered, and stays so."""
    rules = Rules(cut_off=CutOff.GO_ON, redundancy=Redundancy(replicas=3, rule=Rule.MAJORITY))
    board = patient(new_board, "a", unchecked="a", members="x y z", rules=rules)
    late = board.start("x", "a")
    board.tick(31.0)

    story = [
        *board.propose(late, "a", "a"),
        *board.propose(late, "a", "b"),
        *board.propose(board.start("y", "a"), "a", "a"),
    ]

    assert story == [
        "1 cast by x for a",
        "Propose refused: already_holds",
        "2 cast by y for a",
        "round 1 on a: x+y=2 decided",
        "3 queued for a, ballot 1",
        "a done in commit 1",
    ]


def test_holder_that_waits_for_the_limits_of_its_model_may_renew(new_board: "NewBoard") -> None:
    """Many others are before it in the queue; when its request is sent, that is progress."""
    board = new_board("a", rules=Rules(failing=Failing(stall_seconds=20.0)))
    board.start("x", "a")
    board.now = 21.0

    queued = board.say(commands.Renew(agent=AgentId("x"), fence=Fence(1), queued=True))
    asked = board.say(commands.Renew(agent=AgentId("x"), fence=Fence(1)))

    assert queued == ["x holds 1 until 51"]
    assert asked == ["Renew refused: not_allowed (no progress was seen)"]


def test_holder_without_progress_may_not_renew(new_board: "NewBoard") -> None:
    """It is alive and gets nowhere; while its change is checked it need not."""
    board = new_board("a", "b", rules=Rules(failing=Failing(stall_seconds=20.0)))
    board.start("x", "a")
    waiting = board.start("y", "b")
    board.propose(waiting, "b", "b")
    renewals = [
        commands.Renew(agent=AgentId(agent), fence=Fence(fence))
        for fence, agent in enumerate("xy", start=1)
    ]
    board.now = 20.0
    early = board.say(renewals[0])
    board.now = 21.0

    story = [line for renewal in renewals for line in board.say(renewal)]

    assert early == ["x holds 1 until 50"]
    assert story == [
        "Renew refused: not_allowed (no progress was seen)",
        "y holds 2 until 51",
    ]
