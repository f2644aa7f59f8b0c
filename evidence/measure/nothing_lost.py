"""What a `kill -9` costs: real-clock runs killed at random moments, resumed, and looked at.

Each seed starts the 20-task project by four agents in a process of its own, on the real clock with
simulated latencies scaled down, kills that process at a random moment (a third of them twice, some
with the log's `-wal` cut at a random byte), resumes it, and checks: all 20 tasks verified; no
completed task done again; no request with a durable reply asked again; at most one request an agent
repeated, and listed.

The witness of what was asked is not the log but a file that the model itself writes before it
answers.

    PYTHONPATH=evidence python -m measure.nothing_lost --kills 200 [--cut] [--state FILE] [--seconds 540]
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import Literal

from brooks.core import events
from brooks.core.facts import Outcome
from brooks.core.spec import ModelSettings
from brooks.errors import UsageError
from brooks.log.codec import Codec
from brooks.log.sqlite import SqliteLog
from brooks.models.base import Model, Reply, Request, Sleep
from brooks.models.solutions import Solutions
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.running import Surroundings, resume, start
from brooks.workspace.folder import FolderWorkspace
from measure.bundled import bundled_spec

TIME_SCALE = 0.03


class Witness:
    """A model that writes down what it is asked before it answers."""

    def __init__(self, model: Model, path: Path) -> None:
        self._model = model
        self._path = path

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Write the request down, then let the model answer."""
        line = f"{request.agent} {request.turn} {request.index}\n".encode()
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.write(descriptor, line)
        os.close(descriptor)
        return await self._model.request(request, sleep=sleep)


class WitnessedModels(ModelFactory):
    """Makes models that are witnessed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._witness = folder / "witness"

    def make(
        self,
        text: str,
        *,
        settings: ModelSettings,
        solutions: Solutions,
        chance: Callable[..., Random],
    ) -> Model:
        """The model, witnessed."""
        made = super().make(text, settings=settings, solutions=solutions, chance=chance)
        return Witness(made, self._witness)


def child(folder: Path, seed: int) -> None:
    """Start the run in this folder, or go on with it."""
    log_path = folder / "run.db"
    workspace = FolderWorkspace(folder / "files", kept_in=folder / "kept")
    if log_path.exists():
        with closing(SqliteLog.open_writer(log_path)) as log:
            around = Surroundings(
                log=log, workspace=workspace, models=WitnessedModels(folder), epoch=log.epoch
            )
            with suppress(UsageError):  # killed before the first commit: start again
                resume(around)
                return
        log_path.unlink()
    checks: Literal["real", "modelled"] = "real" if seed % 10 == 0 else "modelled"
    spec, blobs, _ = bundled_spec(
        "mathlib/mixed", "leased:4", seed=seed, checks=checks, clock="real", time_scale=TIME_SCALE,
        model="sim:careless", options={"attempts": 100},
    )  # fmt: skip
    with closing(SqliteLog.create(log_path)) as log:
        start(
            spec,
            blobs,
            Surroundings(log=log, workspace=workspace, models=WitnessedModels(folder)),
        )


def one(seed: int, *, cut: bool) -> list[str]:
    """Kill one run, resume it, and say what was lost."""
    chance = Random(f"kill/{seed}")
    with tempfile.TemporaryDirectory(prefix="brooks-kill-") as name:
        folder = Path(name)
        _, _, files = bundled_spec("mathlib/mixed", "single")
        for path, data in files.items():
            target = folder / "files" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        lost_tail = False
        for _ in range(2 if chance.random() < 1 / 3 else 1):
            _kill_after(folder, seed, chance.uniform(0.5, 3.0))
            if cut:
                lost_tail = _cut(folder / "run.db-wal", chance) or lost_tail
        ended = _spawn(folder, seed)
        _, problem = ended.communicate(timeout=120)
        if ended.returncode:
            kept = Path(tempfile.gettempdir()) / f"brooks-lost-{seed}"
            shutil.copytree(folder, kept, dirs_exist_ok=True)
            return [f"seed {seed}: resume failed: {problem.decode()[-400:]}"]
        return [f"seed {seed}: {text}" for text in _look(folder, lost_tail=lost_tail)]


def _spawn(folder: Path, seed: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, __file__, "--child", str(folder), str(seed)],
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _kill_after(folder: Path, seed: int, seconds: float) -> None:
    process = _spawn(folder, seed)
    if seed % 10 == 1:  # while it starts
        time.sleep(seconds / 3)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return
    deadline = time.monotonic() + 20
    while not (folder / "witness").exists() and time.monotonic() < deadline:
        if process.poll() is not None:
            break
        time.sleep(0.01)
    time.sleep(seconds / 3)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _cut(wal: Path, chance: Random) -> bool:
    """Truncate the log's tail at a random byte, as a power loss may."""
    if not wal.exists() or not wal.stat().st_size:
        return False
    size = wal.stat().st_size
    with wal.open("r+b") as stream:
        stream.truncate(size - chance.randint(1, min(size, 60_000)))
    return True


def _look(folder: Path, *, lost_tail: bool) -> list[str]:
    """What is wrong with a run that was killed and resumed."""
    with closing(SqliteLog.open_reader(folder / "run.db")) as log:
        records = list(Codec().decode_all(log.read()))
    wrong = []
    end = records[-1].event
    if not isinstance(end, events.RunFinished) or end.outcome is not Outcome.DONE:
        lost = [r.event for r in records if isinstance(r.event, events.TaskFailed)]
        return [f"ended with {end!r}: {lost!r}"]
    if end.verified != 20:
        wrong.append(f"{end.verified} of 20 verified")
    done = Counter(r.event.task for r in records if isinstance(r.event, events.TaskDone))
    wrong += [f"{task} was done {count} times" for task, count in done.items() if count > 1]
    resumed = [r.event for r in records if isinstance(r.event, events.RunResumed)]
    listed = Counter((f.agent, f.turn, f.index) for event in resumed for f in event.in_flight)
    for event in resumed:
        agents = Counter(flight.agent for flight in event.in_flight)
        wrong += [f"{agent} has {n} requests in flight" for agent, n in agents.items() if n > 1]
    if lost_tail:
        return wrong
    asked = Counter(
        (agent, turn, int(index)) for agent, turn, index in map(str.split, _witnessed(folder))
    )
    for key, count in asked.items():
        if count > 1 + listed[key]:  # type: ignore[index]
            wrong.append(f"{key} was asked {count} times, listed {listed[key]} times")  # type: ignore[index]
    return wrong


def _witnessed(folder: Path) -> list[str]:
    return (folder / "witness").read_text().splitlines()


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        child(Path(sys.argv[2]), int(sys.argv[3]))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--cut", action="store_true")
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
        return None if time.monotonic() - began > options.seconds else one(seed, cut=options.cut)

    wanted = [seed for seed in range(options.kills) if str(seed) not in known]
    with ThreadPoolExecutor(6) as pool:
        for seed, wrong in zip(wanted, pool.map(timed, wanted), strict=True):
            if wrong is None:
                continue
            known[str(seed)] = wrong
            for text in wrong:
                print(text, file=sys.stderr)
            print(f"{len(known)} of {options.kills}", file=sys.stderr)
            if options.state is not None:
                options.state.write_text(json.dumps(known))
    flaws = [text for wrong in known.values() for text in wrong]
    whole = len(known) >= options.kills
    detail = {"runs": len(known), "flaws": flaws[:5]}
    print(json.dumps({"measured": len(flaws) if whole else -1, "detail": detail}))


if __name__ == "__main__":
    main()
