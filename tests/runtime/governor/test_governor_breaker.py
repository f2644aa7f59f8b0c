"""The breaker's life: closed, open, half open, and how agents meet it."""

from itertools import pairwise
from random import Random

import pytest
from tests.runtime.governor.team import (
    Judge,
    Provider,
    ask_until_answered,
    make_lane,
    run_all,
)

from brooks.core.facts import Failure
from brooks.core.spec import ModelSettings
from brooks.models.base import AttemptFailed
from brooks.runtime.governor import Lane, LaneBroken
from brooks.runtime.governor.breaker import DOWN, FAILURES, Breaker, BreakerState
from brooks.runtime.virtual_clock import VirtualClock


def break_it(breaker: Breaker, now: float = 0.0) -> None:
    for _ in range(FAILURES):
        breaker.failed(Failure.SERVER, now, probe=False)


def test_failures_in_a_row_open_it() -> None:
    """A success between them starts the count anew."""
    breaker = Breaker(Random(1))
    for _ in range(FAILURES - 1):
        breaker.failed(Failure.UNREACHABLE, 0.0, probe=False)
    breaker.answered()
    for _ in range(FAILURES - 1):
        breaker.failed(Failure.TIMEOUT, 0.0, probe=False)
    assert breaker.earliest(0.0) == 0.0

    breaker.failed(Failure.OVERLOADED, 0.0, probe=False)

    assert breaker.state is BreakerState.OPEN
    assert breaker.earliest(0.0) == breaker.until


def test_one_failure_of_each_agent_of_a_large_team_does_not_open_it() -> None:
    """A hiccup fails all that is out at once; only when as much fails again is the provider down."""
    breaker = Breaker(Random(1), agents=20)
    for _ in range(39):
        breaker.failed(Failure.SERVER, 0.0, probe=False)
    assert breaker.earliest(0.0) == 0.0

    breaker.failed(Failure.SERVER, 0.0, probe=False)

    assert breaker.state is BreakerState.OPEN


@pytest.mark.parametrize("kind", sorted(set(Failure) - DOWN))
def test_other_failures_do_not_count(kind: Failure) -> None:
    """They say something of the request or of the limits, not of the provider."""
    breaker = Breaker(Random(1))

    for _ in range(3 * FAILURES):
        breaker.failed(kind, 0.0, probe=False)

    assert breaker.state is BreakerState.CLOSED


def test_each_cool_down_is_twice_as_long_up_to_a_most() -> None:
    """Every probe fails; each cool-down is longer than said by at most a quarter."""
    breaker = Breaker(Random(1))
    break_it(breaker)
    now, cool_downs = 0.0, []
    for _ in range(7):
        cool_downs.append(breaker.until - now)
        now = breaker.until
        assert breaker.earliest(now - 0.1) == now
        assert breaker.took()
        assert breaker.earliest(now) is None
        breaker.failed(Failure.SERVER, now, probe=True)

    for cool_down, least in zip(cool_downs, [15, 30, 60, 120, 240, 300, 300], strict=True):
        assert least <= cool_down <= 1.25 * least


def test_a_probe_that_is_answered_closes_it_and_the_next_cool_down_is_short() -> None:
    """A rate limit is an answer too; a probe that is lost makes way for the next."""
    breaker = Breaker(Random(1))
    break_it(breaker)
    now = breaker.until
    assert breaker.took()
    breaker.failed(Failure.SERVER, now, probe=True)
    now = breaker.until
    assert breaker.took()
    breaker.lost(probe=True)
    assert breaker.earliest(now) == now
    assert breaker.took()
    breaker.failed(Failure.RATE_LIMITED, now, probe=True)
    assert breaker.state is BreakerState.CLOSED

    break_it(breaker, now)
    assert 15.0 <= breaker.until - now <= 1.25 * 15.0


def test_what_was_sent_before_it_opened_does_not_lengthen_the_cool_down() -> None:
    """Late failures come in while it is open and while the probe is out."""
    breaker = Breaker(Random(1))
    break_it(breaker)
    until = breaker.until

    breaker.failed(Failure.SERVER, 1.0, probe=False)
    assert breaker.until == until
    assert breaker.took()
    breaker.failed(Failure.SERVER, until + 1.0, probe=False)
    breaker.lost(probe=False)
    assert breaker.state is BreakerState.HALF_OPEN


def test_while_a_provider_is_down_few_requests_are_made() -> None:
    """Ten patient agents meet a provider that is down for ten minutes; then all are answered, spread out."""
    clock = VirtualClock()
    lane = make_lane(clock, agents=10)

    def judge(provider: Provider) -> Judge:
        return Judge(Failure.UNREACHABLE if clock.time() < 600.0 else None)

    provider = Provider(clock, Random(1), judge=judge)

    run_all(clock, *(ask_until_answered(lane, provider, agent, clock=clock) for agent in range(10)))

    down = [arrival.time for arrival in provider.arrivals if arrival.failure]
    up = [arrival.time for arrival in provider.arrivals if not arrival.failure]
    assert len(up) == 10
    assert len([time for time in down if time > 60.0]) <= 6
    assert min(later - earlier for earlier, later in pairwise(up)) >= 0.999 / 10


async def fail(lane: Lane, clock: VirtualClock, times: int) -> None:
    for _ in range(times):
        ticket = await lane.admit(0, clock=clock)
        ticket.sent()
        ticket.failed(AttemptFailed(Failure.SERVER, "it broke"), 1)


def test_an_impatient_agent_is_turned_away_also_when_it_waits_already() -> None:
    """One waits in the queue when the breaker opens, one comes later, one comes when a probe is due."""
    clock = VirtualClock()
    settings = ModelSettings(model="a:model", concurrency=1)
    lane = make_lane(clock, agents=1, settings=settings)
    turned_away: list[float] = []

    async def wait_in_queue() -> None:
        with pytest.raises(LaneBroken):
            await lane.admit(0, clock=clock, patient=False)
        turned_away.append(clock.time())

    async def main() -> None:
        await fail(lane, clock, FAILURES - 1)
        ticket = await lane.admit(0, clock=clock)
        ticket.sent()
        clock.spawn(wait_in_queue(), "waits")
        await clock.sleep(1.0)
        ticket.failed(AttemptFailed(Failure.SERVER, "it broke"), 1)
        await clock.sleep(1.0)
        with pytest.raises(LaneBroken) as caught:
            await lane.admit(0, clock=clock, patient=False)
        await clock.sleep(caught.value.until - clock.time())
        probe = await lane.admit(0, clock=clock, patient=False)
        with pytest.raises(LaneBroken):
            await lane.admit(0, clock=clock, patient=False)
        probe.sent()
        probe.succeeded(0)
        (await lane.admit(0, clock=clock, patient=False)).cancelled()

    clock.run(main())

    assert turned_away == [1.0]


def test_an_impatient_agent_does_not_sit_out_a_pause_beyond_the_users_patience() -> None:
    """The provider asks for an hour, the user waits a quarter of one."""
    clock = VirtualClock()
    lane = make_lane(clock)

    async def main() -> None:
        ticket = await lane.admit(0, clock=clock)
        ticket.sent()
        ticket.failed(AttemptFailed(Failure.RATE_LIMITED, "later", retry_after=3600.0), 1)
        with pytest.raises(LaneBroken) as caught:
            await lane.admit(0, clock=clock, patient=False)
        assert caught.value.until == 3600.0

    clock.run(main())
