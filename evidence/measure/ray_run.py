"""One team on many machines, of which one dies, one falls silent, and then the coordinator dies.

The bundled project `mathlib`, 20 tasks, with 8 agents under leases of 6 s (profile `typical`, real clock,
latencies doubled, real checks), on a cluster of three node processes and a head without
processors. Each is in a network namespace of its own where that is allowed.

- When 3 tasks are done, one node is killed with everything on it.
- When 6 are, another is cut off, for longer than a lease holds, and then heard again: what its
  agents say now comes too late.
- When 15 are, the coordinator is killed with `kill -9`, and the run resumed on what is left.

A flaw is a task that is not done and verified at the end, one that was done twice or worked on again
after it was done, a reply that was asked for again though it was in the log, a declared guarantee that
`brooks audit` does not see kept, or a process or folder of the cluster left behind.

    PYTHONPATH=evidence python -m measure.ray_run [--seed 0] [--time-scale 2.0]
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from brooks.core import events
from brooks.core.events import Record
from brooks.log.codec import Codec
from brooks.log.sqlite import SqliteLog
from nodes import Nodes

TASKS = 20
AGENTS = 8
LEASE_SECONDS = 6.0
KILL_AT, CUT_AT, CRASH_AT = 3, 6, 15
CUT_SECONDS = LEASE_SECONDS + 2.0
RUN = "ray-run"
PATIENCE_SECONDS = 150.0


def main() -> None:
    """Make the run, and count flaws."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--time-scale", type=float, default=2.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder), seed=options.seed, time_scale=options.time_scale)
        story.play()
        flaws = story.flaws()
    print(json.dumps({"measured": len(flaws), "detail": {"flaws": flaws, **story.detail}}))


class Story:
    """One run and what befell it."""

    def __init__(self, folder: Path, *, seed: int, time_scale: float) -> None:
        self._runs = folder / "runs"
        self._log = self._runs / RUN / "run.db"
        self._team = folder / "team.yaml"
        self._team.write_text(
            f"preset: leased\nsize: {AGENTS}\nlease_seconds: {LEASE_SECONDS}\nlost_leases: 10\n"
        )
        self._seed = seed
        self._time_scale = time_scale
        self._environ: dict[str, str] = {}
        self._audit = ""
        self._outcome = -1
        self.detail: dict[str, object] = {}

    def play(self) -> None:
        """Run, kill, cut off, kill and resume."""
        with Nodes(3) as nodes:
            self._environ = nodes.environ
            self.detail["namespaces"] = nodes.is_networked
            coordinator = self._start()
            self._wait(coordinator, KILL_AT)
            nodes.kill(1)
            self._wait(coordinator, CUT_AT)
            nodes.cut_off(2)
            silent_since = len(self.records())
            time.sleep(CUT_SECONDS)
            nodes.mend(2)
            self.detail["records while one was silent"] = len(self.records()) - silent_since
            self._wait(coordinator, CRASH_AT)
            os.kill(coordinator.pid, signal.SIGKILL)
            coordinator.wait()
            self._resume()
        audit = self._brooks("audit", RUN, "--runs-dir", str(self._runs))
        self._audit = audit.stdout if audit.returncode else ""

    def records(self) -> list[Record]:
        """What is in the log now."""
        if not self._log.exists():
            return []
        with closing(SqliteLog.open_reader(self._log)) as log:
            return list(Codec().decode_all(log.read()))

    def flaws(self) -> list[str]:
        """What should not have happened."""
        records = self.records()
        done = Counter(
            record.event.task for record in records if isinstance(record.event, events.TaskDone)
        )
        flaws = [f"{task} was done {times} times" for task, times in done.items() if times > 1]
        if self._outcome:
            flaws.append(f"the resumed run ended with {self._outcome}")
        if len(done) != TASKS:
            flaws.append(f"{len(done)} of {TASKS} tasks are done")
        if self._audit:
            flaws.append(f"the audit found: {self._audit}")
        return [*flaws, *_worked_again(records)]

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [
            *_brooks("run", "mathlib", "-t", str(self._team), "-m", "sim:typical", "-q"),
            *("--seed", str(self._seed), "--clock", "real", "--time-scale", str(self._time_scale)),
            *("--engine", "ray", "--runs-dir", str(self._runs), "--run-id", RUN),
        ]
        return subprocess.Popen(
            command, env=self._environ, stdout=subprocess.DEVNULL, start_new_session=True
        )

    def _resume(self) -> None:
        began = time.monotonic()
        done = self._brooks("resume", RUN, "--engine", "ray", "--runs-dir", str(self._runs), "-q")
        self._outcome = done.returncode
        self.detail["seconds of the resumed run"] = round(time.monotonic() - began, 1)
        print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
        kinds: Counter[str] = Counter()
        for record in self.records():
            event = record.event
            if isinstance(event, events.Refused):
                kinds[f"refused {event.command}: {event.reason.value}"] += 1
            elif isinstance(event, events.LeaseExpired | events.RunResumed | events.AgentJoined):
                kinds[type(event).__name__] += 1
        self.detail["happened"] = dict(kinds)

    def _wait(self, coordinator: "subprocess.Popen[bytes]", tasks: int) -> None:
        """Wait until so many tasks are done."""

        def is_reached() -> bool:
            found = sum(isinstance(each.event, events.TaskDone) for each in self.records())
            return found >= tasks

        _wait_until(is_reached, coordinator, f"{tasks} tasks done")
        print(f"{tasks} tasks are done", file=sys.stderr)

    def _brooks(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            _brooks(*arguments),
            env=self._environ,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )


def _worked_again(records: list[Record]) -> list[str]:
    """Turns on tasks that were done, and replies that came twice."""
    flaws = []
    done: set[str] = set()
    replies: Counter[tuple[str, int]] = Counter()
    for record in records:
        event = record.event
        if isinstance(event, events.TaskDone):
            done.add(event.task)
        elif isinstance(event, events.TurnStarted):
            flaws += [
                f"{task} was worked on when it was done" for task in event.tasks if task in done
            ]
        elif isinstance(event, events.ReplyReceived):
            replies[event.turn, event.index] += 1
    return flaws + [
        f"reply {key} came {times} times" for key, times in replies.items() if times > 1
    ]


def _wait_until(is_so: Callable[[], bool], process: "subprocess.Popen[bytes]", what: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if process.poll() is not None:
            raise RuntimeError(f"the coordinator ended with {process.returncode} before {what}")
        if time.monotonic() > until:
            raise RuntimeError(f"{PATIENCE_SECONDS:.0f} s are over before {what}")
        time.sleep(0.1)


def _brooks(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "brooks", *arguments]


if __name__ == "__main__":
    main()
