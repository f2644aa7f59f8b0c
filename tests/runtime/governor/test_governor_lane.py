"""Waiting in a lane: first come, first served, and nothing lost when an agent goes away."""

from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.runtime.governor.team import make_lane

from brooks.core.facts import Failure
from brooks.core.spec import ModelSettings
from brooks.errors import InternalError
from brooks.models.base import AttemptFailed
from brooks.runtime.agent_clock import AgentClock
from brooks.runtime.clock import Handle
from brooks.runtime.governor import Lane, Ticket
from brooks.runtime.virtual_clock import VirtualClock

ONE_AT_A_TIME = ModelSettings(model="a:model", concurrency=1)


class Stage:
    """Agents that take a ticket, keep it for a while, and note when they got it."""

    def __init__(self, settings: ModelSettings, *, agents: int = 1) -> None:
        self.clock = VirtualClock()
        self.lane = make_lane(self.clock, agents=agents, settings=settings)
        self.admitted: list[tuple[str, float]] = []
        self.tickets: dict[str, Ticket] = {}

    async def visit(self, name: str, *, tokens: int = 0, stays: float = 1.0) -> None:
        with await self.lane.admit(tokens, clock=self.clock) as ticket:
            self.admitted.append((name, self.clock.time()))
            self.tickets[name] = ticket
            ticket.sent()
            await self.clock.sleep(stays)
            ticket.succeeded(tokens)

    def spawn(self, name: str, *, tokens: int = 0, stays: float = 1.0) -> Handle:
        return self.clock.spawn(self.visit(name, tokens=tokens, stays=stays), name)

    def run(self, main: Coroutine[Any, Any, None]) -> None:
        self.clock.run(main)


def in_flight(lane: Lane) -> int:
    return lane.view().in_flight


def test_who_comes_first_is_served_first() -> None:
    """One request at a time; five agents ask at different times, and one of them twice."""
    stage = Stage(ONE_AT_A_TIME)

    async def main() -> None:
        for name in "abcd":
            stage.spawn(name, stays=2.0)
            await stage.clock.sleep(0.5)
        await stage.clock.sleep(0.1)
        stage.spawn("a again")
        await stage.clock.sleep(20.0)

    stage.run(main())

    assert stage.admitted == [("a", 0.0), ("b", 2.0), ("c", 4.0), ("d", 6.0), ("a again", 8.0)]


def test_a_large_request_is_not_starved_by_small_ones() -> None:
    """A request for the whole minute's tokens waits, and the small ones that come later wait behind it."""
    stage = Stage(ModelSettings(model="a:model", tokens_per_minute=1000, concurrency=4))

    async def main() -> None:
        stage.spawn("first", tokens=500)
        await stage.clock.sleep(1.0)
        stage.spawn("large", tokens=1000)
        for number in range(5):
            await stage.clock.sleep(1.0)
            stage.spawn(f"small {number}", tokens=100)
        await stage.clock.sleep(200.0)

    stage.run(main())

    names = [name for name, _ in stage.admitted]
    assert names[:3] == ["first", "large", "small 0"]
    assert stage.admitted[1][1] == pytest.approx(61.01)
    assert stage.tickets["large"].why == "tokens"


def test_a_runs_first_requests_keep_a_distance() -> None:
    """Four agents start together; a second round of requests does not wait."""
    stage = Stage(ModelSettings(model="a:model", concurrency=8), agents=4)

    async def main() -> None:
        for number in range(4):
            stage.spawn(f"{number}", stays=5.0)
        await stage.clock.sleep(10.0)
        for number in range(4, 8):
            stage.spawn(f"{number}", stays=5.0)
        await stage.clock.sleep(10.0)

    stage.run(main())

    times = [time for _, time in stage.admitted]
    assert times == pytest.approx([0.0, 0.25, 0.5, 0.75, 10.0, 10.0, 10.0, 10.0])
    assert stage.tickets["3"].waited == pytest.approx(0.75)
    assert [stage.tickets[name].why for name in "037"] == ["", "stagger", ""]


