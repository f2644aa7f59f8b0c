"""The projects that come with the package: tasks, tests and reference solutions, needing no key.

A project has one folder for each dependency structure, and each of those is complete in itself:
`tasks.yaml`, the `workspace` an agent starts with (tests only) and one reference solution a task.
"""

from pathlib import Path

from brooks.errors import UsageError

_FOLDER = Path(__file__).parent
_DEFAULT_STRUCTURE = "mixed"


def suite_names() -> tuple[str, ...]:
    """Return the bundled suites as `project/structure`, in alphabetical order."""
    return tuple(sorted(path.parent.relative_to(_FOLDER).as_posix() for path in _task_files()))


def suite_path(name: str) -> Path:
    """Return the folder of a bundled suite.

    A project's name alone means its mixed structure, or its first one by name if it has none.
    """
    names = suite_names()
    structures = [each for each in names if each.partition("/")[0] == name]
    wanted = f"{name}/{_DEFAULT_STRUCTURE}"
    if name in names:
        wanted = name
    elif structures and wanted not in structures:
        wanted = structures[0]
    if wanted not in names:
        known = ", ".join(names)
        raise UsageError(f"no bundled suite is called {name!r}; choose one of: {known}")
    return _FOLDER / wanted


def _task_files() -> list[Path]:
    return list(_FOLDER.glob("*/*/tasks.yaml"))
