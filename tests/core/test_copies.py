"""Copies of a task: several agents are at the same thing, and the first change that passes counts."""

from typing import TYPE_CHECKING

from brooks.core import commands
from brooks.core.team_rules import Redundancy, Rules, Stragglers
from brooks.ids import TaskId

if TYPE_CHECKING:
    from tests.core.conftest import NewBoard

A = TaskId("a")
BACKUPS = Rules(stragglers=Stragglers(backups=True, copies=2))
THREE = Rules(redundancy=Redundancy(replicas=3))


def test_each_copy_has_a_lease_and_a_number_of_its_own(new_board: "NewBoard") -> None:
    """Three may hold the task; a fourth comes too late, and one that holds it asks again."""
    board = new_board("a", rules=THREE)
    for agent in "wxyz":
        board.join(agent)

    story = [line for agent in "wxwyz" for line in board.claim(agent, "a")]

    assert story == [
        "w holds a under 1 until 31",
        "x holds a (copy 1) under 2 until 31",
        "Claim refused: already_holds",
        "y holds a (copy 2) under 3 until 31",
        "Claim refused: held_by_another",
    ]


def test_number_of_a_copy_that_came_back_is_given_again(new_board: "NewBoard") -> None:
    """The first of two holders starts anew; the task is still held, so it is not offered."""
    board = new_board("a", rules=BACKUPS)
    board.start("x", "a")
    board.start("y", "a")

    story = [*board.join("x"), *board.claim("x", "a")]

    assert story == [
        "x returned a",
        "turn-1 ended: revoked",
        "AgentJoined",
        "x holds a under 3 until 31",
    ]


def test_copy_may_cover_a_whole_chain(new_board: "NewBoard") -> None:
    """Another is at its first task; the lease has one number for both."""
    board = new_board("a", "b: a", rules=BACKUPS)
    board.start("x", "a")
    board.join("y")

    assert board.claim("y", "a", "b") == ["y holds a b (copy 1) under 2 until 31"]
    assert board.state.tasks[TaskId("b")].holders == {2: 1}


def test_first_merged_change_ends_what_the_others_do(new_board: "NewBoard") -> None:
    """The backup is quicker than the one it was for."""
    board = new_board("a", "b: a", rules=BACKUPS)
    slow = board.start("x", "a")
    board.propose(board.start("y", "a"), "a", "a")
    board.start_check(1)

    story = [*board.finish_check(1, passed=True), *board.propose(slow, "a", "a")]

    assert story == [
        "check 1.1 passed",
        "x returned a",
        "turn-1 ended: superseded",
        "a done in commit 1",
        "b ready",
        "Propose refused: stale_fence",
    ]
    assert board.state.tasks[A].failures == 0


def test_loser_goes_on_with_the_rest_of_its_batch(new_board: "NewBoard") -> None:
    """Of the chain that it holds another has done the first task."""
    board = new_board("a", "b: a", rules=BACKUPS)
    turn = board.start("x", "a", "b")
    board.propose(board.start("y", "a"), "a", "a")
    board.start_check(1)

    story = [*board.finish_check(1, passed=True), *board.propose(turn, "b", "b")]

    assert story == ["check 1.1 passed", "x returned a", "a done in commit 1", "2 queued for b"]


def test_turn_ends_when_its_whole_chain_is_merged_at_once(new_board: "NewBoard") -> None:
    """The check of the second change passes first, so both are merged in one decision."""
    board = new_board("a", "b: a", rules=BACKUPS)
    board.start("x", "a", "b")
    turn = board.start("y", "a", "b")
    for number, task in enumerate("ab", start=1):
        board.propose(turn, task, task)
        board.start_check(number)
    board.finish_check(2, passed=True)

    story = board.finish_check(1, passed=True)

    assert story == [
        "check 1.1 passed",
        "x returned a",
        "a done in commit 1",
        "x returned b",
        "turn-1 ended: superseded",
        "b done in commit 2",
    ]


def test_change_in_reserve_is_checked_when_the_first_one_fails(new_board: "NewBoard") -> None:
    """The second change came while the first one was being checked; the first agent may mend its own."""
    board = new_board("a", rules=BACKUPS)
    first, second = board.start("x", "a"), board.start("y", "a")
    board.propose(first, "a", "a")
    board.start_check(1)

    story = [
        *board.propose(second, "a", "a"),
        *board.finish_check(1, passed=False),
        *board.propose(first, "a", "a"),
        *board.start_check(3),
        *board.finish_check(3, passed=True),
    ]

    assert story == [
        "2 cast by y for a",
        "check 1.1 failed",
        "1 dropped: check_failed, may be mended",
        "3 queued for a, ballot 2",
        "4 cast by x for a",
        "check 3.1 started on 0",
        "check 3.1 passed",
        "a done in commit 1",
    ]
    assert board.state.tasks[A].ballots == {}


def test_own_change_is_not_kept_in_reserve_beside_itself(new_board: "NewBoard") -> None:
    """An agent changes its mind while its change is being checked."""
    board = new_board("a", rules=BACKUPS)
    turn = board.start("x", "a")
    board.propose(turn, "a", "a")

    assert board.propose(turn, "a", "b") == ["Propose refused: held_by_another"]


def test_agent_whose_change_is_checked_is_given_no_copy(new_board: "NewBoard") -> None:
    """It lost its lease and came back: it would race with itself. Another may."""
    board = new_board("a", rules=BACKUPS)
    board.propose(board.start("x", "a"), "a", "a")
    board.tick(31.0)
    board.join("x")
    board.join("y")

    story = [*board.claim("x", "a"), *board.claim("y", "a")]

    assert story == ["Claim refused: held_by_another", "y holds a under 2 until 61"]


