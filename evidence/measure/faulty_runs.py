"""Simulated runs with random faults: how many break a guarantee that their team declares, or do not end well.

Each seed draws a structure, a preset, its size, in half of the draws other rules (batch, consistency,
what who is cut off does, helping, voting, members of unlike speed and weight), a plan of faults and a
model. The log of every run is judged by `brooks audit`'s own code for what its team declares and what
every team keeps; it must end, and where the team promises so, with every task done or given up.
Progress is kept in a file, so the full sweep can be stopped and gone on with.

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
from typing import Any

from brooks.audit.report import audit
from brooks.audit.verdict import Result
from brooks.core.invariants import violations
from brooks.core.spec import Assignment, Claims, Fault, FaultKind, FaultPlan, MessageFaults, Team
from brooks.core.team_rules import Consistency, CutOff
from brooks.core.voting.rules import Rule
from brooks.ids import AgentId
from brooks.log.codec import Codec
from brooks.runtime.processes import at_most
from brooks.spec.presets import PRESETS
from brooks.spec.rule_sections import RedundancySection, StragglersSection
from brooks.spec.team_sections import MemberSection, TeamSection
from brooks.spec.teams import build_team
from measure.bundled import MOST_SECONDS, SUITES, bundled_spec, run_in_memory

DOUBLING = ("redundancy", "stragglers")
"""Rules by which several agents work on one task, or take over from each other."""
CHUNK = 25
MOST_AGENTS = 8
ATTEMPTS = 12


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


def drawn_team(chance: Random) -> Team:
    """A preset of some size: as it is, or in half of the draws with other rules."""
    preset = chance.choice(list(PRESETS))
    size = 1 if PRESETS[preset].is_fixed else chance.randint(PRESETS[preset].least, MOST_AGENTS)
    section = TeamSection(
        preset=preset,
        members=[MemberSection(count=size)],
        attempts=ATTEMPTS,
        rounds=chance.choice([10, 40]),
    )
    if chance.random() < 0.5:
        is_leased = PRESETS[preset].claims is Claims.LEASED
        rules = leased_rules(chance, size) if is_leased else advisory_rules(chance, size)
        if (
            PRESETS[preset].assignment is Assignment.LEAD
        ):  # assigns every task itself, and each once
            rules = {key: rule for key, rule in rules.items() if key not in DOUBLING}
        section = section.model_copy(update=rules)
    return build_team(section=section)


def leased_rules(chance: Random, size: int) -> dict[str, Any]:
    """Rules that a team of this size can have, as they stand in its section."""
    rules = advisory_rules(chance, size) | {
        "consistency": chance.choice(list(Consistency)),
        "stragglers": StragglersSection(
            stealing=chance.random() < 0.5,
            backups=chance.random() < 0.5,
            copies=chance.randint(2, 3),
        ),
    }
    if chance.random() < 0.5:
        rules["redundancy"] = drawn_voting(chance, size)
    return rules


def advisory_rules(chance: Random, size: int) -> dict[str, Any]:
    """Those of them that a team without leases can have as well."""
    return {
        "batch": chance.choice([0, 1, 3]),
        "consistency": chance.choice([Consistency.LAST_WRITER_WINS, Consistency.VERSIONED]),
        "cut_off": chance.choice(list(CutOff)),
        "members": [
            MemberSection(weight=chance.choice([0.5, 1.0, 2.0]), speed=chance.choice([0.2, 1.0]))
            for _ in range(size)
        ],
    }


def drawn_voting(chance: Random, size: int) -> RedundancySection:
    """Several agents do each task; a quorum has as many as it needs."""
    replicas = chance.randint(1, min(size, 5))
    rule = chance.choice(list(Rule))
    discussion = chance.randint(0, 2)
    if rule is not Rule.QUORUM:
        return RedundancySection(replicas=replicas, rule=rule, discussion=discussion)
    byzantine = chance.random() < 0.5
    return RedundancySection(
        replicas=replicas,
        rule=rule,
        discussion=discussion,
        byzantine=byzantine,
        faulty=(replicas - 1) // (3 if byzantine else 2),
    )


def one(seed: int) -> list[str]:
    """Run one seed and say what was wrong with it."""
    chance = Random(f"faulty/{seed}")
    suite = chance.choice(SUITES)
    team = drawn_team(chance)
    faults = plan(chance, len(team.members), 150.0)
    model = chance.choice(["sim:typical", "sim:careless", "sim:quick"])
    spec, blobs, files = bundled_spec(suite, team, seed=seed, faults=faults, model=model)
    try:
        with at_most(MOST_SECONDS):
            state, log = run_in_memory(spec, blobs, files)
    except Exception as error:  # noqa: BLE001 - a crash is one of the results
        return [f"seed {seed}: {type(error).__name__}: {str(error)[:300]}"]
    name = f"seed {seed} ({team.preset}:{len(team.members)}, {suite})"
    wrong = [f"{name}: invariant: {text}" for text in violations(state)]
    if state.finished is None or (state.open_tasks() and team.guarantees.liveness):
        wrong.append(f"{name}: ended {state.finished} with {state.open_tasks()} open tasks")
    wrong += [
        f"{name}: {verdict.guarantee}: {verdict.explanation}"
        for verdict in audit(list(Codec().decode_all(log.read()))).verdicts
        if verdict.result is not Result.HOLDS
    ]
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
