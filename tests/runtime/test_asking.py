"""The loop in which requests are tried again: what it tells of a failure, and when it gives up."""

from functools import partial

import pytest

from brooks.core import commands
from brooks.core.facts import Failure
from brooks.core.spec import ModelSettings
from brooks.ids import AgentId, TurnId
from brooks.models.base import AttemptFailed, Reply, Request, Said, Sleep
from brooks.runtime.asking import Asker, OutsideFailed, Route
from brooks.runtime.chance import stream
from brooks.runtime.governor import Governor
from brooks.runtime.governor.breaker import FAILURES, FIRST_COOL_DOWN
from brooks.runtime.virtual_clock import VirtualClock

REQUEST = Request(
    agent=AgentId("agent-1"),
    turn=TurnId("turn-1"),
    index=0,
    tasks=(),
    conversation=(Said(role="user", text="work"),),
)


class Down:
    """A model that is down for its first requests."""

    def __init__(self, failures: int) -> None:
        self.left = failures

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Fail, or answer."""
        if self.left:
            self.left -= 1
            raise AttemptFailed(Failure.SERVER, "HTTP 500", status=500)
        return Reply(text="well")


class Told:
    """What an agent told the coordinator, and when."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.commands: list[tuple[float, commands.Command]] = []

    async def __call__(self, command: commands.Command) -> None:
        """Keep it."""
        self.commands.append((self._clock.time(), command))

    def waits(self) -> list[float | None]:
        """How long each failure said that it takes until the next attempt."""
        told = (command for _, command in self.commands)
        return [one.wait for one in told if isinstance(one, commands.RecordFailure)]

    def sent(self) -> list[float]:
        """When each attempt was made."""
        return [at for at, one in self.commands if isinstance(one, commands.SendRequest)]


def ask(failures: int, *, patience: float) -> tuple[Told, bool]:
    """Ask a model that fails so often; what was told, and whether it answered."""
    clock = VirtualClock()
    settings = ModelSettings(model="a:model", backoff_seconds=0.1, patience_seconds=patience)
    governor = Governor(clock, partial(stream, 0), agents=1)
    lane = governor.lane("a:model", "a", settings)
    route = Route("a:model", Down(failures), settings, lane, None)
    asker = Asker((route,), clock=clock, sleep=clock.sleep, reserving=False)
    told = Told(clock)

    async def main() -> bool:
        try:
            reply = await asker.ask(REQUEST, told)
        except OutsideFailed:
            return False
        return reply.text == "well"

    return told, clock.run(main())


def test_a_failure_tells_when_it_is_really_tried_again() -> None:
    """The last failure opens the breaker: the wait that is told is its cool-down, not the backoff."""
    told, answered = ask(FAILURES, patience=900.0)

    last = told.waits()[-1]
    assert answered
    assert last is not None
    assert last >= FIRST_COOL_DOWN
    assert told.sent()[-1] - told.sent()[-2] == pytest.approx(last)


def test_nobody_waits_for_an_attempt_that_comes_after_the_patience() -> None:
    """The breaker opens for longer than the user has patience: the run stops at once."""
    told, answered = ask(FAILURES, patience=FIRST_COOL_DOWN)

    assert not answered
    assert told.waits()[-1] is None
    assert len(told.sent()) == FAILURES
