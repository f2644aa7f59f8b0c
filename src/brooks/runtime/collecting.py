"""When Python's garbage collector looks at what runs make."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

COLLECT_AFTER = 200_000
"""Objects made and not freed after which the garbage collector looks at them: most of a run are
records, which hold no cycles."""


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Have the garbage collector look seldom at what is made meanwhile, and not at what was there before.

    What is in memory when a run begins stays to its end, and the clients of providers alone are hundreds
    of thousands of objects. Inside another one it does nothing, so that a sweep is one and not many.
    """
    before = gc.get_threshold()
    if before[0] >= COLLECT_AFTER:
        yield
        return
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
