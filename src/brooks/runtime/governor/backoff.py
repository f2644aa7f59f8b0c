"""How long a request waits after an attempt at it failed.

The law, which the arrivals at a server must show: after attempt k has failed, counted from 1, the
wait is

    R + U(0, min(most_backoff_seconds, backoff_seconds * 2 ** (k - 1)))

where R is what the server asked to wait, or 0, and U is uniform: "full jitter", which of the usual
forms makes the fewest calls in all (Brooker, "Exponential Backoff And Jitter", AWS Architecture
Blog, 2015). The random part comes on top of R, since all who are told to wait are told the same.
"""

from random import Random

from brooks.core.spec import ModelSettings

MOST_DOUBLINGS = 60
"""Beyond these every bound is at its most; more would not fit a float."""


def backoff_seconds(
    attempt: int, retry_after: float | None, settings: ModelSettings, random: Random
) -> float:
    """The wait after this attempt, counted from 1, has failed."""
    doublings = min(max(attempt - 1, 0), MOST_DOUBLINGS)
    bound = min(settings.most_backoff_seconds, settings.backoff_seconds * 2.0**doublings)
    return max(0.0, retry_after or 0.0) + random.uniform(0.0, bound)
