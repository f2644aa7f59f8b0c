"""`brooks pause`, `cancel`, `requeue` and `resume`: with a process at work on the run, and without."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import FAULTLESS

from brooks.cli.reading import read_run
from brooks.core.events import RequestSent, RunResumed, TaskDone
from brooks.core.spec import Budget
from brooks.runtime.run_folder import RunFolder

Brooks = Callable[..., Any]
PROGRAM = (sys.executable, "-c", "from brooks.cli import main; main()")
RUN = [
    "run",
    "mathlib",
    "-t",
    "leased:2",
    "--checks",
    "modelled",
    "--clock",
    "real",
    "--run-id",
    "live",
    "-m",
    "sim:faultless.yaml",
]


class Live:
    """A run in another process, whose progress is read line by line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def wait_until(self, text: str) -> None:
        """Read progress until a line with this text."""
        assert self.process.stderr is not None
        seen = []
        for line in self.process.stderr:
            if text in line:
                return
            seen.append(line)
        pytest.fail(f"{text!r} never came:\n{''.join(seen)}")

    def wait_for_end(self) -> int:
        """Read the rest, and give the exit code."""
        self.process.communicate()
        return self.process.returncode


@contextmanager
def live_run(time_scale: float) -> Iterator[Live]:
    """A run under the real clock, in this folder."""
    Path("faultless.yaml").write_text(FAULTLESS, encoding="utf-8")
    command = [*PROGRAM, *RUN, "--time-scale", str(time_scale)]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Live(process)
        finally:
            process.kill()


@pytest.mark.slow
def test_a_live_run_is_paused_continued_and_cancelled(brooks: Brooks) -> None:
    """Everything that another terminal may ask of a run."""
    with live_run(0.1) as live:
        live.wait_until(" done by ")
        needless = brooks("resume", "live")
        listed = brooks("runs", "--json").json
        paused = brooks("pause", "live")
        live.wait_until("paused")
        continued = brooks("resume", "live", "--json")
        live.wait_until("the pause is over")
        task = brooks("cancel", "live", "hadamard_matrix")
        live.wait_until("hadamard_matrix is cancelled")
        requeued = brooks("requeue", "live", "hadamard_matrix")
        live.wait_until("hadamard_matrix")
        cancelled = brooks("cancel", "live", "--json")
        code = live.wait_for_end()

    assert needless.code == 2
    assert f"process {live.process.pid} works on the run 'live'" in needless.err
    assert [(run["state"], run["alive"]) for run in listed] == [("running", True)]
    assert (paused.code, task.code, requeued.code) == (0, 0, 0)
    assert "takes it within a second" in paused.out
    assert continued.json == {
        "run": "live",
        "request": 2,
        "action": "continue",
        "task": None,
        "alive": True,
    }
    assert cancelled.json["alive"] is True
    assert code == 1
    assert brooks("show", "live", "--json").json["outcome"] == "cancelled"


@pytest.mark.slow
def test_a_killed_run_goes_on_and_pays_for_nothing_twice(brooks: Brooks, tmp_path: Path) -> None:
    """It is killed in the middle; then nothing done is done again, and nothing answered is asked again."""
    with live_run(0.05) as live:
        live.wait_until(": 3 of 20")
        live.process.kill()
    listed = brooks("runs", "--json").json

    said = brooks("resume", "live", "--json", "-q")

    assert [(run["state"], run["alive"]) for run in listed] == [("stopped", False)]
    assert said.code == 0
    assert said.json["epochs"] == 2
    assert "of 20 tasks are done and skipped" in said.err
    run = read_run(RunFolder(tmp_path / ".brooks" / "runs" / "live"))
    events = [record.event for record in run.records]
    (resumed,) = [event for event in events if isinstance(event, RunResumed)]
    assert said.err.count("had no reply and is asked again") == len(resumed.in_flight)
    requests = [(event.turn, event.index) for event in events if isinstance(event, RequestSent)]
    assert len(requests) - len({*requests}) <= len(resumed.in_flight)
    done = [event.task for event in events if isinstance(event, TaskDone)]
    assert len(done) == len({*done}) == 20
    assert brooks("audit", "live").code == 0


@pytest.mark.slow
def test_ctrl_c_winds_a_run_down(brooks: Brooks) -> None:
    """The process ends with 130, and the run can go on."""
    with live_run(0.05) as live:
        live.wait_until(" done by ")
        live.process.send_signal(signal.SIGINT)
        live.wait_until("stopping: ")
        code = live.wait_for_end()

    resumed = brooks("resume", "live", "-q")

    assert code == 130
    assert resumed.code == 0


def test_a_run_out_of_turns_needs_more_of_them(brooks: Brooks, tmp_path: Path) -> None:
    """The limit that ended it would end it again; a new one goes on, and the other limit stays."""
    brooks(
        *("run", "mathlib", "-t", "single", "--checks", "modelled", "--run-id", "short", "-q"),
        *("--budget-turns", "3", "--budget-minutes", "100"),
    )

    same = brooks("resume", "short")
    more = brooks("resume", "short", "--budget-turns", "100", "--json")

    assert same.code == 2
    assert "the budget of 3 turns is used up: give the run more with" in same.err
    assert more.code == 0
    assert "3 of 20 tasks are done and skipped, 3 replies" in more.err
    state = read_run(RunFolder(tmp_path / ".brooks" / "runs" / "short")).state
    assert state.budget == Budget(seconds=6000.0, turns=100)


def test_a_run_that_is_done_stays_as_it_is(brooks: Brooks, runs: Path) -> None:
    """There is nothing to go on with, and nothing to steer."""
    resumed = brooks("resume", "finished", "--runs-dir", runs)
    requeued = brooks("requeue", "finished", "factorise", "--runs-dir", runs)

    assert resumed.code == 0
    assert "is done: there is nothing to go on with" in resumed.err
    assert "20 of 20 tasks done" in resumed.out
    assert requeued.code == 2


def test_requests_to_a_run_that_nobody_works_on(brooks: Brooks) -> None:
    """A task's request waits for the next resume; the run as a whole is at rest already."""
    options = ("--checks", "modelled", "--budget-turns", "2", "--run-id", "short", "-q")
    brooks("run", "mathlib", *options)

    task = brooks("cancel", "short", "hadamard_matrix")
    unknown = brooks("cancel", "short", "hadamard")
    pause = brooks("pause", "short")
    cancel = brooks("cancel", "short")

    assert task.code == 0
    assert "nobody works on the run now: it has its effect on `brooks resume short`" in task.out
    assert (unknown.code, pause.code, cancel.code) == (2, 2, 2)
    assert "has no task 'hadamard'" in unknown.err
    assert "nothing to pause" in pause.err
    assert "nothing to cancel" in cancel.err
