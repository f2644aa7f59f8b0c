"""How long a turn ought to take, and what it ought to write, by those of the same run that have ended.

A turn is compared with its cohort: the seconds that ended turns took, at the speed of their agents,
where half of a unit's time is there whatever the effort. Past a quantile of that it is late (Dean and
Barroso 2013; MapReduce backs
up what is left at the end, 2004). With few turns ended nothing is late, because nothing is known.
"""

from bisect import insort
from collections.abc import Mapping
from math import ceil
from typing import ClassVar

from brooks.core import events
from brooks.core.facts import EndReason
from brooks.core.spec import Member
from brooks.core.state import State, Status
from brooks.ids import AgentId, TaskId, TurnId

FEWEST = 3
"""Ended turns below which nothing is predicted."""
FIXED = 0.5
"""Share of a turn of one unit of effort that does not grow with the effort (published runs: 0.3 to 0.7)."""
FIRST_GUESS = 300.0
"""Output tokens for a unit of effort, before any turn has ended: what the published runs' files had
(106 to 429 a file)."""


class Cohort:
    """What ended turns tell of those that go on."""

    FOLLOWED: ClassVar[frozenset[type[events.Event]]] = frozenset(
        {events.TurnStarted, events.ReplyReceived, events.TurnEnded}
    )
    """What it takes note of; of all else it need not be told."""

    def __init__(self, members: Mapping[AgentId, Member]) -> None:
        self._members = members
        self._samples: list[float] = []
        """Seconds for a turn of one unit of effort at speed 1, sorted."""
        self._began: dict[TurnId, float] = {}
        self._tasks: dict[TurnId, tuple[TaskId, ...]] = {}
        self._written: dict[TurnId, int] = {}
        self._tokens = 0
        self._effort = 0.0

    def follow(self, event: events.Event, state: State, now: float) -> None:
        """Take in what happened."""
        if isinstance(event, events.TurnStarted):
            self._began[event.turn] = now
            self._tasks[event.turn] = event.tasks
        elif isinstance(event, events.ReplyReceived):
            if event.turn in self._began:
                written = self._written.get(event.turn, 0)
                self._written[event.turn] = written + event.usage.output_tokens
        elif isinstance(event, events.TurnEnded):
            self._ended(event, state, now)

    def _ended(self, event: events.TurnEnded, state: State, now: float) -> None:
        began = self._began.pop(event.turn, None)
        tasks = self._tasks.pop(event.turn, ())
        written = self._written.pop(event.turn, 0)
        member = self._members.get(event.agent)
        done = sum(
            state.graph.weight(task) for task in tasks if state.tasks[task].status is Status.DONE
        )
        if event.reason is EndReason.FINISHED and began is not None and done and member is not None:
            insort(self._samples, (now - began) * member.speed / _units(done))
            self._tokens += written
            self._effort += done

    @property
    def tokens_for_effort(self) -> float:
        """Output tokens that a unit of effort takes."""
        known = self._effort
        return (FIRST_GUESS * 2 + self._tokens) / (2 + known)

    def seconds(self, effort: float, agent: AgentId, quantile: float) -> float | None:
        """How long such a turn of this agent takes at most, as often as `quantile` says; None if unknown."""
        if len(self._samples) < FEWEST:
            return None
        at = max(ceil(quantile * len(self._samples)) - 1, 0)
        return self._samples[at] * _units(effort) / self._members[agent].speed


def _units(effort: float) -> float:
    """How many times as long as one unit of effort so much takes in one turn."""
    return FIXED + (1 - FIXED) * effort
