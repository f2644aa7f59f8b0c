"""`brooks simulate`: many seeds of one team, and where its times and costs lie."""

from pathlib import Path

import click
import msgspec
import rich.console

from brooks.cli.engines import Where, engine_options
from brooks.cli.options import COUNT, POSITIVE, Exit, json_option, note, print_json
from brooks.cli.planning import ModelWish, planned_models, read_file
from brooks.cli.sizes import SIZE
from brooks.models.naming import parse_model
from brooks.plan.candidates import given_team
from brooks.plan.problem import TASK_TOKENS, PlannedModel, planned_model, problem_of
from brooks.plan.sampling import Distribution, keep_samples, sample
from brooks.report.planned import distribution_lines
from brooks.spec.sizes import Bounds
from brooks.spec.skills import refuse_unskilled
from brooks.spec.teams import build_team


@click.command("simulate")
@click.argument("tasks", metavar="TASKS")
@click.option(
    "-t", "--team", help="A preset, PRESET:N or a team file; the task file's if left out."
)
@click.option(
    "-n", "--agents", type=SIZE, help="How many agents, or the fewest and the most (1-8)."
)
@click.option("-m", "--model", help="The model of the members that name none.")
@click.option("--profile", help="The profile that a real model is simulated by.")
@click.option("--seeds", type=COUNT, default=100, show_default=True, help="How many runs.")
@click.option("--seed", type=int, default=0, show_default=True, help="The first seed.")
@click.option(
    "--rate-limit", "--rpm", "rpm", type=COUNT, help="Requests a minute that the team shares."
)
@click.option("--tpm", type=COUNT, help="Tokens a minute that the team shares.")
@click.option(
    "--task-tokens",
    type=POSITIVE,
    default=TASK_TOKENS,
    show_default=True,
    help="Output tokens of an average task without a solution.",
)
@click.option(
    "--keep-logs",
    type=click.Path(path_type=Path),
    help="Keep the logs of the quickest, the median and the slowest run in this folder of runs.",
)
@click.option("-j", "--jobs", type=COUNT, help="How many processes work; one a core if left out.")
@engine_options
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
@json_option
def simulate_command(
    tasks: str,
    *,
    team: str | None,
    agents: int | Bounds | None,
    model: str | None,
    profile: str | None,
    seeds: int,
    seed: int,
    rpm: int | None,
    tpm: int | None,
    task_tokens: float,
    keep_logs: Path | None,
    jobs: int | None,
    where: Where,
    quiet: bool,
    as_json: bool,
) -> int:
    """Simulate one team on TASKS with many seeds, and say how long it takes and what it costs.

    TASKS is a task file or the name of a bundled suite. Checks are modelled, and nothing is paid for.
    """
    file, is_suite = read_file(tasks)
    built = build_team(team, members=agents, section=file.team)
    refuse_unskilled(file.tasks, built)
    wish = ModelWish(
        models=() if model is None else (model,),
        profile=profile,
        requests_per_minute=rpm,
        tokens_per_minute=tpm,
    )
    models = planned_models(file, wish, is_suite=is_suite)
    own = [each.model for each in built.members if each.model is not None]
    stronger = built.rules.failing.escalate_to
    models += _others([*own, *([stronger] if stronger else [])], models, profile)
    problem = problem_of(file, models, task_tokens=task_tokens)
    name = f"{built.preset}:{built.size}" if team is None or team == built.preset else team
    candidate = given_team(built, models[0].name, name=name)
    console = rich.console.Console(stderr=True, highlight=False)
    wanted = range(seed, seed + seeds)
    with where.opened(jobs=jobs) as engine:
        if quiet or not console.is_interactive:
            found = sample(problem, candidate, wanted, engine=engine)
        else:
            with console.status("simulating") as status:
                found = sample(
                    problem,
                    candidate,
                    wanted,
                    engine=engine,
                    on_run=lambda made: status.update(f"{made} of {seeds} simulated runs"),
                )
    kept = [] if keep_logs is None else keep_samples(problem, candidate, found, keep_logs)
    if as_json:
        print_json(_facts(found, candidate.name, kept))
    else:
        for line in distribution_lines(found, team=f"{candidate.name}, {candidate.model}"):
            click.echo(line)
    for path in kept:
        note(f"look at it: brooks show {path.name} --runs-dir {path.parent}")
    return Exit.DONE


def _others(named: list[str], known: list[PlannedModel], profile: str | None) -> list[PlannedModel]:
    """The models that members name, beside those that are known."""
    there = {each.name for each in known}
    texts = dict.fromkeys(parse_model(text).canonical for text in named)
    return [planned_model(text, profile=profile) for text in texts if text not in there]


def _facts(found: Distribution, team: str, kept: list[Path]) -> dict[str, object]:
    values: dict[str, object] = msgspec.to_builtins(found)
    return {"simulated": True, "team": team, **values, "logs": [str(path) for path in kept]}
