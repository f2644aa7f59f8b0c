"""The argument TASKS: a task file, or the name of a bundled suite."""

from pathlib import Path

from brooks.bench.suites import suite_names, suite_path
from brooks.errors import UsageError
from brooks.spec.files import SUFFIXES


def suite_name(tasks: str) -> str | None:
    """The suite that is meant, in full; None where a file is: one that is there, or what looks like a path.

    Raises:
        UsageError: It is neither.
    """
    if Path(tasks).exists() or tasks.lower().endswith(SUFFIXES):
        return None
    names = suite_names()
    if tasks in names:
        return tasks
    project = tasks.partition("/")[0]
    if any(name.partition("/")[0] == project for name in names):
        folder = suite_path(tasks)
        return f"{folder.parent.name}/{folder.name}"
    if "/" in tasks:
        return None
    raise UsageError(
        f"{tasks!r} is neither a task file nor a bundled suite: name a file such as 'tasks.yaml' "
        f"(`brooks init` writes one), or one of the suites {', '.join(names)}"
    )