def test_the_main_reason_is_the_one_that_took_most_time() -> None:
    """A request waits two seconds for room, then most of a minute for its turn in the window."""
    stage = Stage(ModelSettings(model="a:model", concurrency=1, requests_per_minute=1))

    async def main() -> None:
        stage.spawn("a", stays=2.0)
        stage.spawn("b")
        await stage.clock.sleep(100.0)

    stage.run(main())

    assert stage.tickets["b"].why == "requests"
    assert stage.tickets["b"].waited == pytest.approx(62.01)


def test_an_agent_that_is_cancelled_in_the_queue_leaves_it() -> None:
    """The first and the middle one of four that wait are gone before it is their turn."""
    stage = Stage(ONE_AT_A_TIME)

    async def main() -> None:
        handles = {name: stage.spawn(name, stays=5.0) for name in "abcde"}
        await stage.clock.sleep(1.0)
        for name in "bd":
            stage.clock.cancel(handles[name])
        assert stage.lane.view().waiting == 2
        await stage.clock.sleep(30.0)

    stage.run(main())

    assert stage.admitted == [("a", 0.0), ("c", 5.0), ("e", 10.0)]
    assert in_flight(stage.lane) == 0


def test_when_a_large_request_leaves_the_queue_small_ones_go() -> None:
    """The head of the queue waited for tokens that the next does not need."""
    stage = Stage(ModelSettings(model="a:model", tokens_per_minute=1000, concurrency=4))

    async def main() -> None:
        stage.spawn("first", tokens=500)
        await stage.clock.sleep(1.0)
        large = stage.spawn("large", tokens=1000)
        stage.spawn("small", tokens=100)
        await stage.clock.sleep(1.0)
        stage.clock.cancel(large)
        await stage.clock.sleep(10.0)

    stage.run(main())

    assert stage.admitted == [("first", 0.0), ("small", 2.0)]


def test_an_agent_that_is_cancelled_as_it_is_let_in_gives_its_ticket_back() -> None:
    """It was let in while it was frozen, and dies before it notices."""
    stage = Stage(ONE_AT_A_TIME)
    frozen = AgentClock(stage.clock, scale=1.0)

    async def freeze() -> None:
        await stage.lane.admit(0, clock=frozen)

    async def main() -> None:
        stage.spawn("a", stays=2.0)
        await stage.clock.sleep(0.5)
        handle = stage.clock.spawn(freeze(), "frozen")
        stage.spawn("b")
        frozen.frozen_until = 100.0
        await stage.clock.sleep(10.0)
        assert in_flight(stage.lane) == 1
        stage.clock.cancel(handle)
        await stage.clock.sleep(10.0)

    stage.run(main())

    assert stage.admitted == [("a", 0.0), ("b", 10.5)]


def test_a_frozen_agent_at_the_head_of_the_queue_holds_up_nobody() -> None:
    """It is let in, and those behind it too where there is room."""
    stage = Stage(ModelSettings(model="a:model", concurrency=2))
    frozen = AgentClock(stage.clock, scale=1.0)

    async def freeze() -> None:
        (await stage.lane.admit(0, clock=frozen)).cancelled()

    async def main() -> None:
        stage.spawn("a", stays=2.0)
        stage.spawn("b", stays=2.0)
        await stage.clock.sleep(0.5)
        stage.clock.spawn(freeze(), "frozen")
        stage.spawn("c")
        frozen.frozen_until = 100.0
        await stage.clock.sleep(200.0)

    stage.run(main())

    assert stage.admitted == [("a", 0.0), ("b", 0.0), ("c", 2.0)]


def test_open_gates_let_everyone_through() -> None:
    """Three wait for one that takes very long; their tickets count for nothing."""
    stage = Stage(ONE_AT_A_TIME)

    async def main() -> None:
        for name in "abcd":
            stage.spawn(name, stays=1000.0)
        await stage.clock.sleep(5.0)
        stage.lane.open_gates()
        await stage.clock.sleep(1.0)
        stage.spawn("late")
        await stage.clock.sleep(1.0)
        assert in_flight(stage.lane) == 1
        assert stage.lane.view().waiting == 0

    stage.run(main())

    assert stage.admitted == [("a", 0.0), ("b", 5.0), ("c", 5.0), ("d", 5.0), ("late", 6.0)]


