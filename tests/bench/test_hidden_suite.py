"""The bundled timetable: dependencies that its task file does not state, found by those who do the tasks."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from brooks.bench.suites import suite_path
from brooks.cli.entry import command_line
from brooks.core.graph import TaskGraph
from brooks.core.spec import Task
from brooks.ids import TaskId
from brooks.models.solutions import Solutions
from brooks.spec.load import TaskFile, load_tasks

FOLDER = suite_path("hidden/found")
HIDDEN = {
    ("parse_stop", "parse_clock"),
    ("ride_minutes", "stops_between"),
    ("fastest_train", "ride_minutes"),
    ("itinerary", "parse_train"),
    ("itinerary", "show_clock"),
    ("departures", "show_clock"),
    ("delayed_board", "delay"),
    ("journey", "ride_minutes"),
}


@pytest.fixture(scope="module")
def file() -> TaskFile:
    """The suite's task file."""
    return load_tasks(FOLDER / "tasks.yaml")


def solution_of(task: Task) -> Path:
    """The one file that solves a task."""
    return FOLDER / "solutions" / task.id / f"{task.id}.py"


def imports_of(path: Path) -> set[str]:
    """The modules that a file imports."""
    found = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    return found - sys.stdlib_module_names - {"collections.abc", "pytest"}


def tests_of(task: Task) -> Path:
    """The tests of a task."""
    return FOLDER / "workspace" / "tests" / f"test_{task.id}.py"


def solve(file: TaskFile, folder: Path) -> Path:
    """Copy the workspace and put every solution into it."""
    shutil.copytree(FOLDER / "workspace", folder)
    for task in file.tasks:
        shutil.copy(solution_of(task), folder)
    return folder


def run_tests(folder: Path) -> str:
    """All tests of a workspace; what pytest says."""
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "--continue-on-collection-errors",
    ]
    done = subprocess.run(  # noqa: S603 - our own interpreter on our own files
        [sys.executable, "-B", "-m", "pytest", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_solutions_need_what_is_stated_and_eight_things_more(file: TaskFile) -> None:
    """The stated graph is part of the true one, which has no cycle and is twice as deep."""
    stated = {(task.id, on) for task in file.tasks for on in task.depends_on}
    needed = {(task.id, on) for task in file.tasks for on in imports_of(solution_of(task))}

    assert len(file.tasks) == 13
    assert needed - stated == HIDDEN
    assert stated < needed
    true = TaskGraph.build(
        {task.id: [TaskId(on) for name, on in needed if name == task.id] for task in file.tasks}
    )
    assert (len(file.graph.critical_path()), len(true.critical_path())) == (2, 4)


def test_a_simulated_model_learns_exactly_those_from_the_solutions(file: TaskFile) -> None:
    """What it finds missing is no more than a real one would."""
    solutions = Solutions(file.tasks, file.blobs.__getitem__)

    found = {(t.id, on) for t in file.tasks for on in solutions.unstated_needs(t.id).values()}

    assert found == HIDDEN


def test_tasks_with_hidden_needs_come_first(file: TaskFile) -> None:
    """So they are begun before what they need is there, whoever goes by the order of the file."""
    order = [task.id for task in file.tasks]

    assert all(order.index(TaskId(name)) < 8 for name, _ in HIDDEN)


def test_descriptions_say_what_to_build_on_and_tests_watch_it(file: TaskFile) -> None:
    """A worker can find the need by reading: only the graph does not say so."""
    for task in file.tasks:
        text = " ".join(task.description.split())
        tests = tests_of(task).read_text("utf-8")

        assert text.startswith(f"Create {task.id}.py with `{task.id}(")
        for needed in imports_of(solution_of(task)):
            assert f"`from {needed} import {needed}`" in text
            assert f'calls_of("{task.id}", "{needed}")' in tests


def test_every_task_has_its_file_and_four_tests_that_import_it_alone(file: TaskFile) -> None:
    """A task can be judged from its own tests."""
    for task in file.tasks:
        names = re.findall(r"^def (test_\w+)", tests_of(task).read_text("utf-8"), re.MULTILINE)

        assert task.files == (f"{task.id}.py",)
        assert task.check == f"python -m pytest -q tests/test_{task.id}.py"
        assert [path.name for path in solution_of(task).parent.glob("*.py")] == [f"{task.id}.py"]
        assert len(set(names)) == len(names) >= 4
        assert imports_of(tests_of(task)) == {task.id}


@pytest.mark.slow
def test_solutions_pass_and_fail_without_what_they_need(file: TaskFile, tmp_path: Path) -> None:
    """With everything there; and with nothing that is needed in hiding."""
    folder = solve(file, tmp_path / "solved")
    whole = run_tests(folder)
    for needed in {on for _, on in HIDDEN}:
        (folder / f"{needed}.py").unlink()
    broken = run_tests(folder)

    assert re.search(r"^\d+ passed in ", whole, re.MULTILINE), whole
    failed = set(re.findall(r"^ERROR tests/test_(\w+)\.py", broken, re.MULTILINE))
    assert failed >= {name for name, _ in HIDDEN}
    assert failed.isdisjoint({"change_at"})


@pytest.mark.parametrize("team", ["single", "leased:4", "preassigned:3", "voting:3"])
def test_simulated_agents_find_them_and_get_to_the_end(team: str, tmp_path: Path) -> None:
    """Who begins a task too early says what it has to wait for, hands it back and does other work."""
    runs = ["--runs-dir", str(tmp_path)]
    run = ["run", "hidden/found", "-t", team, "--seed", "1", "--checks", "modelled", "--quiet"]

    done = CliRunner().invoke(command_line, [*run, *runs, "--run-id", "found"])
    shown = CliRunner().invoke(command_line, ["show", "found", "--events", *runs])
    audited = CliRunner().invoke(command_line, ["audit", "found", *runs])

    assert done.exit_code == 0, done.output
    assert "13 of 13 tasks done" in done.stdout
    told = re.findall(r"task (\w+) is made to wait for (\w+) by agent", shown.stdout)
    assert told
    assert set(told) <= HIDDEN
    assert audited.exit_code == 0, audited.output


def test_the_project_alone_means_its_only_structure() -> None:
    """It has no mixed one."""
    assert suite_path("hidden") == FOLDER
