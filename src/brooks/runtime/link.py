"""The wire between a worker and the coordinator, and what can go wrong on it.

A worker asks and waits for the answer; the coordinator never speaks first (a turn is the answer to
`NextTurn`). Each question has a number that rises, and is sent again until it is answered, so that
it is carried out at least once where messages are lost and, because the coordinator remembers the
last number of each channel, not twice. That is all that a network needs to be for the rest to be
right.
"""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from brooks.core.commands import Command
from brooks.core.events import Record
from brooks.core.facts import FileChange
from brooks.core.message import Message
from brooks.core.spec import MessageFaults
from brooks.core.state import Verdict
from brooks.ids import AgentId, ProposalId, TaskId, TurnId
from brooks.runtime.checking import CheckVerdict
from brooks.runtime.clock import Clock, Signal
from brooks.runtime.order import TurnOrder


class Ask(Message, frozen=True, kw_only=True):
    """Carry out commands, one after the other; answered with the records they led to."""

    commands: tuple[Command, ...]
    blobs: tuple[bytes, ...] = ()
    """Contents that the commands name by hash, to be made durable with them."""


class NextTurn(Message, frozen=True, kw_only=True):
    """Wait for a turn; answered with a `TurnOrder`."""

    agent: AgentId


class AwaitVerdict(Message, frozen=True, kw_only=True):
    """Wait until a proposal is merged or dropped; answered with a `Verdict`, None when the turn is over."""

    turn: TurnId
    proposal: ProposalId


class TryCheck(Message, frozen=True, kw_only=True):
    """Run a task's check on the current tree with these changes; answered with a `CheckVerdict`."""

    task: TaskId | None
    """None for the project's own check."""
    changes: tuple[FileChange, ...]
    blobs: tuple[bytes, ...] = ()


class SeeBoard(Message, frozen=True, kw_only=True):
    """Tell what the team is doing; answered with a text."""

    agent: AgentId


Question = Ask | NextTurn | AwaitVerdict | TryCheck | SeeBoard
Answer = tuple[Record, ...] | TurnOrder | Verdict | CheckVerdict | str | None


class Channel(NamedTuple):
    """One conversation with the coordinator; its questions are numbered from 1."""

    agent: AgentId
    life: int
    """How often the agent was started; a later life's word counts over an earlier one's."""
    subject: str
    """`work` or `renewals`."""


WORK = "work"


class Letter:
    """A question on its way."""

    __slots__ = ("channel", "number", "question", "reply")

    def __init__(
        self, channel: Channel, number: int, question: Question, reply: Callable[[Answer], None]
    ) -> None:
        self.channel = channel
        self.number = number
        self.question = question
        self.reply = reply


Deliver = Callable[[], None]


class Network:
    """Carries messages between one agent and the coordinator, faithfully or not."""

    def __init__(
        self,
        clock: Clock,
        chance: Random,
        faults: MessageFaults,
        *,
        note: Callable[[str], None] = lambda kind: None,
        on_blocked: Callable[[bool], None] = lambda blocked: None,
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._faults = faults
        self._note = note
        self._on_blocked = on_blocked
        self._waiting = False
        self._is_blocked = False
        self._reliable = not (faults.lost or faults.duplicated or faults.delayed)
        self.is_faithful = self._reliable
        """Whether everything gets through at once, and did so until now: `send` need not be asked."""
        self._cut_until = 0.0
        self.resend_seconds: float | None = None if not faults.lost else 5.0
        """After how long a question without an answer is sent again; None on a network that loses nothing."""

    @property
    def cut_until(self) -> float:
        """While the time is before this, nothing gets through; it is kept and delivered then."""
        return self._cut_until

    @cut_until.setter
    def cut_until(self, time: float) -> None:
        self._cut_until = time
        self.is_faithful = False

    def cut(self, seconds: float) -> None:
        """Let nothing through for a time."""
        self.cut_until = max(self.cut_until, self._clock.time() + seconds)
        self._tell_blocked()

    def begin_waiting(self) -> None:
        """The agent can do nothing before it is answered."""
        self._waiting = True
        if not self.is_faithful:
            self._tell_blocked()

    def end_waiting(self) -> None:
        """The agent goes on."""
        self._waiting = False
        if not self.is_faithful:
            self._tell_blocked()

    def _tell_blocked(self) -> None:
        """Say when the agent begins to wait for a wire that is cut, and when it goes on."""
        blocked = self._waiting and self._clock.time() < self.cut_until
        if blocked != self._is_blocked:
            self._is_blocked = blocked
            self._on_blocked(blocked)

    def send(self, deliver: Deliver) -> None:
        """Carry one message."""
        held = self.cut_until - self._clock.time()
        if self._reliable:
            self._after(held, deliver)
            return
        faults, chance = self._faults, self._chance
        lost, twice, late = chance.random(), chance.random(), chance.random()
        if lost < faults.lost:
            self._note("lost")
            return
        if late < faults.delayed:
            self._note("delayed")
            held = max(held, 0.0) + chance.expovariate(1.0 / faults.delay_seconds)
        self._after(held, deliver)
        if twice < faults.duplicated:
            self._note("duplicated")
            self._after(max(held, 0.0) + chance.expovariate(1.0), deliver)

    def _after(self, seconds: float, deliver: Deliver) -> None:
        if seconds <= 0:
            deliver()
        else:
            self._clock.spawn(self._later(seconds, deliver), "message")

    async def _later(self, seconds: float, deliver: Deliver) -> None:
        await self._clock.sleep(seconds)
        deliver()


class Link:
    """A worker's end of the wire."""

    def close(self) -> None:
        """The agent's process has ended; nothing is under way here that could outlive it."""

    def __init__(
        self,
        clock: Clock,
        network: Network,
        receive: Callable[[Letter], None],
        *,
        channel: Channel,
    ) -> None:
        self._clock = clock
        self._network = network
        self._receive = receive
        self._channel = channel
        self._is_work = channel.subject == WORK
        """Whether the agent can do nothing else while it waits for an answer here."""
        self._number = 0

    async def ask(self, question: Question) -> Answer:
        """Send a question until it is answered."""
        if not self._is_work:
            return await self._send(question)
        self._network.begin_waiting()
        answer = await self._send(question)
        self._network.end_waiting()
        return answer

    async def _send(self, question: Question) -> Answer:
        self._number += 1
        answered = Signal()
        box: list[Answer] = []

        def arrive(answer: Answer) -> None:
            if not box:
                box.append(answer)
                self._clock.notify(answered)

        network = self._network

        def reply(answer: Answer) -> None:
            if network.is_faithful:
                arrive(answer)
            else:
                network.send(lambda: arrive(answer))

        letter = Letter(self._channel, self._number, question, reply)
        while not box:
            if network.is_faithful:
                self._receive(letter)
            else:
                network.send(lambda: self._receive(letter))
            await self._clock.wait(answered, network.resend_seconds)
        return box[0]

    async def command(self, command: Command, *blobs: bytes) -> tuple[Record, ...]:
        """Send a command and return the records it led to."""
        answer = await self.ask(Ask(commands=(command,), blobs=blobs))
        assert isinstance(answer, tuple)
        return answer

    async def commands(self, commands: tuple[Command, ...], *blobs: bytes) -> tuple[Record, ...]:
        """Send commands to be carried out together and return the records they led to."""
        answer = await self.ask(Ask(commands=commands, blobs=blobs))
        assert isinstance(answer, tuple)
        return answer
