"""What the virtual clock promises beside the contract: exact times, a fixed order, no silent standstill."""

import pytest

from brooks.errors import InternalError
from brooks.runtime.clock import Signal
from brooks.runtime.virtual_clock import VirtualClock


def test_time_jumps_exactly_to_the_next_moment() -> None:
    """A year of sleep passes at once, and not a second more."""
    clock = VirtualClock(0.5)

    async def main() -> list[float]:
        times = [clock.time()]
        await clock.sleep(31_536_000.0)
        times.append(clock.time())
        await clock.call(lambda: None, 2.5)
        return [*times, clock.time()]

    assert clock.run(main()) == [0.5, 31_536_000.5, 31_536_003.0]


def test_ties_go_by_the_order_of_asking() -> None:
    """Five coroutines sleep until the same moment, one of them in two steps."""
    clock = VirtualClock()
    woken: list[str] = []

    async def sleeper(name: str, *seconds: float) -> None:
        for each in seconds:
            await clock.sleep(each)
        woken.append(name)

    async def main() -> None:
        clock.spawn(sleeper("two steps", 1.0, 2.0), "two steps")
        for name in "abcd":
            clock.spawn(sleeper(name, 3.0), name)
        await clock.sleep(4.0)

    clock.run(main())

    assert woken == ["a", "b", "c", "d", "two steps"]


def test_the_woken_run_in_the_order_in_which_they_were_woken() -> None:
    """Signals are raised in another order than that of the waiting."""
    clock = VirtualClock()
    signals = {name: Signal() for name in "abc"}
    woken: list[str] = []

    async def waiter(name: str) -> None:
        await clock.wait(signals[name])
        woken.append(name)

    async def main() -> None:
        for name in "abc":
            clock.spawn(waiter(name), name)
        await clock.sleep(1.0)
        for name in "bca":
            clock.notify(signals[name])
        await clock.sleep(1.0)

    clock.run(main())

    assert woken == ["b", "c", "a"]


def test_what_nothing_can_wake_raises_at_once() -> None:
    """Everybody waits for a signal, nobody is left who could raise it, and the message says when."""
    clock = VirtualClock()

    async def waiter() -> None:
        await clock.wait(Signal())

    async def main() -> None:
        clock.spawn(waiter(), "waiter")
        await clock.sleep(12.5)
        await clock.wait(Signal())

    with pytest.raises(InternalError, match=r"at 12\.500 s nothing is left"):
        clock.run(main())


def test_a_signal_and_a_timeout_at_one_moment_wake_once() -> None:
    """The signal is raised at the very moment at which the wait runs out."""
    clock = VirtualClock()
    signal = Signal()
    answers: list[tuple[bool, float]] = []

    async def raiser() -> None:
        await clock.sleep(1.0)
        clock.notify(signal)

    async def waiter() -> None:
        answers.append((await clock.wait(signal, 1.0), clock.time()))
        answers.append((await clock.wait(signal, 1.0), clock.time()))

    async def main() -> None:
        clock.spawn(raiser(), "raiser")
        clock.spawn(waiter(), "waiter")
        await clock.sleep(5.0)

    clock.run(main())

    assert answers == [(True, 1.0), (False, 2.0)]


@pytest.mark.parametrize(
    ("waits", "expected"),
    [
        ((10.0, 10.0, 10.0), [(True, 1.0), (True, 2.0), (False, 12.0)]),
        ((10.0, 3.0, 20.0), [(True, 1.0), (True, 2.0), (False, 22.0)]),
        ((10.0, 0.5, 20.0), [(True, 1.0), (False, 1.5), (True, 2.0)]),
        ((1.5, 9.0, 0.25), [(True, 1.0), (True, 2.0), (False, 2.25)]),
    ],
)
def test_who_waits_anew_is_woken_when_it_last_asked_to_be(
    waits: tuple[float, ...], expected: list[tuple[bool, float]]
) -> None:
    """A signal comes at one and at two seconds, before what was asked for first."""
    clock = VirtualClock()
    signal = Signal()
    answers: list[tuple[bool, float]] = []

    async def waiter() -> None:
        answers.extend([(await clock.wait(signal, each), clock.time()) for each in waits])

    async def main() -> None:
        clock.spawn(waiter(), "waiter")
        for _ in range(2):
            await clock.sleep(1.0)
            clock.notify(signal)
        await clock.sleep(30.0)

    clock.run(main())

    assert answers == expected


def test_cancelling_is_done_when_the_call_returns() -> None:
    """The one who cancels sees the cleaning up of the other done, and time has not moved."""
    clock = VirtualClock()
    story: list[str] = []

    async def victim() -> None:
        try:
            await clock.sleep(1.0)
        finally:
            story.append("cleaned up")

    async def main() -> float:
        handle = clock.spawn(victim(), "victim")
        await clock.sleep(0.5)
        clock.cancel(handle)
        story.append("cancelled")
        await clock.sleep(2.0)
        return clock.time()

    assert clock.run(main()) == 2.5
    assert story == ["cleaned up", "cancelled"]
