"""Letters from workers: each question is carried out once, however often it arrives.

A worker numbers its questions and sends each again until it is answered. The mailroom knows the
last answer of every channel and the question that is still open there; what arrives a second time
is given the same answer or left to wait. Answers go out only when `deliver` is called, which is
when what they say is committed.
"""

from collections import deque

from brooks.ids import AgentId
from brooks.runtime.link import Answer, Ask, Channel, Letter


class Mailroom:
    """Takes letters in and hands answers out."""

    def __init__(self) -> None:
        self.inbox: deque[Letter] = deque()
        """Letters that nobody has opened."""
        self._answers: list[tuple[Letter, Answer]] = []
        self._last: dict[Channel, tuple[int, Answer]] = {}
        self._open: dict[Channel, Letter] = {}
        """The question of each channel that has no answer yet."""
        self._lives: dict[AgentId, int] = {}

    def is_new_life(self, letter: Letter) -> bool:
        """Whether this is the first that is heard of an agent that was started again."""
        agent, life, _ = letter.channel
        if life <= self._lives.get(agent, 0):
            return False
        self._lives[agent] = life
        return True

    def is_present(self, letter: Letter) -> bool:
        """Whether a letter is from an agent's present life."""
        agent, life, _ = letter.channel
        return life == self._lives[agent]

    def open(self, letter: Letter) -> bool:
        """Whether a letter's question is to be carried out now."""
        if not self.is_present(letter) and not isinstance(letter.question, Ask):
            return False
        last = self._last.get(letter.channel)
        if last is not None and letter.number <= last[0]:
            if letter.number == last[0]:
                self._answers.append((letter, last[1]))
            return False
        waiting = self._open.get(letter.channel)
        if waiting is not None and letter.number <= waiting.number:
            return False
        self._open[letter.channel] = letter
        return True

    def put_back(self, letters: list[Letter]) -> None:
        """Have letters opened again that were opened and left to wait; the list is empty afterwards."""
        for letter in letters:
            self._open.pop(letter.channel, None)
            self.inbox.append(letter)
        letters.clear()

    def answer(self, letter: Letter, answer: Answer) -> None:
        """Answer a question; it goes out with the next delivery."""
        self._open.pop(letter.channel, None)
        self._last[letter.channel] = (letter.number, answer)
        self._answers.append((letter, answer))

    def deliver(self) -> None:
        """Hand out what is answered."""
        answers, self._answers = self._answers, []
        for letter, answer in answers:
            letter.reply(answer)
