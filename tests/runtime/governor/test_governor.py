"""The governor as a whole: its lanes, what it shows, equal schedules for equal seeds, and real time."""

from random import Random

from tests.runtime.governor.team import (
    Arrival,
    Judge,
    Provider,
    ask_until_answered,
    busy_team,
    make_governor,
    run_all,
)

from brooks.core.facts import Failure
from brooks.core.spec import ModelSettings
from brooks.models.base import AttemptFailed
from brooks.runtime.governor.breaker import FAILURES, BreakerState
from brooks.runtime.real_clock import RealClock
from brooks.runtime.virtual_clock import VirtualClock


def test_there_is_one_lane_for_each_model_and_key() -> None:
    """What providers limit they limit by these."""
    governor = make_governor(VirtualClock(), agents=2)
    settings = ModelSettings(model="a:model")

    lane = governor.lane("a:model", "key", settings)

    assert governor.lane("a:model", "key", settings) is lane
    assert governor.lane("a:model", "other key", settings) is not lane
    assert governor.lane("a:other", "key", settings) is not lane


def test_a_lane_that_is_made_after_the_gates_were_opened_is_open() -> None:
    """An agent is sent to its fallback while the run winds down."""
    clock = VirtualClock()
    governor = make_governor(clock, agents=1)
    early = governor.lane("a:model", "a", ModelSettings(model="a:model", concurrency=1))

    async def main() -> None:
        governor.open_gates()
        late = governor.lane("b:model", "b", ModelSettings(model="b:model", concurrency=1))
        for lane in (early, late):
            for _ in range(3):
                (await lane.admit(0, clock=clock)).sent()

    clock.run(main())


def test_the_snapshot_shows_how_things_stand() -> None:
    """Two requests are out, one that waits, and a provider that asked for a pause; another one is down."""
    clock = VirtualClock()
    governor = make_governor(clock, agents=1)
    settings = ModelSettings(
        model="a:model", requests_per_minute=10, tokens_per_minute=1000, concurrency=3
    )
    lane = governor.lane("a:model", "a", settings)
    broken = governor.lane("b:model", "b", ModelSettings(model="b:model"))

    async def wait() -> None:
        await lane.admit(100, clock=clock)

    async def main() -> None:
        tickets = [await lane.admit(100, clock=clock) for _ in range(3)]
        for ticket in tickets:
            ticket.sent()
        tickets[0].failed(AttemptFailed(Failure.RATE_LIMITED, "slow down", retry_after=9.0), 1)
        clock.spawn(wait(), "waits")
        for _ in range(FAILURES):
            ticket = await broken.admit(0, clock=clock)
            ticket.sent()
            ticket.failed(AttemptFailed(Failure.SERVER, "it broke"), 1)
        await clock.sleep(1.0)

        view, other = governor.snapshot()

        assert (view.model, view.key) == ("a:model", "a")
        assert (view.limit, view.in_flight, view.waiting) == (1.5, 2, 1)
        assert (view.requests_used, view.requests_limit) == (3, 10)
        assert (view.tokens_used, view.tokens_limit) == (300, 1000)
        assert (view.breaker, view.down_until, view.paused_until) == ("closed", None, 9.0)
        assert other.breaker is BreakerState.OPEN
        assert other.down_until is not None
        assert other.down_until >= 15.0
        assert (other.requests_limit, other.requests_used) == (None, 0)

    clock.run(main())


def moody(provider: Provider) -> Judge:
    """Fails in every way in turn."""
    number = len(provider.arrivals)
    if number % 17 == 5:
        return Judge(Failure.RATE_LIMITED, 3.0)
    if number % 11 == 3:
        return Judge(Failure.SERVER)
    return Judge(Failure.OVERLOADED if provider.at_once >= 6 else None)


def moody_run(seed: int) -> list[Arrival]:
    settings = ModelSettings(model="a:model", requests_per_minute=100)
    provider, _ = busy_team(
        seed, agents=10, seconds=120.0, settings=settings, jitter=0.2, judge=moody
    )
    return provider.arrivals


def test_equal_seeds_give_equal_schedules() -> None:
    """A provider in every mood; another seed gives another schedule."""
    first = moody_run(1)

    assert len(first) > 100
    assert moody_run(1) == first
    assert moody_run(2) != first


def test_it_works_the_same_in_real_time() -> None:
    """Six agents, one at a time, refusals and a short pause; all are answered, and the pause is kept."""
    clock = RealClock()
    settings = ModelSettings(
        model="a:model", concurrency=1, backoff_seconds=0.004, requests_per_minute=50
    )
    governor = make_governor(clock, agents=6, stagger_seconds=0.006)
    lane = governor.lane("a:model", "a", settings)

    def judge(provider: Provider) -> Judge:
        if len(provider.arrivals) == 3:
            return Judge(Failure.RATE_LIMITED, 0.01)
        return Judge(Failure.SERVER if len(provider.arrivals) == 5 else None)

    provider = Provider(clock, Random(1), takes=(0.001, 0.003), judge=judge)

    run_all(clock, *(ask_until_answered(lane, provider, agent, clock=clock) for agent in range(6)))

    answered = [arrival.agent for arrival in provider.arrivals if arrival.failure is None]
    assert sorted(answered) == list(range(6))
    assert len(provider.arrivals) == 8
    assert provider.most_at_once == 1
    assert provider.times[4] >= provider.times[3] + 0.01


def test_an_agent_that_is_cancelled_in_real_time_gives_back_what_it_was_let_have() -> None:
    """Two wait behind one; the first is cancelled before, as or after it is let in."""
    admitted = [admitted_after_cancelling(turns) for turns in range(5)]

    assert admitted[0] == admitted[1] == ["second"]
    assert admitted[4] == ["first", "second"]


def admitted_after_cancelling(turns: int) -> list[str]:
    """Who was let in, if the first in the queue is cancelled so many turns of the loop later."""
    clock = RealClock()
    lane = make_governor(clock, agents=1, stagger_seconds=0.0).lane(
        "a:model", "a", ModelSettings(model="a:model", concurrency=1)
    )
    admitted: list[str] = []

    async def visit(name: str) -> None:
        with await lane.admit(0, clock=clock) as ticket:
            admitted.append(name)
            ticket.sent()
            await clock.sleep(0.001)
            ticket.succeeded(0)

    async def main() -> None:
        ticket = await lane.admit(0, clock=clock)
        handles = [clock.spawn(visit(name), name) for name in ("first", "second")]
        await clock.sleep(0.001)
        ticket.cancelled()
        for _ in range(turns):
            await clock.sleep(0.0)
        clock.cancel(handles[0])
        while not all(handle.done for handle in handles):
            await clock.sleep(0.001)
        assert lane.view().in_flight == lane.view().waiting == 0

    clock.run(main())
    return admitted
