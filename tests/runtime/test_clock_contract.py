"""What both clocks promise to whoever waits through them. Real times are a few milliseconds."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest

from brooks.errors import InternalError
from brooks.runtime.clock import Driver, Signal
from brooks.runtime.real_clock import RealClock
from brooks.runtime.virtual_clock import VirtualClock

T = TypeVar("T")

TICK = 0.002
"""A short time: long for a machine, short for a test."""

MakeClock = Callable[..., Driver]


@pytest.fixture(params=[VirtualClock, RealClock])
def make_clock(request: pytest.FixtureRequest) -> MakeClock:
    """Makes a clock of each kind."""
    kind: MakeClock = request.param
    return kind


@pytest.fixture
def clock(make_clock: MakeClock) -> Driver:
    """A clock of each kind, at zero."""
    return make_clock()


def test_a_program_gives_its_result(clock: Driver) -> None:
    """What the main coroutine returns is what `run` returns."""

    async def main() -> str:
        await clock.sleep(TICK)
        return "result"

    assert clock.run(main()) == "result"


def test_time_begins_where_it_is_told_and_goes_by_what_was_slept(make_clock: MakeClock) -> None:
    """A resumed run goes on at the time its log ends, however long ago that was."""
    clock = make_clock(100.0)

    async def main() -> tuple[float, float]:
        before = clock.time()
        await clock.sleep(TICK)
        return before, clock.time()

    assert clock.time() == 100.0
    before, after = clock.run(main())

    assert 100.0 <= before < 101.0
    assert after - before >= TICK * 0.9


def test_sleepers_wake_in_the_order_of_their_times(clock: Driver) -> None:
    """Three coroutines sleep for different times, started in another order."""
    woken: list[str] = []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(name)

    async def main() -> None:
        clock.spawn(sleeper("third", 9 * TICK), "third")
        clock.spawn(sleeper("first", TICK), "first")
        clock.spawn(sleeper("second", 5 * TICK), "second")
        await clock.sleep(14 * TICK)

    clock.run(main())

    assert woken == ["first", "second", "third"]


def test_a_spawned_coroutine_first_runs_when_the_current_one_waits(clock: Driver) -> None:
    """Whoever spawns goes on undisturbed until it waits itself."""
    story: list[str] = []

    async def child() -> None:
        story.append("child")

    async def main() -> None:
        clock.spawn(child(), "child")
        story.append("main")
        await clock.sleep(0)
        await clock.sleep(TICK)
        story.append("main again")

    clock.run(main())

    assert story == ["main", "child", "main again"]


def test_no_time_or_less_lets_the_others_run(clock: Driver) -> None:
    """A coroutine that sleeps for nothing, or for less, does not starve another."""
    story: list[str] = []

    async def other() -> None:
        story.append("other")

    async def main() -> None:
        clock.spawn(other(), "other")
        await clock.sleep(-1.0)
        await clock.sleep(0.0)
        await clock.sleep(TICK)
        story.append("main")

    clock.run(main())

    assert story == ["other", "main"]


def test_a_raised_signal_wakes_the_one_that_waits(clock: Driver) -> None:
    """One waits without a limit; another raises the signal later."""
    signal = Signal()

    async def raiser() -> None:
        await clock.sleep(TICK)
        clock.notify(signal)

    async def main() -> bool:
        clock.spawn(raiser(), "raiser")
        return await clock.wait(signal)

    assert clock.run(main()) is True


def test_a_signal_raised_before_the_wait_is_not_lost_and_counts_once(clock: Driver) -> None:
    """Raised twice, it lets one wait through; the next one runs out of time."""
    signal = Signal()

    async def main() -> list[bool]:
        clock.notify(signal)
        clock.notify(signal)
        return [await clock.wait(signal, TICK), await clock.wait(signal, TICK)]

    assert clock.run(main()) == [True, False]


def test_a_wait_ends_when_its_time_is_over(clock: Driver) -> None:
    """Nobody raises the signal."""

    async def main() -> tuple[bool, float]:
        raised = await clock.wait(Signal(), 2 * TICK)
        return raised, clock.time()

    raised, now = clock.run(main())

    assert raised is False
    assert now >= 2 * TICK * 0.9


def test_a_signal_raised_after_the_time_was_over_waits_for_the_next_wait(clock: Driver) -> None:
    """The first wait has given up; what comes then belongs to the second."""
    signal = Signal()

    async def main() -> list[bool]:
        first = await clock.wait(signal, TICK)
        clock.notify(signal)
        return [first, await clock.wait(signal, TICK)]

    assert clock.run(main()) == [False, True]


def test_an_early_signal_leaves_no_timeout_behind(clock: Driver) -> None:
    """The limit of a wait that was over early does not end a later wait or sleep."""
    signal = Signal()

    async def raiser() -> None:
        clock.notify(signal)

    async def main() -> tuple[bool, float, bool]:
        clock.spawn(raiser(), "raiser")
        first = await clock.wait(signal, 3 * TICK)
        before = clock.time()
        second = await clock.wait(signal, 8 * TICK)
        return first, clock.time() - before, second

    first, waited, second = clock.run(main())

    assert first is True
    assert second is False
    assert waited >= 8 * TICK * 0.9


def test_two_that_wait_for_one_signal_are_a_bug_and_end_the_run(clock: Driver) -> None:
    """A signal wakes one; a second one waiting for it would wait for ever."""
    signal = Signal()

    async def waiter() -> None:
        await clock.wait(signal)

    async def main() -> None:
        clock.spawn(waiter(), "one")
        clock.spawn(waiter(), "two")
        await clock.sleep(1.0)

    with pytest.raises(InternalError, match="waits for a signal"):
        clock.run(main())


def test_cancelling_ends_a_coroutine_where_it_waits_and_runs_its_finally(clock: Driver) -> None:
    """One sleeps, one waits for a signal; both are cancelled and neither goes on."""
    story: list[str] = []
    signal = Signal()

    async def victim(name: str, wait: Callable[[], Coroutine[Any, Any, object]]) -> None:
        try:
            await wait()
            story.append(f"{name} went on")
        finally:
            story.append(f"{name} ended")

    async def main() -> list[bool]:
        sleeping = clock.spawn(victim("sleeper", lambda: clock.sleep(TICK)), "sleeper")
        waiting = clock.spawn(victim("waiter", lambda: clock.wait(signal)), "waiter")
        await clock.sleep(0)
        clock.cancel(sleeping)
        clock.cancel(waiting)
        await clock.sleep(3 * TICK)
        return [sleeping.done, waiting.done]

    done = clock.run(main())

    assert done == [True, True]
    assert story == ["sleeper ended", "waiter ended"]


def test_after_a_cancelled_wait_the_signal_serves_another(clock: Driver) -> None:
    """Whoever waited for the signal is gone; the next one is woken."""
    signal = Signal()

    async def victim() -> None:
        await clock.wait(signal)

    async def main() -> bool:
        handle = clock.spawn(victim(), "victim")
        await clock.sleep(TICK)
        clock.cancel(handle)
        await clock.sleep(TICK)
        clock.notify(signal)
        return await clock.wait(signal, TICK)

    assert clock.run(main()) is True


def test_cancelling_before_the_first_step_runs_nothing(clock: Driver) -> None:
    """A coroutine is cancelled in the moment in which it was spawned."""
    story: list[str] = []

    async def victim() -> None:
        story.append("ran")

    async def main() -> None:
        clock.cancel(clock.spawn(victim(), "victim"))
        await clock.sleep(TICK)

    clock.run(main())

    assert story == []


def test_cancelling_what_is_over_is_harmless(clock: Driver) -> None:
    """A coroutine has ended by itself, and is cancelled twice."""

    async def victim() -> None:
        await clock.sleep(0)

    async def main() -> bool:
        handle = clock.spawn(victim(), "victim")
        await clock.sleep(TICK)
        clock.cancel(handle)
        clock.cancel(handle)
        return handle.done

    assert clock.run(main()) is True


def test_an_error_in_a_spawned_coroutine_ends_the_run_with_it(clock: Driver) -> None:
    """Nobody waits for the coroutine that fails; the run must not go on as if nothing were."""

    async def failing() -> None:
        await clock.sleep(TICK)
        raise ValueError("broken")

    async def main() -> None:
        clock.spawn(failing(), "failing")
        await clock.sleep(5.0)

    with pytest.raises(ValueError, match="broken"):
        clock.run(main())


def test_an_error_in_the_program_is_raised_and_ends_what_it_spawned(clock: Driver) -> None:
    """The main coroutine fails while another sleeps."""
    ended: list[str] = []

    async def sleeper() -> None:
        try:
            await clock.sleep(5.0)
        finally:
            ended.append("sleeper")

    async def main() -> None:
        clock.spawn(sleeper(), "sleeper")
        await clock.sleep(0)
        await clock.sleep(TICK)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        clock.run(main())

    assert ended == ["sleeper"]


def test_the_end_of_the_program_ends_everything_it_spawned(clock: Driver) -> None:
    """One sleeps and one waits for a signal that nobody raises; both clean up when main is over."""
    ended: list[str] = []
    signal = Signal()

    async def left_over(name: str, wait: Callable[[], Coroutine[Any, Any, object]]) -> None:
        try:
            await wait()
        finally:
            ended.append(name)

    async def main() -> None:
        clock.spawn(left_over("sleeper", lambda: clock.sleep(60.0)), "sleeper")
        clock.spawn(left_over("waiter", lambda: clock.wait(signal)), "waiter")
        await clock.sleep(TICK)

    clock.run(main())

    assert sorted(ended) == ["sleeper", "waiter"]


def test_blocking_work_gives_its_result_and_its_error(clock: Driver) -> None:
    """Work is handed to the clock; one piece of it fails."""

    def broken() -> str:
        raise ValueError("broken")

    async def main() -> str:
        with pytest.raises(ValueError, match="broken"):
            await clock.call(broken, 0.0)
        return await clock.call(lambda: "worked", 0.0)

    assert clock.run(main()) == "worked"


def test_a_clock_runs_two_programs_one_after_the_other(clock: Driver) -> None:
    """What was left of the first does not disturb the second."""

    async def forever() -> None:
        await clock.sleep(60.0)

    async def main(number: int) -> int:
        clock.spawn(forever(), "forever")
        await clock.sleep(TICK)
        return number

    assert [clock.run(main(1)), clock.run(main(2))] == [1, 2]
