"""The governor: one in a run, for all agents together.

It keeps a lane for each model and key, since what providers limit they limit by these.
"""

from collections.abc import Callable
from random import Random

from brooks.core.spec import ModelSettings
from brooks.runtime.clock import Clock
from brooks.runtime.governor.lane import Lane, LaneView
from brooks.runtime.governor.spacing import STAGGER_SECONDS


class Governor:
    """Decides when a request may be sent to a model."""

    def __init__(
        self,
        clock: Clock,
        chance: Callable[..., Random],
        *,
        agents: int,
        stagger_seconds: float = STAGGER_SECONDS,
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._agents = max(agents, 1)
        self._stagger_seconds = stagger_seconds
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._gates_open = False

    def lane(self, model: str, key: str, settings: ModelSettings) -> Lane:
        """The lane of a model and a key; its settings are those of the first who asked for it."""
        found = self._lanes.get((key, model))
        if found is None:
            found = self._lanes[key, model] = Lane(
                model,
                key,
                settings,
                clock=self._clock,
                agents=self._agents,
                stagger_seconds=self._stagger_seconds,
                breaker_random=self._chance("governor", key, model, "breaker"),
                backoff_random=self._chance("governor", key, model, "backoff"),
            )
            if self._gates_open:
                found.open_gates()
        return found

    def open_gates(self) -> None:
        """The run winds down: who waits goes on at once, and nobody waits from now on."""
        self._gates_open = True
        for lane in self._lanes.values():
            lane.open_gates()

    def snapshot(self) -> tuple[LaneView, ...]:
        """How things stand in every lane, in the order in which they were first used."""
        return tuple(lane.view() for lane in self._lanes.values())
