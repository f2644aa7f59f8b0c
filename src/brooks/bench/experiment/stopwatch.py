"""Real time, for estimates and progress; nothing that is measured of a run depends on it."""

import time
from typing import NamedTuple


def now() -> float:
    """Seconds of a clock that only goes forward."""
    return time.monotonic()  # noqa: TID251 - how long the machine takes is what is asked here


class Took(NamedTuple):
    """What a piece of work took of this process."""

    cpu_seconds: float
    seconds: float


class Stopwatch:
    """Measures from when it was made."""

    def __init__(self) -> None:
        self._cpu = time.process_time()
        self._began = now()

    def read(self) -> Took:
        """What was taken until now."""
        return Took(time.process_time() - self._cpu, now() - self._began)
