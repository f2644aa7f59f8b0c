"""Several processes at work, and what becomes of an experiment when they are killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from brooks.analysis.columns import TABLES
from brooks.bench.experiment import Step, run_experiment
from brooks.bench.experiment.carrying import MOST_SECONDS
from brooks.bench.experiment.results import ResultFolder
from brooks.runtime.processes import at_most
from brooks.spec.experiment import Experiment

pytestmark = pytest.mark.slow

FILE = """\
suites: [project/tasks.yaml]
teams: [single, leased]
sizes: [2]
repetitions: 40
"""


@pytest.fixture
def file(tasks: Path, tmp_path: Path) -> Path:
    """An experiment file of eighty runs."""
    path = tmp_path / "experiment.yaml"
    path.write_text(FILE)
    return path


@pytest.fixture
def bench(file: Path) -> Iterator[Callable[[Path], "subprocess.Popen[bytes]"]]:
    """Starts `brooks bench` in a process of its own, which is gone when the test ends."""
    started: list[subprocess.Popen[bytes]] = []

    def start(out: Path) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "brooks", "bench", file.name, "-o", str(out), "-j", "2"]
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=file.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def files_of(out: Path) -> dict[str, bytes]:
    """The tables, byte for byte."""
    return {table.name: (out / f"{table.name}.parquet").read_bytes() for table in TABLES}


def wait_for_results(out: Path, count: int) -> None:
    """Look until so many runs are made."""
    folder = ResultFolder(out)
    for _ in range(4000):
        if len(folder.done()) >= count:
            return
        time.sleep(0.01)
    pytest.fail(f"fewer than {count} runs were made")


def test_tables_do_not_depend_on_how_many_processes_work(tiny: Experiment, tmp_path: Path) -> None:
    """One or two, the bytes are the same."""
    wide = replace(tiny, repetitions=8)

    one = run_experiment(wide, tmp_path / "one", jobs=1, keep_logs=True)
    two = run_experiment(wide, tmp_path / "two", jobs=2, keep_logs=True)

    assert one.tables == two.tables
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
    logs = [
        {path.name: path.read_bytes() for path in (tmp_path / name / "logs").iterdir()}
        for name in ("one", "two")
    ]
    assert logs[0] == logs[1]


def test_an_experiment_that_was_killed_goes_on_where_it_stopped(
    bench: Callable[[Path], "subprocess.Popen[bytes]"], tmp_path: Path
) -> None:
    """`kill -9` in the middle costs no run that was made, and leaves no process behind."""
    killed = bench(tmp_path / "killed")
    wait_for_results(tmp_path / "killed", 10)
    killed.kill()
    killed.wait()
    time.sleep(0.5)
    made = len(ResultFolder(tmp_path / "killed").done())
    time.sleep(0.5)
    assert len(ResultFolder(tmp_path / "killed").done()) == made < 80

    again = bench(tmp_path / "killed")
    _, said = again.communicate(timeout=60)
    whole = bench(tmp_path / "whole")
    whole.communicate(timeout=60)

    assert (again.returncode, whole.returncode) == (0, 0), said
    assert f"{made} already made".encode() in said
    assert files_of(tmp_path / "killed") == files_of(tmp_path / "whole")


def test_ctrl_c_leaves_the_tables_of_what_is_there(
    bench: Callable[[Path], "subprocess.Popen[bytes]"], tmp_path: Path
) -> None:
    """And the exit code of what was interrupted."""
    process = bench(tmp_path / "out")
    wait_for_results(tmp_path / "out", 5)
    process.send_signal(signal.SIGINT)

    said, _ = process.communicate(timeout=60)

    assert process.returncode == 130
    assert b"are missing" in said
    assert (tmp_path / "out" / "runs.parquet").is_file()


def test_a_process_that_dies_takes_one_run_with_it(tiny: Experiment, tmp_path: Path) -> None:
    """The others are made by another in its place; the lost one is tried again the next time."""
    wide = replace(tiny, repetitions=40)
    killed: list[int] = []

    def kill_one(step: Step) -> None:
        if not killed:
            children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()
            workers = [pid for pid in map(int, children.split()) if _is_worker(pid)]
            killed.append(workers[0])
            os.kill(workers[0], signal.SIGKILL)

    finished = run_experiment(wide, tmp_path, jobs=2, on_progress=kill_one)
    again = run_experiment(wide, tmp_path, jobs=1)

    assert finished.done + len(finished.failures) == 80
    assert [failed.error for failed in finished.failures] in (
        [],
        ["its process ended with exit code -9"],
    )
    assert again.is_complete


def _is_worker(pid: int) -> bool:
    return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_a_run_that_turns_in_circles_is_ended() -> None:
    """After a time that no sound run takes."""

    @at_most(0.05)
    def turn() -> None:
        while True:
            pass

    with pytest.raises(TimeoutError, match=r"did not end within 0\.05 s"):
        turn()

    assert MOST_SECONDS > 60