def test_a_ticket_that_is_left_open_is_closed_with_care() -> None:
    """Not sent, it is as if it had not been; sent, the request counts for a minute and the margin."""
    clock = VirtualClock()
    settings = ModelSettings(model="a:model", requests_per_minute=5)
    lane = make_lane(clock, settings=settings)

    async def main() -> None:
        with pytest.raises(ValueError, match="turn over"), await lane.admit(0, clock=clock):
            raise ValueError("turn over")
        assert lane.view().requests_used == 0
        with suppress(ValueError), await lane.admit(0, clock=clock) as ticket:
            ticket.sent()
            raise ValueError("died")
        assert in_flight(lane) == 0
        await clock.sleep(64.0)
        assert lane.view().requests_used == 1
        await clock.sleep(2.0)
        assert lane.view().requests_used == 0

    clock.run(main())


def test_an_agent_that_is_killed_while_it_waits_for_a_reply_makes_room() -> None:
    """Its coroutine is closed where it stands."""
    stage = Stage(ONE_AT_A_TIME)

    async def main() -> None:
        handle = stage.spawn("a", stays=1000.0)
        stage.spawn("b")
        await stage.clock.sleep(3.0)
        stage.clock.cancel(handle)
        await stage.clock.sleep(3.0)

    stage.run(main())

    assert stage.admitted == [("a", 0.0), ("b", 3.0)]


def test_a_ticket_is_closed_once() -> None:
    """Each way of closing it, after each other one, and sending after it; what was sent is not cancelled."""
    clock = VirtualClock()
    lane = make_lane(clock, agents=100, settings=ModelSettings(model="a:model", concurrency=100))
    error = AttemptFailed(Failure.SERVER, "it broke")

    def close(ticket: Ticket, way: str) -> None:
        match way:
            case "succeeded":
                ticket.succeeded(5)
            case "failed":
                assert ticket.failed(error, 1) <= 1.0
            case _:
                ticket.cancelled()

    async def main() -> None:
        for first in ("succeeded", "failed", "cancelled"):
            for second in ("succeeded", "failed", "cancelled"):
                with await lane.admit(0, clock=clock) as ticket:
                    close(ticket, first)
                    with pytest.raises(InternalError):
                        close(ticket, second)
                    with pytest.raises(InternalError):
                        ticket.sent()
        ticket = await lane.admit(0, clock=clock)
        ticket.sent()
        with pytest.raises(InternalError, match="was sent"):
            ticket.cancelled()
        ticket.succeeded(5)
        assert in_flight(lane) == 0

    clock.run(main())


@given(
    limit=st.integers(1, 4),
    visits=st.lists(
        st.tuples(st.floats(0.0, 3.0), st.floats(0.0, 5.0), st.none() | st.floats(0.0, 8.0)),
        max_size=25,
    ),
)
def test_whoever_stays_is_served_in_order_and_nothing_leaks(
    limit: int, visits: list[tuple[float, float, float | None]]
) -> None:
    """Agents come, stay a while, and some are cancelled wherever they are."""
    stage = Stage(ModelSettings(model="a:model", concurrency=limit))
    doomed = set()

    async def cancel_after(handle: Handle, seconds: float) -> None:
        await stage.clock.sleep(seconds)
        stage.clock.cancel(handle)

    async def main() -> None:
        for number, (after, stays, dies) in enumerate(visits):
            await stage.clock.sleep(after)
            handle = stage.spawn(f"{number:02}", stays=stays)
            if dies is not None:
                doomed.add(f"{number:02}")
                stage.clock.spawn(cancel_after(handle, dies), "end")
            assert in_flight(stage.lane) <= limit
        await stage.clock.sleep(500.0)

    stage.run(main())

    served = [name for name, _ in stage.admitted]
    assert served == sorted(served)
    assert set(served) | doomed == {f"{number:02}" for number in range(len(visits))}
    assert in_flight(stage.lane) == 0
    assert stage.lane.view().waiting == 0
