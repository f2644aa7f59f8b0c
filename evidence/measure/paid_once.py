"""What a `kill -9` costs in paid replies: runs with real clients, killed at random moments and resumed.

Each seed runs the 20-task project by four agents, through the real client of one provider (or with
agents on the command line), against a server in a process of its own, which lives on and keeps a
record. The run is killed when a drawn number of requests has arrived and a drawn time has passed; a
third of the seeds are killed twice; then `brooks resume` ends it.

The server's record is the witness (with agents on the command line: what each writes down when it
starts). `flaws` compares it with the log, by turns: a turn has one request at a time, and what it is
about shows in the request. What a witness saw between two kills and has no reply in the log was in
flight.

    PYTHONPATH=evidence python -m measure.paid_once --kills 100 [--state FILE] [--seconds 540]
"""

import argparse
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import Random
from shutil import copytree
from typing import NamedTuple, Protocol

from agents.developer import write_program
from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import Outcome
from brooks.ids import TaskId
from brooks.log.codec import Codec
from brooks.log.sqlite import SqliteLog
from servers import Faults, ServerProcess, serving_process

SUITE = "mathlib/mixed"
TASKS = 20
LATENCY = 0.15
MODELS = (
    "openai:gpt-5.2",
    "anthropic:claude-sonnet-4-5",
    "google:gemini-2.5-pro",
    "openai-responses:gpt-5.2",
)
COMMAND_EVERY = 12
"""One seed in so many has agents on the command line."""
REAL_CHECKS_EVERY = 10
GONE_SECONDS = 3.0
"""How long an agent may outlive the run that was killed; its keeper takes milliseconds."""

Tasks = tuple[TaskId, ...]
"""The tasks of a turn, sorted."""


class Asked(NamedTuple):
    """A request that a witness saw."""

    tasks: Tasks
    what: str
    """What tells it from other requests of its turn: the hash of its conversation, or its text."""
    tokens: int


class Kill(NamedTuple):
    """A moment at which a run was killed."""

    asked: int
    """How many requests a witness had seen."""
    position: int
    """Where the log ended."""


def flaws(asked: Sequence[Asked], records: Sequence[Record], kills: Sequence[Kill]) -> list[str]:
    """What is wrong with a run that was killed and resumed, by its log and by what a witness saw."""
    wrong = _not_verified(records)
    turns = {
        record.event.turn: tuple(sorted(record.event.tasks))
        for record in records
        if isinstance(record.event, events.TurnStarted)
    }
    waiting: Counter[Tasks] = Counter()
    may_repeat: Counter[Tasks] = Counter()
    seen: set[tuple[Tasks, str]] = set()
    lost_tokens, from_asked, from_position = 0, 0, 0
    for until in (*kills, Kill(len(asked), len(records))):
        came = asked[from_asked : until.asked]
        happened = [record.event for record in records[from_position : until.position]]
        for event in happened:
            if isinstance(event, events.RunResumed):
                listed = Counter(turns[flight.turn] for flight in event.in_flight)
                wrong += [f"{tasks} was in flight and is not listed" for tasks in waiting - listed]
                wrong += _too_many(event)
                waiting = Counter()
                may_repeat |= listed
        again = Counter(one.tasks for one in came if (one.tasks, one.what) in seen)
        wrong += [
            f"{tasks} was asked again {count} times, may be {may_repeat[tasks]} times"
            for tasks, count in again.items()
            if count > may_repeat[tasks]
        ]
        may_repeat -= again
        replies = Counter(turns[e.turn] for e in happened if isinstance(e, events.ReplyReceived))
        failed = Counter(turns[e.turn] for e in happened if isinstance(e, events.RequestFailed))
        arrived = Counter(one.tasks for one in came)
        wrong += [f"{tasks} has a reply of nobody" for tasks in (replies - arrived)]
        unanswered = arrived - replies - failed
        may_repeat += failed
        waiting += unanswered
        lost_tokens += _last_tokens(came, unanswered)
        seen.update((one.tasks, one.what) for one in came)
        from_asked, from_position = until
    wrong += [f"{tasks} was asked {count} times for nothing" for tasks, count in waiting.items()]
    logged = sum(
        record.event.usage.input_tokens + record.event.usage.output_tokens
        for record in records
        if isinstance(record.event, events.ReplyReceived)
    )
    charged = sum(one.tokens for one in asked)
    if logged != charged - lost_tokens:
        wrong.append(f"{logged} tokens in the log, {charged} charged, {lost_tokens} in flight")
    return wrong


def _not_verified(records: Sequence[Record]) -> list[str]:
    end = records[-1].event if records else None
    if not isinstance(end, events.RunFinished) or end.outcome is not Outcome.DONE:
        return [f"ended with {end!r}"]
    return [] if end.verified == TASKS else [f"{end.verified} of {TASKS} verified"]


