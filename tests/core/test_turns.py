"""Turns and resumes: what is paid for is kept, and asked for once."""

from typing import TYPE_CHECKING

from brooks.core import commands
from brooks.core.board import decide, next_timer
from brooks.core.commands import Command
from brooks.core.events import Refused, RunResumed
from brooks.core.facts import InFlight, Outcome, Usage
from brooks.core.state import State, Turn
from brooks.ids import AgentId, BlobHash, TurnId

if TYPE_CHECKING:
    from tests.core.conftest import NewBoard

BLOB = BlobHash("blob")


def ask(turn: Turn, index: int) -> Command:
    return commands.SendRequest(agent=turn.agent, turn=turn.turn, index=index, request=BLOB)


def answer(turn: Turn, index: int, agent: str = "") -> Command:
    who = AgentId(agent) if agent else turn.agent
    return commands.RecordReply(agent=who, turn=turn.turn, index=index, reply=BLOB, usage=Usage())


def tools(turn: Turn, index: int, *, refresh: bool = False) -> Command:
    return commands.RecordTools(
        agent=turn.agent, turn=turn.turn, index=index, results=(), refresh=refresh
    )


def test_conversation_goes_forward_one_by_one(new_board: "NewBoard") -> None:
    """Two requests with their replies and tools; each step is repeated, skipped and reversed."""
    board = new_board("a")
    turn = board.start("x", "a")

    story = [
        board.say(command)[0]
        for command in [
            answer(turn, 1),
            ask(turn, 1),
            ask(turn, 0),
            ask(turn, 0),
            answer(turn, 0),
            answer(turn, 0),
            ask(turn, 0),
            tools(turn, 1),
            tools(turn, 0),
            tools(turn, 0),
            ask(turn, 1),
            answer(turn, 1),
        ]
    ]

    assert story == [
        "RecordReply refused: outdated",
        "SendRequest refused: outdated",
        "RequestSent",
        "SendRequest refused: outdated",
        "ReplyReceived",
        "RecordReply refused: outdated",
        "SendRequest refused: outdated",
        "RecordTools refused: outdated",
        "ToolsFinished",
        "RecordTools refused: outdated",
        "RequestSent",
        "ReplyReceived",
    ]


def test_agent_sees_the_tree_it_began_on_until_it_is_shown_another(new_board: "NewBoard") -> None:
    """Another agent's change is merged in the middle of the turn."""
    board = new_board("a", "b", unchecked="b")
    turn = board.start("x", "a")
    board.finish_task("y", "b", "b")
    heads = [turn.head]
    for index, refresh in enumerate([False, True]):
        board.say(tools(turn, index, refresh=refresh))
        heads.append(turn.head)

    assert heads == [0, 0, 1]
    assert turn.first_head == 0


def test_late_reply_is_kept_and_its_agent_told(new_board: "NewBoard") -> None:
    """The reply was paid for, but the turn is over."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.say(ask(turn, 0))
    board.end_turn(turn)

    story = board.say(answer(turn, 0))

    assert story == ["ReplyReceived", "RecordReply refused: turn_over"]


def test_reply_of_another_agent_does_not_enter_a_turn(new_board: "NewBoard") -> None:
    """An agent reports on a turn that is not its own."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.say(ask(turn, 0))

    story = board.say(answer(turn, 0, agent="y"))

    assert story == ["RecordReply refused: turn_over"]
    assert turn.replies == []


