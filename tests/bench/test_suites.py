"""What every bundled suite of tasks promises: sound graphs, right solutions, tests that notice.

A suite is a project in one of three dependency structures. Whatever is added to the package in one of
them falls under this contract without a change here.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from brooks.bench.suites import suite_names, suite_path
from brooks.errors import UsageError

SPANS = {"parallel": 2, "mixed": 10, "serial": 16}
SUITES = tuple(name for name in suite_names() if name.partition("/")[2] in SPANS)
CHAINED = tuple(name for name in SUITES if not name.endswith("/parallel"))
PROJECTS = tuple(sorted({name.partition("/")[0] for name in SUITES}))
FIELDS = {"id", "title", "description", "depends_on", "files", "check", "effort", "solution"}

Task = dict[str, Any]


@pytest.fixture(params=SUITES)
def suite(request: pytest.FixtureRequest) -> str:
    """Each project in each structure in turn."""
    return str(request.param)


def span_of(suite: str) -> int:
    """Return how many tasks the longest chain must have, which the structure's name says."""
    return SPANS[suite.partition("/")[2]]


@cache
def load_tasks(suite: str) -> tuple[Task, ...]:
    """Return the tasks as the YAML file spells them; reading that takes longer than any test."""
    text = (suite_path(suite) / "tasks.yaml").read_text(encoding="utf-8")
    return tuple(yaml.safe_load(text)["tasks"])


def dependencies_of(suite: str) -> dict[str, list[str]]:
    """Return each task's direct dependencies."""
    return {task["id"]: task["depends_on"] for task in load_tasks(suite)}


def ancestors_of(suite: str) -> dict[str, set[str]]:
    """Return all that each task builds on, directly or not; a task names earlier ones only."""
    ancestors: dict[str, set[str]] = {}
    for name, needs in dependencies_of(suite).items():
        ancestors[name] = set(needs).union(*(ancestors[need] for need in needs))
    return ancestors


def depths_of(suite: str) -> dict[str, int]:
    """Return how many tasks the longest chain that ends in each task has."""
    depths: dict[str, int] = {}
    for name, needs in dependencies_of(suite).items():
        depths[name] = 1 + max((depths[need] for need in needs), default=0)
    return depths


def read_solution(suite: str, name: str) -> str:
    """Return the text of a task's reference solution."""
    path = suite_path(suite) / "solutions" / name / f"{name}.py"
    return path.read_text(encoding="utf-8")


def parse_tests(suite: str, name: str) -> ast.Module:
    """Return the syntax tree of one task's tests."""
    path = suite_path(suite) / "workspace" / "tests" / f"test_{name}.py"
    return ast.parse(path.read_text(encoding="utf-8"))


