"""How far simulated teams by the published protocol show what the published teams showed.

Everything here is SIMULATED: `paper-decentralized` on the bundled project in its three shapes, under the
virtual clock, with modelled checks and two profiles near the two published models. For teams of one
to five agents it gives, from the logs alone:

- files written in the first round, and how many of them are different files;
- completions per round, of runs in which all was marked done;
- the share of runs that ended at the cap of rounds, and whether each of them ended with a task that
  somebody had claimed and never reported;
- the share of replies without any progress.

Beside them stand the published figures: `round_one.csv` for the mathematics project, in its three
shapes, and for all three projects `team_rate.csv`, `stall_hazard.csv` and `replies.csv`. A flaw is a
run at the cap without an orphaned claim; an agent alone that ended there; a size n of which half of
the runs wrote, in the first round, less than 0.75 n times as many files as there were different ones;
or completions per round that change by more than the factor 1.8 from two agents to five. The data is
found by `BROOKS_TEST_DATA`, or beside the project.

    PYTHONPATH=evidence python -m measure.pathologies
"""

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any

from msgspec.structs import replace

from brooks.core import events
from brooks.core.events import Record
from brooks.core.state import OVER, State
from brooks.log.codec import Codec
from brooks.models.profile import Profile
from brooks.spec.teams import build_team
from measure.bundled import SUITES, OneProfile, bundled_spec, run_in_memory
from measure.data_folder import data_folder

TEAM = "paper-decentralized"
SIZES = (1, 2, 3, 4, 5)
SEEDS = 8
"""Runs of each shape and size."""
ROUNDS = 40
LEAST_DUPLICATION = 0.75
MOST_CHANGE = 1.8

PROFILES: Mapping[str, Profile] = {
    "sonnet": Profile(
        overhead_seconds=0.7, output_tokens_per_second=111, latency_sigma=0.6, seconds_per_1k_input=0.15,
        mistake=0.1, repair=0.75, stall=0.0004, stall_seconds=400, whole_load=1.0, thinking_tokens=100,
        chosen_load=1.0, waits_first=0.0, orphaned=0.0135, runs_tests=0.36,
    ),
    "gemini": Profile(
        overhead_seconds=1.3, output_tokens_per_second=132, latency_sigma=0.6, seconds_per_1k_input=0.3,
        mistake=0.1, repair=0.75, stall=0.0004, stall_seconds=400, whole_load=0.75, thinking_tokens=60,
        chosen_load=0.03, waits_first=0.02, orphaned=0.0011, runs_tests=0.9,
    ),
}  # fmt: skip
"""Near the two published models; mistakes are guessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one run shows."""

    written: int
    """Files written in the first round, each time counted."""
    different: int
    rounds: int
    completions: int
    replies: int
    idle: int
    """Replies without any progress: no task was completed, and no file was new."""
    all_marked: bool
    has_orphan: bool
    """Whether a task is open that somebody has claimed."""


def run_once(profile: Profile, suite: str, *, size: int, seed: int) -> Seen:
    """Run one simulated team and read its log."""
    spec, blobs, files = bundled_spec(suite, TEAM, seed=seed)
    spec = replace(spec, team=build_team(TEAM, members=size, rounds=ROUNDS))
    state, log = run_in_memory(spec, blobs, files, models=OneProfile(profile))
    return seen_in(list(Codec().decode_all(log.read())), state)


def seen_in(records: Iterable[Record], state: State) -> Seen:
    """What a log shows."""
    first: list[str] = []
    there: set[str] = set()
    progress: set[str] = set()
    rounds = replies = completions = 0
    for record in records:
        match record.event:
            case events.TurnStarted(round=number):
                rounds = max(rounds, number)
            case events.FilesWritten(round=number, changes=changes, turn=turn):
                paths = [change.path for change in changes]
                first += paths if number == 1 else []
                if not there.issuperset(paths):
                    progress.add(turn)
                there.update(paths)
            case events.TaskDone(turn=turn):
                completions += 1
                progress.add(turn)
            case events.ToolsFinished():
                replies += 1
            case _:
                pass
    open_tasks = [task for task in state.tasks.values() if task.status not in OVER]
    return Seen(
        written=len(first),
        different=len(set(first)),
        rounds=rounds,
        completions=completions,
        replies=replies,
        idle=replies - len(progress),
        all_marked=not open_tasks,
        has_orphan=any(task.claimed_by is not None for task in open_tasks),
    )


