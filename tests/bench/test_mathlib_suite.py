"""The bundled mathematics library: sound graphs, right solutions, tests that notice what is wrong.

Run as a script in a solved workspace, with the structure and the ids of some tasks as arguments,
this file damages one solution after the other and prints which damage the task's own tests did not
notice. That takes a process of its own: a suite's tests have their own configuration and modules.
"""

import ast
import contextlib
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from brooks.bench.suites import suite_names, suite_path
from brooks.errors import UsageError

STRUCTURES = ("parallel", "mixed", "serial")
CHAIN_LENGTHS = {"parallel": 2, "mixed": 10, "serial": 16}
FIELDS = {"id", "title", "description", "depends_on", "files", "check", "effort", "solution"}
SAMPLE_SIZE = 2

Task = dict[str, Any]


@pytest.fixture(params=STRUCTURES)
def structure(request: pytest.FixtureRequest) -> str:
    """Each dependency structure in turn."""
    return str(request.param)


def load_tasks(structure: str) -> list[Task]:
    """Return the tasks as the YAML file spells them."""
    text = (suite_path(f"mathlib/{structure}") / "tasks.yaml").read_text(encoding="utf-8")
    return list(yaml.safe_load(text)["tasks"])


def dependencies_of(structure: str) -> dict[str, list[str]]:
    """Return each task's direct dependencies."""
    return {task["id"]: task["depends_on"] for task in load_tasks(structure)}


def depths_of(structure: str) -> dict[str, int]:
    """Return how many tasks the longest chain that ends in each task has."""
    depths: dict[str, int] = {}
    for name, dependencies in dependencies_of(structure).items():
        depths[name] = 1 + max((depths[dependency] for dependency in dependencies), default=0)
    return depths


def parse_test_file(structure: str, name: str) -> ast.Module:
    """Return the syntax tree of one task's tests."""
    path = suite_path(f"mathlib/{structure}") / "workspace" / "tests" / f"test_{name}.py"
    return ast.parse(path.read_text(encoding="utf-8"))


def imported_modules(tree: ast.Module) -> set[str]:
    """Return the modules a file imports, wherever it does."""
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module or "")
    return modules


def read_solution(structure: str, task: Task) -> str:
    """Return the text of a task's reference solution."""
    folder = suite_path(f"mathlib/{structure}") / str(task["solution"])
    path = folder / f"{task['id']}.py"
    return path.read_text(encoding="utf-8")


def solve(structure: str, folder: Path) -> Path:
    """Copy the workspace to a folder and put every reference solution into it."""
    shutil.copytree(suite_path(f"mathlib/{structure}") / "workspace", folder)
    for task in load_tasks(structure):
        (folder / f"{task['id']}.py").write_text(read_solution(structure, task), encoding="utf-8")
    return folder


def run_python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a fresh interpreter in a folder, with no options or byte code of ours in its way."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return subprocess.run(  # noqa: S603 - our own interpreter on our own files
        [sys.executable, *arguments],
        cwd=folder,
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


class ReturnsNone(ast.NodeTransformer):
    """Replaces every `return X` of one function by `return None`."""

    def __init__(self, function: str) -> None:
        self.function = function
        self.inside = False

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Enter only the function that is meant."""
        if not self.inside and node.name == self.function:
            self.inside = True
            self.generic_visit(node)
            self.inside = False
        return node

    def visit_Return(self, node: ast.Return) -> ast.Return:
        """Throw the function's answer away."""
        return ast.Return(value=ast.Constant(value=None)) if self.inside else node


def damages_of(task: Task, solution: str) -> Iterator[tuple[str, str, str | None]]:
    """Give each damage's name, the module it hits and its new text (None: the file is missing)."""
    tree = ReturnsNone(task["id"]).visit(ast.parse(solution))
    yield "returns None", task["id"], ast.unparse(ast.fix_missing_locations(tree))
    yield "empty", task["id"], ""
    for dependency in task["depends_on"]:
        yield f"without {dependency}", dependency, None


def passes_tests_of(name: str, *, modules: set[str]) -> bool:
    """Run one task's tests in this process, forgetting what an earlier run imported."""
    for module in modules:
        sys.modules.pop(module, None)
    silence = io.StringIO()
    with contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
        return pytest.main(["-q", "-x", f"tests/test_{name}.py"]) == pytest.ExitCode.OK


def find_unnoticed(structure: str, names: list[str]) -> list[str]:
    """Return the damages, in the solved workspace we stand in, that a task's tests let pass."""
    tasks = load_tasks(structure)
    modules = {task["id"] for task in tasks}
    modules |= {f"test_{name}" for name in modules} | {"conftest"}
    unnoticed: list[str] = []
    for task in tasks:
        if task["id"] not in names:
            continue
        for damage, module, text in damages_of(task, read_solution(structure, task)):
            path = Path(f"{module}.py")
            whole = path.read_text(encoding="utf-8")
            if text is None:
                path.unlink()
            else:
                path.write_text(text, encoding="utf-8")
            if passes_tests_of(task["id"], modules=modules):
                unnoticed.append(f"{task['id']}: {damage}")
            path.write_text(whole, encoding="utf-8")
        if not passes_tests_of(task["id"], modules=modules):
            unnoticed.append(f"{task['id']}: fails undamaged, so its failures mean nothing")
    return unnoticed


def test_every_structure_has_twenty_tasks_with_all_fields(structure: str) -> None:
    """A task file names each task once and leaves nothing out."""
    tasks = load_tasks(structure)

    assert len({task["id"] for task in tasks}) == len(tasks) == 20
    assert all(set(task) == FIELDS for task in tasks)
    assert all(0.5 <= task["effort"] <= 2.0 for task in tasks)


