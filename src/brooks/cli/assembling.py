"""From what the user asked for to a run that can start: the one place where defaults are chosen.

`prepare` reads everything and touches nothing; all that can be wrong with the user's words is found
there, before `brooks.cli.opening` makes the run's folder.

What holds when nobody says otherwise:

- a bundled suite runs with `sim:typical` on a copy of its files in the run's folder;
- a task file of the user's names its model, on the command line or in the file;
- models that only compute (simulated, recorded) run under the virtual clock, others under the real one;
- with modelled checks nothing is real, so the user's folder is read and not written.
"""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec

from brooks.bench.suites import suite_path
from brooks.cli.tasks_argument import suite_name
from brooks.core.spec import Budget, CheckSettings, FaultPlan, ModelSettings, Spec, Team
from brooks.core.team_rules import Consistency
from brooks.errors import UsageError
from brooks.ids import BlobHash
from brooks.log.redaction import Redactor
from brooks.models.keys import Keys
from brooks.models.naming import parse_model
from brooks.models.solutions import Solutions
from brooks.runtime.beginnings import all_models, models_of, prices_of
from brooks.runtime.chance import stream
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.prompting import Templates
from brooks.runtime.routes import settings_for
from brooks.runtime.run_folder import find_run
from brooks.spec.faults import load_faults, refuse_strangers
from brooks.spec.load import TaskFile, load_tasks
from brooks.spec.presets import PRESETS
from brooks.spec.sizes import Bounds
from brooks.spec.skills import refuse_unskilled
from brooks.spec.teams import build_team
from brooks.workspace.git import is_in_repository

SUITE_MODEL = "sim:typical"
MODELS = (
    "PROVIDER:MODEL, such as 'openai:gpt-5.2' or 'ollama:qwen3', 'command:claude' for an agent on the "
    "command line, 'sim:typical' (simulated), 'scripted:FILE' or 'recorded:RUN'"
)
"""What `-m` takes."""

_COMPUTING = frozenset({"sim", "recorded"})
"""Kinds of models that wait for nothing outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the command line says of how the run's model is used; None where it says nothing."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    concurrency: int | None = None
    fallback: str | None = None
    stream: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the user asked for; None where nothing was said."""

    tasks: str
    """A task file, or the name of a bundled suite."""
    team: str | None = None
    agents: int | Bounds | None = None
    model: str | None = None
    seed: int = 0
    budget: Budget = field(default_factory=Budget)
    limits: Limits = field(default_factory=Limits)
    prompts: Path | None = None
    """A folder with prompt templates."""
    faults: Path | FaultPlan | None = None
    checks: Literal["real", "modelled"] = "real"
    clock: Literal["real", "virtual"] | None = None
    time_scale: float = 1.0
    workspace: Path | None = None
    into: str | None = None
    """The branch for the results, where the run works on a git repository."""
    worktrees: bool = False
    """Whether agents on the command line work in checkouts of that repository."""
    runs: Path
    """The folder of all runs."""
    lease_seconds: float | None = None
    """How long the team's leases hold; None for what the team says."""
    is_remote: bool = False
    """Whether agents live on other machines, which have the keys and programs of their models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A run that can start."""

    spec: Spec
    blobs: Mapping[BlobHash, bytes]
    """What the spec names by hash."""
    runs: Path
    tasks: str
    """The task file's path, or the suite's name."""
    suite: Path | None
    """The folder with a suite's files, to be copied into the workspace; None for the user's own tasks."""
    workspace: Path | None
    """Where the run works; None for a folder inside the run's own."""
    notes: tuple[str, ...]
    """What the user should know though nothing is wrong."""
    is_on_git: bool = False
    """Whether results become commits on a branch of the user's repository."""
    into: str | None = None
    """That branch, if the user named one."""
    worktrees: bool = False
    """Whether agents on the command line work in checkouts of the repository."""

    @property
    def models(self) -> tuple[str, ...]:
        """The models of the run, each once."""
        return models_of(self.spec)

    @property
    def is_simulated(self) -> bool:
        """Whether any agent is a simulated one."""
        return is_simulated(self.spec)


def is_simulated(spec: Spec) -> bool:
    """Whether any agent of a run is a simulated one."""
    return any(parse_model(model).kind == "sim" for model in models_of(spec))


