"""What goes wrong on purpose: a plan drawn from a seed, for each request in its order of arrival."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Literal

import msgspec

from brooks.core.message import Message
from brooks.errors import OutsideError, UsageError


class Mishap(StrEnum):
    """One thing that may befall a request."""

    RATE_LIMITED = "rate_limited"
    """429 with `Retry-After` in seconds."""
    RATE_LIMITED_UNTIL = "rate_limited_until"
    """429 with `Retry-After` as an HTTP date."""
    RATE_LIMITED_SILENT = "rate_limited_silent"
    """429 without `Retry-After`."""
    SERVER_ERROR = "server_error"
    """500."""
    OVERLOADED = "overloaded"
    """529 with Anthropic, 503 with the others."""
    HANG = "hang"
    """Nothing for `hang_seconds`, then the connection is closed."""
    DROPPED = "dropped"
    """The connection breaks before any byte."""
    DROPPED_MIDWAY = "dropped_midway"
    """The connection breaks in the middle of the body."""
    CUT_OFF = "cut_off"
    """A whole HTTP answer that holds only half of the JSON, or a stream that ends early."""
    WRONG_ARGUMENTS = "wrong_arguments"
    """One call's arguments are broken JSON, lack one or have a wrong type, or its tool is unknown."""
    EMPTY = "empty"
    """A reply with neither text nor calls."""
    LENGTH = "length"
    """A reply that was cut off at the output limit, half way."""


IN_REPLY = frozenset({Mishap.WRONG_ARGUMENTS, Mishap.EMPTY, Mishap.LENGTH})
"""Mishaps that leave HTTP whole and spoil the reply itself."""

UNWORKED = frozenset(
    {
        Mishap.RATE_LIMITED,
        Mishap.RATE_LIMITED_UNTIL,
        Mishap.RATE_LIMITED_SILENT,
        Mishap.SERVER_ERROR,
        Mishap.OVERLOADED,
    }
)
"""Mishaps in which the provider does no work and bills none."""


class Faults(Message, frozen=True, kw_only=True):
    """A plan of what goes wrong."""

    rates: Mapping[Mishap, float] = {}
    """The probability of each mishap for one request; they sum to at most 1."""
    seed: int = 0
    first: tuple[Mishap | None, ...] = ()
    """What befalls the first requests, in order; chance decides only after them."""
    retry_after: float = 1.0
    """Seconds that a 429 asks to wait; sent as it is, and rounded up to a second in an HTTP date."""
    hang_seconds: float = 600.0
    latency: float = 0.0
    """Seconds until a reply begins."""
    latency_kind: Literal["constant", "exponential"] = "constant"
    """Whether `latency` is the same for all, or the mean of an exponential."""
    common_failure_until: float = 0.0
    """Every request within so many seconds after the first one is answered with one status."""
    common_failure_status: int = 503

    def __post_init__(self) -> None:
        unknown = [name for name in self.rates if name not in list(Mishap)]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no mishap; there are {', '.join(Mishap)}")
        total = sum(self.rates.values())
        if total > 1 + 1e-9 or any(rate < 0 for rate in self.rates.values()):
            raise ValueError(f"rates must be at least 0 and sum to at most 1, not {total:g}")

    def mishap(self, number: int) -> Mishap | None:
        """What befalls the request that arrives as this one, counted from 0."""
        if number < len(self.first):
            return self.first[number]
        drawn = Random(f"{self.seed}/mishap/{number}").random()
        for mishap in Mishap:
            drawn -= self.rates.get(mishap, 0.0)
            if drawn < 0:
                return mishap
        return None

    def chance(self, number: int) -> Random:
        """The stream that says how exactly a request's reply is spoilt."""
        return Random(f"{self.seed}/spoil/{number}")

    def seconds(self, number: int) -> float:
        """How long a request waits for its reply."""
        if self.latency_kind == "constant" or not self.latency:
            return self.latency
        return Random(f"{self.seed}/latency/{number}").expovariate(1.0 / self.latency)


def load_faults(path: Path) -> Faults:
    """The plan in a JSON file, whose keys are the fields of `Faults`.

    Raises:
        OutsideError: The file cannot be read.
        UsageError: It holds no plan.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Faults)
    except OSError as error:
        raise OutsideError(f"{str(path)!r} cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise UsageError(f"{str(path)!r} is no plan of faults: {error}") from error
