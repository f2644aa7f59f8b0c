"""Is the team that the planner recommends as good as the best there is?

Generated graphs of 8 to 60 tasks, small ones more often, of every shape, spread of efforts and number of
shared files. For each graph and one of the three objectives: the plan, and then every candidate with fresh
seeds that the planner has not seen, the same for all of them. The *regret* is the score (the geometric mean
of time, tokens or their product) of what was recommended over that of the best candidate.

The graphs are a stream of their own (`STREAM`). Rules of the planner were tuned after looking at graphs of
an earlier stream, so nothing is said here of those; none was after looking at these.

Brute force is itself a race, or it would take days. All candidates have a few runs. Those that are worse than
the best so far by more than chance explains (`CHANCE` standard errors of the paired difference, the spread
drawn towards what is usual among the others) go no further, and of what is left only so many (`STAGES`): the
rest look worse and hardly differ. Of candidates that did the same in every run, one goes on. The recommended
team always has as many runs as any.

Of many candidates that are nearly equal, the one that looks best is so partly by luck: the least of noisy
means is too low. So the seeds are split: one part chooses the best, and it is held against the recommended
one with other seeds that chose neither, until it is clear on which side of `GOOD` and of `BAD` the ratio
lies, or it is known to `ERROR`. What is left of the bias goes both ways: a best that was chosen wrongly
makes the regret look smaller, by a percent or so, and noise in a ratio near a limit puts some on the wrong
side of it. The worst of 200 noisy ratios is too high: what looks more than 25 % worse is judged again with
200 other seeds, and that counts.

Each graph's result is a line in `build/planner_brute_force.jsonl`, written as it comes; graphs that are
there are not made again, so the measurement can be ended at any time and goes on where it was.

    PYTHONPATH=evidence python -m measure.planner_brute_force [--graphs 200] [--jobs 2]
"""

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from math import exp, log, sqrt
from pathlib import Path
from random import Random
from statistics import fmean, median, stdev
from typing import Any

from brooks.bench.generating import generate
from brooks.plan.candidates import Candidate, Restriction, candidates_of
from brooks.plan.predicting import Objective, Wish, predict
from brooks.plan.problem import Problem
from brooks.plan.recommending import recommend
from brooks.plan.simulating import Simulated, Simulator
from brooks.runtime.collecting import seldom_collecting
from measure.generated_problems import problem_of_graph

KEPT = Path("build", "planner_brute_force.jsonl")
STREAM = "brute force, second stream"
"""Names the graphs; a row of another stream, or of other `STAGES`, does not count."""
STAGES = ((2, 1000), (4, 20), (8, 8), (16, 4), (32, 1))
"""Runs that each candidate has by the end of a stage, and how many go on from there at most."""
CHANCE = 2.5
USUAL_RUNS = 4
"""For how many runs the usual spread counts beside a candidate's own."""
FRESH = 1_000_000
"""The first of the fresh seeds; the planner's are from 0 on."""
JUDGING = 2_000_000
"""The first of the seeds by which the recommended team and the best are told apart."""
JUDGING_AGAIN = 3_000_000
"""The first of the seeds by which what looked more than 25 % worse is judged again."""
LEAST_JUDGED, MOST_JUDGED, ERROR = 24, 200, 0.015
CLEAR = 2.0
"""Standard errors between a ratio and a limit from which on it is clear on which side it is."""
MODELS = ("sim:typical", "sim:quick")
MOST_AGENTS = 8
GOOD, BAD = 1.05, 1.25
FAILED = 20.0
"""The score of a run that did not end."""