def test_nothing_is_asked_while_the_run_is_paused_or_stops(new_board: "NewBoard") -> None:
    """Replies in flight are kept all the same."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.say(ask(turn, 0))

    story = [
        board.say(command)[0]
        for command in [
            commands.PauseRun(),
            answer(turn, 0),
            ask(turn, 1),
            commands.PauseRun(),
            commands.ContinueRun(),
            ask(turn, 1),
            commands.StopRun(outcome=Outcome.CANCELLED, reason="enough"),
            answer(turn, 1),
            ask(turn, 2),
            commands.ContinueRun(),
        ]
    ]

    assert story == [
        "RunPaused",
        "ReplyReceived",
        "SendRequest refused: run_not_open",
        "PauseRun refused: run_not_open",
        "RunContinued",
        "RequestSent",
        "RunStopping cancelled",
        "ReplyReceived",
        "SendRequest refused: run_not_open",
        "ContinueRun refused: run_not_open",
    ]


def test_resume_goes_on_under_new_fences(new_board: "NewBoard") -> None:
    """One agent was in a turn, one had only claimed, one change was being checked."""
    board = new_board("a", "b", "c", "d: c")
    queued = board.start("w", "c", "d")
    board.propose(queued, "c", "c")
    board.start_check(1)
    working = board.start("x", "a")
    board.say(ask(working, 0))
    board.join("y")
    board.claim("y", "b")
    board.now = 100.0

    story = board.resume()

    assert story == [
        "resumed, revoked: 1 2 3",
        "w holds c d under 4 until 130",
        "turn-1 goes on under 4",
        "x holds a under 5 until 130",
        "turn-2 goes on under 5",
        "b ready",
    ]
    resumed = next(r.event for r in board.records if isinstance(r.event, RunResumed))
    assert resumed.in_flight == (InFlight(agent=working.agent, turn=working.turn, index=0),)
    assert next_timer(board.state) == 130.0
    assert board.state.turns[working.turn].deadline == 1100.0
    assert board.finish_check(1, passed=True, run=1) == ["RecordCheck refused: outdated"]
    assert board.start_check(1) == ["check 1.3 started on 0"]


def test_request_in_flight_is_asked_once_more_after_a_resume(new_board: "NewBoard") -> None:
    """The second resume finds it in flight again."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.say(ask(turn, 0))
    flights = []
    for _ in range(2):
        board.resume()
        resumed = board.records[-3].event
        assert isinstance(resumed, RunResumed)
        flights.append([(flight.turn, flight.index) for flight in resumed.in_flight])
        board.say(ask(turn, 0))

    assert board.say(ask(turn, 0)) == ["SendRequest refused: outdated"]
    assert flights == [[(turn.turn, 0)], [(turn.turn, 0)]]


def test_resumed_turn_proposes_under_its_new_fence(new_board: "NewBoard") -> None:
    """The old fence is dead; the task is still the agent's."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.resume()

    story = [*board.propose(turn, "a", "a", fence=1), *board.propose(turn, "a", "a", fence=2)]

    assert story == ["Propose refused: stale_fence", "1 queued for a"]


def test_stopped_run_can_be_resumed_and_a_done_one_cannot(new_board: "NewBoard") -> None:
    """Two runs end, one because its budget is used up."""
    stopped, done = new_board("a"), new_board()
    stopped.finish(Outcome.BUDGET)
    done.finish(Outcome.DONE)

    assert stopped.resume() == ["resumed, revoked: "]
    assert done.resume() == ["ResumeRun refused: run_not_open"]


def test_nothing_happens_before_the_run_is_started() -> None:
    """A board that nobody opened."""
    early: list[Command] = [commands.StartVerification(), commands.Tick(), commands.PauseRun()]
    for command in early:
        (refused,) = decide(State(), command, 0.0)

        assert isinstance(refused, Refused)


def test_a_reply_to_a_turn_that_never_was_is_no_late_one(new_board: "NewBoard") -> None:
    """Nothing was paid for it, and the turn may still come: then its request must not look answered."""
    board = new_board("a")
    board.start("x", "a")

    story = [
        line
        for turn in ("turn-2", "turn-0", "turn", "turn-²")
        for line in board.say(
            commands.RecordReply(
                agent=AgentId("x"), turn=TurnId(turn), index=0, reply=BLOB, usage=Usage()
            )
        )
    ]

    assert story == ["RecordReply refused: turn_over"] * 4
