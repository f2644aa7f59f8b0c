"""A ticket: what an agent holds from being let in until it is known how its request fared.

As a context manager it is safe to leave by any way: one that is still open then, because the
coroutine was cancelled or something raised, is closed as the careful reading of what was done with
it: a request that was sent goes on counting, one that was not is taken back.
"""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from brooks.errors import InternalError
from brooks.models.base import AttemptFailed
from brooks.runtime.clock import Clock
from brooks.runtime.governor.admission import Admission, Pass
from brooks.runtime.governor.reasons import Why

Backoff = Callable[[AttemptFailed, int], float]


class Ticket:
    """The right to send one request; exactly one of its four ways to close it may be used, once."""

    __slots__ = ("_admission", "_backoff", "_clock", "_freed", "_open", "_passed", "waited", "why")

    def __init__(
        self,
        admission: Admission,
        passed: Pass | None,
        *,
        clock: Clock,
        backoff: Backoff,
        freed: Callable[[], None],
        waited: float = 0.0,
        why: Why = "",
    ) -> None:
        self._admission = admission
        self._passed = passed
        """None when the gates are open and nothing counts any longer."""
        self._clock = clock
        self._backoff = backoff
        self._freed = freed
        """To be called when others may have got room."""
        self._open = True
        self.waited = waited
        """Seconds from asking until it was given."""
        self.why: Why = why
        """The main reason for that."""

    def sent(self) -> None:
        """Say that the request is sent now; to be called right before it is.

        Raises:
            InternalError: when the ticket is closed.
        """
        self._check_open()
        if self._passed is not None:
            self._admission.sent(self._passed, self._clock.time())

    def succeeded(self, tokens: int) -> None:
        """Close it: the reply is there, and took so many tokens; 0 if nobody knows how many.

        Raises:
            InternalError: when the ticket is closed.
        """
        self._close()
        if self._passed is not None:
            self._admission.succeeded(self._passed, self._clock.time(), tokens)
            self._freed()

    def failed(self, failure: AttemptFailed, attempt: int) -> float:
        """Close it: this attempt, counted from 1, failed; the seconds to wait before the next.

        Raises:
            InternalError: when the ticket is closed.
        """
        self._close()
        if self._passed is not None:
            self._admission.failed(
                self._passed, self._clock.time(), failure.kind, failure.retry_after
            )
            self._freed()
        return self._backoff(failure, attempt)

    def cancelled(self) -> None:
        """Close it: the request was never sent, and everything is given back.

        Raises:
            InternalError: when the ticket is closed, or the request was sent.
        """
        if self._is_sent:
            raise InternalError("a ticket was cancelled whose request was sent")
        self._close()
        if self._passed is not None:
            self._admission.cancelled(self._passed)
            self._freed()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._open:
            return
        if not self._is_sent:
            self.cancelled()
            return
        self._close()
        if self._passed is not None:
            self._admission.lost(self._passed)
            self._freed()

    @property
    def _is_sent(self) -> bool:
        return self._passed is not None and self._passed.generation is not None

    def _check_open(self) -> None:
        if not self._open:
            raise InternalError("a ticket was used after it was closed")

    def _close(self) -> None:
        self._check_open()
        self._open = False
