"""The budget of a window holds at the server, wherever a window is laid and however requests dawdle."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.runtime.governor.team import (
    Provider,
    ask_until_answered,
    busy_team,
    make_lane,
    most_in_any,
    run_all,
)

from brooks.core.facts import Failure
from brooks.core.spec import ModelSettings
from brooks.errors import InternalError, UsageError
from brooks.models.base import AttemptFailed
from brooks.runtime.governor.window import DRIFT, MARGIN, MINUTE, Entry, Window
from brooks.runtime.virtual_clock import VirtualClock


@st.composite
def requests(draw: st.DrawFn) -> tuple[float, float, float, int, int]:
    """When it is asked for after the one before, sent, arrives and is answered; most and true tokens."""
    after, sending, arriving, answering = (draw(st.floats(0.0, 8.0)) for _ in range(4))
    most = draw(st.integers(1, 10))
    return after, sending, min(arriving, MARGIN) + answering, most, draw(st.integers(0, most))


@given(
    asked=st.lists(requests(), max_size=40),
    arrives_late=st.booleans(),
    limit=st.integers(10, 20),
)
def test_no_window_at_the_server_is_over_the_limit(
    asked: Sequence[tuple[float, float, float, int, int]], *, arrives_late: bool, limit: int
) -> None:
    """Requests are let out as early as may be, and arrive at once or as late as the margin allows.

    One request is over before the next is asked for, or not; what is sent is told in the order of
    time.
    """
    window = Window(limit, seconds=20.0)
    later: list[tuple[float, int, str, int]] = []
    entries: list[Entry] = []
    arrivals: list[tuple[float, int]] = []
    now = 0.0

    def happen(until: float) -> None:
        nonlocal now
        while later and min(later)[0] <= until:
            now, number, what, amount = min(later)
            later.remove((now, number, what, amount))
            if what == "sent":
                window.sent(entries[number], now)
            else:
                window.answered(entries[number], now)
                window.set_amount(entries[number], amount)
        now = max(now, until)

    for number, (after, sending, taking, most, true) in enumerate(asked):
        happen(now + after)
        while (at := window.earliest(now, most)) is None or at > now:
            happen(min(later)[0] if at is None else at)
        entries.append(window.admit(now, most))
        sent = now + sending
        arrivals.append((sent + (min(taking, MARGIN) if arrives_late else 0.0), true))
        later += [(sent, number, "sent", 0), (sent + taking, number, "answered", true)]

    arrivals.sort()
    most_seen = most_in_any(
        [time for time, _ in arrivals], [tokens for _, tokens in arrivals], seconds=20.0
    )
    assert most_seen <= limit


def test_an_entry_counts_until_a_window_after_its_answer() -> None:
    """It was sent at 1 and answered at 3, within the margin."""
    window = Window(1)
    entry = window.admit(0.0, 1)
    assert window.earliest(0.5, 1) is None

    window.sent(entry, 1.0)
    assert window.earliest(1.0, 1) == pytest.approx(1.0 + MARGIN + MINUTE + DRIFT)

    window.answered(entry, 3.0)
    end = window.earliest(3.0, 1)
    assert end == pytest.approx(3.0 + MINUTE + DRIFT)
    assert end is not None
    assert window.used(end - 0.001) == 1
    assert window.used(end) == 0


def test_an_answer_after_the_margin_changes_nothing() -> None:
    """The request had arrived long before."""
    window = Window(1)
    entry = window.admit(0.0, 1)
    window.sent(entry, 0.0)

    window.answered(entry, 30.0)

    assert window.earliest(30.0, 1) == pytest.approx(MARGIN + MINUTE + DRIFT)


def test_the_true_amount_takes_the_place_of_the_estimate() -> None:
    """Down it makes room; up it takes away what was not foreseen; afterwards it does nothing."""
    window = Window(100)
    entry = window.admit(0.0, 80)
    window.sent(entry, 0.0)

    window.set_amount(entry, 10)
    assert window.used(1.0) == 10
    window.set_amount(entry, 150)
    assert window.used(1.0) == 150
    assert window.earliest(1.0, 1) == pytest.approx(MARGIN + MINUTE + DRIFT)
    assert window.used(100.0) == 0
    window.set_amount(entry, 5)
    assert window.used(100.0) == 0


def test_what_was_never_sent_is_given_back() -> None:
    """Giving it back twice makes no more room."""
    window = Window(1)
    entry = window.admit(0.0, 1)

    window.give_back(entry)
    window.give_back(entry)

    assert window.used(0.0) == 0
    window.admit(0.0, 1)
    with pytest.raises(InternalError, match="of 1 are used"):
        window.admit(0.0, 1)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_team_keeps_within_its_requests_a_minute(seed: int) -> None:
    """Twelve agents want far more than thirty a minute, and requests take up to the margin to arrive."""
    settings = ModelSettings(model="a:model", requests_per_minute=30)

    provider, _ = busy_team(seed, agents=12, seconds=600.0, settings=settings, jitter=MARGIN)

    assert most_in_any(provider.times) <= 30
    assert len(provider.times) >= 0.8 * 300


def test_instant_replies_use_nearly_all_of_the_limit() -> None:
    """Sixty a minute for ten minutes."""
    settings = ModelSettings(model="a:model", requests_per_minute=60)

    provider, _ = busy_team(1, agents=8, seconds=600.0, settings=settings, takes=(0.0, 0.0))

    assert 0.9 * 600 <= len(provider.times) <= 660
    assert most_in_any(provider.times) <= 60


@pytest.mark.parametrize("seed", [1, 2])
def test_a_team_keeps_within_its_tokens_a_minute(seed: int) -> None:
    """Estimates are two to four times what is taken; the provider counts the true number at arrival."""
    clock = VirtualClock()
    settings = ModelSettings(model="a:model", tokens_per_minute=20_000)
    lane = make_lane(clock, agents=6, seed=seed, settings=settings)
    random = Random(seed)
    provider = Provider(clock, random, jitter=MARGIN)

    async def agent(number: int) -> None:
        for _ in range(40):
            true = random.randint(100, 2000)
            most = int(true * random.uniform(2.0, 4.0))
            await ask_until_answered(lane, provider, number, clock=clock, most=most, tokens=true)

    run_all(clock, *(agent(number) for number in range(6)))

    amounts = [arrival.tokens for arrival in provider.arrivals]
    assert len(amounts) == 240
    assert most_in_any(provider.times, amounts) <= 20_000
    assert sum(amounts) / provider.times[-1] * 60.0 >= 0.6 * 20_000


def test_a_request_above_the_whole_limit_is_the_users_to_solve() -> None:
    """It could never be let out."""
    clock = VirtualClock()
    settings = ModelSettings(model="a:model", tokens_per_minute=1000)
    lane = make_lane(clock, settings=settings)
    assert lane.largest == 1000
    assert make_lane(clock).largest is None

    async def main() -> None:
        (await lane.admit(1000, clock=clock)).cancelled()
        await lane.admit(1001, clock=clock)

    with pytest.raises(UsageError, match="lower `max_output_tokens`"):
        clock.run(main())


@pytest.mark.parametrize("says_that_it_is_sent", [True, False])
@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        (Failure.UNREACHABLE, MARGIN + MINUTE),
        (Failure.TIMEOUT, MARGIN + MINUTE),
        (Failure.RATE_LIMITED, MINUTE),
        (Failure.BROKEN, MINUTE),
    ],
)
def test_a_request_that_nobody_answered_may_still_arrive(
    kind: Failure, counts: float, *, says_that_it_is_sent: bool
) -> None:
    """A refusal shows that the request has arrived; a connection that breaks at once does not."""
    clock = VirtualClock()
    settings = ModelSettings(model="a:model", requests_per_minute=1, tokens_per_minute=100)
    lane = make_lane(clock, settings=settings)

    async def main() -> None:
        ticket = await lane.admit(50, clock=clock)
        if says_that_it_is_sent:
            ticket.sent()
        ticket.failed(AttemptFailed(kind, "it failed"), 1)
        assert lane.view().tokens_used == 50
        await lane.admit(50, clock=clock)

        assert clock.time() == pytest.approx(counts + DRIFT)

    clock.run(main())


def test_a_reply_that_does_not_say_what_it_took_counts_as_the_most() -> None:
    """Some servers report no usage."""
    clock = VirtualClock()
    lane = make_lane(clock, settings=ModelSettings(model="a:model", tokens_per_minute=100))

    async def main() -> None:
        ticket = await lane.admit(50, clock=clock)
        ticket.sent()
        ticket.succeeded(0)
        assert lane.view().tokens_used == 50

    clock.run(main())