def prepare(wanted: Wanted) -> Prepared:
    """Read the tasks and settle everything that a run needs.

    Raises:
        UsageError: Something that was asked for cannot be.
        OutsideError: A file that is there cannot be read.
    """
    suite = suite_name(wanted.tasks)
    path = suite_path(suite) / "tasks.yaml" if suite else Path(wanted.tasks)
    file = load_tasks(path)
    team = build_team(
        wanted.team,
        members=wanted.agents,
        section=file.team,
        lease_seconds=wanted.lease_seconds,
    )
    refuse_unskilled(file.tasks, team)
    folder = wanted.workspace if suite else (_folder(wanted.workspace) or file.workspace)
    on_git = suite is None and folder is not None and is_in_repository(folder)
    may_commit = on_git and wanted.checks == "real"
    team = _isolated(team) if may_commit else team
    is_on_git = may_commit and team.rules.consistency is Consistency.ISOLATED
    _refuse_into(wanted.into, is_on_git=is_on_git)
    faults = _faults(wanted, file, team)
    model = _model(wanted, file, team, is_suite=suite is not None)
    spec = Spec(
        project=file.project,
        tasks=file.tasks,
        team=team,
        model=model,
        seed=wanted.seed,
        check=file.check,
        budget=replace_budget(file.budget, wanted.budget),
        models=_settings(file.models, model, wanted.limits),
        prompts=_prompts(wanted.prompts or file.prompts),
        faults=faults,
    )
    clock = wanted.clock or _usual_clock(spec)
    spec = msgspec.structs.replace(
        spec,
        clock=clock,
        time_scale=wanted.time_scale,
        checks=CheckSettings(mode=wanted.checks, slots=_slots(clock, len(team.members))),
    )
    spec = _with_room(spec)
    _refuse_clock(spec)
    _try_models(spec, file, wanted)
    _refuse_worktrees(spec, wanted, is_on_git=is_on_git)
    refuse_unpriced(spec)
    _refuse_unsolvable(spec)
    return Prepared(
        spec=spec,
        blobs=file.blobs,
        runs=wanted.runs,
        tasks=suite or str(path),
        suite=file.workspace if suite else None,
        workspace=folder,
        notes=file.notes,
        is_on_git=is_on_git,
        into=wanted.into,
        worktrees=wanted.worktrees,
    )


def _isolated(team: Team) -> Team:
    """A hybrid team on a git repository: everybody on a copy, as far as nobody said otherwise."""
    usual = PRESETS[team.preset].rules.consistency
    if team.preset != "hybrid" or team.rules.consistency is not usual:
        return team
    rules = msgspec.structs.replace(team.rules, consistency=Consistency.ISOLATED)
    return msgspec.structs.replace(team, rules=rules)


def _refuse_into(into: str | None, *, is_on_git: bool) -> None:
    """A branch for the results makes sense only where they become commits."""
    if into is not None and not is_on_git:
        raise UsageError(
            f"--into {into!r} names a branch, and this run makes no commits: that takes tasks of your "
            "own in a git repository, real checks, and a team with 'consistency: isolated'"
        )


def _refuse_worktrees(spec: Spec, wanted: Wanted, *, is_on_git: bool) -> None:
    """A checkout is for an agent on the command line, and needs a repository."""
    if not wanted.worktrees:
        return
    if not is_on_git:
        raise UsageError(
            "--worktrees makes checkouts of a git repository, and this run works on none: that takes "
            "tasks of your own in a git repository, real checks, and a team with 'consistency: isolated'"
        )
    if all(parse_model(model).kind != "command" for model in all_models(spec)):
        raise UsageError(
            "--worktrees is for agents on the command line, and no model of this run is one: leave it "
            "out, or name one with -m command:…"
        )


def replace_budget(old: Budget, new: Budget) -> Budget:
    """The old limits, with those that the new budget names in their place."""
    given = {
        name: value for name, value in msgspec.structs.asdict(new).items() if value is not None
    }
    return msgspec.structs.replace(old, **given)


def _folder(workspace: Path | None) -> Path | None:
    if workspace is None:
        return None
    if not workspace.is_dir():
        problem = "is not a folder" if workspace.exists() else "is not there"
        raise UsageError(f"the workspace {str(workspace)!r} {problem}: name a folder")
    return workspace.resolve()


def _faults(wanted: Wanted, file: TaskFile, team: Team) -> FaultPlan:
    if isinstance(wanted.faults, FaultPlan):
        plan = wanted.faults
    else:
        plan = file.faults if wanted.faults is None else load_faults(wanted.faults)
    refuse_strangers(plan, team)
    return plan


