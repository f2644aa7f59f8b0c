"""`brooks plan`: one agent or a team, which, how long and for how much, before anything is paid for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import rich.console
import rich.status
from msgspec import to_builtins

from brooks.bench.suites import suite_path
from brooks.cli.assembling import SUITE_MODEL
from brooks.cli.engines import Where, engine_options
from brooks.cli.options import COUNT, POSITIVE, Exit, json_option, note, print_json
from brooks.cli.tasks_argument import suite_name
from brooks.core.spec import ModelSettings
from brooks.errors import UsageError
from brooks.models.naming import parse_model
from brooks.plan.applying import apply_team
from brooks.plan.bounds import Limits
from brooks.plan.candidates import USUAL, Restriction, candidates_of
from brooks.plan.outcomes import outcomes, track_record
from brooks.plan.predicting import Objective, Predicted, Progress, Wish, predict
from brooks.plan.problem import TASK_TOKENS, PlannedModel, Problem, planned_model, problem_of
from brooks.plan.reasons import explain
from brooks.plan.recommending import Recommendation, recommend
from brooks.plan.recording import facts, keep_plan
from brooks.report.planned import plan_lines
from brooks.runtime.fleet import Fleets
from brooks.runtime.routes import settings_for
from brooks.spec.load import TaskFile, load_tasks

USUAL_SECONDS = 6.0
"""What a plan of 20 tasks takes on two cores with the usual amount of work."""


UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


class Duration(click.ParamType):  # type: ignore[type-arg]
    """A time such as `90s`, `30m` or `1.5h`; a bare number is minutes."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The seconds."""
        text = str(value).strip()
        unit = UNITS.get(text[-1:])
        try:
            seconds = float(text[:-1] if unit else text) * (unit or 60.0)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds < float("inf"):
            self.fail(f"{value!r} is no time: write one such as 90s, 30m or 1.5h", param, ctx)
        return seconds


@dataclass(frozen=True, kw_only=True)
class ModelWish:
    """What the command line says of models."""

    models: tuple[str, ...] = ()
    profile: str | None = None
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


