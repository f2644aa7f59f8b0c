"""A generated graph as files: a task file, a workspace with the check, and solutions in the task file.

Tasks are checked by one small program and not by a test framework, since a graph of thousands of tasks
is checked thousands of times. What a task has to give stands in its command, so that nothing large is
read for it, and nothing in the workspace says what the result is.
"""

from collections.abc import Iterator
from pathlib import Path

from brooks.bench.generating.tasks import MODULUS, Generated, GeneratedTask
from brooks.errors import OutsideError, UsageError

CHECK = f'''"""Checks one task: python check.py TASK NUMBER [NEEDED ...] [--line FILE]."""

import sys
from pathlib import Path

MODULUS = {MODULUS}


def read(task):
    """Return the number that a task wrote."""
    path = Path("values", f"{{task}}.txt")
    try:
        return int(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        sys.exit(f"{{path}} is not there, or is no whole number")


def lines_of(path):
    """Return the lines of a shared file; none if it is not there."""
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return []


def main(task, number, *rest):
    """Look at the number that a task wrote, and at its line in a shared file."""
    needed, _, shared = " ".join(rest).partition("--line ")
    if read(task) != (int(number) + sum(map(read, needed.split()))) % MODULUS:
        sys.exit(f"the number of {{task}} is wrong")
    if shared and lines_of(shared).count(f"{{task}} {{number}}") != 1:
        sys.exit(f"{{shared}} has not one line '{{task}} {{number}}'")


main(*sys.argv[1:])
'''


def write_suite(folder: Path, generated: Generated) -> Path:
    """Write a graph into a new or empty folder; returns its task file.

    Raises:
        UsageError: there is something in the folder.
        OutsideError: it cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"{str(folder)!r} is in use: name a folder that is new or empty")
        workspace = folder / "workspace"
        workspace.mkdir(parents=True, exist_ok=True)
        (workspace / "check.py").write_text(CHECK, encoding="utf-8", newline="\n")
        path = folder / "tasks.yaml"
        path.write_text(task_file(generated), encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutsideError(
            f"{str(folder)!r} cannot be written: {error.strerror}: see to its permissions and space"
        ) from error
    return path


def task_file(generated: Generated) -> str:
    """The task file of a graph, as YAML."""
    return "".join(f"{line}\n" for line in _lines(generated))


def _lines(generated: Generated) -> Iterator[str]:
    shape = generated.shape
    yield (
        f"# Generated with seed {generated.seed}: {shape.tasks} tasks, {shape.longest} on the longest "
        f"chain (p = {shape.parallel_fraction:.4g}), {shape.width} wide."
    )
    yield f"project: generated, {shape.tasks} tasks"
    yield "workspace: workspace"
    yield "tasks:"
    for task in generated.tasks:
        files = [
            _value_file(task.id),
            *([] if task.shared is None else [_shared_file(task.shared)]),
        ]
        yield f"  - id: {task.id}"
        yield f'    description: "{_description(task)}"'
        yield f"    depends_on: [{', '.join(task.depends_on)}]"
        yield f"    files: [{', '.join(files)}]"
        yield f"    check: {_check(task)}"
        yield f"    effort: {task.effort}"
        yield f"    solution: {{{_solution(task)}}}"


def _description(task: GeneratedTask) -> str:
    needed = [_value_file(name) for name in task.depends_on]
    numbers = f"{task.number}"
    if needed:
        numbers += f" plus the {'number' if len(needed) == 1 else 'numbers'} in {_listed(needed)}"
    text = f"Write {_value_file(task.id)}, one line with a whole number in digits: {numbers}"
    text += f", modulo {MODULUS}." if needed else "."
    if task.shared is not None:
        text += (
            f" And add the line '{task.id} {task.number}' to {_shared_file(task.shared)}, to which other "
            "tasks add theirs: make the file if it is not there, and keep all other lines."
        )
    return text


def _check(task: GeneratedTask) -> str:
    words = ["python check.py", task.id, str(task.number), *task.depends_on]
    if task.shared is not None:
        words += ["--line", _shared_file(task.shared)]
    return " ".join(words)


def _solution(task: GeneratedTask) -> str:
    text = f'{_value_file(task.id)}: "{task.result}\\n"'
    if task.shared is not None:
        text += f', {_shared_file(task.shared)}: {{part: "{task.id} {task.number}\\n"}}'
    return text


def _value_file(task: str) -> str:
    return f"values/{task}.txt"


def _shared_file(number: int) -> str:
    return f"shared/{number}.txt"


def _listed(names: list[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
