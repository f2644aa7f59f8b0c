"""`brooks validate`: is the graph sound, and what does it say about the time a team can take?"""

from pathlib import Path
from typing import Any

import click

from brooks.analysis.clashes import find_clashes
from brooks.bench.suites import suite_path
from brooks.cli.options import Exit, json_option, print_json
from brooks.cli.tasks_argument import suite_name
from brooks.spec.faults import refuse_strangers
from brooks.spec.load import load_tasks
from brooks.spec.skills import refuse_unskilled
from brooks.spec.teams import build_team

TEAM_SIZES = (2, 4, 8)
MOST_SHOWN = 10
"""How many tasks of the critical path, and how many clashes, are shown to a person."""


@click.command("validate")
@click.argument("tasks", metavar="TASKS")
@json_option
def validate_command(tasks: str, *, as_json: bool) -> int:
    """Check a task file and say what its graph allows.

    TASKS is a task file or the name of a bundled suite. Every problem is shown with its line. Work
    is the sum of all efforts, the time that one agent needs; span is the heaviest chain, which no
    team can beat; width is how many tasks can run side by side.
    """
    found = examine(tasks)
    if as_json:
        print_json(found)
    else:
        click.echo(_in_words(found))
    return Exit.DONE


def examine(tasks: str) -> dict[str, Any]:
    """What there is to say about a task file, as JSON values.

    Raises:
        UsageError: Something in the file is wrong.
    """
    suite = suite_name(tasks)
    file = load_tasks(suite_path(suite) / "tasks.yaml" if suite else Path(tasks))
    team = build_team(section=file.team)
    refuse_strangers(file.faults, team)
    refuse_unskilled(file.tasks, team)
    graph = file.graph
    work, span, width = graph.work(), graph.span(), graph.width()
    fraction = graph.parallel_fraction()
    return {
        "file": suite or str(file.path),
        "project": file.project,
        "workspace": str(file.workspace),
        "tasks": len(file.tasks),
        "with_check": sum(task.check is not None for task in file.tasks),
        "with_solution": sum(bool(task.solution) for task in file.tasks),
        "work": work,
        "span": span,
        "largest_speedup": work / span,
        "width": width.value,
        "width_is_exact": width.exact,
        "parallel_fraction": fraction,
        "amdahl": {str(agents): 1 / ((1 - fraction) + fraction / agents) for agents in TEAM_SIZES},
        "critical_path": graph.critical_path(),
        "clashes": [
            {
                "file": clash.file,
                "tasks": [clash.first, clash.second],
                "writers": clash.writers,
            }
            for clash in find_clashes(file.tasks, graph)
        ],
        "notes": list(file.notes),
    }


def _in_words(found: dict[str, Any]) -> str:
    at_least = "" if found["width_is_exact"] else "at least "
    bounds = ", ".join(f"{bound:.2f} with {agents}" for agents, bound in found["amdahl"].items())
    path = found["critical_path"]
    shown = path if len(path) <= MOST_SHOWN else [*path[:5], f"({len(path) - 9} more)", *path[-4:]]
    rows = [
        ("tasks", f"{found['tasks']} ({found['with_check']} with a check)"),
        ("work", f"{found['work']:g}"),
        (
            "span",
            (
                f"{found['span']:g}: by their efforts, no team is more than "
                f"{found['largest_speedup']:.2f} times faster"
            ),
        ),
        ("width", f"{at_least}{found['width']} tasks side by side"),
        ("parallel fraction", f"{found['parallel_fraction']:.2f}"),
        ("Amdahl's bound", f"{bounds} agents"),
        ("critical path", " -> ".join(shown)),
    ]
    lines = [f"{found['file']}: {found['project']}: the graph is sound"]
    lines += [f"  {name:<18}{value}" for name, value in rows]
    for clash in found["clashes"][:MOST_SHOWN]:
        first, second = clash["tasks"]
        lines.append(
            f"  clash: {first!r} and {second!r} both write {clash['file']!r} and neither waits for "
            "the other: one may have to do its work again"
        )
    rest = len(found["clashes"]) - MOST_SHOWN
    if rest > 0:
        lines.append(f"  … and {rest} more files with clashes")
    lines += [f"  note: {text}" for text in found["notes"]]
    return "\n".join(lines)
