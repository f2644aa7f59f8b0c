"""The merge queue, as stories: what was proposed, what was checked on top of what, what became of it."""

from typing import TYPE_CHECKING

import pytest

from brooks.core import commands
from brooks.ids import TaskId

if TYPE_CHECKING:
    from tests.core.conftest import NewBoard


def test_checks_ahead_of_their_turn_pay_off(new_board: "NewBoard") -> None:
    """Three changes are checked at once, each on top of those ahead; all pass, the last one first."""
    board = new_board("a", "b", "c")
    for number, (agent, task) in enumerate([("x", "a"), ("y", "b"), ("z", "c")], start=1):
        board.propose(board.start(agent, task), task, task)
        board.start_check(number)

    story = [line for number in (3, 2, 1) for line in board.finish_check(number, passed=True)]

    assert story == [
        "check 3.1 passed",
        "check 2.1 passed",
        "check 1.1 passed",
        "a done in commit 1",
        "b done in commit 2",
        "c done in commit 3",
    ]


def test_check_says_which_tree_it_runs_on(new_board: "NewBoard") -> None:
    """Two changes wait, the first is merged, and only then the check of a third begins."""
    board = new_board("a", "b", "c")
    for agent, task in [("x", "a"), ("y", "b"), ("z", "c")]:
        board.propose(board.start(agent, task), task, task)

    story = [
        *board.start_check(1),
        *board.start_check(2),
        *board.finish_check(1, passed=True),
        *board.start_check(3),
    ]

    assert story == [
        "check 1.1 started on 0",
        "check 2.1 started on 0 behind 1",
        "check 1.1 passed",
        "a done in commit 1",
        "check 3.1 started on 1 behind 2",
    ]


def test_failed_front_voids_what_was_checked_behind_it(new_board: "NewBoard") -> None:
    """The second and third change were checked on a tree with the first one in it, which fails."""
    board = new_board("a", "b", "c", "d")
    for number, (agent, task) in enumerate(zip("wxyz", "abcd", strict=True), start=1):
        board.propose(board.start(agent, task), task, task)
        if task != "d":
            board.start_check(number)
    board.finish_check(2, passed=True)

    story = board.finish_check(1, passed=False)

    assert story == [
        "check 1.1 failed",
        "1 dropped: check_failed, may be mended",
        "check 2 void",
        "check 3 void",
    ]
    assert board.finish_check(3, passed=True, run=1) == ["RecordCheck refused: outdated"]
    assert board.start_check(2) == ["check 2.2 started on 0"]


def test_mended_change_goes_to_the_end_of_the_queue(new_board: "NewBoard") -> None:
    """A change fails; its agent, who still holds the task, proposes another one behind a second."""
    board = new_board("a", "b")
    turn = board.start("x", "a")
    board.propose(turn, "a", "a")
    board.propose(board.start("y", "b"), "b", "b")
    board.start_check(1)
    board.finish_check(1, passed=False)

    story = [*board.propose(turn, "a", "a"), *board.start_check(3)]

    assert story == ["3 queued for a", "check 3.1 started on 0 behind 2"]
    assert list(board.state.queue) == [2, 3]


def test_change_made_on_top_of_a_dropped_one_is_dropped(new_board: "NewBoard") -> None:
    """The second change was made from the first one's version of a file; the third has its own file."""
    board = new_board("a", "b", "c")
    board.propose(board.start("x", "a"), "a", "shared")
    board.propose(board.start("y", "b"), "b", "shared@1")
    board.propose(board.start("z", "c"), "c", "own")
    board.start_check(1)

    story = board.finish_check(1, passed=False)

    assert story == [
        "check 1.1 failed",
        "1 dropped: check_failed, may be mended",
        "2 dropped: stale_write, may be mended",
    ]
    assert board.statuses() == {"a": "leased", "b": "leased", "c": "queued"}