def test_no_task_appears_in_two_structures() -> None:
    """The three structures are sixty tasks and not twenty in three orders."""
    names = [task["id"] for structure in STRUCTURES for task in load_tasks(structure)]

    assert len(set(names)) == 60


def test_every_file_a_task_names_exists_and_is_its_own(structure: str) -> None:
    """A task owns the one file with its id; its tests wait in the workspace, with nothing else."""
    folder = suite_path(f"mathlib/{structure}")
    tasks = load_tasks(structure)

    for task in tasks:
        name = task["id"]
        assert task["files"] == [f"{name}.py"]
        assert task["check"] == f"python -m pytest -q tests/test_{name}.py"
        assert [path.name for path in (folder / task["solution"]).glob("*.py")] == [f"{name}.py"]
    files = (folder / "workspace").rglob("*.*")
    found = {path.name for path in files if path.suffix != ".pyc"}  # pip compiles what it installs
    assert found == {f"test_{task['id']}.py" for task in tasks} | {"conftest.py", "pytest.ini"}


def test_the_longest_chain_has_the_length_the_structure_is_named_for(structure: str) -> None:
    """Dependencies name earlier tasks only, so the depths below find every chain."""
    depths = depths_of(structure)

    assert max(depths.values()) == CHAIN_LENGTHS[structure]


@pytest.mark.parametrize("structure", ["mixed", "serial"])
def test_all_tasks_outside_the_chain_are_free(structure: str) -> None:
    """One task a depth along the chain; the rest depend on nothing, and nothing depends on them."""
    dependencies = dependencies_of(structure)
    chain = [name for name in dependencies if dependencies[name]]

    root = dependencies[chain[0]][0]
    links = [root, *chain]

    assert len(links) == CHAIN_LENGTHS[structure]
    for before, link in pairwise(links):
        assert dependencies[link] == [before]


def test_parallel_tasks_have_several_roots() -> None:
    """Twelve tasks build on eight roots, and every root is built on."""
    dependencies = dependencies_of("parallel")

    roots = {name for name, needs in dependencies.items() if not needs}
    needed = {need for needs in dependencies.values() for need in needs}

    assert len(roots) == 8
    assert needed == roots


def test_descriptions_name_the_file_the_function_and_every_import(structure: str) -> None:
    """A model sees the description, so what the tests rely on stands there."""
    for task in load_tasks(structure):
        name, text = task["id"], " ".join(task["description"].split())

        assert text.startswith(f"Create {name}.py with `{name}(")
        for dependency in task["depends_on"]:
            assert f"`from {dependency} import {dependency}`" in text


def test_solutions_import_exactly_their_dependencies(structure: str) -> None:
    """The graph is the code's: no edge without an import, no import without an edge."""
    names = {task["id"] for task in load_tasks(structure)}

    for task in load_tasks(structure):
        imported = imported_modules(ast.parse(read_solution(structure, task)))
        assert imported & names == set(task["depends_on"])
        assert imported - names <= sys.stdlib_module_names | {"collections.abc"}


def test_each_test_file_has_four_tests_and_imports_only_its_task(structure: str) -> None:
    """A task can be judged from its own file alone, and by more than one example."""
    for task in load_tasks(structure):
        tree = parse_test_file(structure, task["id"])
        tests = [
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        ]
        others = imported_modules(tree) - sys.stdlib_module_names - {"pytest"}

        assert len(set(tests)) == len(tests) >= 4
        assert others == {task["id"]}


def test_the_tests_watch_that_each_dependency_is_called(structure: str) -> None:
    """A solution that does a dependency's work itself does not pass, so the chains are real."""
    for task in load_tasks(structure):
        text = ast.unparse(parse_test_file(structure, task["id"]))
        for dependency in task["depends_on"]:
            assert f"calls_of('{task['id']}', '{dependency}')" in text


@pytest.mark.slow
def test_the_reference_solutions_pass_every_test(structure: str, tmp_path: Path) -> None:
    """All solutions of a structure together, checked as the last check of a run would."""
    folder = solve(structure, tmp_path / "solved")

    done = run_python(folder, "-m", "pytest", "-q")

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\d+ passed in ", done.stdout, flags=re.MULTILINE)


@pytest.mark.slow
def test_damaged_solutions_fail_their_own_tests(structure: str, tmp_path: Path) -> None:
    """Some tasks, always the same: an empty file, no answer, or a dependency that is not there."""
    folder = solve(structure, tmp_path / "solved")
    names = sorted(task["id"] for task in load_tasks(structure))
    sample = random.Random(structure).sample(names, SAMPLE_SIZE)

    done = run_python(folder, str(Path(__file__).resolve()), structure, *sample)

    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout) == []


def test_the_project_alone_means_its_mixed_structure() -> None:
    """`mathlib` is what a newcomer types."""
    assert suite_path("mathlib") == suite_path("mathlib/mixed")
    assert {f"mathlib/{structure}" for structure in STRUCTURES} <= set(suite_names())


@pytest.mark.parametrize("name", ["", "mathlib/", "mathlib/diagonal", "../suites/mathlib/mixed"])
def test_an_unknown_suite_is_refused_with_the_names_there_are(name: str) -> None:
    """A wrong name costs one more line of reading and not a look into the package."""
    with pytest.raises(UsageError) as caught:
        suite_path(name)

    assert repr(name) in str(caught.value)
    assert all(known in str(caught.value) for known in suite_names())


if __name__ == "__main__":
    sys.stdout.write(json.dumps(find_unnoticed(sys.argv[1], sys.argv[2:])))
