"""What an agent sees of the notes that its team shares."""

from collections.abc import Iterator

from brooks.core.events import NoteWritten
from brooks.core.state import State
from brooks.runtime.link import SeeBoard
from brooks.runtime.order import Tree

MOST_LISTED = 100
MOST_OF_LINE = 200
"""Characters shown of a note's first line, or of the one that was searched for."""


class SeeNotes(SeeBoard, frozen=True, kw_only=True):
    """Tell what the notes say; answered with a text."""

    name: str = ""
    """The note to show whole; empty for a list."""
    search: str = ""
    """Only notes with this in their name or text, in whatever case; empty for all."""


def notes_text(state: State, tree: Tree, question: SeeNotes) -> str:
    """One note whole, or a list of those that are there."""
    if question.name:
        versions = state.notes.get(question.name)
        if versions:
            return f"{_header(versions[-1])}:\n{_text(tree, versions[-1])}"
        return f"there is no note {question.name[:MOST_OF_LINE]!r}"
    found = list(_found(state, tree, question.search.casefold()))
    if not found:
        return "no note has this in it" if question.search and state.notes else "there are no notes"
    more = [f"and {len(found) - MOST_LISTED} more: search for less"] if found[MOST_LISTED:] else []
    return "\n".join((*found[:MOST_LISTED], *more))


def _found(state: State, tree: Tree, wanted: str) -> Iterator[str]:
    """A line for each note in which `wanted` is found, with the first line that has it."""
    for name, versions in state.notes.items():
        lines = _text(tree, versions[-1]).splitlines()
        hits = (line for line in lines if wanted in line.casefold())
        line = next(hits, None)
        if line is None and wanted not in name.casefold():
            continue
        shown = (line if line is not None else next(iter(lines), "")).strip()[:MOST_OF_LINE]
        yield f"{_header(versions[-1])}: {shown}"


def _header(note: NoteWritten) -> str:
    return f"{note.name} (version {note.version}, by {note.agent})"


def _text(tree: Tree, note: NoteWritten) -> str:
    return tree.blob(note.text).decode("utf-8", "replace")
