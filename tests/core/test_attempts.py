"""Attempts at a request: one after the other, each told, and what a resume makes of them."""

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.core.asking import answer, ask, fail

from brooks.core import commands
from brooks.core.events import RequestFailed, RequestSent, RunResumed
from brooks.core.facts import Failure, InFlight, Outcome
from brooks.ids import AgentId

if TYPE_CHECKING:
    from tests.core.conftest import Board, NewBoard


def flights(board: "Board") -> tuple[InFlight, ...]:
    """What a resume finds on its way."""
    before = len(board.records)
    board.resume()
    resumed = board.records[before].event
    assert isinstance(resumed, RunResumed)
    return resumed.in_flight


def test_request_is_sent_again_only_after_it_came_to_nothing(new_board: "NewBoard") -> None:
    """Three attempts, with one too many after each step."""
    board = new_board("a")
    turn = board.start("x", "a")

    story = [
        board.say(command)[0]
        for command in [
            fail(turn),
            ask(turn),
            ask(turn, attempt=2),
            fail(turn),
            fail(turn),
            ask(turn, attempt=2),
            fail(turn, 1),
            fail(turn, attempt=2),
            ask(turn, attempt=3),
            answer(turn),
            fail(turn, attempt=3),
            ask(turn, attempt=4),
            ask(turn, 1),
        ]
    ]

    assert story == [
        "RecordFailure refused: outdated",
        "RequestSent",
        "SendRequest refused: outdated",
        "RequestFailed",
        "RecordFailure refused: outdated",
        "RequestSent",
        "RecordFailure refused: outdated",
        "RequestFailed",
        "RequestSent",
        "ReplyReceived",
        "RecordFailure refused: outdated",
        "SendRequest refused: outdated",
        "RequestSent",
    ]
    sent = [record.event for record in board.records if isinstance(record.event, RequestSent)]
    assert [(each.index, each.attempt) for each in sent] == [(0, 1), (0, 2), (0, 3), (1, 1)]
    board.assert_folds()


def test_event_says_all_that_is_known_of_an_attempt(new_board: "NewBoard") -> None:
    """What was asked, why it waited, what it may cost, and how it failed."""
    board = new_board("a")
    turn = board.start("x", "a")
    asked = replace(ask(turn, tokens=9, dollars=0.5), model="m", waited=2.5, why="rate limit")
    failed = commands.RecordFailure(
        agent=turn.agent,
        turn=turn.turn,
        index=0,
        attempt=1,
        failure=Failure.RATE_LIMITED,
        status=429,
        retry_after=7.0,
        text="slow down",
        wait=7.5,
    )

    events = [board.decide(command)[0] for command in (asked, failed)]

    assert events == [
        RequestSent(
            agent=turn.agent, turn=turn.turn, index=0, request=asked.request, attempt=1, model="m",
            waited=2.5, why="rate limit", most_tokens=9, most_dollars=0.5,
        ),
        RequestFailed(
            agent=turn.agent, turn=turn.turn, index=0, attempt=1, failure=Failure.RATE_LIMITED,
            status=429, retry_after=7.0, text="slow down", wait=7.5,
        ),
    ]  # fmt: skip


def test_resume_lists_exactly_what_is_on_its_way(new_board: "NewBoard") -> None:
    """One never asked, one asked, one failed and waits, one is at its second attempt, one was answered."""
    board = new_board(*"abcde")
    turns = [board.start(agent, task) for agent, task in zip("vwxyz", "abcde", strict=True)]
    _, first, failed, second, answered = turns
    for turn in (first, failed, second, answered):
        board.say(ask(turn))
    for turn in (failed, second):
        board.say(fail(turn))
    board.say(ask(second, attempt=2))
    board.say(answer(answered))

    assert [flight.turn for flight in flights(board)] == [first.turn, second.turn]
    assert flights(board) == ()
    assert [board.say(ask(turn, len(turn.replies))) for turn in turns] == [["RequestSent"]] * 5


def test_request_of_a_turn_that_is_over_is_not_on_its_way(new_board: "NewBoard") -> None:
    """Nobody is going to ask it again."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.say(ask(turn))
    board.end_turn(turn)

    assert flights(board) == ()


def test_late_failure_is_kept_and_its_agent_told(new_board: "NewBoard") -> None:
    """The attempt came to nothing when the turn was over."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.say(ask(turn))
    board.end_turn(turn)

    assert board.say(fail(turn)) == ["RequestFailed", "RecordFailure refused: turn_over"]


def test_failure_told_by_another_agent_does_not_enter_a_turn(new_board: "NewBoard") -> None:
    """An agent reports on a turn that is not its own."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.say(ask(turn))
    command = fail(turn)
    assert isinstance(command, commands.RecordFailure)

    story = board.say(replace(command, agent=AgentId("y")))

    assert story == ["RecordFailure refused: turn_over"]
    assert turn.in_flight


@pytest.mark.parametrize(
    "command",
    [
        commands.PauseRun(),
        commands.StopRun(outcome=Outcome.OUTSIDE, reason="the model cannot be reached"),
    ],
)
def test_failures_are_recorded_when_nothing_may_be_sent(
    new_board: "NewBoard", command: commands.Command
) -> None:
    """The run is paused or winds down; the next attempt is refused."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.say(ask(turn))
    board.say(command)

    story = [board.say(fail(turn))[0], board.say(ask(turn, attempt=2))[0]]

    assert story == ["RequestFailed", "SendRequest refused: run_not_open"]


def test_run_that_stopped_because_of_the_outside_can_be_resumed(new_board: "NewBoard") -> None:
    """The model is there again; the request that failed is sent once more."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.say(ask(turn))
    board.say(fail(turn, kind=Failure.KEY_REFUSED))
    board.say(commands.StopRun(outcome=Outcome.OUTSIDE, reason="the key was refused"))
    board.finish(Outcome.OUTSIDE)

    assert flights(board) == ()
    assert board.say(ask(turn)) == ["RequestSent"]
