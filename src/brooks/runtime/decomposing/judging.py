"""Whether a text that a model submitted is a task file for this project.

The text is loaded as any task file is, so the model is told what a user would be told, with the
lines of its own text. For that it is put into a folder of its own, whose other entries are links to
those of the project: there `workspace: .` and every path in it mean what they will mean, and the
project is not touched.

A draft says what is to be done. Who does it, with which model, for how much, and what is to go
wrong, is the user's to add, and a solution would be the work itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from brooks.core.graph import TaskGraph
from brooks.core.paths import TEMPORARY_PREFIX
from brooks.core.spec import Task
from brooks.errors import OutsideError, UsageError
from brooks.spec.documents import Document, show
from brooks.spec.files import read_document
from brooks.spec.load import load_tasks

MOST_CHARACTERS = 500_000
"""The longest text that is looked at: a thousand generous tasks."""
SHOWN_AS = "tasks.yaml"
"""What the text is called in messages."""
USERS_KEYS = ("model", "models", "team", "budget", "faults", "prompts")
"""Keys of a task file that no draft may have."""

_NAME = f"{TEMPORARY_PREFIX}{SHOWN_AS}"


class DraftRefused(Exception):  # noqa: N818 - named for what happened
    """A text is no draft; the message says all that is wrong with it, for the model to mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A task file that a model wrote, checked."""

    project: str | None
    workspace: Path
    """The project's folder or one in it."""
    check: str | None
    tasks: tuple[Task, ...]
    graph: TaskGraph
    notes: tuple[str, ...]
    """What the user should know though nothing is wrong."""


def judge(text: str, *, root: Path, most_tasks: int) -> Draft:
    """The draft that a text is.

    Args:
        text: What the model submitted.
        root: The project's folder, without links on the way to it.
        most_tasks: How many tasks a draft may have.

    Raises:
        DraftRefused: It is none.
    """
    if len(text) > MOST_CHARACTERS:
        raise DraftRefused(
            f"the text has {len(text):,} characters, and {MOST_CHARACTERS:,} is the most: shorten it"
        )
    with TemporaryDirectory(prefix="brooks-draft-") as temporary:
        folder = Path(temporary).resolve()
        file = folder / _NAME
        file.write_bytes(text.encode("utf-8", "replace"))
        _link_entries(root, folder)
        try:
            return _load(file, root=root, most_tasks=most_tasks)
        except (UsageError, OutsideError) as error:
            said = str(error).replace(str(file), SHOWN_AS).replace(str(folder), str(root))
            raise DraftRefused(said) from error


def _link_entries(root: Path, folder: Path) -> None:
    for entry in root.iterdir():
        if not entry.name.startswith(TEMPORARY_PREFIX):
            (folder / entry.name).symlink_to(entry)


def _load(file: Path, *, root: Path, most_tasks: int) -> Draft:
    document = read_document(file)
    header = document.data if isinstance(document.data, dict) else {}
    tasks = header.get("tasks") if header else document.data
    _refuse_users_keys(document, header, tasks)
    if isinstance(tasks, list) and len(tasks) > most_tasks:
        document.complain(
            ("tasks",), f"{len(tasks)} tasks are too many: {most_tasks} is the most, so join some"
        )
    workspace = _workspace(document, header, root)
    document.raise_problems()
    loaded = load_tasks(file)
    project = header.get("project")
    return Draft(
        project=project if isinstance(project, str) else None,
        workspace=workspace,
        check=loaded.check,
        tasks=loaded.tasks,
        graph=loaded.graph,
        notes=loaded.notes,
    )


def _refuse_users_keys(document: Document, header: Mapping[str, object], tasks: object) -> None:
    for key in USERS_KEYS:
        if key in header:
            document.complain((key,), f"{key!r} is the user's to add: take it out")
    for number, task in enumerate(tasks if isinstance(tasks, list) else ()):
        if isinstance(task, dict) and "solution" in task:
            document.complain(
                ("tasks", number, "solution"),
                "a draft says what is to be done and does not do it: take the solution out",
            )


def _workspace(document: Document, header: Mapping[str, object], root: Path) -> Path:
    """The folder that is named, if it is in the project; what is no name at all the loader refuses."""
    named = header.get("workspace")
    if not isinstance(named, str):
        return root
    try:
        found = (root / named).resolve()
    except (OSError, RuntimeError):
        found = None
    if found is None or not found.is_relative_to(root):
        document.complain(
            ("workspace",),
            f"{show(named)} is outside the project: leave 'workspace' out, or name a folder in it",
        )
        return root
    return found
