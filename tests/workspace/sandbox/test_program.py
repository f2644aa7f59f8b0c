"""What a check may use, and that a fork of the server behaves as a new interpreter would."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from brooks.workspace.sandbox import CheckLimits, Level, Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.workspace.sandbox.conftest import Place

PYTEST = "python -m pytest -q"

pytestmark = pytest.mark.slow


def test_another_interpreter_counts_its_tests_too(place: "Place") -> None:
    """The path is of another spelling, so a new process has to run pytest; it knows no `brooks`."""
    other = f"{Path(sys.executable).parent}/./{Path(sys.executable).name}"
    code = "def test_a(): pass\ndef test_b(): assert 0\n"

    outcome = place.check(f"{other} -m pytest -q", {"test_a.py": code})

    assert (outcome.tests_passed, outcome.tests_failed) == (1, 1), outcome.output


def test_early_exit_is_seen_in_another_interpreter_too(place: "Place") -> None:
    """Exit code 0 without a report of the tests is no success there either."""
    other = f"{Path(sys.executable).parent}/./{Path(sys.executable).name}"

    outcome = place.check(f"{other} -m pytest -q", {"test_a.py": "import os\nos._exit(0)\n"})

    assert (outcome.passed, outcome.exit_code) == (False, 0)


def test_without_the_own_python_on_the_path_nothing_is_warm(
    places: "Callable[[Level], Place]",
) -> None:
    """The sandbox then runs whatever `python3` the path has; here a program that says so."""
    place = places(Level.LIMITS)
    tree = place.tree({"bin/python": "#!/bin/sh\necho other python\n"})
    (tree / "bin" / "python").chmod(0o755)

    with Sandbox.open(
        place.scratch, at_most=Level.LIMITS, search_path=f"{tree}/bin:/usr/bin:/bin"
    ) as sandbox:
        outcome = sandbox.run("python -m unittest", tree, CheckLimits())

    assert outcome.output == "other python\n"


def test_a_module_of_the_tree_comes_before_one_that_is_imported(place: "Place") -> None:
    """Pytest has imported `iniconfig` already, and brooks is imported in the server."""
    files = {
        "brooks/__init__.py": "MINE = True\n",
        "colorsys.py": "MINE = True\n",
        "test_a.py": "import brooks, colorsys\ndef test_a(): assert brooks.MINE and colorsys.MINE\n",
    }

    outcome = place.check(PYTEST, files)

    assert outcome.passed, outcome.output


def test_the_folder_is_on_the_path_as_python_does_it(place: "Place") -> None:
    """`python -m pytest` puts it there, `pytest` does not."""
    files = {"thing.py": "", "tests/test_a.py": "import thing\ndef test_a(): pass\n"}

    by_module = place.check(PYTEST, files)
    by_program = place.check("pytest -q", files)

    assert (by_module.passed, by_program.passed) == (True, False)


def test_plugins_of_the_environment_work(place: "Place") -> None:
    """Hypothesis searches the same examples each time, and keeps its files in the tree if at all."""
    code = (
        "import os\nfrom hypothesis import configuration, given, strategies\n"
        "@given(strategies.integers())\ndef test_a(x): assert x < 1000 or x % 7\n"
        "def test_b():\n"
        " home = configuration.storage_directory('x').path.parent\n"
        " assert str(home) == os.getcwd() + '/.hypothesis'\n"
    )

    first, second = place.test(code), place.test(code)

    assert (first.tests_passed, first.tests_failed) == (1, 1), first.output
    assert first == second


def test_workers_of_xdist_count_once(places: "Callable[[Level], Place]") -> None:
    """Each worker is a process of its own that reports to the first."""
    files = {"test_a.py": "def test_a(): pass\ndef test_b(): pass\n"}

    outcome = places(Level.BUBBLEWRAP).check(f"{PYTEST} -n 2", files)

    assert (outcome.passed, outcome.tests_passed) == (True, 2), outcome.output


def test_in_bubblewrap_tests_may_start_servers_and_workers(
    places: "Callable[[Level], Place]",
) -> None:
    """The network there is the sandbox's own, and so is the shared memory."""
    code = (
        "import multiprocessing, socket\n"
        "def test_server():\n server = socket.create_server(('127.0.0.1', 0))\n"
        " client = socket.create_connection(server.getsockname())\n"
        " client.close()\n server.close()\n"
        "def test_pool():\n"
        " with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "  assert pool.map(abs, [-1, -2]) == [1, 2]\n"
    )

    outcome = places(Level.BUBBLEWRAP).test(code)

    assert outcome.passed, outcome.output
