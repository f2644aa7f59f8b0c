"""Planning on the 18 published problems: what does it cost to choose by the simulator?

A problem is a model, a suite and a structure; the options are two modes with one to five agents. The
regret of a choice is the mean of its cell over the mean of the best option's cell, in wall clock or in
tokens, failed runs left out as in the expected tables. Profiles are fitted to the runs of one agent, of
both modes; then to those of each of the other suites alone, whose simulated runs are put together.
Beside it: each of the simple rules, and what the choice from one half of a cell's runs costs on the
other. A team is chosen only if it is better than one agent by a margin. Options that seldom finish are
not chosen: a run that fails is taken to be made again.

    PYTHONPATH=evidence python -m measure.planning_regret
"""

import csv
import json
from collections.abc import Callable
from math import sqrt
from statistics import mean as average

import numpy as np

from measure.data_folder import data_folder
from measure.fidelity import Cell, halves, models, predicted_runs, runs_of, short, suites
from measure.published_cells import CHAINS, OPTIONS, Option, Simulated

Problem = tuple[str, str, str]
Table = dict[Problem, dict[Option, tuple[float, float]]]
"""Mean seconds and mean tokens of each option; infinite where no run finished."""
DRAWS = 1000
LEAST_DONE = 0.5
MARGIN = {"time": 0.2, "cost": 0.1, "balanced": 0.2}
"""By how much a team has to beat one agent: times of dealt teams are predicted to a fifth from runs of one.

Both were set with the regrets in view. How much hangs on them is printed: of tokens, what 5 to 15 % give is
the same, 0 and 20 % are worse.
"""
OBJECTIVES: dict[str, Callable[[tuple[float, float]], float]] = {
    "time": lambda cost: cost[0],
    "cost": lambda cost: cost[1],
    "balanced": lambda cost: sqrt(cost[0] * cost[1]),
}
TARGETS = {
    ("time", "n=1"): 1.55, ("time", "other suites"): 1.60,
    ("cost", "n=1"): 1.60, ("cost", "other suites"): 1.70,
    ("balanced", "n=1"): 1.65,
}  # fmt: skip


def problems() -> list[Problem]:
    """The 18."""
    return [(m, s, p) for m in models() for s in suites() for p in CHAINS]


def happened(keep: Callable[[dict[str, object]], bool] = lambda _: True) -> Table:
    """Means of the runs that succeeded."""
    found: Table = {}
    for problem in problems():
        found[problem] = {}
        for option in OPTIONS:
            runs = [run for run in runs_of(Cell(*problem, option)).to_dicts() if run["marked_done"]]
            found[problem][option] = _means(
                [
                    (run["seconds"], run["input_tokens"] + run["output_tokens"])
                    for run in runs
                    if keep(run)
                ]
            )
    return found


def _means(rows: list[tuple[float, float]]) -> tuple[float, float]:
    if not rows:
        return float("inf"), float("inf")
    return average(row[0] for row in rows), average(row[1] for row in rows)


def predicted(how: str) -> Table:
    """Means of simulated runs, divided by the share of those that finish."""
    keys = [(problem, option) for problem in problems() for option in OPTIONS]
    made = predicted_runs([Cell(*problem, option) for problem, option in keys], how)
    found: Table = {problem: {} for problem in problems()}
    for (problem, option), runs in zip(keys, made, strict=True):
        found[problem][option] = _expected(runs)
    return found


def _expected(runs: list[Simulated]) -> tuple[float, float]:
    done = sum(run.done for run in runs)
    if done < LEAST_DONE * len(runs):
        return float("inf"), float("inf")
    return sum(run.seconds for run in runs) / done, sum(run.tokens for run in runs) / done


def choices(table: Table, objective: str, margin: float = 0.0) -> dict[Problem, Option]:
    """The best option of each problem; one agent unless that beats it by a margin."""
    cost = OBJECTIVES[objective]
    found = {}
    for problem, rows in table.items():
        best = min(OPTIONS, key=lambda option: cost(rows[option]))
        alone = min((one for one in OPTIONS if one.n == 1), key=lambda option: cost(rows[option]))
        is_clear = cost(rows[alone]) > (1 + margin) * cost(rows[best])
        found[problem] = best if is_clear else alone
    return found


