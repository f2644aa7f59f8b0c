"""What the tests of the governor share: a provider that keeps a record, and agents that ask it."""

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from random import Random
from typing import Any, NamedTuple

from brooks.core.facts import Failure
from brooks.core.spec import ModelSettings
from brooks.models.base import AttemptFailed
from brooks.runtime.chance import stream
from brooks.runtime.clock import Clock, Driver, Signal
from brooks.runtime.governor import Governor, Lane
from brooks.runtime.virtual_clock import VirtualClock


class Arrival(NamedTuple):
    """A request as the provider saw it."""

    time: float
    agent: int
    tokens: int
    failure: Failure | None


class Judge(NamedTuple):
    """What a provider says to a request."""

    failure: Failure | None = None
    retry_after: float | None = None


class Provider:
    """Answers after a random time, refuses as it is told, and writes down what arrives."""

    def __init__(
        self,
        clock: Clock,
        random: Random,
        *,
        takes: tuple[float, float] = (0.5, 1.5),
        jitter: float = 0.0,
        judge: Callable[["Provider"], Judge] = lambda provider: Judge(),
    ) -> None:
        self._clock = clock
        self._random = random
        self._takes = takes
        self._jitter = jitter
        self._judge = judge
        self.arrivals: list[Arrival] = []
        self.at_once = 0
        self.most_at_once = 0
        self._busy = 0.0
        self._since = clock.time()

    async def ask(self, agent: int, tokens: int) -> None:
        """Let a request arrive, and answer or fail it."""
        await self._clock.sleep(self._random.uniform(0.0, self._jitter))
        failure, retry_after = self._judge(self)
        self.arrivals.append(Arrival(self._clock.time(), agent, tokens, failure))
        if failure is not None:
            raise AttemptFailed(failure, f"the provider says {failure}", retry_after=retry_after)
        self._count(1)
        try:
            await self._clock.sleep(self._random.uniform(*self._takes))
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        now = self._clock.time()
        self._busy += self.at_once * (now - self._since)
        self._since = now
        self.at_once += change
        self.most_at_once = max(self.most_at_once, self.at_once)

    def busy_seconds(self) -> float:
        """The time integral of the requests in work."""
        self._count(0)
        return self._busy

    @property
    def times(self) -> list[float]:
        """When requests arrived."""
        return [arrival.time for arrival in self.arrivals]


async def ask_until_answered(
    lane: Lane, provider: Provider, agent: int, *, clock: Clock, most: int = 0, tokens: int = 0
) -> None:
    """One request of an agent, as often as it takes."""
    attempt = 0
    while True:
        attempt += 1
        with await lane.admit(most, clock=clock) as ticket:
            ticket.sent()
            try:
                await provider.ask(agent, tokens)
            except AttemptFailed as error:
                seconds = ticket.failed(error, attempt)
            else:
                ticket.succeeded(tokens)
                return
        await lane.wait(seconds, clock=clock)


async def ask_for_ever(lane: Lane, provider: Provider, agent: int, *, clock: Clock) -> None:
    """An agent that is never out of questions."""
    while True:
        await ask_until_answered(lane, provider, agent, clock=clock)


def make_governor(
    clock: Clock, *, agents: int, seed: int = 0, stagger_seconds: float = 1.0
) -> Governor:
    """A governor as a run makes it."""
    return Governor(clock, partial(stream, seed), agents=agents, stagger_seconds=stagger_seconds)


def make_lane(
    clock: Clock, *, agents: int = 4, seed: int = 0, settings: ModelSettings | None = None
) -> Lane:
    """A lane of its own governor."""
    governor = make_governor(clock, agents=agents, seed=seed)
    return governor.lane("a:model", "a", settings or ModelSettings(model="a:model"))


def run_for(clock: Driver, seconds: float, *coroutines: Coroutine[Any, Any, None]) -> None:
    """Run these beside each other for a time."""

    async def main() -> None:
        for number, each in enumerate(coroutines):
            clock.spawn(each, f"agent {number}")
        await clock.sleep(seconds)

    clock.run(main())


def run_all(clock: Driver, *coroutines: Coroutine[Any, Any, None]) -> None:
    """Run these beside each other until all are over."""
    left = len(coroutines)
    over = Signal()

    async def run(each: Coroutine[Any, Any, None]) -> None:
        nonlocal left
        await each
        left -= 1
        if not left:
            clock.notify(over)

    async def main() -> None:
        for number, each in enumerate(coroutines):
            clock.spawn(run(each), f"agent {number}")
        await clock.wait(over)

    clock.run(main())


def most_in_any(
    times: Sequence[float], amounts: Sequence[int] | None = None, *, seconds: float = 60.0
) -> int:
    """The largest sum of amounts in any closed window of the times, which ascend."""
    amounts = amounts or [1] * len(times)
    first = total = most = 0
    for time, amount in zip(times, amounts, strict=True):
        total += amount
        while times[first] < time - seconds:
            total -= amounts[first]
            first += 1
        most = max(most, total)
    return most


def busy_team(
    seed: int, *, agents: int, seconds: float, settings: ModelSettings | None = None, **how: Any
) -> tuple[Provider, Lane]:
    """A team that asks without pause for a time."""
    clock = VirtualClock()
    lane = make_lane(clock, agents=agents, seed=seed, settings=settings)
    provider = Provider(clock, Random(seed), **how)
    run_for(
        clock,
        seconds,
        *(ask_for_ever(lane, provider, agent, clock=clock) for agent in range(agents)),
    )
    return provider, lane
