"""What worker and coordinator may rely on, whatever the network does to their letters."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from tests.runtime.desk import Desk

from brooks.core import commands, events
from brooks.core.facts import Usage
from brooks.core.spec import MessageFaults
from brooks.ids import AgentId, ProposalId, TurnId
from brooks.runtime.chance import stream
from brooks.runtime.link import Ask, AwaitVerdict, Letter, Link, Network, NextTurn
from brooks.runtime.virtual_clock import VirtualClock

BAD = {
    "good": MessageFaults(),
    "lost": MessageFaults(lost=0.4),
    "duplicated": MessageFaults(duplicated=0.6),
    "delayed": MessageFaults(delayed=0.6, delay_seconds=20.0),
    "all at once": MessageFaults(lost=0.3, duplicated=0.5, delayed=0.5, delay_seconds=9.0),
}


def note(number: int) -> commands.Command:
    """A command that the board always carries out, so that its events can be counted."""
    return commands.RecordFault(agent=AgentId("agent-1"), kind=str(number))


def noted(desk: Desk) -> list[str]:
    """The numbers that were carried out, in order."""
    return [event.kind for event in desk.events() if isinstance(event, events.FaultInjected)]


@pytest.mark.parametrize("faults", BAD.values(), ids=list(BAD))
def test_every_command_is_carried_out_once_and_answered(faults: MessageFaults) -> None:
    """An agent sends thirty commands over a bad network, each when the one before is answered."""
    desk = Desk()
    link = desk.link(desk.network(faults))
    answers: list[str] = []

    async def agent() -> None:
        for number in range(30):
            records = await link.command(note(number))
            answers.extend(
                r.event.kind for r in records if isinstance(r.event, events.FaultInjected)
            )

    desk.run(agent, seconds=100_000.0)

    assert noted(desk) == [str(number) for number in range(30)]
    assert answers == noted(desk)


@pytest.mark.parametrize("faults", BAD.values(), ids=list(BAD))
def test_two_channels_do_not_disturb_each_other(faults: MessageFaults) -> None:
    """An agent renews its lease beside its work, over the same network."""
    desk = Desk()
    network = desk.network(faults)
    work, renewals = desk.link(network), desk.link(network, subject="renewals")

    def agent(link: Link, first: int) -> Callable[[], Coroutine[Any, Any, None]]:
        async def program() -> None:
            for number in range(first, first + 15):
                await link.command(note(number))

        return program

    desk.run(agent(work, 0), agent(renewals, 100), seconds=100_000.0)

    numbers = [int(kind) for kind in noted(desk)]
    assert [number for number in numbers if number < 100] == list(range(15))
    assert [number for number in numbers if number >= 100] == list(range(100, 115))


def test_a_partition_holds_letters_back_and_delivers_them_after_it() -> None:
    """Nothing passes for 50 s, then everything does, once and in order."""
    desk = Desk()
    network = desk.network()
    link = desk.link(network)
    answered: list[float] = []

    async def agent() -> None:
        await desk.clock.sleep(1.0)
        network.cut_until = 51.0
        for number in range(3):
            await link.command(note(number))
            answered.append(desk.clock.time())

    desk.run(agent, seconds=100.0)

    assert noted(desk) == ["0", "1", "2"]
    assert answered == [51.0, 51.0, 51.0]


def test_an_answer_that_a_partition_holds_back_comes_after_it() -> None:
    """The letter passes at once, and the network is cut before its answer comes back."""
    desk = Desk()
    network = desk.network()
    link = desk.link(network)
    answered: list[float] = []

    async def agent() -> None:
        await link.command(note(0))
        answered.append(desk.clock.time())

    async def cut() -> None:
        network.cut_until = 40.0

    desk.run(agent, cut, seconds=100.0)

    assert noted(desk) == ["0"]
    assert answered == [40.0]


def test_a_network_repeats_its_faults_from_its_seed() -> None:
    """Two networks of one seed treat the same letters alike."""

    def fates() -> list[float]:
        clock = VirtualClock()
        arrived: list[float] = []
        network = Network(clock, stream(3, "network", "x"), BAD["all at once"])

        async def main() -> None:
            for _ in range(50):
                network.send(lambda: arrived.append(clock.time()))
            await clock.sleep(1000.0)

        clock.run(main())
        return arrived

    assert fates() == fates()
    assert len(set(fates())) > 10


def test_what_happens_to_letters_is_noted() -> None:
    """Each letter that is lost, doubled or late is told to whoever watches the network."""
    clock = VirtualClock()
    kinds: list[str] = []
    faults = MessageFaults(lost=0.2, duplicated=0.3, delayed=0.3)
    network = Network(clock, stream(1), faults, note=kinds.append)
    arrived: list[int] = []

    async def main() -> None:
        for number in range(200):
            network.send(lambda number=number: arrived.append(number))  # type: ignore[misc]
        await clock.sleep(1000.0)

    clock.run(main())

    assert set(kinds) == {"lost", "duplicated", "delayed"}
    assert len(arrived) == 200 - kinds.count("lost") + kinds.count("duplicated")


class Wire:
    """Sends letters by hand, in any order, and keeps the answers."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.answers: list[tuple[int, int]] = []
        """Life and number of each letter that was answered, in order."""

    def post(self, letter: Letter) -> None:
        """Send a letter, perhaps once more."""
        self.desk.coordinator.receive(letter)

    def letter(self, life: int, number: int, question: Ask | NextTurn | AwaitVerdict) -> Letter:
        """A letter of `agent-1`."""
        channel = self.desk.link(self.desk.network(), life=life)._channel
        return Letter(channel, number, question, lambda _: self.answers.append((life, number)))


