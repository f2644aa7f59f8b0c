"""Where a machine's requests are let out, while it is heard, silent, and heard again."""

from random import Random

from brooks.core.spec import ModelSettings
from brooks.runtime.governor.lane import Lane
from brooks.runtime.remote.lane_desk import LaneDesk
from brooks.runtime.remote.post import Admit, Admitted, Fared, Sent, ToNode
from brooks.runtime.virtual_clock import VirtualClock


class Machine:
    """What a machine was told, and the desk that tells it."""

    def __init__(self, clock: VirtualClock, lane: Lane) -> None:
        self.told: list[ToNode] = []
        self.desk = LaneDesk(clock, lambda name: lane, self.told.append)

    def ask(self, number: int) -> None:
        self.desk.take(Admit(number, "m", 10, patient=True))

    def admitted(self) -> list[int]:
        return [item.number for item in self.told if isinstance(item, Admitted)]


def one_at_a_time(clock: VirtualClock) -> Lane:
    return Lane(
        "m",
        "k",
        ModelSettings(model="m", concurrency=1),
        clock=clock,
        agents=2,
        stagger_seconds=0.0,
        breaker_random=Random(1),
        backoff_random=Random(1),
    )


def test_request_that_waited_on_a_silent_machine_is_let_out_when_it_is_heard() -> None:
    """Two requests on one machine and room for one; its place is given to another, and comes back."""
    clock = VirtualClock()
    lane = one_at_a_time(clock)
    silent, other = Machine(clock, lane), Machine(clock, lane)
    admitted: list[list[int]] = []

    async def story() -> None:
        silent.ask(1)
        silent.ask(2)
        await clock.sleep(1.0)
        silent.desk.close()
        other.ask(1)
        await clock.sleep(1.0)
        admitted.extend((silent.admitted(), other.admitted()))
        silent.desk.open()
        other.desk.take(Sent(1))
        other.desk.take(Fared(1, tokens=5))
        await clock.sleep(1.0)

    clock.run(story())

    assert admitted == [[1], [1]]
    assert silent.admitted() == [1, 2]


def test_news_of_a_place_that_was_given_away_counts_for_nothing() -> None:
    """A machine that is heard again goes on where it was, and does not know of it."""
    clock = VirtualClock()
    machine = Machine(clock, one_at_a_time(clock))

    async def story() -> None:
        machine.ask(1)
        await clock.sleep(1.0)
        machine.desk.close()
        machine.desk.open()
        machine.desk.take(Sent(1))
        machine.desk.take(Fared(1, tokens=5))
        machine.ask(2)
        await clock.sleep(1.0)

    clock.run(story())

    assert machine.admitted() == [1, 2]
