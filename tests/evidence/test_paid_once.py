"""What counts as paid twice: the measurement's own judgement, on histories made by hand."""

from collections.abc import Sequence

from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import InFlight, Outcome, Usage
from brooks.ids import AgentId, BlobHash, Fence, Position, TaskId, TurnId
from measure.paid_once import Asked, Kill, flaws

AGENT = AgentId("agent-1")
TURN = TurnId("turn-1")
TASKS = (TaskId("one"),)
ASKED = Asked(TASKS, "hash", 12)
ASKED_NEXT = Asked(TASKS, "next hash", 12)
STARTED = events.TurnStarted(
    turn=TURN, agent=AGENT, tasks=TASKS, fence=Fence(1), head=0, deadline=1.0
)
END = events.RunFinished(outcome=Outcome.DONE, reason="", done=20, verified=20, total=20)


def reply(index: int = 0) -> events.ReplyReceived:
    usage = Usage(input_tokens=10, output_tokens=2)
    return events.ReplyReceived(
        agent=AGENT, turn=TURN, index=index, reply=BlobHash("0"), usage=usage
    )


def resumed(*indices: int) -> events.RunResumed:
    waiting = tuple(InFlight(agent=AGENT, turn=TURN, index=index) for index in indices)
    return events.RunResumed(epoch=2, revoked=(), in_flight=waiting)


def log(*happened: Event) -> list[Record]:
    return [
        Record(Position(number), 0.0, Position(0), event) for number, event in enumerate(happened)
    ]


def found(asked: Sequence[Asked], kill: Kill, *happened: Event) -> list[str]:
    return flaws(asked, log(*happened), [kill])


def test_what_was_in_flight_may_be_repeated_once() -> None:
    """It is listed, and its first answer, which nobody got, is not in the log."""
    asked = [ASKED, ASKED, ASKED_NEXT]

    assert found(asked, Kill(1, 1), STARTED, resumed(0), reply(), reply(1), END) == []


def test_a_durable_reply_may_not_be_asked_for_again() -> None:
    """Nor may anything be asked that comes to nothing."""
    wrong = found([ASKED, ASKED], Kill(1, 2), STARTED, reply(), resumed(), END)

    assert wrong == [
        f"{TASKS} was asked again 1 times, may be 0 times",
        f"{TASKS} was asked 1 times for nothing",
    ]


def test_what_was_in_flight_must_be_listed() -> None:
    """And is repeated once, not twice."""
    unlisted = found([ASKED, ASKED], Kill(1, 1), STARTED, resumed(), reply(), END)
    twice = found([ASKED] * 3, Kill(1, 1), STARTED, resumed(0), reply(), reply(1), END)

    assert unlisted[0] == f"{TASKS} was in flight and is not listed"
    assert twice == [f"{TASKS} was asked again 2 times, may be 1 times"]


def test_an_agent_has_one_request_in_flight() -> None:
    """Two of one agent would both be paid twice."""
    wrong = found([ASKED, ASKED], Kill(1, 1), STARTED, resumed(0, 1), reply(), END)

    assert wrong == ["agent-1 repeats 2 requests"]


def test_what_is_listed_and_not_repeated_before_the_next_kill_may_still_be() -> None:
    """The second resume need not list it again: it was not asked meanwhile."""
    records = log(STARTED, resumed(0), resumed(), reply(), END)

    assert flaws([ASKED, ASKED], records, [Kill(1, 1), Kill(1, 2)]) == []


def test_tokens_are_those_of_the_answers_that_arrived() -> None:
    """Nothing is counted that nobody charged, and nothing charged is left out."""
    asked = [Asked(TASKS, "hash", 13)]

    assert flaws(asked, log(STARTED, reply(), END), []) == [
        "12 tokens in the log, 13 charged, 0 in flight"
    ]


def test_a_run_must_end_with_everything_verified() -> None:
    """Whatever else is right."""
    assert flaws([], [], []) == ["ended with None"]
