"""Every team that could be recommended.

A candidate is a point of the design space that a task file can name: a preset, a size up to the width of
the graph, whether a turn may take one task or as many as go into a reply, what happens where several tasks
write a file, how many agents do the same task, and the model. What cannot help is left out here: sizes
beyond the width, other ways of consistency where no two tasks can meet in a file, replicas where nothing
checks results or hardly any is wrong.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from brooks.analysis.clashes import Clash, find_clashes
from brooks.core.spec import Team
from brooks.errors import UsageError
from brooks.plan.pace import pace_of
from brooks.plan.problem import PlannedModel, Problem
from brooks.spec.presets import PRESETS
from brooks.spec.skills import missing_skill
from brooks.spec.team_sections import TeamSection
from brooks.spec.teams import build_team

USUAL = ("single", "preassigned", "leased", "hybrid", "voting")
"""The presets among which is chosen if nobody says otherwise: those that keep every promise and need no
model to lead them."""
MOST_AGENTS = 32
"""The largest team that is looked at if nobody says otherwise."""
EVERY_SIZE = 8
"""Up to this size every one is a candidate; beyond it, each is about a quarter larger than the one before."""
MANY_TASKS = 200
"""Tasks from which on sizes are about half as large again as the one before, from 1 on."""
LIKELY_MISTAKE = 0.2
"""Share of first attempts that are wrong from which on replicas are candidates."""
REPLICAS = (2, 3)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A team with a model."""

    name: str
    """What it is called in tables: `hybrid:4`, `leased:3 isolated`."""
    section: dict[str, Any]
    """What to write under `team:` in a task file."""
    team: Team
    model: str
    """The model of the members that name none."""
    family: str
    """What it has in common with the same team at other sizes."""
    kin: str
    """What it has in common with teams that differ in consistency too."""

    @property
    def size(self) -> int:
        """How many agents."""
        return len(self.team.members)

    @property
    def replicas(self) -> int:
        """How many agents do each task."""
        return self.team.rules.redundancy.replicas

    @property
    def models(self) -> tuple[str, ...]:
        """The models of its members, each once."""
        return tuple(dict.fromkeys(member.model or self.model for member in self.team.members))

    @property
    def takes_one_task(self) -> bool:
        """Whether a turn is about one task."""
        return self.team.batch == 1


@dataclass(frozen=True, kw_only=True)
class Restriction:
    """Which teams may be candidates."""

    presets: tuple[str, ...] = USUAL
    max_agents: int | None = None
    sizes: tuple[int, ...] = ()
    """The sizes to look at beside 1; empty for all that make sense."""


def candidates_of(problem: Problem, restriction: Restriction | None = None) -> list[Candidate]:
    """Every candidate for a problem; one agent with each model comes first.

    Raises:
        UsageError: A preset is not known, or no team is left.
    """
    restriction = restriction or Restriction()
    for name in restriction.presets:
        if name not in PRESETS:
            raise UsageError(_no_preset(name))
    clashes = find_clashes(problem.tasks, problem.graph)
    found: dict[str, Candidate] = {}
    for model in problem.models:
        for candidate in _of_model(problem, model, restriction, clashes):
            found.setdefault(f"{candidate.name} {candidate.model}", candidate)
    for candidate in _mixed(problem, restriction):
        found.setdefault(f"{candidate.name} {candidate.model}", candidate)
    able = [each for each in found.values() if _is_able(each, problem)]
    if not able:
        raise UsageError("no team is left to choose from: allow other presets, sizes or skills")
    return able


def sizes_of(problem: Problem, restriction: Restriction, *, copies: int = 1) -> list[int]:
    """The sizes above 1 that are looked at, for tasks of which each is done by so many agents."""
    most = min(problem.width * copies, restriction.max_agents or MOST_AGENTS)
    if restriction.sizes:
        return sorted({size for size in restriction.sizes if 1 < size <= most})
    many = len(problem.tasks) >= MANY_TASKS
    found: list[int] = []
    size = 2
    while size < most:
        found.append(size)
        size = max(
            size + 1,
            round(size * 1.5) if many else size + 1 if size < EVERY_SIZE else round(size * 1.25),
        )
    return [*found, most] if most > 1 else found


def _of_model(
    problem: Problem,
    model: PlannedModel,
    restriction: Restriction,
    clashes: Sequence[Clash],
) -> Iterator[Candidate]:
    yield from _sole(restriction, model.name)
    ways = ["versioned", "isolated", "locked"] if clashes else ["versioned"]
    for preset in restriction.presets:
        if preset == "single":
            continue
        if preset == "voting":
            yield from _voting(problem, model, restriction)
            continue
        for size in sizes_of(problem, restriction):
            for way in ways if PRESETS[preset].claims.value == "leased" else [""]:
                for batch in _batches(preset):
                    yield make(preset, size, model.name, consistency=way, batch=batch)


def _sole(restriction: Restriction, model: str) -> Iterator[Candidate]:
    """One agent, the baseline of every comparison: task by task, and with whole loads."""
    yield make("single", 1, model, batch=1)
    if set(restriction.presets) & {"single", "hybrid", "leased", "preassigned"}:
        yield make("single", 1, model, batch=0)


