"""The provider's limits: requests and tokens in any window of a fixed length that ends now.

A request counts from the moment it arrives, with all its tokens, those of the reply included. One
that was refused for the limits counts for nothing.
"""

from collections import deque
from typing import NamedTuple

from brooks.core.message import Message


class Limits(Message, frozen=True, kw_only=True):
    """What a provider lets through; None for no limit."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    """Input and output tokens together."""
    window_seconds: float = 60.0
    """The length of the "minute"."""
    whole_seconds: bool = True
    """Whether `Retry-After` is rounded up to a second, as HTTP wants it; else to a millisecond."""


class _Admitted(NamedTuple):
    at: float
    tokens: int


class Gate:
    """Lets requests through as far as the limits allow."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._admitted: deque[_Admitted] = deque()
        self._tokens = 0

    def admit(self, now: float, tokens: int) -> float | None:
        """Let a request through, or say after how many seconds it would be."""
        window = self._limits.window_seconds
        while self._admitted and self._admitted[0].at <= now - window:
            self._tokens -= self._admitted.popleft().tokens
        free_at = max(self._requests_free(now), self._tokens_free(tokens, now))
        if free_at > now:
            return free_at - now
        self._admitted.append(_Admitted(now, tokens))
        self._tokens += tokens
        return None

    def _requests_free(self, now: float) -> float:
        most = self._limits.requests_per_minute
        if most is None or len(self._admitted) < most:
            return 0.0
        if not most:
            return now + self._limits.window_seconds
        return self._admitted[len(self._admitted) - most].at + self._limits.window_seconds

    def _tokens_free(self, tokens: int, now: float) -> float:
        """When there is room for so many tokens; a whole window away for more than there ever is."""
        most = self._limits.tokens_per_minute
        if most is None:
            return 0.0
        if tokens > most:
            return now + self._limits.window_seconds
        over = self._tokens + tokens - most
        free_at = 0.0
        for admitted in self._admitted:
            if over <= 0:
                break
            over -= admitted.tokens
            free_at = admitted.at + self._limits.window_seconds
        return free_at
