"""Consoles that print into a string, and records from events with their times."""

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from brooks.core.events import Event, Record
from brooks.ids import Position

History = list[tuple[float, Event]]


@pytest.fixture
def recorded() -> Callable[[History], list[Record]]:
    """Turn events with their times into records."""

    def number(history: History) -> list[Record]:
        return [
            Record(Position(index), time, Position(0), event)
            for index, (time, event) in enumerate(history, 1)
        ]

    return number


@pytest.fixture
def file_console() -> Console:
    """Eighty columns that are no terminal."""
    return Console(file=io.StringIO(), width=80, height=24, force_terminal=False, _environ={})


@pytest.fixture
def terminal() -> Console:
    """A terminal of 80 by 24 that knows no colours."""
    return Console(
        file=io.StringIO(),
        width=80,
        height=24,
        force_terminal=True,
        force_interactive=True,
        color_system=None,
        _environ={},
    )


@pytest.fixture
def printed() -> Callable[[Console], list[str]]:
    """What a console has printed, line by line."""

    def read(console: Console) -> list[str]:
        assert isinstance(console.file, io.StringIO)
        return [line.rstrip() for line in console.file.getvalue().splitlines()]

    return read
