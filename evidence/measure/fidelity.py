"""Profiles fitted to some of the published runs: how near do the simulated cells come to the others?

Two ways of fitting, per model and suite: to the odd repetitions of every cell, scored on the even ones;
and to the runs of one agent alone, scored on teams of two to five. A repetition's number does not name
it (several runs of a cell have the same one), so the runs of a cell are taken in the order of their
folders' names, which begin with the time, and every second one is even.

    PYTHONPATH=evidence python -m measure.fidelity
"""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from statistics import median
from typing import NamedTuple

import numpy as np
import polars as pl

from brooks.analysis.tables import Tables
from brooks.log.foreign.published import read_published
from brooks.models.profile import Profile
from brooks.plan.calibrating import Fitted, fit_profile
from brooks.plan.intervals import LEVEL, quantile
from measure.data_folder import data_folder
from measure.published_cells import CHAINS, OPTIONS, Job, Option, Simulated, mean, simulate_all

MODES = {"pre": "preassign_nolead", "dec": "decentralized"}
CELL = ("model", "project", "structure", "team", "size")
DRAWS = 1000


class Cell(NamedTuple):
    """A cell of the published runs."""

    model: str
    suite: str
    structure: str
    option: Option


class Compared(NamedTuple):
    """A cell's runs beside the simulated ones."""

    cell: Cell
    happened: list[dict[str, float]]
    simulated: list[Simulated]


@cache
def published() -> Tables:
    """The published runs, each with the number of its half: 1 odd, 0 even."""
    return read_published(data_folder("published"))


@cache
def halves() -> pl.DataFrame:
    """Every run and whether it is odd in its cell."""
    place = pl.col("run").rank("ordinal").over(CELL)
    return published().runs.with_columns(odd=place % 2 == 1)


def models() -> list[str]:
    """The models, by name."""
    return sorted(published().runs["model"].unique())


def suites() -> list[str]:
    """The suites, by name."""
    return sorted(published().runs["project"].unique())


def of_half(*, odd: bool) -> pl.Expr:
    """Runs of one half."""
    return pl.col("run").is_in(halves().filter(pl.col("odd") == odd)["run"].to_list())


@cache
def fitted(model: str, chosen: tuple[str, ...], how: str) -> Fitted:
    """The profile of a model on some suites: `odd`, `even`, `n=1` or `all`.

    All suites together say what is usual for each, unless it is to be `that suite alone`.
    """
    only = (pl.col("model") == model) & pl.col("project").is_in(list(chosen))
    if how in {"odd", "even"}:
        only &= of_half(odd=how == "odd")
    elif how.startswith("n=1"):
        only &= pl.col("size") == 1
    is_alone = len(chosen) > 1 or how.endswith("alone")
    like = None if is_alone else fitted(model, tuple(suites()), how)
    return fit_profile(published(), only=only, like=like)


def profiles_of(cell: Cell, how: str) -> tuple[Profile, ...]:
    """The profiles by which a cell is predicted; `other suites` leaves its own suite out.

    What a new suite is like is then as uncertain as suites differ: each of the others has its share of
    the runs. One profile of all of them would be in the middle, where no suite is, and sure of it.
    """
    if how != "other suites":
        return (fitted(cell.model, (cell.suite,), how).profile,)
    others = [each for each in suites() if each != cell.suite]
    return tuple(fitted(cell.model, (each,), "n=1, that suite alone").profile for each in others)


def predicted_runs(chosen: Sequence[Cell], how: str) -> list[list[Simulated]]:
    """Of each cell the runs simulated by its profiles."""
    jobs = [
        Job(profile, cell.structure, cell.option)
        for cell in chosen
        for profile in profiles_of(cell, how)
    ]
    made = iter(simulate_all(jobs))
    return [[run for _ in profiles_of(cell, how) for run in next(made)] for cell in chosen]


def cells() -> Iterator[Cell]:
    """Every cell."""
    for model in models():
        for suite in suites():
            for structure in CHAINS:
                for option in OPTIONS:
                    yield Cell(model, suite, structure, option)


def runs_of(cell: Cell) -> pl.DataFrame:
    """A cell's runs."""
    return halves().filter(
        (pl.col("model") == cell.model)
        & (pl.col("project") == cell.suite)
        & (pl.col("structure") == cell.structure)
        & (pl.col("team") == MODES[cell.option.mode])
        & (pl.col("size") == cell.option.n)
    )


def compared(how: str, *, only_even: bool, teams_only: bool) -> list[Compared]:
    """Each cell beside its simulations."""
    chosen = [cell for cell in cells() if not (teams_only and cell.option.n == 1)]
    made = predicted_runs(chosen, how)
    found = []
    for cell, simulated in zip(chosen, made, strict=True):
        runs = runs_of(cell)
        if only_even:
            runs = runs.filter(~pl.col("odd"))
        if len(runs):
            found.append(Compared(cell, runs.to_dicts(), simulated))
    return found


