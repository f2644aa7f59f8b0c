"""Parts of a run are told only of events that they follow; whatever they look for must be among those."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

from brooks.analysis.spending import Spending
from brooks.core import events
from brooks.core.events import Event
from brooks.log.codec import EVENT_TYPES
from brooks.runtime import coordinator
from brooks.runtime.check_window import CheckWindow
from brooks.runtime.coordinator import Coordinator
from brooks.runtime.local_tree import LocalTree
from brooks.teams import pool
from brooks.teams.cohort import Cohort
from brooks.teams.guard import Guard
from brooks.teams.habits import Habits
from brooks.teams.pool import Pool

HEARERS: list[tuple[Callable[..., Any], frozenset[Any]]] = [
    (LocalTree.follow, LocalTree.FOLLOWED),
    (CheckWindow.follow, CheckWindow.FOLLOWED),
    (Cohort.follow, Cohort.FOLLOWED),
    (Guard.follow, Guard.FOLLOWED),
    (Spending.add, Spending.FOLLOWED),
    (Habits.learned, pool._HEARD),
    (Pool._hear, pool._HEARD),
    (Pool._note, pool._NOTED),
    (Coordinator._heed, coordinator._HEEDED),
]


def looked_for(method: Callable[..., Any]) -> set[type[Event]]:
    """The events that a method names in its `isinstance` and `case` lines."""
    lines = [
        line
        for line in inspect.getsource(method).splitlines()
        if re.search("isinstance|case", line)
    ]
    names = re.findall(r"\b[A-Z]\w+", " ".join(lines))
    return {EVENT_TYPES[name] for name in names if name in EVENT_TYPES}


@pytest.mark.parametrize(("method", "followed"), HEARERS)
def test_whatever_a_part_looks_for_it_is_told_of(
    method: Callable[..., Any], followed: frozenset[Any]
) -> None:
    """An event that a method learned to take note of must be in its table too."""
    wanted = looked_for(method)

    assert wanted
    assert wanted <= followed


def test_what_the_pool_listens_to_is_told_to_each_of_its_parts() -> None:
    """The pool passes over what it does not hear, so all that its parts follow must be heard."""
    assert Cohort.FOLLOWED | Guard.FOLLOWED | pool._NOTED | pool._STIRRING <= pool._HEARD
    assert {events.RunStarted, events.RunResumed} <= pool._HEARD
