"""Records the histories in this folder; run it only to add one, never to change one that was released.

    python -m tests.histories.record NAME

A history is the exported log of a run, without its blobs, and beside it what it must fold to.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace
from tests.runtime.kit import (
    BAD_NETWORK,
    STEADY,
    KitModels,
    Run,
    call,
    chain,
    free,
    go_on,
    make_spec,
    make_team,
    run,
    says,
    solves,
    task,
)

from brooks.analysis.summary import Summary
from brooks.core.applying import fold
from brooks.core.events import Record
from brooks.core.spec import Budget
from brooks.core.state import State
from brooks.core.voting import Rule
from brooks.spec.faults import random_plan

FOLDER = Path(__file__).parent


def what_it_folds_to(history: list[Record]) -> dict[str, Any]:
    """The facts that a history is held to."""
    state: State = fold(history)
    return {
        "position": state.position,
        "time": state.time,
        "outcome": [str(part) for part in state.finished or ()],
        "statuses": {name: each.status.value for name, each in state.tasks.items()},
        "commits": state.commits,
        "files": {path: each.version for path, each in sorted(state.files.items())},
        "turns": state.turns_started,
        "epoch": state.epoch,
        "summary": Summary.of(history).to_json(),
    }


def faulty() -> Run:
    """Mistakes, conflicts over a shared file, crashes, stalls, a partition and a bad network."""
    team = make_team("leased", 3, attempts=12, batch=2)
    plan = random_plan(
        "history", [member.id for member in team.members], horizon=12.0, crashes=2, stalls=2, slows=1,
        partitions=1, messages=BAD_NETWORK,
    )  # fmt: skip
    tasks = (*chain(3), *free(2), *(task(name, files=("shared.txt",)) for name in "abc"))
    spec = make_spec(tasks, team=team, model="careless", faults=plan, check="all of it")
    return run(spec, models=KitModels({"careless": replace(STEADY, mistake=0.4, repair=0.7)}))


def stopped_and_resumed() -> Run:
    """Out of turns, resumed; a task that fails for good, one that it blocks, and a regression."""
    spoils = says(
        call("write_file", path="a.txt", content="overwritten\n"),
        *solves("b").calls,
    )
    wrong = says(call("write_file", path="c.txt", content="wrong\n"), call("complete", task="c"))
    scripts = {"s": {"a": [solves("a")], "b": [spoils], "c": [wrong] * 9}}
    tasks = [task("a"), task("b", "a"), task("c"), task("d", "c")]
    team = make_team("single", 1)
    spec = make_spec(tasks, team=team, model="s", budget=Budget(turns=1))
    stopped = run(spec, models=KitModels(scripts=scripts), files={"kept.txt": b"kept\n"})
    return go_on(stopped.log, models=KitModels(scripts=scripts), budget=Budget(turns=50))


def in_rounds() -> Run:
    """The published protocol."""
    team = make_team("paper-preassigned", 3)
    return run(make_spec(chain(3) + free(4), team=team, seed=2))


def helped() -> Run:
    """A hybrid team with faults: stolen tasks, backups that win and lose, batches that are broken up."""
    team = make_team("hybrid", 3, attempts=12)
    plan = random_plan(
        "helped", [member.id for member in team.members], horizon=15.0, crashes=1, stalls=1, slows=2,
        partitions=1,
    )  # fmt: skip
    tasks = (*chain(4), *free(6), *(task(name, files=("shared.txt",)) for name in "abc"))
    spec = make_spec(tasks, team=team, model="careless", faults=plan)
    return run(spec, models=KitModels({"careless": replace(STEADY, mistake=0.3, whole_load=0.5)}))


def voted() -> Run:
    """Answers that nothing checks, by three agents each, with rounds of discussion."""
    team = make_team("voting", 4)
    redundancy = replace(team.rules.redundancy, rule=Rule.MAJORITY, discussion=2)
    team = replace(team, rules=replace(team.rules, redundancy=redundancy))
    tasks = [replace(each, check=None) for each in (*chain(2), *free(3))]
    spec = make_spec(tasks, team=team, model="careless", seed=3)
    return run(spec, models=KitModels({"careless": replace(STEADY, mistake=0.5, repair=0.5)}))


def led() -> Run:
    """A lead that dies; another follows it."""
    team = make_team("lead", 4, attempts=12)
    plan = random_plan("led", [team.members[0].id], horizon=8.0, crashes=1)
    spec = make_spec((*chain(3), *free(5)), team=team, faults=plan)
    return run(spec)


RECIPES: Mapping[str, Callable[[], Run]] = {
    "faulty-leased-0.1": faulty,
    "stopped-and-resumed-0.1": stopped_and_resumed,
    "paper-preassigned-0.1": in_rounds,
    "helped-hybrid-0.1": helped,
    "voted-0.1": voted,
    "led-0.1": led,
}


def record(name: str) -> None:
    """Record one history."""
    finished = RECIPES[name]()
    (FOLDER / f"{name}.jsonl").write_bytes(finished.exported())
    facts = msgspec.json.format(msgspec.json.encode(what_it_folds_to(finished.records)), indent=2)
    (FOLDER / f"{name}.expected.json").write_bytes(facts + b"\n")


if __name__ == "__main__":
    for each in sys.argv[1:]:
        record(each)