def test_reserve_takes_the_place_of_a_change_that_no_longer_fits(new_board: "NewBoard") -> None:
    """The change for `b` was made on top of one that fails; the one in reserve was not."""
    board = new_board("a", "b", rules=BACKUPS)
    board.propose(board.start("w", "a"), "a", "shared")
    board.propose(board.start("x", "b"), "b", "shared@1")
    board.propose(board.start("y", "b"), "b", "own")
    board.tick(31.0)
    board.start_check(1)

    story = board.finish_check(1, passed=False)

    assert story == [
        "check 1.1 failed",
        "1 dropped: check_failed",
        "2 dropped: stale_write",
        "4 queued for b, ballot 3",
        "a ready",
    ]


def test_reserve_that_no_longer_fits_is_dropped(new_board: "NewBoard") -> None:
    """Both changes for `b` were made on top of one that fails, so the task is offered again."""
    board = new_board("a", "b", rules=BACKUPS)
    board.propose(board.start("w", "a"), "a", "shared")
    board.propose(board.start("x", "b"), "b", "shared@1")
    board.propose(board.start("y", "b"), "b", "shared@1")
    board.tick(31.0)
    board.start_check(1)

    story = board.finish_check(1, passed=False)

    assert story == [
        "check 1.1 failed",
        "1 dropped: check_failed",
        "2 dropped: stale_write",
        "3 dropped: stale_write",
        "b ready",
        "a ready",
    ]


def test_last_failed_check_ends_the_other_copies(new_board: "NewBoard") -> None:
    """One attempt is all there is, whoever makes it; the copy's turn has only to notice."""
    board = new_board("a", attempts=1, rules=BACKUPS)
    board.propose(board.start("x", "a"), "a", "a")
    board.start("y", "a")
    board.start_check(1)

    story = board.finish_check(1, passed=False)

    assert story == ["check 1.1 failed", "1 dropped: check_failed", "a failed"]
    assert board.state.leases == {}


def test_task_given_up_by_one_holder_stays_with_the_other(new_board: "NewBoard") -> None:
    """With the second holder's word the task is offered again."""
    board = new_board("a", rules=BACKUPS)
    turns = [board.start(agent, "a") for agent in "xy"]

    story = [
        line
        for turn in turns
        for line in board.say(
            commands.GiveUp(agent=turn.agent, fence=turn.fence, task=A, reason="no")
        )
    ]

    assert story == ["x returned a, counted: a", "y returned a, counted: a", "a ready"]


def test_last_attempt_given_up_takes_it_from_the_other_holder(new_board: "NewBoard") -> None:
    """A task has one attempt, whoever makes it."""
    board = new_board("a", attempts=1, rules=BACKUPS)
    turn = board.start("x", "a")
    board.start("y", "a")

    story = board.say(commands.GiveUp(agent=turn.agent, fence=turn.fence, task=A, reason="no"))

    assert story == ["x returned a, counted: a", "a failed"]
    assert board.state.leases == {}


def test_lost_copies_are_offered_once(new_board: "NewBoard") -> None:
    """Both leases end in one tick."""
    board = new_board("a", rules=BACKUPS)
    board.start("x", "a")
    board.start("y", "a")

    story = board.tick(31.0)

    assert story == [
        "x lost a",
        "turn-1 ended: lease_lost",
        "y lost a",
        "turn-2 ended: lease_lost",
        "a ready",
    ]


def test_requeue_takes_a_task_from_all_who_hold_it(new_board: "NewBoard") -> None:
    """The user has seen enough of both."""
    board = new_board("a", rules=BACKUPS)
    board.start("x", "a")
    board.start("y", "a")

    story = board.say(commands.Requeue(task=A))

    assert story == [
        "x returned a",
        "turn-1 ended: revoked",
        "y returned a",
        "turn-2 ended: revoked",
        "a ready",
    ]


def test_cancelled_task_is_nobodys(new_board: "NewBoard") -> None:
    """One change is being checked, another is in reserve, and a third agent is at it still."""
    board = new_board("a", rules=THREE)
    for agent in "xy":
        board.propose(board.start(agent, "a"), "a", "a")
    board.start("z", "a")

    story = board.say(commands.CancelTask(task=A))

    assert story == ["1 dropped: task_over", "a cancelled"]
    assert not board.state.leases
    assert not board.state.tasks[A].ballots


def test_copies_go_on_after_a_resume(new_board: "NewBoard") -> None:
    """Two hold the task, one of them before it has begun: that one's copy is free again."""
    board = new_board("a", rules=THREE)
    board.start("x", "a")
    board.start("y", "a")
    board.join("z")
    board.claim("z", "a")

    story = board.resume()

    assert story == [
        "resumed, revoked: 1 2 3",
        "x holds a under 4 until 31",
        "turn-1 goes on under 4",
        "y holds a (copy 1) under 5 until 31",
        "turn-2 goes on under 5",
    ]
    assert board.state.tasks[A].holders == {4: 0, 5: 1}


def test_reserve_outlives_a_resume(new_board: "NewBoard") -> None:
    """The check of the first change is started anew, and fails."""
    board = new_board("a", rules=BACKUPS)
    for agent in "xy":
        board.propose(board.start(agent, "a"), "a", "a")
    board.start_check(1)
    board.resume()
    board.start_check(1)

    story = board.finish_check(1, passed=False)

    assert story == [
        "check 1.3 failed",
        "1 dropped: check_failed, may be mended",
        "3 queued for a, ballot 2",
    ]
