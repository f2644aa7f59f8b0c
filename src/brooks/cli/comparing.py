"""`brooks compare`: one agent against a team, or teams against each other, on the user's own tasks."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from msgspec.structs import replace

from brooks.bench.experiment import bundled_suite, estimate, read_tables, run_experiment
from brooks.bench.experiment.inputs import canonical_model
from brooks.cli.ending import say
from brooks.cli.engines import Where
from brooks.cli.grids import (
    FOLDER,
    BenchProgress,
    confirm,
    estimate_facts,
    estimate_lines,
    grid_options,
    print_finished,
    require_tables,
)
from brooks.cli.options import COUNT, Exit, budget_options, json_option, note, print_json
from brooks.cli.showing_verdicts import verdict_facts
from brooks.cli.tasks_argument import suite_name
from brooks.core.spec import Budget
from brooks.errors import UsageError
from brooks.spec.experiment import Experiment, SuiteChoice, TeamChoice
from brooks.spec.files import SUFFIXES
from brooks.spec.load import load_tasks
from brooks.spec.teams import build_team

if TYPE_CHECKING:
    from brooks.bench.comparing import Comparison

SHARE = click.FloatRange(min=0.0, max=1.0, min_open=True, max_open=True)


@click.command("compare")
@click.argument("tasks", metavar="TASKS")
@click.option(
    "-t",
    "--teams",
    default="single,hybrid:4",
    show_default=True,
    help="Presets, PRESET:N or team files; the others are held against the first.",
)
@click.option("-m", "--model", help="The model of every team.")
@click.option("--pairs", type=COUNT, default=20, show_default=True, help="Runs of each team.")
@click.option("--seed", type=int, default=0, show_default=True, help="What every draw comes from.")
@click.option(
    "--level", type=SHARE, default=0.95, show_default=True, help="Level of the intervals."
)
@click.option(
    "--checks", type=click.Choice(["real", "modelled"]), help="Modelled if the model is simulated."
)
@budget_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The folder of results, where the same comparison goes on; "
    f"'{FOLDER}/compare-PROJECT' if left out.",
)
@grid_options
@json_option
def compare_command(
    tasks: str,
    *,
    teams: str,
    model: str | None,
    pairs: int,
    seed: int,
    level: float,
    checks: Literal["real", "modelled"] | None,
    budget: Budget,
    output: Path | None,
    where: Where,
    jobs: int | None,
    dry_run: bool,
    yes: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Run teams on TASKS with the same seeds, and say which is better, or that it cannot be told.

    TASKS is a task file or the name of a bundled suite. Every run counts: one that does not end with
    all tasks verified has lost its pair. Limits are those of each run.

    Exit codes: 0 decided for every team, 1 some runs could not be made, 5 not decisive.
    """
    suite, name = _suite(tasks)
    experiment = Experiment(
        name=f"compare-{name}",
        suites=(suite,),
        teams=read_teams(teams),
        models=(_model(model, tasks, suite),),
        repetitions=pairs,
        seed=seed,
        checks=checks,
        budget=budget,
    )
    out = output or FOLDER / experiment.name
    where.ensure_usable()
    require_tables()
    with where.opened(jobs=jobs) as engine:
        guess = estimate(experiment, out, jobs=engine.width())
        if dry_run or not quiet:
            for line in estimate_lines(experiment, guess):
                note(line)
        if dry_run:
            if as_json:
                print_json(estimate_facts(guess))
            return Exit.DONE
        confirm(guess, yes=yes)
        with BenchProgress(quiet=quiet) as progress:
            finished = run_experiment(
                experiment, out, jobs=jobs, engine=engine, on_progress=progress.show
            )
    if not finished.is_complete:
        print_finished(experiment, finished)
        return Exit.INTERRUPTED if finished.is_interrupted else Exit.FAILED
    from brooks.bench.comparing import compare_teams

    found = compare_teams(read_tables(out), experiment.teams, level=level, seed=seed)
    if as_json:
        print_json({"output": str(out), "comparisons": [_facts(each) for each in found]})
    else:
        print_finished(experiment, finished)
        for each in found:
            for verdict in each.verdicts:
                say(verdict.sentence)
    is_decided = all(each.by_time.is_decisive for each in found)
    return Exit.DONE if is_decided else Exit.UNDECIDED


def read_teams(text: str) -> tuple[TeamChoice, ...]:
    """The teams of a list with commas, each once.

    Raises:
        UsageError: One is no team, or two are the same, or there are fewer than two.
    """
    found = tuple(map(_team, filter(None, map(str.strip, text.split(",")))))
    found = tuple(_told_apart(team, found) for team in found)
    labels = [team.label for team in found]
    twice = next((label for label in labels if labels.count(label) > 1), None)
    if twice is not None:
        raise UsageError(f"--teams names {twice!r} twice: a team has nothing to win over itself")
    if len(found) < 2:
        raise UsageError(f"--teams is {text!r}: name two teams or more, such as 'single,hybrid:4'")
    return found


def _team(text: str) -> TeamChoice:
    team = build_team(text)
    is_file = text.lower().endswith(SUFFIXES)
    return TeamChoice(name=Path(text).stem if is_file else text.partition(":")[0], team=team)


def _told_apart(team: TeamChoice, among: tuple[TeamChoice, ...]) -> TeamChoice:
    """The team; an elastic one under a name of its own where another has its name and most agents.

    In the tables a team has a name and a size, by which the two would be one.
    """
    is_alone = all(each.tabled != team.tabled for each in among if each is not team)
    if team.team.elastic is None or is_alone:
        return team
    return replace(team, name=f"elastic-{team.name}")


def _suite(tasks: str) -> tuple[SuiteChoice, str]:
    """What is worked on, and a name for it that can be a folder's."""
    name = suite_name(tasks)
    if name is not None:
        return bundled_suite(name), name.replace("/", "-")
    path = Path(tasks)
    return SuiteChoice(
        name=tasks, path=str(path.absolute())
    ), path.absolute().parent.name or "tasks"


def _model(named: str | None, tasks: str, suite: SuiteChoice) -> str:
    """The model of the runs.

    Raises:
        UsageError: None is named.
    """
    if named is None and suite_name(tasks) is None:
        named = load_tasks(Path(suite.path)).model
        if named is None:
            raise UsageError(
                f"no model is named: pass -m MODEL, or write 'model:' into {suite.path!r}"
            )
    return canonical_model(named or "sim:typical")


def _facts(found: "Comparison") -> dict[str, Any]:
    return {
        "first": found.first,
        "second": found.second,
        "verdict": found.by_time.kind,
        "verdicts": list(map(verdict_facts, found.verdicts)),
    }