def _batches(preset: str) -> tuple[int, ...]:
    """How many tasks a turn may take; a lead hands them out one by one."""
    return (1, 0) if preset in {"preassigned", "leased", "hybrid"} else (1,)


def _voting(problem: Problem, model: PlannedModel, restriction: Restriction) -> Iterator[Candidate]:
    """Teams in which several agents do each task, where that can pay: results are checked, many wrong."""
    checked = sum(task.check is not None for task in problem.tasks)
    if 2 * checked < len(problem.tasks) or pace_of(model.profile).mistake < LIKELY_MISTAKE:
        return
    for replicas in REPLICAS:
        for size in sizes_of(problem, restriction, copies=replicas):
            if size >= replicas:
                yield make("voting", size, model.name, replicas=replicas)


def _mixed(problem: Problem, restriction: Restriction) -> Iterator[Candidate]:
    """Teams with one member of another model than the rest, and one agent that another model helps out."""
    for first in problem.models:
        for rest in problem.models:
            if first is rest:
                continue
            yield make("single", 1, rest.name, batch=1, escalate_to=first.name)
            for preset in ("leased", "hybrid"):
                sizes = sizes_of(problem, restriction) if preset in restriction.presets else []
                for size in sizes[:: max(1, len(sizes) // 3)]:
                    yield make(
                        preset, size, rest.name, batch=_batches(preset)[-1], one_of=first.name
                    )


def make(
    preset: str,
    size: int,
    model: str,
    *,
    consistency: str = "",
    batch: int | None = None,
    replicas: int = 1,
    one_of: str = "",
    escalate_to: str = "",
) -> Candidate:
    """A candidate by what sets it apart from its preset.

    Args:
        preset: The preset.
        size: How many agents.
        model: Their model.
        consistency: What happens where two agents write a file; empty for what the preset says.
        batch: How many tasks a turn may take, 0 for as many as go into a reply; None as the preset.
        replicas: How many agents do each task.
        one_of: Another model, for the first member.
        escalate_to: Another model, which is asked for a task after a failed attempt.
    """
    usual = PRESETS[preset]
    section: dict[str, Any] = {"preset": preset}
    words = [preset if usual.is_fixed else f"{preset}:{size}"]
    if one_of:
        section["members"] = [{"model": one_of}, {"count": size - 1}]
        words.append(f"with one {one_of}")
    elif not usual.is_fixed:
        section["size"] = size
    if batch is not None and batch != usual.batch:
        section["batch"] = batch
        words.append("whole loads" if batch == 0 else "task by task")
    if consistency and consistency != usual.rules.consistency.value:
        section["consistency"] = consistency
        words.append(consistency)
    if replicas > 1:
        section["redundancy"] = {"replicas": replicas}
        words.append(f"{replicas} replicas")
    if escalate_to:
        section["failure"] = {"escalate_after": 1, "escalate_to": escalate_to}
        words.append(f"then {escalate_to}")
    team = build_team(section=TeamSection.model_validate(section))
    return Candidate(
        name=" ".join(words),
        section=section,
        team=team,
        model=model,
        family=" ".join((preset, *words[1:], model)),
        kin=" ".join((preset, *(word for word in words[1:] if word != consistency), model)),
    )


def coarse(candidates: Sequence[Candidate]) -> list[Candidate]:
    """A choice of them: the usual consistency alone, and every other size, with the largest of all."""
    sizes: dict[str, list[int]] = {}
    for each in candidates:
        sizes.setdefault(each.kin, []).append(each.size)
    chosen = {kin: set(sorted(set(found))[::-2]) for kin, found in sizes.items()}
    return [
        each
        for each in candidates
        if each.size == 1 or (each.size in chosen[each.kin] and "consistency" not in each.section)
    ]


def near_to(candidate: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    """What differs from it by one step of size, or in consistency alone."""
    kin = [each for each in candidates if each.kin == candidate.kin]
    alike = [each for each in kin if each.size == candidate.size]
    sizes = sorted({each.size for each in kin if each.family == candidate.family})
    place = sizes.index(candidate.size)
    next_to = sizes[max(0, place - 1) : place + 2]
    return [
        *(each for each in alike if each is not candidate),
        *(
            each
            for each in kin
            if each.family == candidate.family and each.size in next_to and each is not candidate
        ),
    ]


def given_team(team: Team, model: str, *, name: str) -> Candidate:
    """A team that somebody named, as a candidate; nothing can be written of it."""
    return Candidate(name=name, section={}, team=team, model=model, family=name, kin=name)


def _no_preset(name: str) -> str:
    preset, colon, _ = name.partition(":")
    if colon and preset in PRESETS:
        return (
            f"{name!r} has a size, and a plan looks at every size of a preset: write {preset!r}, with "
            f"--sizes or --max-agents to look at fewer; `brooks simulate -t {name}` is for one team"
        )
    return f"there is no preset {name!r}: there are {', '.join(PRESETS)}"


def _is_able(candidate: Candidate, problem: Problem) -> bool:
    """Whether somebody in the team may do each task."""
    return not any(missing_skill(task.skill, candidate.team.members) for task in problem.tasks)