def _model(wanted: Wanted, file: TaskFile, team: Team, *, is_suite: bool) -> str:
    named = wanted.model or file.model
    if named is None and all(member.model for member in team.members):
        named = team.members[0].model
    if named is None and is_suite:
        return SUITE_MODEL
    if named is None:
        raise UsageError(
            f"no model is named: pass -m MODEL, or write 'model:' into {str(file.path)!r}; "
            f"MODEL is {MODELS}"
        )
    return _pinned(named, wanted.runs)


def _pinned(model: str, runs: Path) -> str:
    """The model, the latest run named by its id: by its place it would soon be the new run itself."""
    if parse_model(model).canonical != "recorded:latest":
        return model
    return f"recorded:{find_run(runs, 'latest').id}"


def _usual_clock(spec: Spec) -> Literal["real", "virtual"]:
    computing = all(parse_model(model).kind in _COMPUTING for model in models_of(spec))
    return "virtual" if computing else "real"


def _slots(clock: Literal["real", "virtual"], agents: int) -> int:
    """How many checks at once: what the machine can do, or what a simulated one could."""
    if clock == "virtual":
        return max(4, agents)
    return min(os.cpu_count() or 1, max(2, agents))


def _settings(
    of_file: tuple[ModelSettings, ...], model: str, limits: Limits
) -> tuple[ModelSettings, ...]:
    """The settings of all models, what the command line says of the run's own in place of the file's."""
    given = {name: value for name, value in asdict(limits).items() if value is not None}
    if not given:
        return of_file
    canonical = parse_model(model).canonical
    others = tuple(one for one in of_file if parse_model(one.model).canonical != canonical)
    own = settings_for({one.model: one for one in of_file}, model)
    return (*others, msgspec.structs.replace(own, **given))


def _prompts(folder: Path | None) -> tuple[tuple[str, str], ...]:
    return () if folder is None else Templates.load(folder).changed()


def _with_room(spec: Spec) -> Spec:
    """The spec whose team knows what one reply of its members' models can carry: the smallest of them."""
    known = {settings.model: settings for settings in spec.models}
    room = min(settings_for(known, model).max_output_tokens for model in models_of(spec))
    return msgspec.structs.replace(spec, team=msgspec.structs.replace(spec.team, reply_tokens=room))


def _refuse_clock(spec: Spec) -> None:
    """A server and a process take real time."""
    if spec.clock == "real":
        return
    for model in models_of(spec):
        if parse_model(model).is_outside:
            raise UsageError(
                f"the model {model!r} works in real time, and the clock is virtual: leave --clock out"
            )


def _try_models(spec: Spec, file: TaskFile, wanted: Wanted) -> None:
    """Look at every model, so that a wrong name or a missing key is found before anything else happens.

    What is asked from other machines is looked at there.
    """
    keys = Keys.load(Path(), os.environ)
    factory = ModelFactory(wanted.runs, keys=keys, copies=Path())
    solutions = Solutions(spec.tasks, file.blobs.__getitem__)
    redactor = Redactor(keys.secrets())
    if redactor.holds(msgspec.json.encode(spec)):
        raise UsageError(
            "one of your keys stands in the task file or on the command line: take it out, and put it "
            "into the environment or into '.env'"
        )
    known = {settings.model: settings for settings in spec.models}
    for model in (*known, *all_models(spec)):
        if wanted.is_remote and parse_model(model).is_outside:
            continue
        factory.make(
            model,
            settings=settings_for(known, model),
            solutions=solutions,
            chance=partial(stream, spec.seed),
        )


def refuse_unpriced(spec: Spec) -> None:
    """A budget in dollars means nothing where nobody knows what a request costs."""
    if spec.budget.dollars is None:
        return
    for model, price in prices_of(spec).items():
        if price is None and parse_model(model).kind != "command":
            raise UsageError(
                f"nobody knows what the model {model!r} costs, so a budget in dollars cannot hold: "
                "limit --budget-tokens, or write its price under 'models:' in the task file"
            )


def _refuse_unsolvable(spec: Spec) -> None:
    """A simulated model can only write reference solutions, and a real check wants them."""
    without = [task.id for task in spec.tasks if not task.solution]
    if spec.checks.mode == "modelled" or not without or not is_simulated(spec):
        return
    shown = ", ".join(map(repr, without[:3])) + (" …" if len(without) > 3 else "")
    count = "task has" if len(without) == 1 else "tasks have"
    raise UsageError(
        f"{len(without)} {count} no reference solution ({shown}), and a simulated model can write "
        "nothing else: pass --checks modelled to simulate without running checks, or give each "
        "task a 'solution:'"
    )