def summary_of(runs: Iterable[Seen]) -> dict[str, float | None]:
    """The figures of one size of team."""
    runs = list(runs)
    marked = [run for run in runs if run.all_marked]
    rounds = sum(run.rounds for run in marked)
    return {
        "written_in_round_one": round(fmean(run.written for run in runs), 1),
        "different_files": round(fmean(run.different for run in runs), 1),
        "completions_per_round": (
            round(sum(run.completions for run in marked) / rounds, 2) if rounds else None
        ),
        "stopped_at_the_cap": round(fmean(not run.all_marked for run in runs), 2),
        "no_progress": round(sum(run.idle for run in runs) / sum(run.replies for run in runs), 2),
    }


def flaws_of(model: str, runs: Mapping[int, list[Seen]]) -> Iterator[str]:
    """What is not as in the published runs."""
    for size, seen in runs.items():
        capped = [run for run in seen if not run.all_marked]
        if any(not run.has_orphan for run in capped):
            yield f"{model}: a run of {size} ended at the cap without an orphaned claim"
        if size == 1 and capped:
            yield f"{model}: an agent alone orphaned a claim"
        usual = median(run.written / run.different for run in seen if run.different)
        if usual < LEAST_DUPLICATION * size:
            yield f"{model}: {size} agents did not do the same work in the first round"
    rates = [summary_of(runs[size])["completions_per_round"] for size in SIZES[1:]]
    known = [rate for rate in rates if rate is not None]
    if max(known) > MOST_CHANGE * min(known):
        yield f"{model}: completions per round are not flat: {known}"


def published(model: str, folder: Path) -> dict[int, dict[str, float]]:
    """The published figures by size of team."""
    found: dict[int, dict[str, float]] = {size: {} for size in SIZES}
    first = [
        row
        for row in _rows(folder / "round_one.csv", model)
        if row["task_type"] == "mathutilities20"
    ]
    for size in SIZES:
        for ours, theirs in _ROUND_ONE.items():
            numbers = [float(row[theirs]) for row in first if row["n"] == str(size)]
            found[size][ours] = round(fmean(numbers), 1)
    for row in _rows(folder / "team_rate.csv", model):
        found[int(row["n"])]["completions_per_round"] = round(float(row["completes_per_round"]), 2)
    for row in _rows(folder / "stall_hazard.csv", model):
        if row["slice"] == "model,md,n":
            found[int(row["n"])]["stopped_at_the_cap"] = round(float(row["stalled_per_run"]), 2)
    for row in _rows(folder / "replies.csv", model):
        if row["slice"] == "model,md,n":
            found[int(row["n"])]["no_progress"] = round(float(row["share_no_progress"]), 2)
    return found


_ROUND_ONE = {"written_in_round_one": "team_edits", "different_files": "team_distinct_files"}


def _rows(path: Path, model: str) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["model"] == model and row["mode"] == "dec":
                yield row


def main() -> None:
    folder = data_folder("published/expected")
    flaws: list[str] = []
    detail: dict[str, Any] = {"simulated": True, "seeds": SEEDS, "cap": ROUNDS}
    for model, profile in PROFILES.items():
        runs = {
            size: [
                run_once(profile, suite, size=size, seed=seed)
                for suite in SUITES
                for seed in range(SEEDS)
            ]
            for size in SIZES
        }
        theirs = published(model, folder)
        ours = {size: summary_of(seen) for size, seen in runs.items()}
        detail[model] = {
            size: {"simulated": ours[size], "published": theirs[size]} for size in SIZES
        }
        for size in SIZES:
            print(f"{model} n={size} SIMULATED {ours[size]}", file=sys.stderr)
            print(f"{model} n={size} published {theirs[size]}", file=sys.stderr)
        flaws += flaws_of(model, runs)
    print(json.dumps({"measured": len(flaws), "detail": detail | {"flaws": flaws[:5]}}))
    if flaws:
        sys.exit(f"{len(flaws)} flaws: {'; '.join(flaws[:5])}")


if __name__ == "__main__":
    main()
