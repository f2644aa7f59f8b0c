"""A storm: half of all requests to a model go wrong, in twelve ways, and the run finishes verified.

Each seed runs the 20-task project by four agents through the real client of one provider, plain or
streamed, against a server in a process of its own that refuses, fails, hangs, breaks off or spoils
every second request, as its plan says. A limit, of requests or of tokens a minute, is set so low
that it binds. Flaws are

- a run that does not exit with 0, has not all 20 tasks verified, or breaks a declared guarantee;
- by the server's own record: more requests, or more tokens charged, in any sliding minute than the
  limit; a request again before the time that `Retry-After` named;
- attempts that the log and the server count differently, or whose ends differ: for every request,
  the log must have the same ends in the same order as the server has for one body;
- a storm that was none: a limit that held nobody back.

    PYTHONPATH=evidence python -m measure.storm --seeds 8 [--state FILE] [--seconds 540]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from shutil import copytree
from typing import Any

from brooks.bench.suites import suite_path
from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import Failure
from brooks.log.codec import Codec
from brooks.log.sqlite import SqliteLog
from measure.protocols import KEY, PROTOCOLS, RUN, Ended, Protocol, flaws_of_run
from servers import (
    Entry,
    Faults,
    Mishap,
    most_in_window,
    most_tokens_in_window,
    retries_before_their_time,
    serving_process,
)

SUITE = "mathlib/mixed"
TEAM = "leased:4"
SHARE = 0.55
"""The chance that something befalls a request: a little over half, whatever the luck of few seeds."""
AT_ONCE = 4
"""Runs at once: they mostly wait."""
SECONDS = 400.0
"""The longest time one run may take."""
MINUTE = 60.0
LIMITS: tuple[Mapping[str, int], ...] = (
    {"requests_per_minute": 25},
    {"tokens_per_minute": 50_000},
)
SETTINGS = {"timeout_seconds": 4, "backoff_seconds": 0.05, "max_output_tokens": 1000}

ANSWERED = "answered"
ENDS: Mapping[str, str] = {
    ANSWERED: ANSWERED,
    Mishap.RATE_LIMITED: Failure.RATE_LIMITED,
    Mishap.RATE_LIMITED_UNTIL: Failure.RATE_LIMITED,
    Mishap.RATE_LIMITED_SILENT: Failure.RATE_LIMITED,
    Mishap.SERVER_ERROR: Failure.SERVER,
    Mishap.OVERLOADED: Failure.OVERLOADED,
    Mishap.HANG: Failure.TIMEOUT,
    Mishap.DROPPED: Failure.UNREACHABLE,
    Mishap.DROPPED_MIDWAY: Failure.BROKEN,
    Mishap.CUT_OFF: Failure.BROKEN,
    Mishap.WRONG_ARGUMENTS: ANSWERED,
    Mishap.EMPTY: ANSWERED,
    Mishap.LENGTH: ANSWERED,
}
"""By what the server did to a request, what the log must say of it."""


def storm(seed: int) -> Faults:
    """Every way to go wrong, equally often."""
    rates = {mishap: SHARE / len(Mishap) for mishap in Mishap}
    return Faults(rates=rates, seed=seed, retry_after=1.5, hang_seconds=30.0)


def run_served(
    folder: Path,
    faults: Faults,
    *,
    protocol: Protocol,
    streamed: bool = False,
    team: str = TEAM,
    settings: Mapping[str, Any],
) -> tuple[Ended, list[Entry]]:
    """Run `project/tasks.yaml` in a folder against such a server; the run, and the server's record."""
    tasks = folder / "project" / "tasks.yaml"
    with serving_process(folder, tasks=tasks, faults=faults) as server:
        address = f"{server.url}{protocol.path}"
        model = {"model": protocol.model, "base_url": address, "stream": streamed, **settings}
        with tasks.open("a") as file:
            file.write(f"\nmodels: {json.dumps([model])}\n")
        ended = _run(folder, protocol, "-t", team, "--seed", str(faults.seed))
        return ended, server.entries()


def _run(folder: Path, protocol: Protocol, *words: str) -> Ended:
    brooks = Path(sys.executable).with_name("brooks")
    command: list[str | Path] = [brooks, "run", "project/tasks.yaml", "-m", protocol.model, *words]
    path = os.environ.get("PATH", os.defpath)
    done = subprocess.run(
        [*command, "--run-id", RUN, "--quiet", "--json"],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder), protocol.key: KEY},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    facts = json.loads(done.stdout) if done.stdout.strip() else {}
    log_path = folder / ".brooks" / "runs" / RUN / "run.db"
    records: tuple[Record, ...] = ()
    if log_path.is_file():
        with closing(SqliteLog.open_reader(log_path)) as log:
            records = tuple(Codec().decode_all(log.read()))
    return Ended(code=done.returncode, said=done.stderr, facts=facts, records=records)


