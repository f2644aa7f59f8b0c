"""`brooks watch` and the keys of a live view, in a terminal, in a pipe, through a crash and a resume."""

import json
import os
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import FAULTLESS

from brooks.log.lock import writer_pid
from brooks.runtime.run_folder import RunFolder

Brooks = Callable[..., Any]
PROGRAM = (sys.executable, "-c", "from brooks.cli import main; main()")
RUN = (
    *("run", "mathlib", "-t", "leased:2", "--checks", "modelled", "--clock", "real"),
    *("-m", "sim:faultless.yaml", "--run-id", "live"),
)
CODES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z])")
PATIENCE = 25.0


class Terminal:
    """A program in a terminal of 80 by 24: what it shows, and keys for it."""

    def __init__(self, *arguments: str) -> None:
        self._own, self.its = os.openpty()
        termios.tcsetwinsize(self.its, (24, 80))
        self.before = termios.tcgetattr(self.its)
        environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            [*PROGRAM, *arguments],
            stdin=self.its,
            stdout=self.its,
            stderr=self.its,
            env=environment,
            start_new_session=True,
        )
        self.raw = ""

    def wait_for(self, text: str) -> None:
        """Read on until it shows a text that it has not shown before."""
        seen = len(self.raw)
        deadline = time.monotonic() + PATIENCE
        while text not in CODES.sub("", self.raw[seen:]):
            left = deadline - time.monotonic()
            if left < 0 or not select.select([self._own], [], [], max(left, 0))[0]:
                pytest.fail(f"{text!r} never came: {self.raw[-3000:]!r}")
            self.raw += os.read(self._own, 65536).decode(errors="replace")

    def press(self, keys: str) -> None:
        """Type something."""
        os.write(self._own, keys.encode())

    def end(self) -> int:
        """Read on to its end, and give the exit code."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < deadline:
            if select.select([self._own], [], [], 0.1)[0]:
                self.raw += os.read(self._own, 65536).decode(errors="replace")
        while select.select([self._own], [], [], 0.0)[0]:
            self.raw += os.read(self._own, 65536).decode(errors="replace")
        return self.process.wait(timeout=5)

    def is_as_before(self) -> bool:
        """Whether the terminal is as it was before the program, and its first screen is back."""
        is_back = self.raw.rfind("\x1b[?1049l") > self.raw.rfind("\x1b[?1049h") >= 0
        return is_back and termios.tcgetattr(self.its) == self.before

    def close(self) -> None:
        """Let go of everything."""
        self.process.kill()
        self.process.wait()
        os.close(self._own)
        os.close(self.its)


@contextmanager
def terminal(*arguments: str) -> Iterator[Terminal]:
    """A program in a terminal."""
    opened = Terminal(*arguments)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def process(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """A program whose output is a pipe."""
    with subprocess.Popen(  # noqa: S603 - our own program
        [*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as opened:
        try:
            yield opened
        finally:
            opened.kill()


def wait_for_line(opened: "subprocess.Popen[str]", text: str) -> str:
    """Read lines until one has this text."""
    assert opened.stdout is not None
    for line in opened.stdout:
        if text in line:
            return line
    return pytest.fail(f"{text!r} never came")


@pytest.fixture
def live(brooks: Brooks) -> RunFolder:
    """Where the run of `RUN` will be."""
    Path("faultless.yaml").write_text(FAULTLESS, encoding="utf-8")
    return RunFolder(Path(".brooks", "runs", "live"))


def test_of_a_run_that_is_over_the_story_and_the_end_are_shown(brooks: Brooks, runs: Path) -> None:
    """In a pipe: each notable line, then the summary, without a code that a terminal obeys."""
    said = brooks("watch", "finished", "--runs-dir", runs)

    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0].startswith("finished: 20 tasks, leased with 3 agents, simulated model")
    assert lines[1].endswith("the run begins: 20 tasks, simulated")
    assert "Done (simulated): 20 of 20 tasks done, all verified on the final tree" in lines
    assert all(character.isprintable() or character == "\n" for character in said.out)


def test_json_is_a_line_for_each_record(brooks: Brooks, runs: Path) -> None:
    """The same facts as `show --events --json` gives as one document."""
    lines = brooks("watch", "finished", "--json", "--runs-dir", runs).out.splitlines()

    shown = brooks("show", "finished", "--events", "--json", "--runs-dir", runs).json
    assert [json.loads(line) for line in lines] == shown


def test_the_exit_code_is_that_of_the_run(brooks: Brooks, tasks: Path) -> None:
    """Here of one whose budget was too small."""
    ran = brooks(
        *("run", tasks, "-m", "sim:typical", "--run-id", "dear", "--quiet"),
        *("--checks", "modelled", "--budget-turns", "1"),
    )

    assert brooks("watch", "dear").code == ran.code != 0


@pytest.mark.slow
def test_keys_steer_a_run_and_the_terminal_is_given_back(live: RunFolder) -> None:
    """Pause, go on, cancel with a question: the same requests as the commands make."""
    with terminal(*RUN, "--time-scale", "0.5") as shown:
        shown.wait_for("agent-1")
        shown.press("p")
        shown.wait_for("paused: nothing new starts")
        shown.press("p")
        shown.wait_for("the pause is over")
        shown.press("?")
        shown.wait_for("let the run start nothing new")
        shown.press("?c")
        shown.wait_for("cancel the run? y / n")
        shown.press("y")
        shown.wait_for("cancelled by the user")
        code = shown.end()

        assert code == 1
        assert shown.is_as_before()
        assert "Cancelled" in shown.raw


@pytest.mark.slow
def test_q_stops_a_run_as_ctrl_c_does(live: RunFolder) -> None:
    """After a question."""
    with terminal(*RUN, "--time-scale", "0.5") as shown:
        shown.wait_for("agent-1")
        shown.press("q")
        shown.wait_for("stop the run, as Ctrl-C does?")
        shown.press("y")
        code = shown.end()

        assert code == 130
        assert shown.is_as_before()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "code"), [("q", 0), ("\x03", 130), (signal.SIGTERM, 143)], ids=["q", "Ctrl-C", "term"]
)
def test_who_only_watches_can_leave(live: RunFolder, how: str | int, code: int) -> None:
    """The run goes on, and the terminal is as before, however one leaves."""
    with process(*RUN, "--time-scale", "0.5", "-q") as run:
        wait_until(lambda: writer_pid(live.log) is not None if live.log.exists() else False)
        with terminal("watch", "live") as shown:
            shown.wait_for("agent-1")
            if isinstance(how, int):
                shown.process.send_signal(how)
            elif how == "\x03":
                shown.process.send_signal(signal.SIGINT)
            else:
                shown.press(how)

            assert shown.end() == code
            assert shown.is_as_before()
        assert run.poll() is None


@pytest.mark.slow
def test_watching_outlives_a_crash_and_goes_on_with_the_resume(live: RunFolder) -> None:
    """In a pipe it says so in a line; then it ends with the run, and with its exit code."""
    with process(*RUN, "--time-scale", "0.2", "-q") as run:
        wait_until(lambda: writer_pid(live.log) is not None if live.log.exists() else False)
        with process("watch", "live") as watched:
            wait_for_line(watched, " done by ")
            run.kill()
            wait_for_line(watched, "nobody writes this run: `brooks resume live` goes on with it")
            with process("resume", "live", "-q") as resumed:
                wait_for_line(watched, "the run goes on")
                wait_for_line(watched, "the run is over (done)")
                resumed.communicate(timeout=PATIENCE)
            watched.communicate(timeout=PATIENCE)

    assert watched.returncode == 0


def wait_until(holds: Callable[[], bool]) -> None:
    """Look often until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
