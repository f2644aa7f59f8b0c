"""What a worker of a Ray cluster does with a list of pieces: what it has begun once it goes on with.

This runs in a process that Ray started, maybe on another machine, with nothing but what it was sent.
"""

import pickle
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from brooks.runtime.collecting import seldom_collecting
from brooks.runtime.fleet.protocol import Raised


class Answered(NamedTuple):
    """What came of a list of pieces."""

    made: list[Any]
    """A result, or a `Raised`, for each piece; nothing is done after one that raised."""
    seconds: float
    """What all of them took, without what it took to begin."""
    node: str
    """Ray's name for the machine."""


_BEGUN: dict[str, Callable[[Any], Any]] = {}
"""What this process works on, by the hash of how it was sent; one at a time is kept."""


def carry_out(key: str, order: bytes, pieces: Sequence[Any], *, node: str) -> Answered:
    """Do a list of pieces.

    Args:
        key: The hash of the order.
        order: The work, pickled.
        pieces: The list.
        node: Ray's name for the machine.
    """
    try:
        if key not in _BEGUN:
            _BEGUN.clear()
            _BEGUN[key] = pickle.loads(order).begin()  # noqa: S301 - whoever asks may run code here anyhow
    except Exception as error:  # noqa: BLE001 - it is raised where the work was asked for
        return Answered([Raised.of(error)], 0.0, node)
    began = _now()
    made: list[Any] = []
    with seldom_collecting():
        for piece in pieces:
            try:
                made.append(_BEGUN[key](piece))
            except Exception as error:  # noqa: BLE001 - as above
                made.append(Raised.of(error))
                break
    return Answered(made, _now() - began, node)


def _now() -> float:
    return time.monotonic()  # noqa: TID251 - how long real work takes
