"""What is noted beside a log when a run begins, and how a process gets its signals back when it ends."""

import platform
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from brooks import __version__
from brooks.core.spec import Spec
from brooks.models.naming import parse_model
from brooks.models.prices import Pricing, find_price
from brooks.runtime.real_clock import wall_clock
from brooks.runtime.routes import settings_for


def models_of(spec: Spec) -> tuple[str, ...]:
    """The models of a run, each once."""
    return tuple(dict.fromkeys(member.model or spec.model for member in spec.team.members))


def all_models(spec: Spec) -> tuple[str, ...]:
    """The models of a run, those that they fall back to, and the one that tasks are escalated to."""
    fallbacks = [each.fallback for each in spec.models if each.fallback is not None]
    stronger = spec.team.rules.failing.escalate_to
    return tuple(dict.fromkeys((*models_of(spec), *fallbacks, *([stronger] if stronger else []))))


def prices_of(spec: Spec) -> dict[str, Pricing | None]:
    """What each of those models costs; None where nobody knows."""
    known = {settings.model: settings for settings in spec.models}
    return {
        model: find_price(parse_model(model), settings_for(known, model))
        for model in all_models(spec)
    }


def beginning(spec: Spec, *, simulated: bool) -> dict[str, Any]:
    """The part of a run's manifest that says what runs, on what, since when; never a key."""
    return {
        "team": spec.team.preset,
        "agents": len(spec.team.members),
        "size": spec.team.size,
        "models": list(models_of(spec)),
        "simulated": simulated,
        "prices": {
            model: None if price is None else price.source
            for model, price in prices_of(spec).items()
        },
        "clock": spec.clock,
        "seed": spec.seed,
        "brooks": __version__,
        "python": platform.python_version(),
        "executable": sys.executable,
        "platform": platform.platform(),
        "started": wall_clock().isoformat(timespec="microseconds"),
    }


@contextmanager
def own_signals() -> Iterator[None]:
    """Give signals their usual meaning back when a run, which takes them for itself, is over."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
