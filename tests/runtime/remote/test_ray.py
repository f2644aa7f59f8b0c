"""The same on a Ray cluster, from the command line: `run` and `resume` with `--engine ray`."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from brooks.core import events
from brooks.log.codec import Codec
from brooks.log.sqlite import SqliteLog

pytest.importorskip("ray")
pytestmark = pytest.mark.slow

RUN = "on-ray"


def brooks(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Start the command in a folder, with a home of its own and no cluster to find."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    environ["HOME"] = str(folder)
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "brooks", *arguments],
        cwd=folder,
        env=environ,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def merged(log: Path) -> list[str]:
    """The tasks that are done, in order."""
    if not log.exists():
        return []
    with closing(SqliteLog.open_reader(log)) as reader:
        records = Codec().decode_all(reader.read())
        return [each.event.task for each in records if isinstance(each.event, events.TaskDone)]


def wait_until(is_so: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    while not is_so():
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.05)


def clusters() -> set[str]:
    """The folders of clusters that are there."""
    return {path.name for path in Path(tempfile.gettempdir()).glob("brooks-ray-*")}


def test_run_whose_coordinator_is_killed_goes_on_from_its_copy(tmp_path: Path) -> None:
    """The first place is lost with its coordinator; nothing done is done again, nothing is left behind."""
    first, second = tmp_path / "runs" / RUN, tmp_path / "elsewhere" / RUN
    with_ray = ("--engine", "ray", "-q")
    options = ("-t", "leased", "-n", "3", "--clock", "real", "--time-scale", "0.1")
    places = ("--runs-dir", "runs", "--run-id", RUN, "--log-copy", "elsewhere")
    running = brooks(tmp_path, "run", "sales", *options, "--checks", "modelled", *places, *with_ray)
    wait_until(lambda: len(merged(first / "run.db")) >= 3, running)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    done = merged(second / "run.db")
    first.rename(tmp_path / "lost")

    resumed = brooks(tmp_path, "resume", RUN, "--runs-dir", "elsewhere", *with_ray)
    said, _ = resumed.communicate()

    assert resumed.returncode == 0, said
    everything = merged(second / "run.db")
    assert everything[: len(done)] == done
    assert len(done) >= 3
    assert len(everything) == len(set(everything))
    assert f"{len(everything)} of {len(everything)} tasks done, all verified" in said
    assert not list(tmp_path.glob(".ray*"))
    assert not [name for name in clusters() if name.startswith(f"brooks-ray-{resumed.pid}-")]