def _too_many(event: events.RunResumed) -> list[str]:
    agents = Counter(flight.agent for flight in event.in_flight)
    return [f"{agent} repeats {count} requests" for agent, count in agents.items() if count > 1]


def _last_tokens(came: Sequence[Asked], unanswered: Counter[Tasks]) -> int:
    """The tokens of the last requests of each turn, which had no reply."""
    left = Counter(unanswered)
    tokens = 0
    for one in reversed(came):
        if left[one.tasks]:
            left[one.tasks] -= 1
            tokens += one.tokens
    return tokens


class Witness(Protocol):
    """Whoever sees from outside what a run asks."""

    model: str

    def count(self) -> int:
        """How many requests have come."""

    def asked(self) -> list[Asked]:
        """All of them, in order of arrival."""

    def environment(self) -> dict[str, str]:
        """What the run needs to find its model."""

    def left_by_kill(self) -> list[str]:
        """What is wrong right after a kill."""


class Served:
    """The server and its record."""

    def __init__(self, server: ServerProcess, model: str) -> None:
        self.model = model
        self._server = server

    def count(self) -> int:
        return self._server.arrived()

    def asked(self) -> list[Asked]:
        deadline = time.monotonic() + 10
        while len(found := self._server.entries()) < self.count() and time.monotonic() < deadline:
            time.sleep(0.02)  # those whose client is dead end when the server sees that
        return [
            Asked(tuple(sorted(map(TaskId, one.tasks))), one.conversation, one.tokens)
            for one in found
        ]

    def environment(self) -> dict[str, str]:
        keys = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY")
        return {
            **dict.fromkeys(keys, "of-no-use-elsewhere"),
            "OPENAI_BASE_URL": f"{self._server.url}/v1",
            "ANTHROPIC_BASE_URL": self._server.url,
            "GOOGLE_BASE_URL": self._server.url,
        }

    def left_by_kill(self) -> list[str]:
        return []


class Started:
    """Agents on the command line, each of which writes down its prompt and its folder when it starts."""

    def __init__(self, folder: Path) -> None:
        self._runs = folder / "runs"
        self._seen = folder / "seen"
        self._seen.mkdir()
        developer = write_program(folder, "developer", "--suite", SUITE)
        program = folder / "agent"
        program.write_text(
            f"#!/bin/sh\ncd {shlex.quote(str(self._seen))} && cat > $$.prompt && cd - > $$.folder\n"
            f"mv $OLDPWD/$$.folder $OLDPWD/$$.at\nsleep 0.1\n"
            f"exec {shlex.quote(str(developer))} < $OLDPWD/$$.prompt\n",
            encoding="utf-8",
        )
        program.chmod(0o755)
        self.model = f"command:{shlex.quote(str(program))}"

    def _started(self) -> Iterator[tuple[Path, str]]:
        """Each agent's folder and prompt."""
        found = sorted(self._seen.glob("*.at"), key=lambda path: path.stat().st_mtime_ns)
        for at in found:
            yield Path(at.read_text().strip()), at.with_suffix(".prompt").read_text()

    def count(self) -> int:
        return sum(1 for _ in self._seen.glob("*.at"))

    def asked(self) -> list[Asked]:
        found = []
        for _, prompt in self._started():
            tasks = dict.fromkeys(re.findall(r"^Task (\S+?)(?::.*)?$", prompt, re.MULTILINE))
            found.append(Asked(tuple(sorted(map(TaskId, tasks))), prompt, 0))
        return found

    def environment(self) -> dict[str, str]:
        return {}

    def left_by_kill(self) -> list[str]:
        deadline = time.monotonic() + GONE_SECONDS
        while (alive := _at_work_below(self._runs)) and time.monotonic() < deadline:
            time.sleep(0.02)
        return [f"process {process} outlived the run" for process in alive]

    def copies_gone(self, records: Sequence[Record]) -> list[str]:
        """Which working copies of agents that were killed are not there."""
        resumed = [
            record.event for record in records if isinstance(record.event, events.RunResumed)
        ]
        lost = {f"{f.turn}.{f.index}" for event in resumed for f in event.in_flight}
        copies = {folder.name: folder for folder, _ in self._started()}
        return [
            f"the working copy {name} of an agent that was killed is gone"
            for name in sorted(lost & copies.keys())
            if not copies[name].is_dir()
        ]


