"""Leases at their edges: the last moment, the moment after, and what a lost lease leaves behind."""

from typing import TYPE_CHECKING

import pytest

from brooks.core import commands
from brooks.core.board import next_timer
from brooks.core.spec import Budget
from brooks.ids import AgentId, Fence, TaskId

if TYPE_CHECKING:
    from tests.core.conftest import NewBoard

GRANTED_AT = 1.0
ENDS_AT = 31.0
JUST_BEFORE = 30.999


def renewal(fence: int = 1, agent: str = "x") -> commands.Renew:
    return commands.Renew(agent=AgentId(agent), fence=Fence(fence))


def test_lease_holds_until_just_before_its_end(new_board: "NewBoard") -> None:
    """A tick, a renewal and a proposal at the last moment."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.now = JUST_BEFORE

    story = [
        *board.tick(JUST_BEFORE),
        *board.say(renewal()),
        *board.propose(turn, "a", "a"),
    ]

    assert story == ["x holds 1 until 60.999", "1 queued for a"]


def test_lease_is_over_at_its_end_even_before_anyone_notices(new_board: "NewBoard") -> None:
    """The same at the moment itself, when the board was not asked to look at the time yet."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.now = ENDS_AT

    story = [
        *board.say(renewal()),
        *board.propose(turn, "a", "a"),
        *board.say(
            commands.GiveUp(agent=turn.agent, fence=turn.fence, task=TaskId("a"), reason="late")
        ),
    ]

    assert story == [
        "Renew refused: stale_fence",
        "Propose refused: stale_fence",
        "GiveUp refused: stale_fence",
    ]


def test_tick_at_the_end_takes_the_lease_and_offers_its_tasks(new_board: "NewBoard") -> None:
    """A batch of two, the second of which waits for the first."""
    board = new_board("a", "b: a")
    board.start("x", "a", "b")

    story = board.tick(ENDS_AT)

    assert story == ["x lost a b", "turn-1 ended: lease_lost", "a ready"]
    assert board.claim("x", "a") == ["Claim refused: unknown_agent"]


def test_timer_follows_the_renewals(new_board: "NewBoard") -> None:
    """Two leases; the older one is renewed twice, and given back in the end."""
    board = new_board("a", "b", turn_seconds=70.0)
    first = board.start("x", "a")
    timers = [next_timer(board.state)]
    board.now = 5.0
    second = board.start("y", "b")
    board.say(renewal(1))
    timers.append(next_timer(board.state))
    board.now = 10.0
    board.say(renewal(2, "y"))
    timers.append(next_timer(board.state))
    board.say(renewal(1))
    board.end_turn(second)
    timers.append(next_timer(board.state))
    board.end_turn(first)
    timers.append(next_timer(board.state))

    assert timers == [31.0, 35.0, 35.0, 40.0, None]


@pytest.mark.parametrize("how", ["cancelled", "failed", "blocked"])
def test_timer_forgets_a_lease_whose_last_task_is_over(new_board: "NewBoard", how: str) -> None:
    """Only its turn is left, which may last no longer than a lease would."""
    board = new_board("a", "b", attempts=1, turn_seconds=70.0)
    turn = board.start("x", "a")
    if how == "cancelled":
        board.say(commands.CancelTask(task=TaskId("a")))
    elif how == "failed":
        board.say(
            commands.GiveUp(agent=turn.agent, fence=turn.fence, task=TaskId("a"), reason="no")
        )
    else:
        board.say(commands.CancelTask(task=TaskId("b")))
        board.say(commands.AddDependency(task=TaskId("a"), on=TaskId("b")))

    timer = next_timer(board.state)

    assert board.status("a").value == how
    assert timer == GRANTED_AT + 30.0
    assert board.tick(timer) == ["turn-1 ended: deadline"]


