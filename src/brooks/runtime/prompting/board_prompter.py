"""What an agent of an advisory team is told each time it is asked: how all tasks stand, and its own in full.

Of others' tasks it sees ids, titles, states and files, never the description, as in the published
experiment. What stands in a message that it remembers is not told again: its own tasks, the
project's notes, and in rounds the files that its tasks name or build on.
"""

from collections.abc import Callable, Iterator, Sequence

from brooks.core.events import FilesWritten
from brooks.core.state import Status
from brooks.models.base import Said, SeenBoard, SeenTask
from brooks.runtime.order import Tree, TurnOrder
from brooks.runtime.prompting.cutting import cut_middle
from brooks.runtime.prompting.project_notes import notes_on
from brooks.runtime.prompting.prompter import Prompter, quoted

MOST_TASKS = 200
"""Tasks that are listed."""
MOST_FILES = 30
FILE_HEAD, FILE_TAIL = 4_000, 2_000
"""Characters shown of a file: how it begins, and how it ends."""

Knows = Callable[[str], bool]


class BoardPrompter:
    """Writes the messages of advisory teams."""

    def __init__(self, prompter: Prompter, tree: Tree) -> None:
        self._prompter = prompter
        self._tree = tree

    def opening(self, order: TurnOrder, knows: Knows) -> tuple[Said, Said, tuple[str, ...]]:
        """The instructions, the message, and what it tells beside how the tasks stand."""
        board = order.board
        assert board is not None
        tasks = [each for each in order.assignments if not knows(f"task {each.task.id}")]
        files = list(self._files(order, knows)) if board.round else []
        notes = "" if knows("notes") else self._notes(order)
        message = self._prompter.fill(
            "board",
            agent=order.agent,
            round=str(board.round or ""),
            notes=quoted(notes),
            board="\n".join(_lines(board, order)),
            tasks="\n\n".join(self._prompter.task_text(each) for each in tasks),
            files="\n\n".join(text for _, text in files),
            unread=str(board.unread or ""),
        )
        told = (*(f"task {each.task.id}" for each in tasks), *(fact for fact, _ in files), "notes")
        system = self._prompter.fill(_system(board), agent=order.agent)
        return Said(role="system", text=system), Said(role="user", text=message), told

    def facts_of(self, written: FilesWritten | None) -> tuple[str, ...]:
        """What an agent knows by having written it."""
        if written is None:
            return ()
        return tuple(
            _fact(change.path, there.version)
            for change in written.changes
            if (there := self._tree.file(change.path, written.commit)) is not None
        )

    def _notes(self, order: TurnOrder) -> str:
        paths = (path for each in order.assignments for path in each.task.files)
        return notes_on(paths, self._tree, order.head)

    def _files(self, order: TurnOrder, knows: Knows) -> Iterator[tuple[str, str]]:
        """The files that its tasks name or build on, those that it does not know as they are now."""
        tasks = [task for each in order.assignments for task in (each.task, *each.needs)]
        paths = dict.fromkeys(path for task in tasks for path in task.files)
        for path in list(paths)[:MOST_FILES]:
            there = self._tree.file(path, order.head)
            if there is None or there.blob is None or knows(_fact(path, there.version)):
                continue
            text = self._tree.blob(there.blob).decode("utf-8", "replace")
            shown = cut_middle(text, head=FILE_HEAD, tail=FILE_TAIL)
            yield _fact(path, there.version), f"{path}:\n{quoted(shown)}"


def _fact(path: str, version: int) -> str:
    return f"file {path} at version {version}"


def _system(board: SeenBoard) -> str:
    """The instructions of such a team."""
    if not board.round:
        return "free_system"
    return "claiming_system" if board.claims else "dealt_system"


def _lines(board: SeenBoard, order: TurnOrder) -> Iterator[str]:
    for task in board.tasks[:MOST_TASKS]:
        yield f"- {_line(task, order)}"
    if len(board.tasks) > MOST_TASKS:
        yield f"- and {len(board.tasks) - MOST_TASKS} more"


def _line(task: SeenTask, order: TurnOrder) -> str:
    title = " ".join(task.title.split())
    named = f"{task.id}: {title}" if title else f"{task.id}"
    state = _STATES.get(task.status, task.status.value)
    if task.claimed_by is not None and task.status in _OPEN:
        state += f", claimed by {'you' if task.claimed_by == order.agent else task.claimed_by}"
    elif task.id in order.tasks and not task.claimed_by:
        state += ", yours"
    return f"{named} [{state}]{_about('writes', task.files)}{_about('needs', task.needs)}"


def _about(what: str, names: Sequence[str]) -> str:
    return f" {what} {', '.join(names)}" if names else ""


_OPEN = frozenset({Status.WAITING, Status.READY})
_STATES = {Status.WAITING: "waits", Status.READY: "open"}