def test_change_that_needs_a_dropped_one_is_dropped(new_board: "NewBoard") -> None:
    """A chain in one lease: both changes wait in the queue when the first one's check fails."""
    board = new_board("a", "b: a")
    turn = board.start("x", "a", "b")
    board.propose(turn, "a", "a")
    board.propose(turn, "b", "b")
    board.start_check(1)

    story = board.finish_check(1, passed=False)

    assert story == [
        "check 1.1 failed",
        "1 dropped: check_failed, may be mended",
        "2 dropped: dependency_not_done, may be mended",
    ]


def test_chain_in_one_lease_is_merged_in_order(new_board: "NewBoard") -> None:
    """One agent holds a whole chain, proposes all of it, and the checks pass; nobody waits between."""
    board = new_board("a", "b: a", "c: b", "after: c")
    turn = board.start("x", "a", "b", "c")
    for number, task in enumerate("abc", start=1):
        board.propose(turn, task, "shared" + f"@{number - 1}")
        board.start_check(number)

    story = [line for number in (1, 2, 3) for line in board.finish_check(number, passed=True)]

    assert story == [
        "check 1.1 passed",
        "a done in commit 1",
        "check 2.1 passed",
        "b done in commit 2",
        "check 3.1 passed",
        "c done in commit 3",
        "after ready",
    ]
    assert board.state.leases == {}


def test_task_of_a_chain_may_not_overtake(new_board: "NewBoard") -> None:
    """The second task of a batch is proposed although the first was not."""
    board = new_board("a", "b: a")

    story = board.propose(board.start("x", "a", "b"), "b", "b")

    assert story == ["Propose refused: dependency_not_done"]


def test_first_committer_wins(new_board: "NewBoard") -> None:
    """Two agents made their change from the same version; the second proposal comes too late."""
    board = new_board("a", "b", "c")
    first, second = board.start("x", "a"), board.start("y", "b")
    board.propose(first, "a", "shared", "own")

    queued = board.propose(second, "b", "shared")
    board.start_check(1)
    board.finish_check(1, passed=True)
    merged = board.propose(second, "b", "shared")

    assert queued == merged == ["Propose refused: stale_write (shared)"]
    assert board.propose(second, "b", "shared@1") == ["2 queued for b"]


def test_deletion_is_a_version_like_any_other(new_board: "NewBoard") -> None:
    """A file is written, deleted, and written again."""
    board = new_board("a", "b", "c", unchecked="a b c")
    board.finish_task("x", "a", "file")
    board.finish_task("x", "b", "file-@1")

    early = board.propose(board.start("x", "c"), "c", "file")

    assert early == ["Propose refused: stale_write (file)"]
    assert [version.version for version in board.state.history["file"]] == [1, 2]
    assert board.state.files["file"].blob is None


def test_task_without_a_check_is_merged_when_it_comes_to_the_front(new_board: "NewBoard") -> None:
    """One such task finds the queue empty, another waits behind a check."""
    board = new_board("free", "a", "b", unchecked="free b")

    at_once = board.propose(board.start("w", "free"), "free", "free")
    board.propose(board.start("x", "a"), "a", "a")
    behind = board.propose(board.start("y", "b"), "b", "b")
    board.start_check(2)
    story = board.finish_check(2, passed=False)

    assert at_once == ["1 queued for free", "free done in commit 1"]
    assert behind == ["3 queued for b"]
    assert story == [
        "check 2.1 failed",
        "2 dropped: check_failed, may be mended",
        "b done in commit 2",
    ]


def test_dropped_task_is_offered_when_what_it_needs_is_merged_in_the_same_breath(
    new_board: "NewBoard",
) -> None:
    """Nobody holds `c`, it is dropped for a stale write, and the `b` it needs is merged right after."""
    board = new_board("a", "b", "c: b", unchecked="b")
    first = board.start("x", "a")
    second = board.start("y", "b", "c")
    board.propose(first, "a", "shared")
    board.propose(second, "b", "own")
    board.propose(second, "c", "shared@1")
    board.tick(31.0)
    board.start_check(1)

    story = board.finish_check(1, passed=False)

    assert story == [
        "check 1.1 failed",
        "1 dropped: check_failed",
        "3 dropped: stale_write",
        "a ready",
        "b done in commit 1",
        "c ready",
    ]