def test_late_agent_cannot_harm_the_one_that_came_after(new_board: "NewBoard") -> None:
    """An agent sleeps past its lease; another has the task now, when the first one wakes up."""
    board = new_board("a")
    asleep = board.start("x", "a")
    board.tick(ENDS_AT)
    awake = board.start("y", "a")

    stories = [
        board.propose(asleep, "a", "a"),
        board.propose(asleep, "a", "a", fence=2),
        board.say(renewal(1)),
        board.end_turn(asleep),
        board.propose(awake, "a", "a"),
    ]

    assert [line for story in stories for line in story] == [
        "Propose refused: stale_fence",
        "Propose refused: stale_fence",
        "Renew refused: turn_over",
        "EndTurn refused: turn_over",
        "1 queued for a",
    ]


def test_claim_is_granted_whole_or_refused_whole(new_board: "NewBoard") -> None:
    """Every reason to refuse a batch, and the one that may be granted."""
    board = new_board("a", "b: a", "c: b", "held", "over")
    board.start("y", "held")
    board.say(commands.CancelTask(task=TaskId("over")))
    stranger = board.claim("x", "a")
    board.join("x")

    answers = {
        batch: board.claim("x", *batch)[0].removeprefix("Claim refused: ")
        for batch in [
            (),
            ("nobody's",),
            ("held",),
            ("over",),
            ("b",),
            ("a", "c"),
            ("a", "a"),
            ("a", "b", "b"),
            ("a", "b", "c"),
            ("a",),
        ]
    }

    assert stranger == ["Claim refused: unknown_agent"]
    assert answers == {
        (): "not_ready",
        ("nobody's",): "unknown_task",
        ("held",): "held_by_another",
        ("over",): "task_over",
        ("b",): "not_ready",
        ("a", "c"): "not_ready",
        ("a", "a"): "held_by_another",
        ("a", "b", "b"): "held_by_another",
        ("a", "b", "c"): "x holds a b c under 2 until 31",
        ("a",): "already_holds",
    }


def test_agent_in_a_turn_may_not_claim(new_board: "NewBoard") -> None:
    """Its lease went with the cancelled task, its turn is still open; joining anew ends that one."""
    board = new_board("a", "b")
    board.start("x", "a")
    board.say(commands.CancelTask(task=TaskId("a")))

    story = [*board.claim("x", "b"), *board.join("x"), *board.claim("x", "b")]

    assert story == [
        "Claim refused: already_holds",
        "turn-1 ended: revoked",
        "AgentJoined",
        "x holds b under 2 until 31",
    ]


def test_agent_that_starts_anew_gives_back_what_it_held(new_board: "NewBoard") -> None:
    """Its process crashed and came back before the lease was over; that is no failed attempt."""
    board = new_board("a", "b: a", attempts=1)
    board.start("x", "a", "b")

    story = board.join("x")

    assert story == ["x returned a b", "turn-1 ended: revoked", "a ready", "AgentJoined"]
    assert board.state.tasks[TaskId("a")].failures == 0


def test_turn_that_ends_without_it_uses_up_an_attempt(new_board: "NewBoard") -> None:
    """Of a batch of two only the first was ready, so only that one was attempted."""
    board = new_board("a", "b: a", attempts=2)

    stories = [board.end_turn(board.start("x", "a", "b")) for _ in range(2)]

    assert stories == [
        ["x returned a b, counted: a", "turn-1 ended: finished", "a ready"],
        ["x returned a b, counted: a", "turn-2 ended: finished", "a failed", "b blocked on a"],
    ]


def test_turn_ends_at_its_deadline_though_the_lease_is_renewed(new_board: "NewBoard") -> None:
    """The agent is alive and gets nowhere."""
    board = new_board("a", turn_seconds=40.0)
    board.start("x", "a")
    board.now = 20.0
    board.say(renewal())

    story = [*board.tick(40.9), *board.tick(41.0)]

    assert story == ["x returned a, counted: a", "turn-1 ended: deadline", "a ready"]


def test_task_whose_lease_is_lost_too_often_fails(new_board: "NewBoard") -> None:
    """Two tasks that share a dependant are lost for the last time in one tick."""
    board = new_board("a", "b", "both: a b", lost_leases=1)
    board.start("x", "a")
    board.start("y", "b")

    story = board.tick(ENDS_AT)

    assert story == [
        "x lost a",
        "turn-1 ended: lease_lost",
        "y lost b",
        "turn-2 ended: lease_lost",
        "a failed",
        "both blocked on a",
        "b failed",
    ]


