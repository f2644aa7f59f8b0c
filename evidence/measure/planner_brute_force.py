"""Is the team that the planner recommends as good as the best there is?

Generated graphs of 8 to 40 tasks, of every shape, spread of efforts and number of shared files, without
solutions, so that effort is what counts. For each graph and one of the three objectives: the plan, and
then every candidate with many fresh seeds that the planner has not seen. The *regret* is the score (the
geometric mean of time, tokens or their product) of what was recommended over that of the best candidate.

Brute force is itself a race, or it would take days: every candidate has fresh seeds, those that are near the
best (`STAGES`) go on to more, and the recommended team always has as many as any. Of many candidates that are
nearly equal the one that looks best is so partly by luck: so it is held against the recommended one with
seeds that chose neither, as many as it takes to know the ratio to about one percent.

Each graph's result is a line in `build/planner_brute_force.jsonl`; graphs that are there are not made
again.

    PYTHONPATH=evidence python -m measure.planner_brute_force [--graphs 200] [--seeds 60] [--jobs 2]
"""

import argparse
import json
import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from math import exp, log, sqrt
from pathlib import Path
from random import Random
from statistics import fmean, median, stdev
from typing import Any

from brooks.bench.generating import generate
from brooks.core.spec import Task
from brooks.ids import TaskId
from brooks.plan.candidates import Candidate, candidates_of
from brooks.plan.predicting import Objective, Wish, predict
from brooks.plan.problem import Problem, planned_model
from brooks.plan.recommending import recommend
from brooks.plan.simulating import Simulated, Simulator
from brooks.runtime.processes import seldom_collecting

KEPT = Path("build", "planner_brute_force.jsonl")
STAGES = ((0.07, 0.3), (0.2, 0.15), (0.5, 0.08), (1.0, 0.0))
"""Share of the seeds that a stage goes up to, and how near to the best a candidate must then be to go on: the
logarithm of a ratio."""
FRESH = 1_000_000
"""The first of the fresh seeds; the planner's are from 0 on."""
JUDGING = 2_000_000
"""The first of the seeds by which the recommended team and the best are told apart."""
LEAST_JUDGED, MOST_JUDGED, ERROR = 30, 600, 0.012
MODELS = ("sim:typical", "sim:quick")
MOST_AGENTS = 8
GOOD, BAD = 1.05, 1.25