def _at_work_below(folder: Path) -> list[int]:
    """The processes whose current folder is below this one."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink().is_relative_to(folder):
                found.append(int(process.name))
    return found


class Run:
    """A run in a folder, whose process is killed and started again."""

    def __init__(self, folder: Path, witness: Witness, seed: int) -> None:
        self._folder = folder
        self._witness = witness
        self._seed = seed
        self._log = folder / "runs" / "it" / "run.db"

    def spawn(self) -> "subprocess.Popen[str]":
        """Start the run, or go on with it."""
        words = ["resume", "it"] if self.records() else self._first_words()
        return subprocess.Popen(
            [sys.executable, "-m", "brooks", *words, "--quiet", "--runs-dir", "runs"],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, **self._witness.environment()},
        )

    def _first_words(self) -> list[str]:
        if self._log.parent.exists():  # it was killed before its first commit
            self._log.parent.rename(self._folder / f"never-began-{time.monotonic_ns()}")
        checks = "real" if self._seed % REAL_CHECKS_EVERY == 0 else "modelled"
        words = ["run", SUITE, "-t", "leased:4", "-m", self._witness.model, "--run-id", "it"]
        return [*words, "--checks", checks, "--stream" if self._seed % 3 == 0 else "--no-stream"]

    def records(self) -> list[Record]:
        """The log, as far as it goes."""
        if not self._log.exists():
            return []
        with closing(SqliteLog.open_reader(self._log)) as log:
            return list(Codec().decode_all(log.read()))

    def kill(self, chance: Random) -> Kill:
        """Start the run and kill it when a drawn number of requests has come, and a little later."""
        there = self._witness.count()
        wanted = there + chance.randrange(max(TASKS - there, 1))
        process = self.spawn()
        if wanted == there:
            time.sleep(chance.uniform(0.0, 2.0))
        while process.poll() is None and self._witness.count() < wanted:
            time.sleep(0.01)
        time.sleep(chance.expovariate(1 / LATENCY))
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        time.sleep(0.1)  # what it had sent is on its way to the witness
        return Kill(len(self._witness.asked()), len(self.records()))


@contextmanager
def witness_for(seed: int, folder: Path) -> Iterator[Witness]:
    """Who looks on at this seed's run."""
    if seed % COMMAND_EVERY == COMMAND_EVERY - 1:
        yield Started(folder)
        return
    faults = Faults(latency=LATENCY, latency_kind="exponential", seed=seed)
    with serving_process(folder, suite=SUITE, faults=faults) as server:
        yield Served(server, MODELS[seed % len(MODELS)])


def one(seed: int) -> list[str]:
    """Kill one run, resume it, and say what is wrong."""
    chance = Random(f"paid once/{seed}")
    with tempfile.TemporaryDirectory(prefix="brooks-paid-") as name:
        folder = Path(name).resolve()
        with witness_for(seed, folder) as witness:
            wrong, kills, run = [], [], Run(folder, witness, seed)
            for _ in range(2 if chance.random() < 1 / 3 else 1):
                kills.append(run.kill(chance))
                wrong += witness.left_by_kill()
            ended = run.spawn()
            _, problem = ended.communicate(timeout=120)
            records = run.records()
            if ended.returncode:
                wrong.append(f"resume ended with {ended.returncode}: {problem[-400:]}")
            wrong += flaws(witness.asked(), records, kills)
            if isinstance(witness, Started):
                wrong += witness.copies_gone(records)
        if wrong:
            copytree(folder, Path(f"{folder}-kept"), dirs_exist_ok=True)
            wrong.append(f"kept in {folder}-kept, killed at {kills}")
    return [f"seed {seed} ({witness.model}): {text}" for text in wrong]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    parser.add_argument("--state", type=Path)
    parser.add_argument("--seconds", type=float, default=540.0)
    options = parser.parse_args()
    known: dict[str, list[str]] = {}
    if options.state is not None and options.state.exists():
        known = json.loads(options.state.read_text())
    if options.state is not None:
        options.state.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()

    def timed(seed: int) -> list[str] | None:
        return None if time.monotonic() - began > options.seconds else one(seed)

    seeds = range(options.first, options.first + options.kills)
    wanted = [seed for seed in seeds if str(seed) not in known]
    with ThreadPoolExecutor(2) as pool:
        for seed, wrong in zip(wanted, pool.map(timed, wanted), strict=True):
            if wrong is None:
                continue
            known[str(seed)] = wrong
            for text in wrong:
                print(text, file=sys.stderr)
            print(f"{len(known)} of {options.kills}", file=sys.stderr)
            if options.state is not None:
                options.state.write_text(json.dumps(known))
    found = [text for wrong in known.values() for text in wrong]
    detail = {"runs": len(known), "flaws": found[:5]}
    print(
        json.dumps(
            {"measured": len(found) if len(known) >= options.kills else -1, "detail": detail}
        )
    )


if __name__ == "__main__":
    main()
