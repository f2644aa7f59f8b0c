"""The legal moves of a task, as a table: print it, test it whole, draw the picture in the docs from it.

Every change of a task's status is one of these moves. The board decides only legal ones; an event
in a log that asks for another is a broken log or a bug, and `brooks.core.applying` raises.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from brooks.core.state import Status


class Move(StrEnum):
    """What can happen to a task."""

    OFFER = "offer"
    """Its last dependency is done, or it came back and needs none."""
    HOLD_BACK = "hold_back"
    """A dependency was added that is not done."""
    LEASE = "lease"
    LOSE = "lose"
    """Its holder handed it back, fell silent, or was revoked."""
    QUEUE = "queue"
    """A change for it was accepted."""
    MEND = "mend"
    """Its change was dropped and its holder may try again."""
    DROP = "drop"
    """Its change was dropped and nobody holds it."""
    FINISH = "finish"
    """Its change was merged."""
    MARK = "mark"
    """It was marked done without a check, in teams that promise none."""
    FAIL = "fail"
    BLOCK = "block"
    CANCEL = "cancel"
    REQUEUE = "requeue"
    REOPEN = "reopen"
    """Its check failed on the final tree."""


MOVES: Mapping[Move, Mapping[Status, Status]] = MappingProxyType(
    {
        Move.OFFER: {Status.WAITING: Status.READY},
        Move.HOLD_BACK: {Status.READY: Status.WAITING},
        Move.LEASE: {
            Status.READY: Status.LEASED,
            Status.WAITING: Status.LEASED,
            Status.LEASED: Status.LEASED,
            Status.QUEUED: Status.QUEUED,
        },
        Move.LOSE: {Status.LEASED: Status.WAITING, Status.QUEUED: Status.QUEUED},
        Move.QUEUE: {
            Status.WAITING: Status.QUEUED,
            Status.READY: Status.QUEUED,
            Status.LEASED: Status.QUEUED,
        },
        Move.MEND: {Status.QUEUED: Status.LEASED},
        Move.DROP: {Status.QUEUED: Status.WAITING},
        Move.FINISH: {Status.QUEUED: Status.DONE},
        Move.MARK: {
            Status.WAITING: Status.DONE,
            Status.READY: Status.DONE,
            Status.LEASED: Status.DONE,
        },
        Move.FAIL: {
            Status.WAITING: Status.FAILED,
            Status.READY: Status.FAILED,
            Status.LEASED: Status.FAILED,
        },
        Move.BLOCK: {
            Status.WAITING: Status.BLOCKED,
            Status.READY: Status.BLOCKED,
            Status.LEASED: Status.BLOCKED,
        },
        Move.CANCEL: {
            Status.WAITING: Status.CANCELLED,
            Status.READY: Status.CANCELLED,
            Status.LEASED: Status.CANCELLED,
            Status.BLOCKED: Status.CANCELLED,
            Status.FAILED: Status.CANCELLED,
        },
        Move.REQUEUE: {
            Status.FAILED: Status.WAITING,
            Status.CANCELLED: Status.WAITING,
            Status.BLOCKED: Status.WAITING,
        },
        Move.REOPEN: {Status.DONE: Status.WAITING},
    }
)