def test_paths_that_differ_only_by_case_are_refused(new_board: "NewBoard") -> None:
    """A file is in the tree, another in the queue; a third change writes them in other case."""
    board = new_board("a", "b", "c", unchecked="a")
    board.finish_task("x", "a", "Tree")
    board.propose(board.start("x", "b"), "b", "Queue")
    turn = board.start("y", "c")

    stories = [board.propose(turn, "c", *paths) for paths in (["tree"], ["queue"], ["Own", "own"])]

    assert [line for story in stories for line in story] == [
        "Propose refused: path_clash (tree)",
        "Propose refused: path_clash (queue)",
        "Propose refused: path_clash (own)",
    ]


def test_same_path_twice_in_one_change_is_refused(new_board: "NewBoard") -> None:
    """The second write would be made from a version that the first one replaced."""
    board = new_board("a")

    story = board.propose(board.start("x", "a"), "a", "file", "file")

    assert story == ["Propose refused: path_clash (file, file)"]


def test_same_tool_call_never_makes_two_proposals(new_board: "NewBoard") -> None:
    """A proposal was dropped, and the network delivers it once more."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.propose(turn, "a", "a", call="call 7")
    board.start_check(1)
    board.finish_check(1, passed=False)

    story = board.propose(turn, "a", "a", call="call 7")

    assert story == ["Propose refused: outdated"]


def test_change_outlives_the_lease_it_was_made_under(new_board: "NewBoard") -> None:
    """The lease is lost while the check runs: the change is merged all the same."""
    board = new_board("a")
    board.propose(board.start("x", "a"), "a", "a")
    board.start_check(1)

    story = [*board.tick(31.0), *board.finish_check(1, passed=True)]

    assert story == [
        "x lost a",
        "turn-1 ended: lease_lost",
        "check 1.1 passed",
        "a done in commit 1",
    ]


def test_last_failed_check_fails_the_task_and_frees_its_holder(new_board: "NewBoard") -> None:
    """One attempt is all there is, and something else waits for the task."""
    board = new_board("a", "b: a", attempts=1)
    board.propose(board.start("x", "a"), "a", "a")
    board.start_check(1)

    story = board.finish_check(1, passed=False)

    assert story == [
        "check 1.1 failed",
        "1 dropped: check_failed",
        "a failed",
        "b blocked on a",
    ]
    assert board.state.leases == {}


def test_cancelled_task_leaves_the_queue(new_board: "NewBoard") -> None:
    """The first of two queued changes is cancelled, and the second was checked on top of it."""
    board = new_board("a", "b", "c: a")
    board.propose(board.start("x", "a"), "a", "a")
    board.propose(board.start("y", "b"), "b", "b")
    board.start_check(2)

    story = board.say(commands.CancelTask(task=TaskId("a")))

    assert story == ["1 dropped: task_over", "check 2 void", "a cancelled", "c blocked on a"]


@pytest.mark.parametrize("proposal", [0, 1, 2])
def test_check_is_started_once_and_of_what_is_queued(new_board: "NewBoard", proposal: int) -> None:
    """Proposal 0 never was, 1 is being checked, 2 is merged."""
    board = new_board("a", "b", unchecked="b")
    board.finish_task("x", "b", "b")
    board.propose(board.start("x", "a"), "a", "a")
    board.start_check(2)

    story = board.start_check({0: 0, 1: 2, 2: 1}[proposal])

    assert story == ["StartCheck refused: outdated"]


def test_merged_files_are_what_the_changes_say(new_board: "NewBoard") -> None:
    """A file is merged by one commit and changed by the next; both versions stay readable."""
    board = new_board("a", "b")
    board.finish_task("x", "a", "file")
    board.finish_task("x", "b", "file@1")

    versions = [board.state.file_at("file", commit) for commit in (0, 1, 2)]

    assert [version and version.version for version in versions] == [None, 1, 2]
