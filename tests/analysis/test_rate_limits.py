"""What a log tells of requests that are held back."""

from brooks.analysis.rate_limits import Held, RateLimits
from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import Failure
from brooks.ids import AgentId, BlobHash, Position, TurnId

AGENT, TURN = AgentId("one"), TurnId("turn-1")


def at(time: float, event: Event) -> Record:
    return Record(Position(1), time, Position(0), event)


def sent(waited: float) -> Event:
    return events.RequestSent(
        agent=AGENT, turn=TURN, index=0, request=BlobHash("0" * 64), waited=waited, why="tokens"
    )


def failed(failure: Failure, retry_after: float | None) -> Event:
    return events.RequestFailed(
        agent=AGENT, turn=TURN, index=0, attempt=1, failure=failure, retry_after=retry_after
    )


def test_a_long_wait_says_something_for_a_while() -> None:
    """A short one says nothing."""
    limits = RateLimits()
    limits.add(at(10.0, sent(0.4)))
    assert limits.held(10.0) is None

    limits.add(at(11.0, sent(4.0)))

    assert limits.held(20.0) == Held("tokens", 4.0, None)
    assert limits.held(40.0) is None


def test_a_provider_that_asks_to_wait_holds_everybody_until_then() -> None:
    """Only where it is about rates: a server that failed once holds nobody."""
    limits = RateLimits()
    limits.add(at(1.0, failed(Failure.UNREACHABLE, 30.0)))
    assert limits.held(2.0) is None

    limits.add(at(2.0, failed(Failure.RATE_LIMITED, 30.0)))

    assert limits.held(12.0) == Held("retry_after", 20.0, 32.0)
    assert limits.held(32.0) is None