def ask(number: int) -> Ask:
    """A question that can be counted."""
    return Ask(commands=(note(number),))


def run_wire(desk: Desk, *steps: Callable[[], None]) -> None:
    """Do one step a second, and end the run."""

    async def program() -> None:
        for step in steps:
            step()
            await desk.clock.sleep(1.0)

    desk.run(program, seconds=len(steps) + 1.0)


def test_a_letter_that_comes_again_is_answered_again_and_not_carried_out() -> None:
    """Its answer was lost on the way, so the worker asks once more."""
    desk = Desk()
    wire = Wire(desk)
    letter = wire.letter(1, 1, ask(1))

    run_wire(desk, lambda: wire.post(letter), lambda: wire.post(letter))

    assert noted(desk) == ["1"]
    assert wire.answers == [(1, 1), (1, 1)]


def test_a_letter_older_than_the_last_answered_one_is_ignored() -> None:
    """A copy that was under way for long arrives when its channel is further on."""
    desk = Desk()
    wire = Wire(desk)
    first, second = wire.letter(1, 1, ask(1)), wire.letter(1, 2, ask(2))

    run_wire(desk, lambda: wire.post(first), lambda: wire.post(second), lambda: wire.post(first))

    assert noted(desk) == ["1", "2"]
    assert wire.answers == [(1, 1), (1, 2)]


def test_an_earlier_life_cannot_join_once_a_later_one_has_spoken() -> None:
    """A restarted agent works; the join of its life before arrives late and would revoke its lease."""
    desk = Desk()
    wire = Wire(desk)
    join = Ask(commands=(commands.JoinAgent(agent=AgentId("agent-1")),))

    run_wire(
        desk,
        lambda: wire.post(wire.letter(2, 1, join)),
        lambda: wire.post(wire.letter(1, 1, join)),
    )

    assert [type(event).__name__ for event in desk.events()].count("AgentJoined") == 1
    assert wire.answers == [(2, 1)]


def test_an_earlier_life_is_given_no_turn() -> None:
    """A dead worker's question for work arrives after its agent was started anew."""
    desk = Desk()
    wire = Wire(desk)
    next_turn = NextTurn(agent=AgentId("agent-1"))

    run_wire(
        desk,
        lambda: wire.post(wire.letter(2, 1, next_turn)),
        lambda: wire.post(wire.letter(1, 1, next_turn)),
    )

    waiting = desk.coordinator._waiting_turns[AgentId("agent-1")]
    assert waiting.channel.life == 2


def test_a_later_life_takes_the_place_of_an_earlier_one_in_the_line() -> None:
    """The agent that waited for a turn has crashed; its successor asks."""
    desk = Desk()
    wire = Wire(desk)
    next_turn = NextTurn(agent=AgentId("agent-1"))

    run_wire(
        desk,
        lambda: wire.post(wire.letter(1, 1, next_turn)),
        lambda: wire.post(wire.letter(2, 1, next_turn)),
    )

    waiting = desk.coordinator._waiting_turns[AgentId("agent-1")]
    assert waiting.channel.life == 2


def test_paid_replies_of_an_earlier_life_are_still_recorded() -> None:
    """A reply was paid for and sent before the crash; it counts, although its turn is over."""
    desk = Desk()
    wire = Wire(desk)
    reply = commands.RecordReply(
        agent=AgentId("agent-1"),
        turn=TurnId("turn-1"),
        index=0,
        reply=desk.log.put_blob(b"{}"),
        usage=Usage(input_tokens=5),
    )

    start = commands.StartTurn(agent=AgentId("agent-1"), tasks=())
    run_wire(
        desk,
        lambda: desk.coordinator.command(commands.JoinAgent(agent=AgentId("agent-1"))),
        lambda: desk.coordinator.command(start),
        lambda: wire.post(wire.letter(2, 1, ask(1))),
        lambda: wire.post(wire.letter(1, 4, Ask(commands=(reply,)))),
    )

    kinds = [type(event).__name__ for event in desk.events()]
    assert kinds.count("ReplyReceived") == 1
    assert (1, 4) in wire.answers


def test_a_verdict_on_a_turn_that_is_over_is_answered_with_none() -> None:
    """The worker waits for a proposal of a turn that nobody knows any more."""
    desk = Desk()
    link = desk.link(desk.network())
    answers: list[object] = ["nothing yet"]

    async def agent() -> None:
        answers.append(await link.ask(AwaitVerdict(turn=TurnId("turn-9"), proposal=ProposalId(3))))

    desk.run(agent, seconds=5.0)

    assert answers == ["nothing yet", None]
