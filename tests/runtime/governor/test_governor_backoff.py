"""The law of the waits between attempts, and the lane-wide pause."""

from itertools import pairwise
from math import sqrt
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
from brooks.runtime.clock import Signal
from brooks.runtime.governor.backoff import backoff_seconds
from brooks.runtime.governor.spacing import Spacing
from brooks.runtime.virtual_clock import VirtualClock

SETTINGS = ModelSettings(model="a:model", backoff_seconds=1.0, most_backoff_seconds=8.0)


def distance_from_uniform(values: list[float], low: float, high: float) -> float:
    """The Kolmogorov-Smirnov statistic: the largest distance between the two distribution functions."""
    size = len(values)
    shares = [(value - low) / (high - low) for value in sorted(values)]
    assert shares[0] >= 0.0
    assert shares[-1] <= 1.0
    return max(
        max((rank + 1) / size - share, share - rank / size) for rank, share in enumerate(shares)
    )


@pytest.mark.parametrize(
    ("attempt", "retry_after", "low", "high"),
    [
        (1, None, 0.0, 1.0),
        (2, None, 0.0, 2.0),
        (4, None, 0.0, 8.0),
        (5, None, 0.0, 8.0),
        (5000, None, 0.0, 8.0),
        (3, 20.0, 20.0, 24.0),
        (1, -5.0, 0.0, 1.0),
    ],
)
def test_waits_are_uniform_up_to_a_bound_that_doubles(
    attempt: int, retry_after: float | None, low: float, high: float
) -> None:
    """One draw from each of many seeds; a right law fails this once in ten thousand sets of seeds."""
    size = 400

    waits = [
        backoff_seconds(attempt, retry_after, SETTINGS, Random(f"{seed}")) for seed in range(size)
    ]

    assert distance_from_uniform(waits, low, high) < 2.225 / sqrt(size)


def test_the_statistic_sees_a_wrong_law() -> None:
    """Half the wait is fixed, as in "equal jitter"."""
    waits = [0.5 + Random(f"{seed}").uniform(0.0, 0.5) for seed in range(400)]

    assert distance_from_uniform(waits, 0.0, 1.0) > 2.225 / sqrt(400)


def test_arrivals_at_a_provider_show_the_law() -> None:
    """Of each of many lanes the first attempt fails; the second comes after the wait and nothing else."""
    waits = []
    for seed in range(200):
        clock = VirtualClock()

        def judge(provider: Provider) -> Judge:
            return Judge(None if provider.arrivals else Failure.SERVER)

        lane = make_lane(clock, agents=1, seed=seed, settings=SETTINGS)
        provider = Provider(clock, Random(seed), judge=judge)
        run_all(clock, ask_until_answered(lane, provider, 0, clock=clock))
        first, second = provider.times
        waits.append(second - first)

    assert distance_from_uniform(waits, 0.0, 1.0) < 2.225 / sqrt(200)


def test_all_agents_keep_a_pause_and_come_back_spread_out() -> None:
    """Twenty agents ask three times each; the fortieth request to arrive is told to wait thirty seconds."""
    clock = VirtualClock()
    lane = make_lane(clock, agents=20, settings=SETTINGS)
    paused: list[float] = []

    def judge(provider: Provider) -> Judge:
        if len(provider.arrivals) == 39:
            paused.append(clock.time())
            return Judge(Failure.RATE_LIMITED, 30.0)
        return Judge()

    provider = Provider(clock, Random(1), takes=(0.2, 0.4), judge=judge)

    async def ask_often(agent: int) -> None:
        for _ in range(3):
            await ask_until_answered(lane, provider, agent, clock=clock)

    run_all(clock, *(ask_often(agent) for agent in range(20)))

    until = paused[0] + 30.0
    after = [time for time in provider.times if time > paused[0]]
    assert len(provider.arrivals) == 61
    assert len(after) == 21
    assert min(after) >= until
    gaps = [later - earlier for earlier, later in pairwise(after[:20])]
    assert min(gaps) >= 0.999 / 20
    assert max(after) <= until + 3.0


def test_who_comes_long_after_a_pause_keeps_no_distance() -> None:
    """A pause of two seconds is over; nobody asked for ten more, then two ask at once."""
    spacing = Spacing(4, seconds=1.0)
    spacing.pause(2.0)
    assert spacing.earliest == 2.0

    spacing.took(2.1)
    assert spacing.earliest == 2.1 + 0.25

    spacing.took(12.0)
    assert spacing.earliest < 12.0


def test_a_shorter_pause_does_not_shorten_a_longer_one() -> None:
    """Two requests are told different times."""
    clock = VirtualClock()
    settings = ModelSettings(model="a:model", concurrency=2)
    lane = make_lane(clock, agents=1, settings=settings)

    async def main() -> float:
        tickets = []
        for _ in range(2):
            ticket = await lane.admit(0, clock=clock)
            ticket.sent()
            tickets.append(ticket)
        for ticket, seconds in zip(tickets, (60.0, 5.0), strict=True):
            ticket.failed(AttemptFailed(Failure.RATE_LIMITED, "too many", retry_after=seconds), 1)
        assert (lane.view().paused_until, lane.closed_for()) == (60.0, 60.0)
        third = await lane.admit(0, clock=clock)
        assert (third.waited, third.why) == (60.0, "retry_after")
        third.cancelled()
        return clock.time()

    assert clock.run(main()) == 60.0


def test_a_wait_takes_its_time_and_ends_when_the_gates_open() -> None:
    """One waits ten seconds, one a hundred; the gates open after twenty."""
    clock = VirtualClock()
    lane = make_lane(clock)
    ended: list[float] = []
    over = Signal()

    async def wait(seconds: float) -> None:
        await lane.wait(seconds, clock=clock)
        ended.append(clock.time())
        clock.notify(over)

    async def main() -> None:
        clock.spawn(wait(10.0), "short")
        clock.spawn(wait(100.0), "long")
        await clock.sleep(20.0)
        lane.open_gates()
        await clock.wait(over)
        await clock.wait(over)
        await lane.wait(50.0, clock=clock)

    clock.run(main())

    assert ended == [10.0, 20.0]
