"""The limit of requests at once: its rule, and that it finds what a provider bears."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.runtime.governor.team import Judge, Provider, ask_for_ever, busy_team, make_lane, run_for

from brooks.core.facts import Failure
from brooks.core.spec import ModelSettings
from brooks.runtime.governor.concurrency import Concurrency
from brooks.runtime.virtual_clock import VirtualClock


def test_it_starts_at_four_or_below() -> None:
    """The user's own limit is the most."""
    assert Concurrency(16).limit == 4.0
    assert Concurrency(2).limit == 2.0


def a_round(limit: Concurrency) -> None:
    """As many requests as there is room for go out together and are answered together."""
    marks = []
    while limit.has_room:
        marks.append(limit.took())
    for mark in marks:
        limit.succeeded(mark)


def test_until_a_refusal_each_answer_adds_one_and_afterwards_one_a_round() -> None:
    """A slow start doubles the limit with each round of replies."""
    limit = Concurrency(100)

    a_round(limit)
    a_round(limit)
    assert limit.limit == 16.0

    limit.took()
    limit.refused(limit.generation)
    assert limit.limit == 8.0
    a_round(limit)
    assert 8.9 < limit.limit < 9.0


def test_an_answer_says_nothing_about_a_limit_that_was_not_reached() -> None:
    """Three requests at a time, for long."""
    limit = Concurrency(100)

    for _ in range(50):
        for mark in [limit.took() for _ in range(3)]:
            limit.succeeded(mark)

    assert limit.limit == 4.0


def test_refusals_of_one_generation_halve_it_once() -> None:
    """Four that were sent at the same limit are refused, then one that was sent after that."""
    limit = Concurrency(100)
    for _ in range(4):
        limit.took()

    for _ in range(4):
        limit.refused(0)
    assert limit.limit == 2.0

    limit.took()
    limit.refused(1)
    limit.took()
    limit.refused(2)
    assert limit.limit == 1.0
    assert limit.has_room


@given(
    most=st.integers(1, 12),
    steps=st.lists(st.sampled_from(["take", "succeed", "refuse", "give back"]), max_size=200),
)
def test_it_stays_between_one_and_the_most(most: int, steps: list[str]) -> None:
    """Any order of what can happen to requests."""
    limit = Concurrency(most)
    out: list[tuple[int, int]] = []

    for step in steps:
        if step == "take" and limit.has_room:
            out.append((limit.generation, limit.took()))
        elif out and step == "succeed":
            limit.succeeded(out.pop()[1])
        elif out and step == "refuse":
            limit.refused(out.pop()[0])
        elif out and step == "give back":
            out.pop()
            limit.gave_back()

        assert 1.0 <= limit.limit <= most
        assert limit.in_flight == len(out) <= most
        assert limit.has_room == (len(out) < int(limit.limit))


@pytest.mark.parametrize("bears", [5, 10])
@pytest.mark.parametrize("seed", [1, 2])
def test_it_finds_what_the_provider_bears(bears: int, seed: int) -> None:
    """A provider refuses a request when it has so many in work; thirty agents ask without pause."""

    def judge(provider: Provider) -> Judge:
        return Judge(Failure.OVERLOADED if provider.at_once >= bears else None)

    clock = VirtualClock()
    lane = make_lane(clock, agents=30, seed=seed)
    provider = Provider(clock, Random(seed), judge=judge)
    seconds = 200.0
    run_for(
        clock,
        seconds,
        *(ask_for_ever(lane, provider, agent, clock=clock) for agent in range(30)),
    )

    mean = provider.busy_seconds() / seconds
    refused = sum(1 for arrival in provider.arrivals if arrival.failure is not None)
    assert 0.6 * bears <= mean <= 1.05 * bears
    assert refused <= 0.07 * len(provider.arrivals)


def test_the_users_limit_is_never_exceeded() -> None:
    """Twenty agents and a limit of three, with replies of very different length."""
    settings = ModelSettings(model="a:model", concurrency=3)

    provider, _ = busy_team(1, agents=20, seconds=200.0, settings=settings)

    assert provider.most_at_once == 3


def test_a_whole_team_is_soon_let_work() -> None:
    """Sixteen agents whose replies take ten seconds: all are at work after two rounds of replies."""
    clock = VirtualClock()
    lane = make_lane(clock, agents=16)
    provider = Provider(clock, Random(1), takes=(10.0, 10.0))

    run_for(clock, 25.0, *(ask_for_ever(lane, provider, agent, clock=clock) for agent in range(16)))

    assert provider.most_at_once == 16
