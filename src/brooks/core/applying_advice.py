"""How the state follows claims that are only words, and writes that belong to no task.

The rules are those of `brooks.core.applying`, whose table names these handlers.
"""

from brooks.core import events
from brooks.core.state import State
from brooks.core.steps import write_file
from brooks.ids import TurnId


def claim_stated(state: State, event: events.ClaimStated, record: events.Record) -> None:
    state.tasks[event.task].claimed_by = event.agent
    _remember(state, event.turn, event)
    state.agents[event.agent].heard = record.time


def files_written(state: State, event: events.FilesWritten, record: events.Record) -> None:
    state.commits = event.commit
    for change in event.changes:
        write_file(state, change)
    _remember(state, event.turn, event)
    state.agents[event.agent].heard = record.time


def _remember(state: State, turn_id: TurnId, event: events.Remembered) -> None:
    turn = state.turns[turn_id]
    turn.done[event.call] = event
    turn.progress = state.time