def test_lost_task_may_need_another_that_is_lost_with_it(new_board: "NewBoard") -> None:
    """While both were held, one was made to wait for the other; both leases end in one tick."""
    board = new_board("a", "b", lost_leases=1)
    board.start("x", "a")
    board.start("y", "b")
    board.say(commands.AddDependency(task=TaskId("b"), on=TaskId("a")))

    story = board.tick(ENDS_AT)

    assert story[-2:] == ["a failed", "b blocked on a"]


def test_task_that_is_given_up_is_offered_to_others(new_board: "NewBoard") -> None:
    """The holder keeps the rest of its batch."""
    board = new_board("a", "b")
    turn = board.start("x", "a", "b")

    story = board.say(
        commands.GiveUp(agent=turn.agent, fence=turn.fence, task=TaskId("a"), reason="too hard")
    )

    assert story == ["x returned a, counted: a", "a ready"]
    assert list(board.state.leases[turn.fence].tasks) == ["b"]


def test_handing_back_a_task_that_has_to_wait_costs_no_attempt(new_board: "NewBoard") -> None:
    """What it depends on was found while it was worked on; it is offered when that is done."""
    board = new_board("a", "b")
    turn = board.start("x", "a")
    board.say(commands.AddDependency(task=TaskId("a"), on=TaskId("b")))

    story = board.say(
        commands.GiveUp(agent=turn.agent, fence=turn.fence, task=TaskId("a"), reason="wants b")
    )

    assert "x returned a" in story
    assert "a ready" not in story
    assert board.state.tasks[TaskId("a")].failures == 0


def test_requeue_of_a_held_task_takes_it_from_its_holder(new_board: "NewBoard") -> None:
    """The user has seen enough."""
    board = new_board("a")
    board.start("x", "a")

    story = board.say(commands.Requeue(task=TaskId("a")))

    assert story == ["x returned a", "turn-1 ended: revoked", "a ready"]


def test_turn_budget_lets_go_on_what_was_begun_and_nothing_else(new_board: "NewBoard") -> None:
    """One turn is all there is; another agent had a lease already when it was begun."""
    board = new_board("a", "b", "c", budget=Budget(turns=1))
    for agent in ("x", "y", "z"):
        board.join(agent)
    board.claim("y", "b")
    turn = board.start("x", "a")

    story = [
        *board.claim("z", "c"),
        *board.say(commands.StartTurn(agent=AgentId("y"), tasks=(TaskId("b"),), fence=Fence(1))),
        *board.propose(turn, "a", "a"),
    ]

    assert story == [
        "Claim refused: run_not_open",
        "y returned b",
        "b ready",
        "StartTurn refused: run_not_open",
        "1 queued for a",
    ]


def test_time_budget_stops_the_run(new_board: "NewBoard") -> None:
    """The budget is the only thing the board waits for."""
    board = new_board("a", budget=Budget(seconds=60.0))

    assert next_timer(board.state) == 60.0
    assert board.tick(59.9) == []
    assert board.tick(60.0) == ["RunStopping budget"]
    assert next_timer(board.state) is None


def test_turn_is_started_on_what_is_held(new_board: "NewBoard") -> None:
    """Every reason to refuse a turn."""
    board = new_board("a", "b")
    board.join("x")
    board.claim("x", "a")

    def start(tasks: tuple[str, ...], fence: int, agent: str = "x") -> str:
        return board.say(
            commands.StartTurn(
                agent=AgentId(agent), tasks=tuple(map(TaskId, tasks)), fence=Fence(fence)
            )
        )[0]

    answers = [
        start(("a",), 1, agent="nobody"),
        start(("a",), 0),
        start(("b",), 1),
        start(("nobody's",), 1),
        start(("a",), 1),
        start(("a",), 1),
    ]

    assert answers == [
        "StartTurn refused: unknown_agent",
        "StartTurn refused: stale_fence",
        "StartTurn refused: held_by_another",
        "StartTurn refused: unknown_task",
        "TurnStarted",
        "StartTurn refused: already_holds",
    ]
