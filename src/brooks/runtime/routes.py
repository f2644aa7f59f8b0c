"""The ways from agents to models in one run: each model once, with its lane and its price."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from brooks.core.spec import Member, ModelSettings, Spec
from brooks.models.base import Model
from brooks.models.naming import parse_model
from brooks.models.prices import find_price
from brooks.runtime.asking import Route
from brooks.runtime.governor import Lane

MOST_FALLBACKS = 5


class Lanes(Protocol):
    """Where requests wait for their turn: a governor, or one machine's way to it."""

    def lane(self, model: str, key: str, settings: ModelSettings) -> Any:
        """The lane of a model and a key."""

    def open_gates(self) -> None:
        """Nobody need wait any longer."""


class Routes:
    """Makes the routes of every agent; models of providers share their lanes."""

    def __init__(
        self, spec: Spec, *, make: Callable[[str, ModelSettings], Model], governor: Lanes
    ) -> None:
        self._spec = spec
        self._make = make
        self._governor = governor
        self._settings: Mapping[str, ModelSettings] = {
            settings.model: settings for settings in spec.models
        }
        self._made: dict[str, Route] = {}

    def of(self, member: Member) -> tuple[Route, ...]:
        """The routes of one agent, in the order in which they are tried."""
        routes: list[Route] = []
        name: str | None = member.model or self._spec.model
        while name is not None and len(routes) < MOST_FALLBACKS:
            route = self._route(name)
            if route in routes:
                break
            routes.append(route)
            name = route.settings.fallback
        return tuple(routes)

    def lane(self, name: str) -> Lane | None:
        """The lane of a model that was asked for, by its canonical name; None if nobody has to wait."""
        return self._made[name].lane

    def open_gates(self) -> None:
        """Nobody need wait to ask a model any longer: the run winds down."""
        self._governor.open_gates()

    def _route(self, text: str) -> Route:
        name = parse_model(text)
        route = self._made.get(name.canonical)
        if route is None:
            settings = settings_for(self._settings, text)
            governed = name.is_provider or _is_limited(settings)
            route = self._made[name.canonical] = Route(
                name=name.canonical,
                model=self._make(text, settings),
                settings=settings,
                lane=self._governor.lane(name.canonical, name.kind, settings) if governed else None,
                pricing=find_price(name, settings),
            )
        return route


def settings_for(known: Mapping[str, ModelSettings], text: str) -> ModelSettings:
    """The settings that the user gave a model, under any spelling of its name, or the usual ones."""
    canonical = parse_model(text).canonical
    for name, settings in known.items():
        if parse_model(name).canonical == canonical:
            return settings
    return ModelSettings(model=canonical)


def _is_limited(settings: ModelSettings) -> bool:
    return any((settings.requests_per_minute, settings.tokens_per_minute, settings.concurrency))