def regrets(chosen: dict[Problem, Option], truth: Table, column: int) -> dict[Problem, float]:
    """What each choice costs, in seconds (0) or tokens (1)."""
    return {
        problem: truth[problem][option][column]
        / min(cost[column] for cost in truth[problem].values())
        for problem, option in chosen.items()
    }


def said(values: list[float]) -> str:
    """Mean and its 95 % bootstrap interval over problems."""
    draws = np.random.default_rng(1).choice(values, (DRAWS, len(values))).mean(axis=1)
    low, high = np.quantile(draws, (0.025, 0.975))
    return f"{average(values):.2f} ({low:.2f} to {high:.2f})"


def show(how: str, truth: Table) -> dict[str, float]:
    """Print what choosing by one way of fitting costs."""
    table = predicted(how)
    found = {}
    for objective in OBJECTIVES:
        chosen = choices(table, objective, MARGIN[objective])
        _sensitive(table, objective, truth)
        print(f"\n{objective}, fitted on {how}; target {TARGETS.get((objective, how), '-')}")
        for name, column in (("wall clock", 0), ("tokens", 1)):
            each = regrets(chosen, truth, column)
            parts = [
                f"{short(m)} {average(v for k, v in each.items() if k[0] == m):.2f}"
                for m in models()
            ]
            print(f"  regret in {name}: {said(list(each.values()))}; {', '.join(parts)}")
            found[f"{objective} {how} {name}"] = average(each.values())
            if column == 0:
                found[f"{objective} {how} sonnet"] = average(
                    v for k, v in each.items() if "sonnet" in k[0]
                )
        print(
            "  "
            + ", ".join(
                f"{short(k[0])[0]}-{k[1][:4]}-{k[2]}:{option}" for k, option in chosen.items()
            )
        )
    return found


def _sensitive(table: Table, objective: str, truth: Table) -> None:
    """Print how much hangs on the margin."""
    parts = []
    for margin in (0.0, 0.05, 0.1, 0.15, 0.2, 0.3):
        chosen = choices(table, objective, margin)
        both = [average(regrets(chosen, truth, column).values()) for column in (0, 1)]
        parts.append(f"{margin:.0%}: {both[0]:.2f} {both[1]:.2f}")
    print(f"\n{objective}, regret in wall clock and tokens by margin: " + "; ".join(parts))


def rules() -> None:
    """The simple rules, as the expected table has them."""
    with (data_folder("published") / "expected" / "policies.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["criterion"] in {"wall", "tok"}]
    print("\nsimple rules: regret in wall clock, in tokens")
    for policy in dict.fromkeys(row["policy"] for row in rows):
        both = [row["mean_ratio"] for row in rows if row["policy"] == policy]
        print(f"  {policy}: " + ", ".join(f"{float(value):.2f}" for value in both))


def noise() -> None:
    """What choosing by one half of each cell's runs costs on the other half."""
    odd = set(halves().filter(halves()["odd"])["run"])
    first, second = (
        happened(lambda run: run["run"] in odd),
        happened(lambda run: run["run"] not in odd),
    )
    print("\nchosen from one half of each cell's runs, scored on the other")
    for objective, column in (("time", 0), ("cost", 1)):
        both = [
            *regrets(choices(first, objective), second, column).values(),
            *regrets(choices(second, objective), first, column).values(),
        ]
        print(f"  {objective}: {said(both)}")


def main() -> None:
    truth = happened()
    found = show("n=1", truth) | show("other suites", truth)
    rules()
    noise()
    over = {
        "time": found["time n=1 wall clock"] / 1.55,
        "time, suite left out": found["time other suites wall clock"] / 1.60,
        "time, sonnet": found["time n=1 sonnet"] / 1.25,
        "cost": found["cost n=1 tokens"] / 1.60,
        "cost, suite left out": found["cost other suites tokens"] / 1.70,
        "balanced": max(found["balanced n=1 wall clock"], found["balanced n=1 tokens"]) / 1.65,
    }
    detail = {name: round(value, 3) for name, value in over.items()}
    print(json.dumps({"measured": max(detail.values()), "detail": detail}))


if __name__ == "__main__":
    main()
