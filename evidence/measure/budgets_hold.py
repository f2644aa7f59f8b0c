"""Seeded runs with budgets in dollars or tokens: what each spends over its budget, and what it leaves behind.

Each seed draws a structure, a team, its size and a budget between a tenth and nine tenths of what
the run would cost. Flaws are: more spent than the budget and what the replies in flight at the stop
had reserved; a run that stops early for another reason; a done task that is not verified on the
tree that is left; a resume with a larger budget that does not finish, or asks again for a reply
that is there.

    PYTHONPATH=evidence python -m measure.budgets_hold --runs 200
"""

import argparse
import json
from pathlib import Path
from random import Random

from msgspec.structs import replace

from brooks.core import events
from brooks.core.facts import Outcome
from brooks.core.spec import Budget, ModelSettings, Price, Spec
from brooks.core.state import State, Status
from brooks.ids import BlobHash
from brooks.log.codec import Codec
from brooks.log.memory import MemoryLog
from brooks.log.store import LogStore
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.running import Surroundings, resume
from brooks.workspace.memory import MemoryWorkspace
from measure.bundled import SUITES, bundled_spec, run_in_memory

PRICE = Price(input=3.0, output=15.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=200)
    options = parser.parse_args()
    flaws: list[str] = []
    over = stopped = 0
    worst = 0.0
    for seed in range(options.runs):
        found = run_once(seed)
        flaws += found.flaws
        stopped += found.stopped
        over += found.share > 1.0
        worst = max(worst, found.share)
    detail = {
        "runs": options.runs,
        "stopped_by_budget": stopped,
        "runs_over_their_budget": over,
        "largest_share_of_a_budget_spent": round(worst, 4),
        "flaws": flaws[:10],
    }
    print(json.dumps({"measured": len(flaws), "detail": detail}))


class Found:
    """What one seed showed."""

    def __init__(self) -> None:
        self.flaws: list[str] = []
        self.stopped = False
        self.share = 0.0
        """Spent of the budget at the stop."""


def run_once(seed: int) -> Found:
    chance = Random(f"budget/{seed}")
    model = chance.choice(["sim:typical", "sim:careless", "sim:quick"])
    team = f"leased:{chance.randint(2, 8)}" if chance.random() < 0.8 else "single"
    spec, blobs, files = bundled_spec(
        chance.choice(SUITES), team, seed=seed, model=model, options={"attempts": 30}
    )
    spec = replace(spec, models=(ModelSettings(model=model, price=PRICE),))
    whole, _ = run_in_memory(spec, blobs, files)
    part = chance.uniform(0.1, 0.9)
    if chance.random() < 0.5:
        budget = Budget(dollars=whole.ledger.dollars * part)
    else:
        budget = Budget(tokens=round(whole.ledger.tokens * part))
    found = Found()
    log = MemoryLog()
    state, _ = run_in_memory(replace(spec, budget=budget), blobs, files, log)
    judge_stop(seed, found, state, log, budget)
    if found.stopped:
        judge_resume(seed, found, spec, log, files)
    return found


def judge_stop(seed: int, found: Found, state: State, log: LogStore, budget: Budget) -> None:
    assert state.finished is not None
    found.stopped = state.finished[0] is Outcome.BUDGET
    if not found.stopped and state.finished[0] is not Outcome.DONE:
        found.flaws.append(f"seed {seed}: ended as {state.finished}")
    ledger = state.ledger
    tokens, dollars = held_at_stop(log)
    if budget.tokens is not None:
        found.share = ledger.tokens / budget.tokens
        if ledger.tokens > budget.tokens + tokens:
            found.flaws.append(f"seed {seed}: {ledger.tokens} of {budget.tokens} tokens")
    if budget.dollars is not None:
        found.share = ledger.dollars / budget.dollars
        if ledger.dollars > budget.dollars + dollars + 1e-9:
            found.flaws.append(f"seed {seed}: ${ledger.dollars} of ${budget.dollars}")
    done = [name for name, task in state.tasks.items() if task.status is Status.DONE]
    unverified = [name for name in done if state.verified.get(name) != state.commits]
    if unverified:
        found.flaws.append(f"seed {seed}: done and not verified: {unverified}")


def held_at_stop(log: LogStore) -> tuple[int, float]:
    """What the requests in flight had reserved when the run began to stop."""
    held: dict[str, events.RequestSent] = {}
    for record in Codec().decode_all(log.read()):
        event = record.event
        if isinstance(event, events.RequestSent):
            held[event.turn] = event
        elif isinstance(event, events.ReplyReceived | events.RequestFailed):
            held.pop(event.turn, None)
        elif isinstance(event, events.RunStopping):
            break
    return (
        sum(event.most_tokens for event in held.values()),
        sum(event.most_dollars for event in held.values()),
    )


def judge_resume(
    seed: int, found: Found, spec: Spec, log: LogStore, files: dict[str, bytes]
) -> None:
    around = Surroundings(
        log=log, workspace=MemoryWorkspace(files), models=ModelFactory(Path.cwd()), epoch=2
    )
    unlimited = Budget(tokens=10**9, dollars=10.0**6)
    state = resume(around, unlimited)
    if state.finished is None or state.finished[0] is not Outcome.DONE:
        found.flaws.append(f"seed {seed}: the resume ended as {state.finished}")
    answered: dict[tuple[str, int], BlobHash] = {}
    for record in Codec().decode_all(log.read()):
        event = record.event
        if isinstance(event, events.RequestSent):
            key = (event.turn, event.index)
            if key in answered:
                found.flaws.append(f"seed {seed}: {key} was asked again")
        elif isinstance(event, events.ReplyReceived):
            answered[event.turn, event.index] = event.reply


if __name__ == "__main__":
    main()
