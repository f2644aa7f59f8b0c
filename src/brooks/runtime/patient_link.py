"""The wire of an agent that goes on when the board cannot be reached.

What it tells the board is kept in order, sent one after the other, and answered when the wire is
whole again. Whoever told it waits for the answer only for a time; after that it is presumed to be
accepted, and the agent goes on with what it has. So it may work on a task that was given to another
agent meanwhile, and spend what the board would not have let it spend: that is the price of being
available.

What is presumed is kept in memory. If the agent's process ends before the wire is whole, it is lost,
and a reply that was paid for is paid for again.
"""

from collections import deque
from collections.abc import Callable

from brooks.core.commands import Command
from brooks.core.events import Record
from brooks.runtime.clock import Clock, Handle, Signal
from brooks.runtime.link import Answer, Ask, Channel, Letter, Link, Network, Question

OnAnswer = Callable[[Answer], None]
Mend = Callable[[Question, Answer], Question | None]


class PatientLink(Link):
    """A worker's end of a wire that it does not depend on."""

    def __init__(
        self,
        clock: Clock,
        network: Network,
        receive: Callable[[Letter], None],
        *,
        channel: Channel,
        patience: float,
    ) -> None:
        super().__init__(clock, network, receive, channel=channel)
        self._patience = patience
        self._outbox: deque[tuple[Question, OnAnswer]] = deque()
        self._pump: Handle | None = None
        self._is_cut = False
        """Whether an answer has been waited for in vain, so that the next is not waited for at all."""
        self.mend: Mend = lambda question, answer: None
        """Asked about every answer that comes late: what is to be sent at once because of it."""

    def close(self) -> None:
        """The agent's process has ended, and what it meant to say with it."""
        self._outbox.clear()
        if self._pump is not None:
            self._clock.cancel(self._pump)

    async def ask(self, question: Question) -> Answer:
        """Send a question, after all that was told before it, and wait for the answer."""
        answer = await self._wait_for(question, None)
        assert answer is not None
        return answer[0]

    async def commands(self, commands: tuple[Command, ...], *blobs: bytes) -> tuple[Record, ...]:
        """Tell the board; no records where the answer is not there in time, and it is presumed to agree."""
        answer = await self._wait_for(Ask(commands=commands, blobs=blobs), self._patience)
        if answer is None:
            return ()
        assert isinstance(answer[0], tuple)
        return answer[0]

    def post(self, question: Question, on_answer: OnAnswer) -> None:
        """Send a question in its turn, and call back with the answer."""
        self._outbox.append((question, on_answer))
        if self._pump is None:
            self._pump = self._clock.spawn(self._send_all(), "outbox")

    async def _send_all(self) -> None:
        while self._outbox:
            question, on_answer = self._outbox.popleft()
            answer = await self._send(question)
            self._is_cut = False
            on_answer(answer)
        self._pump = None

    async def _wait_for(self, question: Question, seconds: float | None) -> tuple[Answer] | None:
        answered = Signal()
        box: list[Answer] = []
        gone_on = False

        def arrive(answer: Answer) -> None:
            again = self.mend(question, answer) if gone_on else None
            if again is not None:
                self._outbox.appendleft((again, arrive))
            box.append(answer)
            self._clock.notify(answered)

        self._network.begin_waiting()
        self.post(question, arrive)
        if seconds is not None and self._is_cut:
            seconds = 0.0
        while not box and await self._clock.wait(answered, seconds):
            pass
        self._is_cut = not box
        self._network.end_waiting()
        gone_on = not box
        return (box[0],) if box else None