def error(happened: float, predicted: float) -> float:
    """How far a prediction is off, of what happened."""
    return abs(predicted - happened) / happened


class Errors(NamedTuple):
    """Of one cell: how far its means are off."""

    seconds: float
    tokens: float
    success: float


def errors_of(one: Compared) -> Errors | None:
    """None where no published run of the cell succeeded."""
    done = [run for run in one.happened if run["marked_done"]]
    if not done:
        return None
    ours = [run for run in one.simulated if run.done] or one.simulated
    tokens = mean(run["input_tokens"] + run["output_tokens"] for run in done)
    return Errors(
        error(mean(run["seconds"] for run in done), mean(run.seconds for run in ours)),
        error(tokens, mean(run.tokens for run in ours)),
        mean(run.done for run in one.simulated) - len(done) / len(one.happened),
    )


def interval(values: list[float]) -> str:
    """The median of values and its 95 % bootstrap interval, as per cents."""
    draws = np.random.default_rng(1).choice(values, (DRAWS, len(values)))
    low, high = np.quantile(np.median(draws, axis=1), (0.025, 0.975))
    return f"{median(values):4.0%} ({low:.0%} to {high:.0%})"


def luck(group: list[Compared]) -> str:
    """How far off the means would be if the simulator were the truth, with as many runs of a cell."""
    random = np.random.default_rng(2)
    found: dict[str, list[float]] = {"time": [], "tokens": []}
    for _ in range(DRAWS // 5):
        errors: dict[str, list[float]] = {"time": [], "tokens": []}
        for one in group:
            good = [run for run in one.simulated if run.done] or one.simulated
            drawn = random.integers(len(good), size=len(one.happened))
            for name, values in (
                ("time", [run.seconds for run in good]),
                ("tokens", [float(run.tokens) for run in good]),
            ):
                errors[name].append(error(mean(values[i] for i in drawn), mean(values)))
        for name, each in errors.items():
            found[name].append(median(each))
    parts = []
    for name, each in found.items():
        low, high = np.quantile(each, (0.05, 0.95))
        parts.append(f"{name} {median(each):.0%} ({low:.0%} to {high:.0%})")
    return "by luck alone " + ", ".join(parts)


def coverage(group: list[Compared]) -> float:
    """Share of the runs' times within the 80 % interval that a plan states from the simulated ones."""
    inside = count = 0
    for one in group:
        ordered = sorted(run.seconds for run in one.simulated)
        low, high = (quantile(ordered, p) for p in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
        for run in one.happened:
            inside += low <= run["seconds"] <= high
            count += 1
    return inside / count


TARGETS = {
    ("odd", "sonnet"): 0.20,
    ("odd", "gemini"): 0.40,
    ("n=1", "sonnet"): 0.35,
    ("n=1", "gemini"): 0.60,
}


def short(model: str) -> str:
    """A model's name in a table."""
    return next((name for name in ("sonnet", "gemini") if name in model), model)


def show(how: str, *, only_even: bool, teams_only: bool) -> dict[str, float]:
    """Print the table of one way of fitting; median error of preassigned cells by model."""
    every = compared(how, only_even=only_even, teams_only=teams_only)
    print(
        f"\nfitted on {how}: error of cell means, median over cells (95 % of a bootstrap over cells)"
    )
    found = {}
    for model in models():
        for mode in MODES:
            group = [
                one for one in every if one.cell.model == model and one.cell.option.mode == mode
            ]
            errors = [each for one in group if (each := errors_of(one)) is not None]
            times = [each.seconds for each in errors]
            target = TARGETS.get((how, short(model))) if mode == "pre" else None
            aim = f" target {target:.0%}" if target else ""
            print(
                f"  {short(model):7} {mode}: time {interval(times)}{aim};"
                f" tokens {interval([each.tokens for each in errors])};"
                f" success off by {mean(each.success for each in errors):+.0%} on the mean,"
                f" {median(abs(each.success) for each in errors):.0%} a cell;"
                f" in the 80 % interval {coverage(group):.0%}; {luck(group)}"
            )
            found[f"{how} {short(model)} {mode}"] = median(times)
    return found


def floor() -> None:
    """Print how near the means of one half of a cell's runs come to those of the other."""
    print("\nthe odd runs' own mean as a prediction of the even ones': median error")
    for model in models():
        for mode in MODES:
            found = []
            for cell in cells():
                if cell.model == model and cell.option.mode == mode:
                    done = runs_of(cell).filter("marked_done")
                    odd, even = (
                        done.filter("odd")["seconds"],
                        done.filter(~pl.col("odd"))["seconds"],
                    )
                    if len(odd) and len(even):
                        found.append(error(mean(even), mean(odd)))
            print(f"  {short(model):7} {mode}: {median(found):.0%}")


def behaviour() -> None:
    """What a calibrated simulator should reproduce, fitted to all runs."""
    every = compared("all", only_even=False, teams_only=False)
    print("\nfitted on all: how the teams behave (published | simulated)")
    for model in models():
        pre = [one for one in every if one.cell.model == model and one.cell.option.mode == "pre"]
        once = mean(run["rounds"] == 1 for one in pre for run in one.happened)
        ours = mean(run.rounds == 1 for one in pre for run in one.simulated)
        print(f"  {short(model)} pre, runs of one round: {once:.0%} | {ours:.0%}")
        print(f"  {short(model)} pre, CV of a cell: {_cv(pre)}")
        _humps(pre)
        dec = [one for one in every if one.cell.model == model and one.cell.option.mode == "dec"]
        print(f"  {short(model)} dec, CV of a cell: {_cv(dec)}")
        for n in (1, 3, 5):
            _of_size(short(model), [one for one in dec if one.cell.option.n == n], n)


def _cv(group: list[Compared]) -> str:
    def cv(values: list[float]) -> float:
        return float(np.std(values, ddof=1) / np.mean(values)) if len(values) > 1 else 0.0

    there = [cv([run["seconds"] for run in one.happened if run["marked_done"]]) for one in group]
    ours = [cv([run.seconds for run in one.simulated if run.done]) for one in group]
    return f"{median(each for each in there if each):.2f} | {median(each for each in ours if each):.2f}"


def _humps(group: list[Compared]) -> None:
    """Median time of the runs of at most two rounds, and of the others."""
    for name, few in (("at most two rounds", True), ("more", False)):
        there = [
            run["seconds"] for one in group for run in one.happened if (run["rounds"] <= 2) == few
        ]
        ours = [run.seconds for one in group for run in one.simulated if (run.rounds <= 2) == few]
        if there and ours:
            total = (
                sum(len(one.happened) for one in group),
                sum(len(one.simulated) for one in group),
            )
            print(
                f"      {name}: {median(there):.0f} s in {len(there) / total[0]:.0%} of runs"
                f" | {median(ours):.0f} s in {len(ours) / total[1]:.0%}"
            )  # fmt: skip


def _of_size(model: str, group: list[Compared], n: int) -> None:
    happened = [run for one in group for run in one.happened]
    done = [run for run in happened if run["marked_done"]]
    ours = [run for one in group for run in one.simulated]
    good = [run for run in ours if run.done]
    print(
        f"  {model} dec n={n}: success {len(done) / len(happened):.0%} | {len(good) / len(ours):.0%};"
        f" completions a round {20 * len(done) / sum(run['rounds'] for run in done):.2f}"
        f" | {20 * len(good) / sum(run.rounds for run in good):.2f};"
        f" writes a file {_published_writes(done):.1f}"
        f" | {sum(run.writes for run in good) / sum(run.files for run in good):.1f};"
        f" no progress {_published_idle(done):.0%}"
        f" | {sum(run.idle_replies for run in good) / sum(run.replies for run in good):.0%}"
    )


@cache
def _by_run() -> dict[str, tuple[int, int, int, int]]:
    """Writes, files, replies and those of them that completed nothing, of each published run."""
    actions = published().actions
    kind = pl.col("kind")
    done = (
        actions.filter(kind == "completion")
        .group_by("run")
        .agg(pl.col("call").n_unique().alias("completing"))
    )
    wrote = actions.filter(kind == "write").group_by("run").agg(
        pl.len().alias("writes"), pl.col("path").n_unique().alias("files")
    )  # fmt: skip
    calls = published().calls.group_by("run").agg(pl.len().alias("replies"))
    every = calls.join(wrote, on="run", how="left").join(done, on="run", how="left").fill_null(0)
    return {
        row["run"]: (
            row["writes"],
            row["files"],
            row["replies"],
            row["replies"] - row["completing"],
        )
        for row in every.to_dicts()
    }


def _published_writes(runs: list[dict[str, float]]) -> float:
    found = [_by_run()[str(run["run"])] for run in runs]
    return sum(one[0] for one in found) / sum(one[1] for one in found)


def _published_idle(runs: list[dict[str, float]]) -> float:
    found = [_by_run()[str(run["run"])] for run in runs]
    return sum(one[3] for one in found) / sum(one[2] for one in found)


def main() -> None:
    found = show("odd", only_even=True, teams_only=False)
    found |= show("n=1", only_even=False, teams_only=True)
    found |= show("other suites", only_even=False, teams_only=False)
    floor()
    behaviour()
    most = max(
        len(fitted(model, (suite,), "odd").parameters) for model in models() for suite in suites()
    )
    print(f"\nfitted parameters for a model and suite: at most {most}")
    worst = max(found[f"{how} {name} pre"] / target for (how, name), target in TARGETS.items())
    print(
        json.dumps(
            {"measured": round(worst, 3), "detail": {k: round(v, 3) for k, v in found.items()}}
        )
    )


if __name__ == "__main__":
    main()
