"""What agents did and what they waited for."""

from collections.abc import Callable

import pytest

from brooks.analysis.lanes import HELD_BACK, LaneStretch, lanes
from brooks.analysis.timeline import intervals
from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import EndReason
from brooks.ids import AgentId, BlobHash, Fence, TaskId, TurnId

History = list[tuple[float, Event]]
Recorded = Callable[[History], list[Record]]

ONE, TWO = AgentId("agent-1"), AgentId("agent-2")
A = TaskId("a")
BLOB = BlobHash("0" * 64)


def turn(agent: AgentId, start: float, end: float, *, round_number: int = 0) -> History:
    name = TurnId(f"{agent}-{start}")
    started = events.TurnStarted(
        turn=name, agent=agent, tasks=(), fence=Fence(0), head=0, deadline=99.0, round=round_number
    )
    return [
        (start, started),
        (end, events.TurnEnded(turn=name, agent=agent, reason=EndReason.FINISHED)),
    ]


def idle(pieces: tuple[LaneStretch, ...], agent: AgentId) -> list[tuple[float, float, str]]:
    own = [piece for piece in pieces if piece.agent == agent and piece.doing == "idle"]
    return [(piece.start, piece.end, piece.why) for piece in own]


def joined(*agents: AgentId) -> History:
    return [(0.0, events.AgentJoined(agent=agent)) for agent in agents]


def test_lanes_of_a_run_worked_out_by_hand(story: History, recorded: Recorded) -> None:
    found = lanes(recorded(story))

    assert idle(found, ONE) == [(10.0, 42.0, "no task"), (50.0, 52.0, "last look")]
    assert idle(found, TWO) == [(40.0, 50.0, "no task"), (50.0, 52.0, "last look")]
    assert [piece.doing for piece in found if piece.agent == TWO][:2] == ["asks model", "gone"]


def test_stretches_cover_the_same_time_as_the_timeline(story: History, recorded: Recorded) -> None:
    """Cutting at reasons neither loses nor adds a second of any activity."""
    records = recorded(story)

    def seconds(pieces: list[tuple[AgentId, str, float]]) -> dict[tuple[AgentId, str], float]:
        found: dict[tuple[AgentId, str], float] = {}
        for agent, doing, length in pieces:
            found[agent, doing] = found.get((agent, doing), 0.0) + length
        return found

    whole = [
        (each.agent, each.activity.value, each.end - each.start) for each in intervals(records)
    ]
    cut = [(each.agent, each.doing, each.end - each.start) for each in lanes(records)]

    assert seconds(cut) == pytest.approx(seconds(whole))


def test_an_agent_whose_turn_of_the_round_is_over_waits_at_the_barrier(recorded: Recorded) -> None:
    history = [
        *joined(ONE, TWO),
        (0.0, events.TaskReady(task=A)),
        *turn(ONE, 0.0, 3.0, round_number=1),
        *turn(TWO, 0.0, 5.0, round_number=1),
        *turn(ONE, 6.0, 8.0, round_number=2),
        *turn(TWO, 6.0, 7.0, round_number=2),
    ]

    found = lanes(recorded(sorted(history, key=lambda pair: pair[0])))

    assert idle(found, ONE) == [(3.0, 5.0, "barrier"), (5.0, 6.0, "free")]
    assert idle(found, TWO) == [(5.0, 6.0, "free"), (7.0, 8.0, "barrier")]


def test_the_time_before_a_request_that_was_held_back_is_no_work(recorded: Recorded) -> None:
    """The request was sent at 4, after it had waited 3 seconds for a rate limit."""
    begun, ended = turn(ONE, 0.0, 6.0)
    sent = events.RequestSent(
        agent=ONE, turn=TurnId("agent-1-0.0"), index=0, request=BLOB, waited=3.0, why="rate limit"
    )

    found = lanes(recorded([*joined(ONE), begun, (4.0, sent), ended]))

    assert [(piece.start, piece.end, piece.doing, piece.why) for piece in found] == [
        (0.0, 1.0, "writes", ""),
        (1.0, 4.0, HELD_BACK, "rate limit"),
        (4.0, 6.0, "asks model", ""),
    ]


def test_pauses_quarantines_and_leaving_are_reasons_of_their_own(recorded: Recorded) -> None:
    history: History = [
        *joined(ONE, TWO),
        (0.0, events.TaskReady(task=A)),
        (1.0, events.RunPaused()),
        (2.0, events.RunContinued()),
        (3.0, events.AgentQuarantined(agent=ONE, until=5.0, reason="it fails")),
        (4.0, events.AgentLeft(agent=TWO, reason="its time is up")),
        (6.0, events.TaskCancelled(task=A, reason="not wanted")),
        (7.0, events.RunPaused()),
    ]

    found = lanes(recorded(history))

    assert idle(found, ONE) == [
        (0.0, 1.0, "free"),
        (1.0, 2.0, "pause"),
        (2.0, 3.0, "free"),
        (3.0, 5.0, "quarantine"),
        (5.0, 6.0, "free"),
        (6.0, 7.0, "no task"),
    ]
    assert idle(found, TWO)[-1] == (4.0, 7.0, "left")


def test_no_records_have_no_lanes() -> None:
    assert lanes([]) == ()