def problem_of(number: int) -> tuple[Problem, Objective, dict[str, Any]]:
    """The graph of a number, what is wanted of it, and what it is like."""
    random = Random(f"{STREAM}/{number}")
    tasks = round(8 * 7.5 ** (random.random() ** 2))
    fraction = random.choice([0.0, 0.2, 0.4, 0.6, 0.8, 0.9])
    spread = random.choice([0.0, 0.3, 0.6, 1.0])
    per_file = random.choice([2, 4, 8])
    shared = min(random.choice([0, 0, 1, 2, 3]), tasks // per_file)
    generated = generate(
        tasks=tasks,
        parallel_fraction=fraction,
        effort_spread=spread,
        shared_files=shared,
        tasks_per_file=per_file,
        further=random.choice([0.0, 0.3, 1.0]),
        seed=random.randrange(1_000_000),
    )
    model = random.choice(MODELS)
    objective = random.choice(list(Objective))
    about = {
        "graph": number,
        "stream": STREAM,
        "tasks": tasks,
        "parallel_fraction": fraction,
        "width": generated.shape.width,
        "effort_spread": spread,
        "shared_files": shared,
        "tasks_per_file": per_file,
        "model": model,
        "objective": objective.value,
    }
    return problem_of_graph(generated, model), objective, about


def score(result: Simulated, objective: Objective) -> float:
    """The logarithm of what is wanted of a run."""
    match objective:
        case Objective.TIME:
            return log(result.seconds)
        case Objective.COST:
            return log(result.tokens)
        case Objective.BALANCED:
            return log(result.seconds) + log(result.tokens)


def measure(number: int) -> dict[str, Any]:
    """Plan one graph, and hold the plan against brute force."""
    problem, objective, about = problem_of(number)
    candidates = candidates_of(problem, Restriction(max_agents=MOST_AGENTS))
    with seldom_collecting():
        began = time.process_time()
        predicted = predict(problem, candidates, Wish(objective=objective, jobs=1))
        chosen = predicted.candidates[recommend(predicted).place]
        planned = time.process_time()
        brute = _BruteForce(problem, candidates, objective)
        best = brute.best(candidates.index(chosen))
        first = gaps = brute.judged(candidates.index(chosen), best)
        if exp(fmean(first)) > BAD:
            gaps = brute.compared(candidates.index(chosen), best, JUDGING_AGAIN)
    return {
        **about,
        "candidates": len(candidates),
        "planner_runs": predicted.runs,
        "recommended": chosen.name,
        "best": candidates[best].name,
        "regret": max(1.0, exp(fmean(gaps))),
        "error": stdev(gaps) / sqrt(len(gaps)),
        "judged": len(gaps),
        "at_first": exp(fmean(first)),
        "one_agent": exp(brute.gap_of_one(best)),
        "brute_force_runs": brute.runs,
        "planner_seconds": round(planned - began, 2),
        "brute_force_seconds": round(time.process_time() - planned, 2),
    }


class _BruteForce:
    """Runs of all candidates of a problem with fresh seeds."""

    def __init__(
        self, problem: Problem, candidates: Sequence[Candidate], objective: Objective
    ) -> None:
        self._simulator = Simulator(problem=problem)
        self._candidates = candidates
        self._objective = objective
        self._scores: list[list[float]] = [[] for _ in candidates]
        self.runs = 0

    def _run(self, place: int, seed: int) -> float:
        self.runs += 1
        try:
            return score(self._simulator.run(self._candidates[place], seed), self._objective)
        except TimeoutError:
            return FAILED

    def best(self, own: int) -> int:
        """The candidate with the best mean, of those that had all the runs; `own` has them in any case."""
        left = list(range(len(self._candidates)))
        for runs, most in STAGES:
            for place in sorted({*left, own}):
                there = self._scores[place]
                there += [self._run(place, FRESH + seed) for seed in range(len(there), runs)]
            left = self._still_in(sorted({*left, own}, key=self._mean), most)
        return left[0]

    def _mean(self, place: int) -> float:
        return fmean(self._scores[place])

    def _still_in(self, ranked: Sequence[int], most: int) -> list[int]:
        """Those that may yet be the best, from the best on; of twins the one that comes first."""
        leader = self._scores[ranked[0]]
        gaps = {
            place: [mine - theirs for mine, theirs in zip(self._scores[place], leader, strict=True)]
            for place in ranked
        }
        runs = len(leader)
        usual = median([stdev(gaps[place]) for place in ranked[1:]] or [0.0])
        found: dict[tuple[float, ...], int] = {}
        for place in ranked:
            squares = stdev(gaps[place]) ** 2 * (runs - 1) + USUAL_RUNS * usual**2
            error = sqrt(squares / (runs - 1 + USUAL_RUNS) / runs)
            if fmean(gaps[place]) <= CHANCE * error:
                found.setdefault(tuple(self._scores[place]), place)
        return list(found.values())[:most]

    def judged(self, own: int, best: int) -> list[float]:
        """Differences of the two with seeds on which nothing was chosen, as many as it takes."""
        gaps: list[float] = []
        if own == best:
            return [0.0, 0.0]
        for seed in range(JUDGING, JUDGING + MOST_JUDGED):
            gaps.append(self._run(own, seed) - self._run(best, seed))
            if len(gaps) >= LEAST_JUDGED and len(gaps) % 8 == 0:
                error = stdev(gaps) / sqrt(len(gaps))
                mean = fmean(gaps)
                if error < ERROR or all(
                    abs(mean - log(limit)) > CLEAR * error for limit in (GOOD, BAD)
                ):
                    break
        return gaps

    def compared(self, own: int, best: int, begin: int) -> list[float]:
        """Differences of the two with as many seeds as a judgement may take, from `begin` on."""
        seeds = range(begin, begin + MOST_JUDGED)
        return [self._run(own, seed) - self._run(best, seed) for seed in seeds]

    def gap_of_one(self, best: int) -> float:
        """How much worse the better of the teams of one is, by the runs that both have had."""
        lone = [place for place, each in enumerate(self._candidates) if each.size == 1]
        return min(
            fmean(
                mine - theirs
                for mine, theirs in zip(self._scores[place], self._scores[best], strict=False)
            )
            for place in lone
        )


def main(arguments: Sequence[str]) -> None:
    """Measure the graphs that are missing, and print what all came to."""
    parser = argparse.ArgumentParser(description="The planner against brute force.")
    parser.add_argument("--graphs", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kept", type=Path, default=KEPT)
    parser.add_argument(
        "--only-kept", action="store_true", help="make none, and print what is there"
    )
    given = parser.parse_args(arguments)
    given.kept.parent.mkdir(exist_ok=True)
    there = _kept(given.kept)
    wanted = range(given.graphs)
    missing = [] if given.only_kept else [number for number in wanted if number not in there]
    if missing:
        _make(missing, given.kept, there, jobs=given.jobs, of=given.graphs)
    _print([there[number] for number in wanted if number in there])


def _make(
    missing: Sequence[int], kept: Path, there: dict[int, dict[str, Any]], *, jobs: int, of: int
) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool, kept.open("a") as file:
        futures = [pool.submit(measure, number) for number in missing]
        for future in as_completed(futures):
            found = {**future.result(), "stages": list(map(list, STAGES))}
            there[found["graph"]] = found
            file.write(json.dumps(found) + "\n")
            file.flush()
            took = found["planner_seconds"] + found["brute_force_seconds"]
            print(
                f"{len(there)}/{of} graph {found['graph']}, {found['tasks']} tasks, "
                f"{found['objective']}: {found['regret']:.3f} ± {found['error']:.3f} "
                f"{found['recommended']} (best {found['best']}); {took:.1f} s of a processor",
                file=sys.stderr,
            )


def _kept(path: Path) -> dict[int, dict[str, Any]]:
    if not path.exists():
        return {}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    stages = list(map(list, STAGES))
    return {
        row["graph"]: row
        for row in rows
        if row.get("stream") == STREAM and row.get("stages") == stages
    }


def _print(rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        print(json.dumps({"measured": 0.0, "detail": {"graphs": 0}}))
        return
    regrets = [row["regret"] for row in rows]
    good = sum(regret <= GOOD for regret in regrets) / len(regrets)
    worst = max(rows, key=lambda row: row["regret"])
    detail = {
        "graphs": len(rows),
        "within_5_percent": good,
        "interval": _interval(good, len(rows)),
        "worst": worst["regret"],
        "worst_graph": worst["graph"],
        "more_than_25_percent_worse": sum(regret > BAD for regret in regrets),
        "median": median(regrets),
        "one_agent_within_5_percent": sum(row["one_agent"] <= GOOD for row in rows) / len(rows),
        "by_objective": {each.value: _of_objective(rows, each) for each in Objective},
        "processor_minutes": round(
            sum(row["planner_seconds"] + row["brute_force_seconds"] for row in rows) / 60, 1
        ),
    }
    measured = good if worst["regret"] <= BAD else 0.0
    print(json.dumps({"measured": measured, "detail": detail}))


def _of_objective(rows: Sequence[dict[str, Any]], objective: Objective) -> dict[str, float]:
    regrets = [row["regret"] for row in rows if row["objective"] == objective.value]
    if not regrets:
        return {"graphs": 0}
    return {
        "graphs": len(regrets),
        "within_5_percent": sum(regret <= GOOD for regret in regrets) / len(regrets),
        "worst": max(regrets),
    }


def _interval(part: float, count: int) -> list[float]:
    """Wilson's interval of 95 % for a share."""
    z = 1.96
    middle = (part + z * z / (2 * count)) / (1 + z * z / count)
    reach = z * sqrt(part * (1 - part) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return [round(middle - reach, 3), round(middle + reach, 3)]


if __name__ == "__main__":
    main(sys.argv[1:])