def imported_packages(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the top-level modules and packages that these pieces of a file import."""
    modules: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module or "")
    return {module.partition(".")[0] for module in modules}


def fill_workspace(suite: str, folder: Path, solutions: dict[str, str]) -> Path:
    """Copy the workspace to a folder and put the text of each solution into it."""
    shutil.copytree(suite_path(suite) / "workspace", folder)
    for name, text in solutions.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


def run_tests(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run all tests of a workspace in a fresh process, without our options and plugins."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    plain = {"PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--assert=plain", "--tb=line"],
        cwd=folder,
        env={**kept, **plain},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_task_is_named_once_and_leaves_no_field_out(suite: str) -> None:
    """The work is twenty tasks, and one is at most four times the effort of another."""
    tasks = load_tasks(suite)

    assert len({task["id"] for task in tasks}) == len(tasks) == 20
    assert all(
        set(task) == FIELDS and all(task[field] for field in ("title", "check")) for task in tasks
    )
    assert all(0.5 <= task["effort"] <= 2.0 for task in tasks)


@pytest.mark.parametrize("project", PROJECTS)
def test_no_task_appears_in_two_structures_of_a_project(project: str) -> None:
    """The structures are different tasks and not twenty in several orders."""
    suites = [suite for suite in SUITES if suite.startswith(f"{project}/")]
    names = [task["id"] for suite in suites for task in load_tasks(suite)]

    assert len(set(names)) == len(names) == 20 * len(suites)


def test_every_task_has_a_file_tests_and_a_solution_of_its_own(suite: str) -> None:
    """No two tasks write one file; the workspace has the tests to start with, and nothing else."""
    tasks = load_tasks(suite)

    for task in tasks:
        name = task["id"]
        assert task["files"] == [f"{name}.py"]
        assert task["check"] == f"python -m pytest -q tests/test_{name}.py"
        assert task["solution"] == f"solutions/{name}/"
        found = (suite_path(suite) / "solutions" / name).glob("*.py")
        assert [path.name for path in found] == [f"{name}.py"]
    files = (suite_path(suite) / "workspace").rglob("*.*")
    present = {
        path.name for path in files if path.suffix != ".pyc"
    }  # pip compiles what it installs
    assert present == {f"test_{task['id']}.py" for task in tasks} | {"conftest.py", "pytest.ini"}


def test_no_solution_is_left_over(suite: str) -> None:
    """A folder of a task that is no more would come with the package for ever."""
    folders = {path.name for path in (suite_path(suite) / "solutions").iterdir() if path.is_dir()}

    assert folders == {task["id"] for task in load_tasks(suite)}


def test_the_longest_chain_has_the_length_the_structure_is_named_for(suite: str) -> None:
    """The span in tasks: 2 of 20 in parallel, 10 in mixed and 16 in serial."""
    assert max(depths_of(suite).values()) == span_of(suite)


@pytest.mark.parametrize("suite", CHAINED)
def test_all_tasks_outside_the_chain_are_free(suite: str) -> None:
    """One task a depth along the chain; the rest depend on nothing, and nothing depends on them."""
    dependencies = dependencies_of(suite)
    chain = [name for name in dependencies if dependencies[name]]

    links = [dependencies[chain[0]][0], *chain]

    assert len(links) == span_of(suite)
    for before, link in pairwise(links):
        assert dependencies[link] == [before]


def test_descriptions_name_the_file_the_function_and_every_import(suite: str) -> None:
    """A model sees the description, so what the tests rely on stands there."""
    for task in load_tasks(suite):
        name, text = task["id"], " ".join(task["description"].split())

        assert text.startswith(f"Create {name}.py with `{name}(")
        for need in task["depends_on"]:
            assert f"`from {need} import {need}`" in text


def test_solutions_import_exactly_their_dependencies(suite: str) -> None:
    """The graph is the code's: no edge without an import, no import without an edge."""
    dependencies = dependencies_of(suite)

    for name, needs in dependencies.items():
        imported = imported_packages(ast.walk(ast.parse(read_solution(suite, name))))
        assert imported & set(dependencies) == set(needs)
        assert imported <= sys.stdlib_module_names | set(needs)


def test_each_test_file_has_four_tests_and_needs_no_later_task(suite: str) -> None:
    """A task is judged by more than one example, as soon as what it builds on is there."""
    for name, ancestors in ancestors_of(suite).items():
        tree = parse_tests(suite, name)
        functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        tests = [function for function in functions if function.startswith("test_")]

        assert len(set(tests)) == len(tests) >= 4
        assert name in imported_packages(tree.body)
        foreign = imported_packages(ast.walk(tree)) - sys.stdlib_module_names
        assert foreign <= {"pytest", name} | ancestors


def test_what_all_tests_share_needs_nothing_but_pytest(suite: str) -> None:
    """A fixture runs wherever a check does, and for tasks whose files are not there yet."""
    path = suite_path(suite) / "workspace" / "tests" / "conftest.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert imported_packages(ast.walk(tree)) - sys.stdlib_module_names == {"pytest"}


def test_the_tests_watch_that_each_dependency_is_called(suite: str) -> None:
    """A solution that does a dependency's work itself does not pass, so the chains are real."""
    for name, needs in dependencies_of(suite).items():
        text = ast.unparse(parse_tests(suite, name))
        for need in needs:
            assert f"calls_of('{name}', '{need}')" in text


@pytest.mark.slow
def test_the_reference_solutions_pass_every_test(suite: str, tmp_path: Path) -> None:
    """All solutions of a suite together, checked as the last check of a run would."""
    solutions = {name: read_solution(suite, name) for name in dependencies_of(suite)}

    done = run_tests(fill_workspace(suite, tmp_path / "solved", solutions))

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\d+ passed in ", done.stdout, flags=re.MULTILINE)


@pytest.mark.slow
def test_no_task_passes_its_tests_without_its_solution(suite: str, tmp_path: Path) -> None:
    """Every function is there but answers None; a missing file fails sooner, when it is imported."""
    names = list(dependencies_of(suite))
    empty = {name: f"def {name}(*_, **__):\n    return None\n" for name in names}

    done = run_tests(fill_workspace(suite, tmp_path / "unsolved", empty))

    failed = re.findall(r"^(?:FAILED|ERROR) tests/test_(\w+)\.py", done.stdout, flags=re.MULTILINE)
    assert set(failed) == set(names), done.stdout + done.stderr


@pytest.mark.parametrize("project", PROJECTS)
def test_the_project_alone_means_its_mixed_structure(project: str) -> None:
    """`mathlib` is what a newcomer types."""
    assert suite_path(project) == suite_path(f"{project}/mixed")


@pytest.mark.parametrize("name", ["", "mathlib/", "mathlib/diagonal", "../suites/mathlib/mixed"])
def test_an_unknown_suite_is_refused_with_the_names_there_are(name: str) -> None:
    """A wrong name costs one more line of reading and not a look into the package."""
    with pytest.raises(UsageError) as caught:
        suite_path(name)

    assert repr(name) in str(caught.value)
    assert all(known in str(caught.value) for known in suite_names())