def problem_of(number: int) -> tuple[Problem, Objective, dict[str, Any]]:
    """The graph of a number, what is wanted of it, and what it is like."""
    random = Random(f"planner/{number}")
    tasks = random.randint(8, 40)
    fraction = random.choice([0.0, 0.2, 0.4, 0.6, 0.8, 0.9])
    spread = random.choice([0.0, 0.3, 0.6, 1.0])
    shared = random.choice([0, 0, 1, 2, 3])
    per_file = random.choice([2, 4, 8])
    shared = min(shared, tasks // per_file)
    generated = generate(
        tasks=tasks,
        parallel_fraction=fraction,
        effort_spread=spread,
        shared_files=shared,
        tasks_per_file=per_file,
        further=random.choice([0.0, 0.3, 1.0]),
        seed=number,
    )
    made = tuple(
        Task(
            id=TaskId(task.id),
            depends_on=tuple(map(TaskId, task.depends_on)),
            effort=task.effort,
            files=(
                f"values/{task.id}.txt",
                *([] if task.shared is None else [f"shared/{task.shared}.txt"]),
            ),
            check="true",
        )
        for task in generated.tasks
    )
    model = random.choice(MODELS)
    objective = random.choice(list(Objective))
    problem = Problem(project="generated", tasks=made, models=(planned_model(model),))
    about = {
        "graph": number,
        "tasks": tasks,
        "parallel_fraction": fraction,
        "width": generated.shape.width,
        "effort_spread": spread,
        "shared_files": shared,
        "tasks_per_file": per_file,
        "model": model,
        "objective": objective.value,
    }
    return problem, objective, about


def score(result: Simulated, objective: Objective) -> float:
    """The logarithm of what is wanted of a run."""
    match objective:
        case Objective.TIME:
            return log(result.seconds)
        case Objective.COST:
            return log(result.tokens)
        case Objective.BALANCED:
            return log(result.seconds) + log(result.tokens)


def measure(number: int, seeds: int) -> dict[str, Any]:
    """Plan one graph, and hold the plan against brute force."""
    from brooks.plan.candidates import Restriction

    problem, objective, about = problem_of(number)
    candidates = candidates_of(problem, Restriction(max_agents=MOST_AGENTS))
    with seldom_collecting():
        predicted = predict(problem, candidates, Wish(objective=objective, jobs=1))
        choice = recommend(predicted)
        chosen = predicted.candidates[choice.place]
        scores = _brute_force(problem, candidates, chosen, objective, seeds)
        best = min(
            (place for place, each in enumerate(scores) if len(each) >= seeds),
            key=lambda place: fmean(scores[place]),
        )
        gaps = _duel(problem, chosen, candidates[best], objective)
    error = stdev(gaps) / sqrt(len(gaps))
    regret = exp(fmean(gaps))
    return {
        **about,
        "candidates": len(candidates),
        "planner_runs": predicted.runs,
        "recommended": chosen.name,
        "best": candidates[best].name,
        "regret": max(1.0, regret),
        "error": error,
        "judged": len(gaps),
        "baseline": exp(fmean(scores[0]) - fmean(scores[best])),
    }


def _brute_force(
    problem: Problem,
    candidates: Sequence[Candidate],
    chosen: Candidate,
    objective: Objective,
    seeds: int,
) -> list[list[float]]:
    """The scores of each candidate with fresh seeds: all of them for those that may be the best."""
    simulator = Simulator(problem=problem)

    def run(candidate: Candidate, first: int, last: int) -> Iterator[float]:
        for seed in range(FRESH + first, FRESH + last):
            try:
                yield score(simulator.run(candidate, seed), objective)
            except TimeoutError:
                yield 20.0

    scores: list[list[float]] = [[] for _ in candidates]
    left = list(range(len(candidates)))
    own = candidates.index(chosen)
    for part, near in STAGES:
        upto = max(4, round(part * seeds))
        for place in {*left, own}:
            scores[place].extend(run(candidates[place], len(scores[place]), upto))
        best = min(fmean(scores[place]) for place in left)
        left = [place for place in left if fmean(scores[place]) <= best + near]
    return scores


def _duel(
    problem: Problem, chosen: Candidate, best: Candidate, objective: Objective
) -> list[float]:
    """Differences of the two with seeds on which nothing was chosen, until they tell `ERROR` apart."""
    simulator = Simulator(problem=problem)
    gaps: list[float] = []
    if chosen is best:
        return [0.0, 0.0]
    for seed in range(JUDGING, JUDGING + MOST_JUDGED):
        mine, theirs = (score(simulator.run(each, seed), objective) for each in (chosen, best))
        gaps.append(mine - theirs)
        if len(gaps) >= LEAST_JUDGED and stdev(gaps) / sqrt(len(gaps)) < ERROR:
            break
    return gaps


def main(arguments: Sequence[str]) -> None:
    """Measure the graphs that are missing, and print what all came to."""
    parser = argparse.ArgumentParser(description="The planner against brute force.")
    parser.add_argument("--graphs", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kept", type=Path, default=KEPT)
    given = parser.parse_args(arguments)
    given.kept.parent.mkdir(exist_ok=True)
    there = _kept(given.kept, given.seeds)
    missing = [number for number in range(given.graphs) if number not in there]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(given.jobs, mp_context=context) as pool, given.kept.open("a") as file:
        futures = [pool.submit(measure, number, given.seeds) for number in missing]
        for future in as_completed(futures):
            found = {**future.result(), "seeds": given.seeds}
            there[found["graph"]] = found
            file.write(json.dumps(found) + "\n")
            file.flush()
            print(
                f"{len(there)}/{given.graphs} graph {found['graph']}: {found['regret']:.3f} "
                f"{found['recommended']} (best {found['best']}, {found['objective']})",
                file=sys.stderr,
            )
    _print([there[number] for number in range(given.graphs)])


def _kept(path: Path, seeds: int) -> dict[int, dict[str, Any]]:
    if not path.exists():
        return {}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {row["graph"]: row for row in rows if row["seeds"] == seeds}


def _print(rows: Sequence[dict[str, Any]]) -> None:
    regrets = sorted(row["regret"] for row in rows)
    good = sum(regret <= GOOD for regret in regrets) / len(regrets)
    worst = max(rows, key=lambda row: row["regret"])
    detail = {
        "graphs": len(rows),
        "within_5_percent": good,
        "worst": worst["regret"],
        "worst_graph": worst["graph"],
        "more_than_25_percent_worse": sum(regret > BAD for regret in regrets),
        "median": median(regrets),
        "one_agent_within_5_percent": sum(row["baseline"] <= GOOD for row in rows) / len(rows),
        "by_objective": {
            each.value: sum(row["regret"] <= GOOD for row in rows if row["objective"] == each.value)
            / max(1, sum(row["objective"] == each.value for row in rows))
            for each in Objective
        },
    }
    measured = good if worst["regret"] <= BAD else 0.0
    print(json.dumps({"measured": measured, "detail": detail}))


if __name__ == "__main__":
    main(sys.argv[1:])
