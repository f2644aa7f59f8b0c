"""The cells of the published runs, simulated: the graphs, the runs, and what became of each.

The published suites are not here, and a fitted profile does not need them: it knows how long a file is.
So a graph of twenty tasks with the right chain stands for each. Of a cell, `(model, suite, structure, mode,
n)`, only structure, mode and n are simulated; model and suite are in the profile. Results are kept in
`build/fidelity`, by what they depend on: the code of the package, the profile, the cell and the seeds.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import msgspec

import brooks
from brooks.analysis.tabling import About, Called, rows_of
from brooks.core.spec import CheckSettings, Spec, Task
from brooks.ids import TaskId
from brooks.log.codec import Codec
from brooks.log.memory import MemoryLog
from brooks.models.base import decode_reply
from brooks.models.profile import Profile
from brooks.spec.teams import build_team
from measure.bundled import OneProfile, run_in_memory

CHAINS = {"p09": 2, "p05": 10, "p02": 16}
"""Tasks on the chain, by the published name of the structure."""
TASKS = 20
MODES = {"pre": "paper-preassigned", "dec": "paper-decentralized"}
MOST_ROUNDS = 40
"""The cap of rounds; the published ones varied from 30 to 100."""
SEEDS = {"pre": 32, "dec": 16}
"""Runs of a cell: where tasks are dealt a cell has two humps, elsewhere it is narrow and takes longer.

Of six runs the mean hangs on whether one of them stalled, and 80 % intervals are too narrow or all of them.
"""
KEPT = Path("build") / "fidelity"


class Option(NamedTuple):
    """What a planner may choose for a problem."""

    mode: str
    n: int

    def __str__(self) -> str:
        return f"{self.mode}{self.n}"


OPTIONS = tuple(Option(mode, n) for mode in MODES for n in range(1, 6))


class Simulated(msgspec.Struct, frozen=True):
    """What one simulated run came to."""

    seconds: float
    done: bool
    rounds: int
    input_tokens: int
    output_tokens: int
    replies: int
    idle_replies: int
    """Replies that completed nothing."""
    writes: int
    files: int
    checks: int

    @property
    def tokens(self) -> int:
        """Both kinds."""
        return self.input_tokens + self.output_tokens


def graph_of(structure: str) -> tuple[Task, ...]:
    """Twenty tasks: those that stand alone, and a chain."""
    alone = TASKS - CHAINS[structure]
    names = [f"t{number:02}" for number in range(TASKS)]
    return tuple(
        Task(
            id=TaskId(name),
            depends_on=(TaskId(names[number - 1]),) if number > alone else (),
            files=(f"{name}.py",),
        )
        for number, name in enumerate(names)
    )


def simulate(profile: Profile, structure: str, option: Option, seed: int) -> Simulated:
    """One run in memory, through the real runtime."""
    spec = Spec(
        project="published",
        tasks=graph_of(structure),
        team=build_team(MODES[option.mode], members=option.n, rounds=MOST_ROUNDS),
        model="sim:fitted",
        seed=seed,
        clock="virtual",
        check="all",
        checks=CheckSettings(mode="modelled", slots=option.n),
    )
    _, log = run_in_memory(spec, {}, {}, models=OneProfile(profile))
    assert isinstance(log, MemoryLog)
    return _folded(spec, log)


def _folded(spec: Spec, log: MemoryLog) -> Simulated:
    about = About(run="run", project="", structure="", repetition=0, faults="", simulated=True)

    def calls_of(reply: object) -> list[Called]:
        calls = decode_reply(log.blob(reply)).calls  # type: ignore[arg-type]
        return [Called(each.id, each.name, each.arguments.get("task")) for each in calls]

    rows = rows_of(list(_codec().decode_all(log.read())), spec, about, calls_of=calls_of)
    run = {name: values[0] for name, values in rows["runs"].items()}
    actions = list(
        zip(rows["actions"]["call"], rows["actions"]["kind"], rows["actions"]["path"], strict=True)
    )
    completing = {call for call, kind, _ in actions if kind == "completion"}
    replies = len(rows["calls"]["call"])
    return Simulated(
        seconds=run["seconds"],
        done=run["marked_done"],
        rounds=run["rounds"],
        input_tokens=run["input_tokens"],
        output_tokens=run["output_tokens"],
        replies=replies,
        idle_replies=replies - len(completing),
        writes=sum(kind == "write" for _, kind, _ in actions),
        files=len({path for _, kind, path in actions if kind == "write"}),
        checks=sum(kind == "check" for _, kind, _ in actions),
    )


@cache
def _codec() -> Codec:
    return Codec()


@cache
def _code() -> str:
    """Hash of what a simulation runs through."""
    root = Path(brooks.__file__).parent
    parts = ("core", "models", "runtime", "teams", "spec", "workspace", "analysis/tabling")
    paths = sorted(path for part in parts for path in (root / part).rglob("*.py"))
    paths.append(Path(__file__))
    return sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


class Job(NamedTuple):
    """One profile in one cell."""

    profile: Profile
    structure: str
    option: Option


def simulate_all(jobs: Sequence[Job], *, processes: int = 2) -> list[list[Simulated]]:
    """What became of each job's runs; those made before are read."""
    KEPT.mkdir(parents=True, exist_ok=True)
    unique = list(dict.fromkeys(jobs))
    open_ones = [job for job in unique if not _kept(job).is_file()]
    if open_ones:
        with get_context("fork").Pool(processes) as pool:
            for _ in pool.imap_unordered(_make, open_ones):
                pass
    return [msgspec.json.decode(_kept(job).read_bytes(), type=list[Simulated]) for job in jobs]


def _make(job: Job) -> None:
    made = [
        simulate(job.profile, job.structure, job.option, seed)
        for seed in range(SEEDS[job.option.mode])
    ]
    _kept(job).write_bytes(msgspec.json.encode(made))


def _kept(job: Job) -> Path:
    key = [
        _code(),
        msgspec.json.encode(job.profile).decode(),
        job.structure,
        *job.option,
        SEEDS[job.option.mode],
    ]
    return KEPT / f"{sha256(json.dumps(key).encode()).hexdigest()[:24]}.json"


def mean(values: Iterable[float]) -> float:
    """Their mean; infinite for none."""
    found = list(values)
    return sum(found) / len(found) if found else float("inf")
