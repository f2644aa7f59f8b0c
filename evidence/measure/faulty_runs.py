"""Simulated runs with random faults: how many break a guarantee that their team declares, or do not end well.

Each seed draws a structure, a team, its size, a plan of faults and a model; the log of every run is
judged by `brooks audit`'s own code, and must end with every task done or given up. Progress is kept
in a file, so the full sweep can be stopped and gone on with.

    PYTHONPATH=evidence python -m measure.faulty_runs --runs 20000 [--state FILE] [--seconds 540]
"""

import argparse
import json
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random

from brooks.audit.report import audit
from brooks.audit.verdict import Result
from brooks.core.invariants import violations
from brooks.core.spec import Fault, FaultKind, FaultPlan, MessageFaults
from brooks.ids import AgentId
from brooks.log.codec import Codec
from measure.bundled import SUITES, bundled_spec, run_in_memory

CHUNK = 25


def plan(chance: Random, agents: int, horizon: float) -> FaultPlan:
    """Up to two faults an agent, and a network that is bad in half of the runs."""
    faults = []
    for number in range(agents):
        for _ in range(chance.randint(0, 2)):
            kind = chance.choice(list(FaultKind))
            faults.append(
                Fault(
                    kind=kind,
                    agent=AgentId(f"agent-{number + 1}"),
                    at=round(chance.uniform(0, horizon), 3),
                    seconds=round(chance.expovariate(1 / 30) + 0.001, 3),
                    factor=round(chance.uniform(2, 20), 3),
                )
            )
    messages = MessageFaults()
    if chance.random() < 0.5:
        messages = MessageFaults(lost=0.05, duplicated=0.05, delayed=0.1, delay_seconds=10.0)
    return FaultPlan(faults=tuple(faults), messages=messages)


def one(seed: int) -> list[str]:
    """Run one seed and say what was wrong with it."""
    chance = Random(f"faulty/{seed}")
    suite = chance.choice(SUITES)
    size = chance.randint(1, 8)
    preset = "single" if size == 1 else chance.choice(["leased", "leased", "preassigned"])
    team = preset if size == 1 else f"{preset}:{size}"
    spec, blobs, files = bundled_spec(
        suite,
        team,
        seed=seed,
        faults=plan(chance, size, 150.0),
        model=chance.choice(["sim:typical", "sim:careless", "sim:quick"]),
        options={"attempts": 12, "batch": chance.choice([1, 1, 3, 20])},
    )
    wrong = []
    try:
        state, log = run_in_memory(spec, blobs, files)
    except Exception as error:  # noqa: BLE001 - a crash is one of the results
        return [f"seed {seed}: {type(error).__name__}: {str(error)[:300]}"]
    if state.finished is None or state.open_tasks():
        wrong.append(f"seed {seed} ({team}, {suite}): ended {state.finished} with open tasks")
    wrong += [f"seed {seed}: invariant: {text}" for text in violations(state)]
    records = list(Codec().decode_all(log.read()))
    for verdict in audit(records).verdicts:
        if verdict.result in {Result.VIOLATED, Result.UNKNOWN}:
            wrong.append(
                f"seed {seed} ({team}, {suite}): {verdict.guarantee}: {verdict.explanation}"
            )
    return wrong


def chunk(first: int) -> list[str]:
    """Run a chunk of seeds."""
    return [text for seed in range(first, first + CHUNK) for text in one(seed)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--state", type=Path)
    parser.add_argument("--seconds", type=float, default=540.0)
    options = parser.parse_args()
    known: dict[str, list[str]] = {}
    if options.state is not None and options.state.exists():
        known = json.loads(options.state.read_text())
    if options.state is not None:
        options.state.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    wanted = [
        first
        for first in range(options.first, options.first + options.runs, CHUNK)
        if str(first) not in known
    ]
    with ProcessPoolExecutor() as pool:
        for first, wrong in zip(wanted, pool.map(chunk, wanted), strict=True):
            known[str(first)] = wrong
            for text in wrong:
                print(text, file=sys.stderr)
            if options.state is not None:
                options.state.write_text(json.dumps(known))
            print(f"{len(known) * CHUNK} of {options.runs} runs", file=sys.stderr)
            if time.monotonic() - began > options.seconds:
                pool.shutdown(cancel_futures=True)
                print("time is up: run it again to go on", file=sys.stderr)
                break
    flaws = [text for wrong in known.values() for text in wrong]
    kinds = Counter(text.split(": ")[1] for text in flaws)
    detail = {"runs": len(known) * CHUNK, "kinds": dict(kinds), "first": flaws[:5]}
    whole = len(known) * CHUNK >= options.runs
    print(json.dumps({"measured": len(flaws) if whole else -1, "detail": detail}))


if __name__ == "__main__":
    main()