def flaws(
    records: Sequence[Record], entries: Sequence[Entry], limits: Mapping[str, int]
) -> list[str]:
    """What the server's record has against a run and its log."""
    wrong = [
        f"{entry.number} came {told.retry_at - entry.arrived:.3f} s before its time"
        for told, entry in retries_before_their_time(entries)
        if told.retry_at is not None
    ]
    for name, measured in (
        ("requests_per_minute", most_in_window(entries, MINUTE)),
        ("tokens_per_minute", most_tokens_in_window(entries, MINUTE)),
    ):
        if measured > limits.get(name, measured):
            wrong.append(f"{measured} in a minute, and {name} is {limits[name]}")
    sent = sum(isinstance(record.event, events.RequestSent) for record in records)
    if sent != len(entries):
        wrong.append(f"the log has {sent} attempts, the server {len(entries)}")
    logged, seen = Counter(ends_in_log(records)), Counter(ends_at_server(entries))
    wrong += [f"only the log has a request with {ends}" for ends in logged - seen]
    wrong += [f"only the server has a request with {ends}" for ends in seen - logged]
    return wrong


def ends_in_log(records: Iterable[Record]) -> list[tuple[str, ...]]:
    """For each request, how its attempts ended, in order, by the log."""
    hashes: dict[tuple[str, int], str] = {}
    ends: dict[str, list[str]] = {}
    for record in records:
        match record.event:
            case events.RequestSent() as event:
                hashes[event.turn, event.index] = event.request
                ends.setdefault(event.request, [])
            case events.RequestFailed() as event:
                ends[hashes[event.turn, event.index]].append(event.failure)
            case events.ReplyReceived() as event:
                ends[hashes[event.turn, event.index]].append(ANSWERED)
            case _:
                pass
    return [tuple(map(str, one)) for one in ends.values()]


def ends_at_server(entries: Iterable[Entry]) -> list[tuple[str, ...]]:
    """For each body, how its attempts ended, in order, by the server's record."""
    ends: dict[str, list[str]] = {}
    for entry in sorted(entries, key=lambda entry: entry.arrived):
        end = ENDS.get(entry.treatment, entry.treatment)
        ends.setdefault(entry.body, []).append(end)
    return [tuple(map(str, one)) for one in ends.values()]


def held_back(records: Iterable[Record]) -> dict[str, float]:
    """Seconds that requests were held back, by the main reason."""
    seconds: dict[str, float] = {}
    for record in records:
        if isinstance(record.event, events.RequestSent) and record.event.why:
            before = seconds.get(record.event.why, 0.0)
            seconds[record.event.why] = before + record.event.waited
    return {why: round(sum_, 1) for why, sum_ in sorted(seconds.items())}


def one(seed: int) -> dict[str, Any]:
    """Run one seed; its flaws, and what it was like."""
    protocol = PROTOCOLS[seed % len(PROTOCOLS)]
    round_ = seed // len(PROTOCOLS)
    streamed, limits = round_ % 2 == 1, LIMITS[(seed + round_) % len(LIMITS)]
    title = f"{seed} {protocol.model}, {'streamed' if streamed else 'plain'}, {dict(limits)}"
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="brooks-storm-") as name:
        try:
            copytree(suite_path(SUITE), Path(name) / "project")
            ended, entries = run_served(
                Path(name),
                storm(seed),
                protocol=protocol,
                streamed=streamed,
                settings={**SETTINGS, **limits},
            )
        except (OSError, RuntimeError, ValueError, subprocess.SubprocessError) as error:
            return {"title": title, "flaws": [f"{type(error).__name__}: {error}"]}
    wrong = [*flaws_of_run(ended), *flaws(ended.records, entries, limits)]
    held = held_back(ended.records)
    if not any(held.get(name.partition("_")[0]) for name in limits):
        wrong.append(f"the limit held nobody back: {held}")
    return {
        "title": title,
        "flaws": wrong,
        "seconds": round(time.monotonic() - began, 1),
        "treatments": dict(Counter(entry.treatment for entry in entries)),
        "held": held,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--state", type=Path)
    parser.add_argument("--seconds", type=float, default=540.0)
    options = parser.parse_args()
    known: dict[str, dict[str, Any]] = {}
    if options.state is not None and options.state.exists():
        known = json.loads(options.state.read_text())
    if options.state is not None:
        options.state.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()

    def timed(seed: int) -> dict[str, Any] | None:
        return None if time.monotonic() - began > options.seconds else one(seed)

    wanted = [seed for seed in range(options.seeds) if str(seed) not in known]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for seed, found in zip(wanted, pool.map(timed, wanted), strict=True):
            if found is None:
                continue
            known[str(seed)] = found
            print(json.dumps(found), file=sys.stderr, flush=True)
            if options.state is not None:
                options.state.write_text(json.dumps(known))
    treatments: Counter[str] = Counter()
    for found in known.values():
        treatments.update(found.get("treatments", {}))
    wrong = [f"{found['title']}: {text}" for found in known.values() for text in found["flaws"]]
    befallen = 1.0 - treatments[ANSWERED] / max(treatments.total(), 1)
    detail = {
        "runs": len(known),
        "befallen": round(befallen, 3),
        "requests": dict(treatments),
        "flaws": wrong[:5],
    }
    measured = len(wrong) if len(known) >= options.seeds else -1
    print(json.dumps({"measured": measured, "detail": detail}))


if __name__ == "__main__":
    main()
