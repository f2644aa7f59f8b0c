"""How much a simulated model reads and writes, and how long that takes.

Two ways. A profile that was guessed counts what is there: four characters a token, and one lognormal
factor on the time of the whole reply. A profile that was fitted to logs knows how long a file is and
how a conversation grows, whatever the simulated texts are like, so that tasks of which nobody has a
solution are simulated too:

    output   (thinking tokens + files times tokens a file times the task's effort) times a lognormal
             factor of mean 1, up to the cap of the team: what does not go into a reply is cut off
    input    the first prompt, and for each message in the agent's memory what it adds, and the
             agent's own replies, which it is shown again
    time     overhead times a lognormal factor of mean 1, and output tokens over speed; a reply that
             writes no file has a mean time of its own

A file of a part counts as a file: an agent that adds to a shared file writes it whole.
"""

from collections.abc import Callable, Iterable, Mapping
from random import Random

from brooks.core.facts import Usage
from brooks.ids import AgentId, TurnId
from brooks.models.base import (
    Answered,
    Reply,
    Request,
    Said,
    count_input_tokens,
    count_tokens,
    reply_text,
)
from brooks.models.profile import Profile
from brooks.models.solutions import Solutions

CHARACTERS_A_TOKEN = 4


class Amounts:
    """What replies cost under one profile."""

    def __init__(
        self, profile: Profile, solutions: Solutions, chance: Callable[..., Random]
    ) -> None:
        self._profile = profile
        self._solutions = solutions
        self._chance = chance

    def room(self, request: Request) -> float:
        """Characters that go into a reply beside its thinking."""
        room = (request.max_output_tokens - self._profile.thinking_tokens) * CHARACTERS_A_TOKEN
        if not self._profile.output_sigma:
            return room
        return room / self._factor(request.agent, request.turn, request.index)

    def characters(self, steps: Iterable[tuple[str, Mapping[str, str]]]) -> float:
        """What tool calls take of it."""
        return sum(self._of_step(name, arguments) for name, arguments in steps)

    def usage(self, request: Request, reply: Reply) -> Usage:
        """What a reply is billed for."""
        return Usage(input_tokens=self._input(request), output_tokens=self._output(request, reply))

    def seconds(self, request: Request, reply: Reply, usage: Usage) -> float:
        """How long it takes."""
        profile = self._profile
        random = self._chance("latency", request.agent, request.turn, request.index)
        stalled = random.random() < profile.stall
        seconds = (
            self._overhead(reply, random)
            + profile.seconds_per_1k_input * usage.input_tokens / 1000
            + self._writing(reply, usage)
        )
        sigma = profile.latency_sigma
        if sigma:
            seconds *= random.lognormvariate(-sigma * sigma / 2, sigma)
        if profile.pace_sigma:
            spread = profile.pace_sigma
            seconds *= self._chance("pace").lognormvariate(-spread * spread / 2, spread)
        return seconds + profile.stall_seconds if stalled else seconds

    def _overhead(self, reply: Reply, random: Random) -> float:
        profile = self._profile
        seconds = profile.overhead_seconds
        if profile.idle_seconds is not None and not _writes(reply):
            seconds = profile.idle_seconds
        sigma = profile.overhead_sigma
        return seconds * random.lognormvariate(-sigma * sigma / 2, sigma) if sigma else seconds

    def _writing(self, reply: Reply, usage: Usage) -> float:
        if self._profile.idle_seconds is not None and not _writes(reply):
            return 0.0
        return usage.output_tokens / self._profile.output_tokens_per_second

    def _of_step(self, name: str, arguments: Mapping[str, str]) -> float:
        if not self._profile.file_tokens:
            return len(name) + sum(len(key) + len(value) for key, value in arguments.items())
        if name != "write_file":
            return 0.0
        effort = self._solutions.effort_of(arguments["path"])
        return self._profile.file_tokens * effort * CHARACTERS_A_TOKEN

    def _output(self, request: Request, reply: Reply) -> int:
        profile = self._profile
        if not profile.file_tokens:
            return count_tokens(reply_text(reply)) + profile.thinking_tokens
        if profile.idle_seconds is not None and not _writes(reply):
            left = profile.idle_seconds - profile.overhead_seconds
            most = left * profile.output_tokens_per_second
            return max(1, round(min(most, profile.thinking_tokens)))
        files = self.characters((call.name, call.arguments) for call in reply.calls)
        tokens = profile.thinking_tokens + files / CHARACTERS_A_TOKEN
        tokens *= self._factor(request.agent, request.turn, request.index)
        return min(round(tokens), request.max_output_tokens)

    def _input(self, request: Request) -> int:
        profile = self._profile
        if profile.prompt_tokens is None:
            return count_input_tokens(request)
        told = [item for item in request.conversation if isinstance(item, Said)]
        messages = sum(item.role != "system" for item in told)
        own = sum(
            item.reply.usage.output_tokens
            for item in request.conversation
            if isinstance(item, Answered)
        )
        return profile.prompt_tokens + max(messages - 1, 0) * profile.message_tokens + own

    def _factor(self, agent: AgentId, turn: TurnId, index: int) -> float:
        """How much wordier than usual a reply is."""
        sigma = self._profile.output_sigma
        if not sigma:
            return 1.0
        return self._chance("output", agent, turn, index).lognormvariate(-sigma * sigma / 2, sigma)


def _writes(reply: Reply) -> bool:
    return any(call.name == "write_file" for call in reply.calls)
