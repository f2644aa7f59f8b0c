"""How long a plan takes: for 20 tasks over all candidates, and for 1,000 tasks.

Generated graphs with shared files, which have the most candidates; the whole of `predict` and `recommend`,
processes started and all, with as many of them as there are cores, or `--jobs`.

    PYTHONPATH=evidence python -m measure.planner_time [--jobs 2] [--only 20]
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence

from brooks.bench.generating import generate
from brooks.plan.candidates import candidates_of
from brooks.plan.predicting import Objective, Wish, predict
from brooks.plan.problem import Problem
from brooks.plan.recommending import recommend
from measure.generated_problems import problem_of_graph

SIZES = {20: 10.0, 1000: 120.0}
"""Tasks, and the seconds that a plan of so many may take on two cores."""


def problem_of(tasks: int) -> Problem:
    """A graph of so many tasks, some of which share files."""
    generated = generate(
        tasks=tasks,
        parallel_fraction=0.8,
        width=max(5, tasks // 15),
        effort_spread=0.5,
        shared_files=max(1, tasks // 50),
        seed=1,
    )
    return problem_of_graph(generated, "sim:typical")


def main(arguments: Sequence[str]) -> None:
    """Measure both sizes, and print how much of what is allowed the worse one takes."""
    parser = argparse.ArgumentParser(description="How long a plan takes.")
    parser.add_argument("--jobs", type=int, default=None)
    parser.add_argument("--only", type=int, default=None)
    given = parser.parse_args(arguments)
    detail: dict[str, dict[str, object]] = {}
    shares = []
    for tasks, allowed in SIZES.items():
        if given.only not in {None, tasks}:
            continue
        problem = problem_of(tasks)
        began, used = time.perf_counter(), _processor_seconds()
        candidates = candidates_of(problem)
        predicted = predict(
            problem, candidates, Wish(objective=Objective.BALANCED, jobs=given.jobs)
        )
        choice = recommend(predicted)
        took = time.perf_counter() - began
        shares.append(took / allowed)
        detail[str(tasks)] = {
            "seconds": round(took, 2),
            "allowed": allowed,
            "processor_seconds": round(_processor_seconds() - used, 2),
            "candidates": len(candidates),
            "runs": predicted.runs,
            "recommended": predicted.predictions[choice.place].name,
        }
    print(json.dumps({"measured": round(max(shares), 3), "detail": detail}))


def _processor_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    main(sys.argv[1:])