@click.command("plan")
@click.argument("tasks", metavar="TASKS")
@click.option("-m", "--model", "models", multiple=True, help="A model to plan with; repeat it.")
@click.option("--profile", help="The profile that a real model is simulated by.")
@click.option(
    "--objective",
    type=click.Choice([each.value for each in Objective]),
    default=Objective.BALANCED.value,
    show_default=True,
    help="What is to be small; balanced is the product of both.",
)
@click.option("--deadline", type=Duration(), help="Be done by then: 90s, 30m, 1.5h.")
@click.option("--budget", type=POSITIVE, help="Cost at most so many dollars.")
@click.option("--budget-tokens", type=COUNT, help="Take at most so many tokens.")
@click.option("--max-agents", type=COUNT, help="Look at teams of at most so many.")
@click.option("--sizes", help="Look at these sizes only, as in 2,4,8.")
@click.option("-t", "--teams", help=f"Look at these presets only; {','.join(USUAL)} if left out.")
@click.option(
    "--rate-limit", "--rpm", "rpm", type=COUNT, help="Requests a minute that the team shares."
)
@click.option("--tpm", type=COUNT, help="Tokens a minute that the team shares.")
@click.option(
    "--found",
    type=click.FloatRange(0, 10),
    default=0.0,
    help="Tasks that are expected to turn up, as a share of those in the file.",
)
@click.option(
    "--task-tokens",
    type=POSITIVE,
    default=TASK_TOKENS,
    show_default=True,
    help="Output tokens of an average task without a solution.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="What every draw comes from.")
@click.option("--seconds", type=POSITIVE, help="Work for about so long; longer is surer.")
@click.option("-j", "--jobs", type=COUNT, help="How many processes work; one a core if left out.")
@engine_options
@click.option("--all", "every", is_flag=True, help="Show every team that was run.")
@click.option("--apply", "is_applied", is_flag=True, help="Write the team into the task file.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
@json_option
def plan_command(
    tasks: str,
    *,
    models: tuple[str, ...],
    profile: str | None,
    objective: str,
    deadline: float | None,
    budget: float | None,
    budget_tokens: int | None,
    max_agents: int | None,
    sizes: str | None,
    teams: str | None,
    rpm: int | None,
    tpm: int | None,
    found: float,
    task_tokens: float,
    seed: int,
    seconds: float | None,
    jobs: int | None,
    where: Where,
    every: bool,
    is_applied: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Say whether one agent or a team should do TASKS, which, how long it takes and what it costs.

    TASKS is a task file or the name of a bundled suite. Every team that makes sense is simulated with
    the same runtime that would run it; nothing is paid for. A real model is simulated by a profile.
    """
    file, is_suite = read_file(tasks)
    if is_applied and is_suite:
        raise UsageError("--apply writes into a task file of your own, and this is a bundled suite")
    wish = ModelWish(models=models, profile=profile, requests_per_minute=rpm, tokens_per_minute=tpm)
    problem = problem_of(
        file, planned_models(file, wish, is_suite=is_suite), task_tokens=task_tokens, found=found
    )
    restriction = Restriction(
        presets=tuple(filter(None, teams.split(","))) if teams else USUAL,
        max_agents=max_agents,
        sizes=_sizes(sizes),
    )
    aims = Wish(
        objective=Objective(objective),
        limits=Limits(deadline_seconds=deadline, dollars=budget, tokens=budget_tokens),
        seed=seed,
        jobs=jobs,
        effort=1.0 if seconds is None else seconds / USUAL_SECONDS,
    )
    with where.opened(jobs=jobs) as engine:
        predicted = _predict(problem, restriction, aims, engine=engine, quiet=quiet)
    choice = recommend(predicted)
    reasons = explain(predicted, choice, max_agents=max_agents)
    so_far = track_record(
        outcomes(), [(model.name, model.profile_name) for model in problem.models]
    )
    plan = facts(predicted, choice, reasons) | {"so_far": to_builtins(so_far)}
    if is_applied:
        _apply(file, predicted, choice)
    kept = keep_plan(plan)
    if as_json:
        print_json(plan)
    else:
        for line in plan_lines(predicted, choice, reasons, so_far=so_far, every=every):
            click.echo(line)
    note(f"the plan is kept in {str(kept)!r}")
    return Exit.DONE


def read_file(tasks: str) -> tuple[TaskFile, bool]:
    """A task file of the user's own, or that of a bundled suite; and whether it is one of a suite."""
    suite = suite_name(tasks)
    path = suite_path(suite) / "tasks.yaml" if suite else Path(tasks)
    return load_tasks(path), suite is not None


def planned_models(file: TaskFile, wish: ModelWish, *, is_suite: bool) -> list[PlannedModel]:
    """The models to plan with, those of the command line before that of the file.

    Raises:
        UsageError: None is named.
    """
    named = (
        wish.models or tuple(filter(None, (file.model,))) or ((SUITE_MODEL,) if is_suite else ())
    )
    if not named:
        raise UsageError(
            f"no model is named: pass -m MODEL, or write 'model:' into {str(file.path)!r}; without a "
            "model of your own, -m sim:typical simulates a usual one"
        )
    known = {one.model: one for one in file.models}
    found: dict[str, PlannedModel] = {}
    for text in named:
        canonical = parse_model(text).canonical
        settings = _limited(settings_for(known, canonical), wish)
        found[canonical] = planned_model(text, settings=[settings], profile=wish.profile)
    return list(found.values())


def _limited(settings: ModelSettings, wish: ModelWish) -> ModelSettings:
    from msgspec.structs import replace

    return replace(
        settings,
        requests_per_minute=wish.requests_per_minute or settings.requests_per_minute,
        tokens_per_minute=wish.tokens_per_minute or settings.tokens_per_minute,
    )


def _sizes(text: str | None) -> tuple[int, ...]:
    if text is None:
        return ()
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdecimal() and int(part) > 0 for part in parts):
        raise UsageError(f"--sizes is {text!r}: write numbers with commas, such as 2,4,8")
    return tuple(map(int, parts))


def _predict(
    problem: Problem, restriction: Restriction, wish: Wish, *, engine: Fleets, quiet: bool
) -> Predicted:
    candidates = candidates_of(problem, restriction)
    console = rich.console.Console(stderr=True, highlight=False)
    if quiet or not console.is_interactive:
        return predict(problem, candidates, wish, engine=engine)
    with console.status(f"simulating {len(candidates)} teams") as status:
        return predict(
            problem,
            candidates,
            wish,
            engine=engine,
            on_progress=lambda made: _show(status, made),
        )


def _show(status: rich.status.Status, made: Progress) -> None:
    status.update(f"{made.runs} simulated runs, {made.candidates} teams left to tell apart")


def _apply(file: TaskFile, predicted: Predicted, choice: Recommendation) -> None:
    candidate = predicted.candidates[choice.place]
    apply_team(file.path, candidate.section)
    note(f"the team is written into {str(file.path)!r}")
    if file.model is None or parse_model(file.model).canonical != candidate.model:
        note(f"it was planned with -m {candidate.model}")
