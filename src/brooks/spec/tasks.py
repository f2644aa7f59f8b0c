"""The tasks of a file: from validated sections to the tasks of the core, and the graph they make.

The steps go on after a problem, so that one reading of the file finds the wrong effort of one task
and the unknown dependency of another.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from brooks.core.graph import CycleError, TaskGraph
from brooks.core.spec import Task
from brooks.ids import TaskId
from brooks.spec.documents import Document, Place, nearest, show
from brooks.spec.paths import PathError, clean_path
from brooks.spec.sections import TaskSection
from brooks.spec.solutions import Solutions
from brooks.spec.validation import validate

SPELLINGS = ("depends_on", "needs", "dependencies")
"""The keys that mean what a task waits for; a task uses one of them."""

IGNORED_OF_TASK = ("status", "owner", "assigned_to", "assigned_by", "priority")
"""Keys of the published task files that say what a run itself decides."""

_LONGEST_CYCLE_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTask:
    """A task and where it stands."""

    task: Task
    place: Place


class TaskReader:
    """Reads the tasks of one document; what is wrong with them becomes its problems."""

    def __init__(self, document: Document, solutions: Solutions) -> None:
        self._document = document
        self._solutions = solutions
        self._places: dict[TaskId, Place] = {}
        self._dependency_places: dict[tuple[TaskId, TaskId], Place] = {}
        self.ignored: dict[str, None] = {}
        """Keys that were there and mean nothing here."""

    def read(self, values: Sequence[object], place: Place) -> tuple[FoundTask, ...]:
        """Read a list of tasks that stands at a place.

        A task that is wrong is missing from the answer, but is known to those that depend on it.
        """
        sections: list[tuple[TaskSection, Place]] = []
        for number, value in enumerate(values):
            at = (*place, number)
            known = self._without_ignored(value)
            self._note_id(known, at)
            section = validate(TaskSection, known, document=self._document, place=at)
            if section is not None:
                sections.append((section, at))
        return tuple(FoundTask(task=self._task(section, at), place=at) for section, at in sections)

    def graph(self, found: Sequence[FoundTask]) -> TaskGraph:
        """Give the graph of the tasks; a cycle is a problem of the document and makes it empty."""
        tasks = {each.task.id: each.task for each in found}
        dependencies = {
            task.id: [needed for needed in task.depends_on if needed in tasks]
            for task in tasks.values()
        }
        try:
            return TaskGraph.build(
                dependencies, {name: task.effort for name, task in tasks.items()}
            )
        except CycleError as cycle:
            needed, waiting = cycle.path[0], cycle.path[1]
            self._document.complain(
                self._dependency_places[waiting, needed],
                f"{show(needed)} closes a cycle, {_show_cycle(cycle.path)}, in which every task "
                "waits for the one before it: take out one of these dependencies",
            )
            return TaskGraph()

    def _without_ignored(self, value: object) -> object:
        if not isinstance(value, dict):
            return value
        ignored = [key for key in IGNORED_OF_TASK if key in value]
        if not ignored:
            return value
        self.ignored.update(dict.fromkeys(ignored))
        return {key: each for key, each in value.items() if key not in IGNORED_OF_TASK}

    def _note_id(self, value: object, place: Place) -> None:
        """Remember an id before its task is judged, so that those that depend on it find it."""
        raw = value.get("id") if isinstance(value, dict) else None
        if isinstance(raw, bool) or not isinstance(raw, str | int):
            return
        name = TaskId(str(raw))
        if name in self._places:
            line = self._document.line_of((*self._places[name], "id"))
            self._document.complain(
                (*place, "id"),
                f"{show(name)} is already the id of the task on line {line}: "
                "give each task an id of its own",
            )
        else:
            self._places[name] = place

    def _task(self, section: TaskSection, place: Place) -> Task:
        name = TaskId(section.id)
        return Task(
            id=name,
            title=section.title,
            description=section.description,
            depends_on=self._dependencies(section, place),
            files=self._files(section.files or [], (*place, "files")),
            check=section.check,
            effort=section.effort,
            skill=section.skill or "",
            deadline=section.deadline,
            solution=self._solutions.read(section.solution, (*place, "solution")),
        )

    def _dependencies(self, section: TaskSection, place: Place) -> tuple[TaskId, ...]:
        used = [key for key in SPELLINGS if getattr(section, key) is not None]
        if len(used) > 1:
            self._document.complain(
                (*place, used[1]),
                f"{used[1]!r} means the same as {used[0]!r}, and both are there: "
                "put everything under 'depends_on'",
            )
        name = TaskId(section.id)
        found: dict[TaskId, None] = {}
        for key in used:
            for number, raw in enumerate(getattr(section, key)):
                needed = TaskId(raw)
                at = (*place, key, number)
                if needed == name:
                    self._document.complain(
                        at, f"{show(needed)} is this task itself: take the dependency out"
                    )
                elif needed not in self._places:
                    self._document.complain(at, self._unknown(needed))
                else:
                    found[needed] = None
                    self._dependency_places[name, needed] = at
        return tuple(found)

    def _unknown(self, name: TaskId) -> str:
        near = nearest(name, self._places) if self._document.has_room else None
        advice = f"did you mean {near!r}?" if near else "add the task, or take the dependency out"
        return f"there is no task {show(name)}: {advice}"

    def _files(self, paths: Sequence[str], place: Place) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for number, raw in enumerate(paths):
            try:
                found[clean_path(raw)] = None
            except PathError as problem:
                self._document.complain((*place, number), str(problem))
        return tuple(found)


def _show_cycle(path: Sequence[TaskId]) -> str:
    if len(path) <= _LONGEST_CYCLE_SHOWN:
        return " -> ".join(path)
    half = _LONGEST_CYCLE_SHOWN // 2
    left_out = len(path) - 2 * half
    return " -> ".join([*path[:half], f"({left_out} more)", *path[-half:]])
