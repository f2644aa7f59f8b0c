"""A graph that changes under a running team: tasks and dependencies added, cancelled, offered again."""

from typing import TYPE_CHECKING

from brooks.core import commands
from brooks.ids import TaskId

if TYPE_CHECKING:
    from tests.core.conftest import Board, NewBoard


def depend(board: "Board", task: str, on: str) -> list[str]:
    return board.say(commands.AddDependency(task=TaskId(task), on=TaskId(on)))


def cancel(board: "Board", task: str) -> list[str]:
    return board.say(commands.CancelTask(task=TaskId(task)))


def requeue(board: "Board", task: str) -> list[str]:
    return board.say(commands.Requeue(task=TaskId(task)))


def test_task_is_ready_blocked_or_waits_as_its_dependencies_are(new_board: "NewBoard") -> None:
    """Tasks are added that need nothing, something done, something open, something lost."""
    board = new_board("done", "open", "lost", unchecked="done")
    board.finish_task("x", "done", "done")
    cancel(board, "lost")

    answers = [
        board.add("free"),
        board.add("lucky: done"),
        board.add("patient: done open"),
        board.add("unlucky: open lost"),
        board.add("open"),
        board.add("orphan: nobody's"),
    ]

    assert answers == [
        ["TaskAdded", "free ready"],
        ["TaskAdded", "lucky ready"],
        ["TaskAdded"],
        ["TaskAdded", "unlucky blocked on lost"],
        ["AddTask refused: duplicate_task"],
        ["AddTask refused: unknown_task (nobody's)"],
    ]


def test_dependency_added_to_a_ready_task_holds_it_back(new_board: "NewBoard") -> None:
    """It is offered again when the new dependency is done, and only then."""
    board = new_board("a", "b", unchecked="a")

    assert depend(board, "b", "a") == ["DependencyAdded"]
    assert board.statuses() == {"a": "ready", "b": "waiting"}
    board.finish_task("x", "a", "a")
    assert board.statuses() == {"a": "done", "b": "ready"}


def test_dependency_added_to_a_held_task_holds_back_its_change(new_board: "NewBoard") -> None:
    """The agent is at work already; its change may join the queue behind the one it needs."""
    board = new_board("a", "b")
    late = board.start("x", "b")
    depend(board, "b", "a")

    early = board.propose(late, "b", "b")
    board.propose(board.start("y", "a"), "a", "a")
    behind = board.propose(late, "b", "b")

    assert early == ["Propose refused: dependency_not_done"]
    assert behind == ["2 queued for b"]


def test_dependency_is_refused_where_it_makes_no_sense(new_board: "NewBoard") -> None:
    """A cycle, itself, a stranger, a task whose change is queued, one that is done."""
    board = new_board("a", "b: a", "c: b", "queued", "done", unchecked="done")
    board.finish_task("x", "done", "done")
    board.propose(board.start("x", "queued"), "queued", "queued")

    answers = [
        depend(board, "a", "c"),
        depend(board, "a", "a"),
        depend(board, "a", "nobody's"),
        depend(board, "queued", "a"),
        depend(board, "done", "a"),
    ]

    assert [line.removeprefix("AddDependency refused: ") for (line,) in answers] == [
        "cycle (a -> b -> c -> a)",
        "cycle (a -> a)",
        "unknown_task (nobody's)",
        "outdated",
        "task_over",
    ]


def test_dependency_on_a_lost_task_blocks(new_board: "NewBoard") -> None:
    """What waits for the blocked task is blocked too."""
    board = new_board("lost", "a", "b: a")
    cancel(board, "lost")

    story = depend(board, "a", "lost")

    assert story == ["DependencyAdded", "a blocked on lost", "b blocked on a"]


def test_cancelled_task_takes_with_it_what_waits_for_it(new_board: "NewBoard") -> None:
    """A chain of three, a task beside it, and one that waits for both."""
    board = new_board("a", "b: a", "c: b", "beside", "both: beside c")

    story = cancel(board, "a")

    assert story == [
        "a cancelled",
        "b blocked on a",
        "c blocked on a",
        "both blocked on a",
    ]
    assert cancel(board, "a") == ["CancelTask refused: task_over"]
    assert cancel(board, "nobody's") == ["CancelTask refused: unknown_task"]


def test_requeue_frees_what_waited_for_this_task_alone(new_board: "NewBoard") -> None:
    """One dependant waits for another cancelled task as well."""
    board = new_board("a", "other", "mine: a", "both: a other")
    cancel(board, "a")
    cancel(board, "other")

    story = requeue(board, "a")

    assert story == ["a requeued", "mine requeued", "a ready"]
    assert requeue(board, "both") == ["Requeue refused: dependency_not_done (other)"]
    assert requeue(board, "mine") == ["Requeue refused: task_over"]
    assert requeue(board, "nobody's") == ["Requeue refused: unknown_task"]


def test_requeue_frees_in_the_order_of_the_graph(new_board: "NewBoard") -> None:
    """`b` was made to wait for `c` later, so that it comes first among the dependants of `a`."""
    board = new_board("a", "b: a", "c: a")
    depend(board, "b", "c")
    cancel(board, "a")

    requeue(board, "a")

    assert board.statuses() == {"a": "ready", "b": "waiting", "c": "waiting"}


def test_requeued_task_has_all_its_attempts_again(new_board: "NewBoard") -> None:
    """It failed for good, and fails once more after the requeue."""
    board = new_board("a", attempts=2)
    for _ in range(2):
        board.end_turn(board.start("x", "a"))

    story = [*requeue(board, "a"), *board.end_turn(board.start("x", "a"))]

    assert story == [
        "a requeued",
        "a ready",
        "x returned a, counted: a",
        "turn-3 ended: finished",
        "a ready",
    ]


def test_batch_that_fails_whole_blocks_a_common_dependant_once(new_board: "NewBoard") -> None:
    """Two tasks of one turn are out of attempts together."""
    board = new_board("a", "b", "both: a b", attempts=1)

    story = board.end_turn(board.start("x", "a", "b"))

    assert story == [
        "x returned a b, counted: a b",
        "turn-1 ended: finished",
        "a failed",
        "both blocked on a",
        "b failed",
    ]


def test_task_that_needs_only_done_ones_is_not_blocked(new_board: "NewBoard") -> None:
    """`a` is opened again and cancelled; `b` stays done, so `c` has all that it needs."""
    board = new_board("a", "b: a", "other", "c: b")
    for task in ("a", "b", "other"):
        board.finish_task("x", task, task)
    board.look()
    board.finish_look("b", passed=True)
    board.finish_look("a", passed=False)
    board.propose(board.start("x", "c"), "c", "c")

    story = cancel(board, "a")

    assert story == ["a cancelled"]
    assert board.status("c").value == "queued"
