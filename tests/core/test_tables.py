"""The tables that must stay whole: every command and event has its handler, every move is as drawn."""

from typing import get_args

import pytest

from brooks.core import applying, board, events, steps
from brooks.core.commands import Command
from brooks.core.events import Event, Record
from brooks.core.moves import MOVES, Move
from brooks.core.spec import Task
from brooks.core.state import State, Status
from brooks.errors import InternalError
from brooks.ids import Position, TaskId

COLUMNS = ["waiting", "ready", "leased", "queued", "done", "failed", "blocked", "cancelled"]
DRAWN = """
              waiting   ready     leased    queued    done      failed    blocked   cancelled
  offer       ready     -         -         -         -         -         -         -
  hold_back   -         waiting   -         -         -         -         -         -
  lease       leased    leased    leased    queued    -         -         -         -
  lose        -         -         waiting   queued    -         -         -         -
  queue       queued    queued    queued    -         -         -         -         -
  mend        -         -         -         leased    -         -         -         -
  drop        -         -         -         waiting   -         -         -         -
  finish      -         -         -         done      -         -         -         -
  mark        done      done      done      -         -         -         -         -
  fail        failed    failed    failed    -         -         -         -         -
  block       blocked   blocked   blocked   -         -         -         -         -
  cancel      cancelled cancelled cancelled -         -         cancelled cancelled -
  requeue     -         -         -         -         -         waiting   waiting   waiting
  reopen      -         -         -         -         waiting   -         -         -
"""
ROWS = {cells[0]: cells[1:] for cells in map(str.split, DRAWN.strip().splitlines()[1:])}


def test_every_command_has_a_handler() -> None:
    """A command that someone adds to the union and forgets in the board's table."""
    assert set(board._HANDLERS) == set(get_args(Command))


def test_every_event_has_a_handler() -> None:
    """An event that someone adds to the union and forgets in the only door to the state."""
    assert set(applying._HANDLERS) == set(get_args(Event))


def test_drawing_shows_every_move() -> None:
    """The drawing above has a row for each move and a column for each status."""
    assert set(ROWS) == {move.value for move in Move}
    assert set(COLUMNS) == {status.value for status in Status}
    assert set(MOVES) == set(Move)


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("move", list(Move))
def test_move_is_legal_where_the_drawing_says_so(move: Move, status: Status) -> None:
    """One task in each status is asked to make each move; an illegal one changes nothing."""
    state = State()
    added = events.TaskAdded(task=Task(id=TaskId("a")))
    applying.apply(state, Record(Position(1), 0.0, Position(0), added))
    task = state.tasks[TaskId("a")]
    task.status = status
    state.counts = {each: int(each is status) for each in Status}
    target = ROWS[move.value][COLUMNS.index(status.value)]

    if target == "-":
        with pytest.raises(InternalError, match=f"'a' cannot '{move.value}' while"):
            steps.move(state, task, move)
        target = status.value
    else:
        steps.move(state, task, move)

    assert task.status.value == target
    assert state.counts == {each: int(each.value == target) for each in Status}


def test_record_must_follow_the_one_before() -> None:
    """A log with a gap is not folded."""
    state = State()
    record = Record(Position(2), 0.0, Position(0), events.RunPaused())

    with pytest.raises(InternalError, match="record 2 does not follow position 0"):
        applying.apply(state, record)
