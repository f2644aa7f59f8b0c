"""From the first check to the last process: starting, ending, being ended."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.workspace.sandbox.conftest import Place, family_of, processes_saying, wait_until

from brooks.errors import OutsideError, UsageError
from brooks.workspace.sandbox import CheckLimits, Level, Reason, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMITS = CheckLimits(seconds=30)
RUN_ONE_CHECK = """
import sys
from pathlib import Path
from brooks.workspace.sandbox import CheckLimits, Level, Sandbox
path = sys.argv[4] if len(sys.argv) > 4 else None
sandbox = Sandbox.open(Path(sys.argv[1]), at_most=Level(sys.argv[2]), search_path=path)
print(sandbox.run(sys.argv[3], Path(sys.argv[1]) / "c/tree", CheckLimits()))
"""


@pytest.fixture
def own_place(
    request: pytest.FixtureRequest, places: Callable[[Level], Place]
) -> "Iterator[Place]":
    """Give a sandbox that the test may break, without warming up: its path has no Python."""
    level: Level = request.param
    places(level)
    own = Place(level)
    own.sandbox = Sandbox.open(own.scratch, at_most=level, search_path="/usr/bin:/bin")
    yield own
    own.close()


each_level = pytest.mark.parametrize("own_place", list(Level), indirect=True, ids=str)


def server_of(place: Place) -> int:
    """The number of the process that the sandbox started."""
    server = place.sandbox._server
    assert server is not None
    assert server.process_id is not None
    return server.process_id


@each_level
@pytest.mark.slow
def test_closing_leaves_no_process_and_no_file(own_place: Place) -> None:
    """Also while a check runs that left daemons already."""
    words = f"sleep 62.{os.getpid()}{list(Level).index(own_place.level)}"
    tree = own_place.tree({})
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(
            own_place.sandbox.run, f"(setsid {words} &); {words}; true", tree, LIMITS
        )
        wait_until(lambda: len(processes_saying(words)) >= 2)
        family = family_of(server_of(own_place))

        own_place.sandbox.close()

        with pytest.raises(OutsideError, match=r"was closed|ended while"):
            running.result(timeout=10)
    wait_until(lambda: processes_saying(words) == [])
    wait_until(lambda: not any(Path(f"/proc/{process}").exists() for process in family))
    assert [path.name for path in own_place.scratch.iterdir()] == [tree.parent.name]


@each_level
@pytest.mark.slow
def test_a_killed_parent_leaves_no_process(own_place: Place) -> None:
    """The process that opened the sandbox gets no chance to close it."""
    words = f"sleep 63.{os.getpid()}{list(Level).index(own_place.level)}"
    tree = own_place.scratch / "c" / "tree"
    tree.mkdir(parents=True)
    command = f"(setsid {words} &); {words}; true"
    argv = [
        sys.executable,
        "-c",
        RUN_ONE_CHECK,
        str(own_place.scratch),
        own_place.level,
        command,
        "/bin",
    ]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as parent:  # noqa: S603 - our own words
        wait_until(lambda: len(processes_saying(words)) >= 2, seconds=30)
        family = family_of(parent.pid)

        parent.kill()

    wait_until(lambda: processes_saying(words) == [])
    wait_until(lambda: not any(Path(f"/proc/{process}").exists() for process in family))


@each_level
@pytest.mark.slow
def test_a_server_that_is_killed_is_reported_and_started_anew(own_place: Place) -> None:
    """The check that ran has no verdict; the next one has."""
    words = f"sleep 64.{os.getpid()}{list(Level).index(own_place.level)}"
    tree = own_place.tree({})
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(own_place.sandbox.run, f"{words}; true", tree, LIMITS)
        wait_until(lambda: processes_saying(words))

        os.kill(server_of(own_place), signal.SIGKILL)

        with pytest.raises(OutsideError, match="run the check again"):
            running.result(timeout=10)
    wait_until(lambda: processes_saying(words) == [])
    assert own_place.check("true", {}).passed


@pytest.mark.parametrize("own_place", [Level.LIMITS], indirect=True, ids=str)
@pytest.mark.slow
def test_a_killed_supervisor_is_answered_for(own_place: Place) -> None:
    """The check is lost with whoever watched it, and what it had started is killed."""
    words = f"sleep 65.{os.getpid()}"
    tree = own_place.tree({})
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(
            own_place.sandbox.run, f"(setsid {words} &); {words}; true", tree, LIMITS
        )
        wait_until(lambda: len(processes_saying(words)) >= 2)
        supervisor = family_of(server_of(own_place))[1]

        os.kill(supervisor, signal.SIGKILL)

        outcome = running.result(timeout=10)
    assert outcome.reason is Reason.KILLED
    assert outcome.output == "it ended whoever watched it, and was ended\n"
    wait_until(lambda: processes_saying(words) == [])


@pytest.mark.parametrize("own_place", [Level.BUBBLEWRAP, Level.LANDLOCK], indirect=True, ids=str)
@pytest.mark.slow
def test_the_thread_that_starts_a_sandbox_may_end(own_place: Place) -> None:
    """The kernel would end the server with the thread it belongs to."""
    first = threading.Thread(target=own_place.check, args=("true", {}))
    first.start()
    first.join()
    server = server_of(own_place)

    outcome = own_place.check("sleep 0.1", {})

    assert outcome.passed
    assert server_of(own_place) == server


@pytest.mark.slow
def test_four_threads_share_a_sandbox(place: Place) -> None:
    """Each gets the verdict on its own tree."""
    codes = [f"def test_a(): assert {number} % 3\n" for number in range(12)]

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(place.test, codes))

    assert [outcome.passed for outcome in outcomes] == [number % 3 > 0 for number in range(12)]


def test_a_closed_sandbox_runs_nothing(tmp_path: Path) -> None:
    """Something that was still queued may ask; no process may start then."""
    sandbox = Sandbox.open(tmp_path / "s", at_most=Level.LIMITS)
    (tmp_path / "s" / "c").mkdir()
    sandbox.close()

    with pytest.raises(OutsideError, match="the sandbox is closed"):
        sandbox.run("true", tmp_path / "s" / "c", LIMITS)


def test_a_folder_elsewhere_is_refused(tmp_path: Path) -> None:
    """The check would be free to change it."""
    with (
        Sandbox.open(tmp_path / "s", at_most=Level.LIMITS) as sandbox,
        pytest.raises(UsageError, match="must lie in"),
    ):
        sandbox.run("true", tmp_path, LIMITS)


def test_a_folder_that_is_gone_is_reported(tmp_path: Path) -> None:
    """Somebody cleared away too early."""
    with (
        Sandbox.open(tmp_path / "s", at_most=Level.LIMITS) as sandbox,
        pytest.raises(OutsideError, match="is gone"),
    ):
        sandbox.run("true", tmp_path / "s" / "nothing", LIMITS)


@pytest.mark.slow
def test_a_sandbox_that_cannot_start_says_why(tmp_path: Path) -> None:
    """Here the scratch folder is removed after the sandbox was opened, and a file is in its place."""
    sandbox = Sandbox.open(tmp_path / "s", at_most=Level.LIMITS, search_path="/usr/bin")
    tree = tmp_path / "s" / "c"
    tree.mkdir()
    (tmp_path / "s" / "sandbox.log").mkdir()

    with sandbox, pytest.raises(OutsideError, match=r"did not start.*sandbox\.log"):
        sandbox.run("true", tree, LIMITS)


@pytest.mark.slow
def test_the_same_tree_gives_the_same_outcome_in_another_process(place: Place) -> None:
    """Output too: durations, addresses and folders are not in it."""
    code = (
        "import random\ndef test_a(): assert object() == [{1, 2}, 'x' * 200]\n"
        "def test_b(tmp_path): assert {'b', 'a', 'c'} == tmp_path\n"
    )
    command = "python -m pytest -vv"
    tree = place.scratch / "c" / "tree"
    tree.mkdir(parents=True, exist_ok=True)
    (tree / "test_a.py").write_text(code)

    first, second = (place.check(command, {"test_a.py": code}) for _ in range(2))
    argv = [sys.executable, "-c", RUN_ONE_CHECK, str(place.scratch), place.level, command]
    other = subprocess.run(argv, capture_output=True, text=True, check=True)  # noqa: S603

    assert first == second
    assert other.stdout == f"{first}\n"
