"""A task file, from its path to frozen values.

`load_tasks` reads everything the file leads to (solutions, the workspace's folder, the files its
checks name) and either gives a whole `TaskFile` or raises one `UsageError` with up to ten problems,
each with its line.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from brooks.core.graph import TaskGraph
from brooks.core.spec import Budget, FaultPlan, ModelSettings, Task
from brooks.errors import InternalError, OutsideError
from brooks.ids import BlobHash
from brooks.spec.building import team_of
from brooks.spec.check_files import named_files
from brooks.spec.documents import Document, Place, nearest, show
from brooks.spec.faults import build_plan
from brooks.spec.files import read_document
from brooks.spec.sections import HeaderSection
from brooks.spec.skills import missing_skill
from brooks.spec.solutions import Solutions
from brooks.spec.tasks import FoundTask, TaskReader
from brooks.spec.team_checks import check_team
from brooks.spec.team_sections import TeamSection
from brooks.spec.validation import validate

IGNORED_OF_FILE = ("description", "repository", "success_criteria")
"""Keys of the published task files that mean nothing here."""

MOST_NOTES = 10
"""How many notes about files that are yet to come are given; the rest are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFile:
    """What one task file says, checked."""

    path: Path
    """The file, as it was named."""
    project: str
    workspace: Path
    """An absolute path to a folder that is there."""
    tasks: tuple[Task, ...]
    """In the order of the file, which need not be one in which they can be done."""
    graph: TaskGraph
    check: str | None
    model: str | None
    models: tuple[ModelSettings, ...]
    prompts: Path | None
    """The folder with the user's own prompt templates."""
    team: TeamSection | None
    budget: Budget
    faults: FaultPlan
    blobs: Mapping[BlobHash, bytes]
    """The bytes of every file of every solution."""
    notes: tuple[str, ...]
    """What the user should know though nothing is wrong."""


def load_tasks(path: Path) -> TaskFile:
    """Read a task file.

    Raises:
        UsageError: There is no such file, or something in it is wrong.
        OutsideError: Something it leads to is there and cannot be read.
    """
    document = read_document(path)
    raw_header, raw_tasks, place = _split(document)
    solutions = Solutions(document, path.absolute().parent)
    reader = TaskReader(document, solutions)
    ignored = [key for key in IGNORED_OF_FILE if key in raw_header]
    header = validate(
        HeaderSection,
        {key: value for key, value in raw_header.items() if key not in ignored},
        document=document,
        place=(),
    )
    found = reader.read(raw_tasks, place)
    _check_team(document, header, found)
    graph = reader.graph(found)
    workspace = _find_workspace(document, path, header)
    expected: list[str] = []
    needs = _find_needs(document, header, found)
    if workspace is not None and len(found) == len(raw_tasks):
        expected = _find_absent(document, needs, found, workspace)
    document.raise_problems()
    if header is None or workspace is None:
        raise InternalError(f"{document.file} has no problems and no header or workspace")
    return TaskFile(
        path=path,
        project=header.project or path.stem,
        workspace=workspace,
        tasks=tuple(each.task for each in found),
        graph=graph,
        check=header.check,
        model=header.model,
        models=tuple(section.settings() for section in header.models),
        prompts=None if header.prompts is None else path.absolute().parent / header.prompts,
        team=header.team,
        budget=_budget(header),
        faults=build_plan(header.faults),
        blobs=MappingProxyType(solutions.blobs),
        notes=(*_ignored_note(ignored, reader.ignored), *_shortened(expected)),
    )


def _split(document: Document) -> tuple[Mapping[str, object], Sequence[object], Place]:
    """Give the header, the tasks and where they stand; a bare list is all tasks.

    Without any tasks there is nothing more to find wrong, so that ends here.
    """
    data = document.data
    header: Mapping[str, object] = {}
    tasks: object = data
    place: Place = ()
    if isinstance(data, dict):
        header = {key: value for key, value in data.items() if key != "tasks"}
        tasks = data.get("tasks")
        place = ("tasks",) if "tasks" in data else ()
    if isinstance(tasks, list) and tasks:
        return header, tasks, place
    document.complain(place, _no_tasks(data, tasks))
    document.raise_problems()
    return header, (), place


