"""Shared notes: texts under names, in versions; a note is written by whoever saw its last version."""

from collections.abc import Sequence

from brooks.core import commands, events
from brooks.core.ending import refuse
from brooks.core.events import Event
from brooks.core.facts import RefusalReason
from brooks.core.mailing import too_late
from brooks.core.state import Phase, State

MOST_NAME = 100
"""Characters of a note's name."""
MOST_NOTES = 1000
"""How many notes a team may keep."""


def is_name(name: str) -> bool:
    """Whether a note may be called this: short, printable, and with no space around it."""
    return 0 < len(name) <= MOST_NAME and name.isprintable() and name == name.strip()


def write(state: State, command: commands.WriteNote, now: float) -> Sequence[Event]:
    """Put a text under a name; refused when it was not written from the last version there."""
    if state.phase is not Phase.RUNNING:
        return refuse(command, RefusalReason.RUN_NOT_OPEN)
    agent = state.agents.get(command.agent)
    if agent is None or agent.left:
        return refuse(command, RefusalReason.UNKNOWN_AGENT)
    late = too_late(state, command)
    if late:
        return late
    if not state.rules.messaging.notes or not is_name(command.name):
        return refuse(command, RefusalReason.NOT_ALLOWED, turn=command.turn, detail=command.name)
    versions = state.notes.get(command.name, ())
    if command.base != len(versions):
        return refuse(
            command, RefusalReason.STALE_WRITE, turn=command.turn, detail=f"{len(versions)}"
        )
    if not versions and len(state.notes) >= MOST_NOTES:
        return refuse(command, RefusalReason.TOO_MANY, turn=command.turn, detail=f"{MOST_NOTES}")
    return [
        events.NoteWritten(
            agent=command.agent,
            name=command.name,
            text=command.text,
            version=len(versions) + 1,
            turn=command.turn,
            call=command.call,
        )
    ]