def _no_tasks(data: object, tasks: object) -> str:
    if data is None:
        return "the file is empty: write 'tasks:' and a list of tasks"
    if not isinstance(data, dict | list):
        return f"{show(data)} is no task file: write 'tasks:' and a list of tasks"
    if isinstance(data, dict) and "tasks" not in data:
        near = nearest("tasks", data)
        return (
            f"'tasks' is missing: {f'is it the {near!r} here?' if near else 'add a list of tasks'}"
        )
    if tasks in (None, [], {}):
        return "there are no tasks: add at least one"
    return f"{show(tasks)} is not a list: write one task after the other, each beginning with '-'"


def _check_team(
    document: Document, header: HeaderSection | None, found: Sequence[FoundTask]
) -> None:
    """Complain of what is wrong with the file's team, and of tasks that nobody in it can do."""
    if header is None or header.team is None:
        return
    check_team(header.team, document, place=("team",))
    members = team_of(header.team).members
    for each in found:
        if text := missing_skill(each.task.skill, members):
            document.complain((*each.place, "skill"), text)


def _find_workspace(document: Document, path: Path, header: HeaderSection | None) -> Path | None:
    """Give the folder that agents work on, or None after complaining."""
    if header is None:
        return None
    workspace = path.absolute().parent / header.workspace
    shown = f"{show(header.workspace)} ({workspace})"
    try:
        workspace = workspace.resolve()
        if workspace.is_dir():
            next(workspace.iterdir(), None)
            return workspace
        is_there = workspace.exists()
    except (OSError, RuntimeError) as error:
        raise OutsideError(
            f"{document.file}:{document.line_of(('workspace',))}: workspace: the folder {shown} "
            f"cannot be read: {getattr(error, 'strerror', None) or error}: see to its permissions"
        ) from error
    problem = (
        "is not a folder: name one"
        if is_there
        else "is not there: make the folder, or name another"
    )
    home = " (a '~' is not replaced)" if header.workspace.startswith("~") else ""
    document.complain(("workspace",), f"{shown} {problem}{home}")
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Need:
    """A file that a check cannot do without."""

    file: str
    command: str
    place: Place


def _find_needs(
    document: Document, header: HeaderSection | None, found: Sequence[FoundTask]
) -> list[_Need]:
    """Give every file that a check of the project or of a task needs."""
    checks: list[tuple[str | None, Place]] = [
        (each.task.check, (*each.place, "check")) for each in found
    ]
    if header is not None:
        checks.insert(0, (header.check, ("check",)))
    return [need for command, place in checks for need in _needs(document, command, place)]


def _find_absent(
    document: Document, needs: Sequence[_Need], found: Sequence[FoundTask], workspace: Path
) -> list[str]:
    """Complain of needed files that nobody has; give notes on those that a task is to write."""
    writers = _writers(each.task for each in found)
    absent = {
        file: None
        for file in dict.fromkeys(need.file for need in needs)
        if not os.path.lexists(workspace / file)
    }
    for need in needs:
        if need.file in absent and need.file not in writers:
            document.complain(
                need.place,
                f"{show(need.command)} needs {need.file!r}, which is not in the workspace "
                f"{str(workspace)!r}: add it, or name it in the 'files' of the task that writes it",
            )
    return [
        f"the check file {file!r} is not there yet: task {writers[file]!r} writes it"
        for file in absent
        if file in writers
    ]


def _needs(document: Document, command: str | None, place: Place) -> list[_Need]:
    if command is None:
        return []
    try:
        return [_Need(file=file, command=command, place=place) for file in named_files(command)]
    except ValueError as error:
        problem = str(error).lower()
        document.complain(place, f"{show(command)} is no command: {problem}: close the quotes")
        return []


def _writers(tasks: Iterable[Task]) -> dict[str, str]:
    """Give the first task that says it writes a file, for every file and every folder above one."""
    writers: dict[str, str] = {}
    for task in tasks:
        for file in task.files:
            path = file
            while path and path not in writers:
                writers[path] = task.id
                path = path.rpartition("/")[0]
    return writers


def _budget(header: HeaderSection) -> Budget:
    minutes = header.budget.minutes
    return Budget(
        seconds=None if minutes is None else minutes * 60.0,
        turns=header.budget.turns,
        tokens=header.budget.tokens,
        dollars=header.budget.usd,
    )


def _ignored_note(of_file: Iterable[str], of_tasks: Iterable[str]) -> list[str]:
    names = [*of_file, *(f"tasks[].{key}" for key in of_tasks)]
    return [f"ignored: {', '.join(names)}"] if names else []


def _shortened(notes: list[str]) -> list[str]:
    rest = len(notes) - MOST_NOTES
    if rest <= 0:
        return notes
    return [*notes[:MOST_NOTES], f"… and {rest} more check files that are not there yet"]
