"""One candidate, run once: the real runtime, the virtual clock, simulated models, everything in memory.

Chance comes from the seed and the names of what draws, never from the team, so that runs of two teams
with the same seed meet the same luck as far as they do the same (common random numbers): a task takes as
long to write, an agent has the same style, the same requests hang.

A plan wants to know what it takes to have *everything* verified. So a task that has used up its attempts
is simulated on, as if somebody had called `brooks requeue` at once, and the run counts as one that would
not have ended verified by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random

from msgspec.structs import replace

from brooks.analysis.summary import Summary
from brooks.core.message import Message
from brooks.core.spec import CheckSettings, Claims, ModelSettings, Spec, Team
from brooks.log.store import LogStore
from brooks.models.base import Model
from brooks.models.naming import parse_model
from brooks.models.profile import Profile
from brooks.models.simulated import SimulatedModel
from brooks.models.solutions import NOTHING_FOUND, Solutions
from brooks.plan.candidates import Candidate
from brooks.plan.problem import Problem
from brooks.plan.standing_in import StoodIn, stand_in
from brooks.runtime.in_memory import NO_RUNS, run_in_memory
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.processes import at_most
from brooks.runtime.routes import settings_for

MORE_ATTEMPTS = 40
"""Attempts that a task gets in a simulated run; what more than the team's own are used is counted."""
MOST_SECONDS = 60.0
"""Real time after which a simulated run is taken to turn in circles."""
LEAST_SHARE = 0.02
"""Share of tasks verified below which a run's time is not scaled up any further."""


class Simulated(Message, frozen=True, kw_only=True):
    """What one simulated run came to."""

    seed: int
    seconds: float
    """Log seconds until everything was verified; scaled up by tasks if it never was."""
    is_complete: bool
    """Whether everything was verified in the end."""
    ends_verified: bool
    """Whether it was without any task using up its attempts."""
    input_tokens: int
    output_tokens: int
    dollars: float | None
    """None if a model has no price."""
    requests: int
    conflicts: int
    """Results that met another version of a file than they were made from."""
    checks_failed: int
    waited_seconds: float
    """What requests were held back by limits, added up over all agents."""
    agent_seconds: float
    """Time that agents were in the team, added up: as they come and go where it is elastic."""

    @property
    def tokens(self) -> int:
        """Input and output."""
        return self.input_tokens + self.output_tokens


class ProfileFactory(ModelFactory):
    """Makes a simulated model of every model, each by its own profile."""

    def __init__(self, profiles: Mapping[str, Profile]) -> None:
        super().__init__(NO_RUNS)
        self._profiles = profiles
        self._simulated: dict[str, Model] = {}

    def make(
        self,
        text: str,
        *,
        settings: ModelSettings,
        solutions: Solutions,
        chance: Callable[..., Random],
    ) -> Model:
        """The simulated model for a model string."""
        name = parse_model(text).canonical
        if name not in self._simulated:
            self._simulated[name] = SimulatedModel(self._profiles[name], solutions, chance)
        return self._simulated[name]


@dataclass(frozen=True, kw_only=True)
class Simulator:
    """Makes simulated runs of one problem."""

    problem: Problem

    @cached_property
    def _profiles(self) -> dict[str, Profile]:
        return {model.name: model.profile for model in self.problem.models}

    @cached_property
    def _always(self) -> StoodIn:
        return self._stand_in(0)

    def _stand_in(self, seed: int) -> StoodIn:
        problem = self.problem
        return stand_in(
            problem.tasks,
            tokens=problem.task_tokens,
            spread=problem.effort_spread,
            found=problem.found,
            seed=seed,
        )

    def _stood_in(self, seed: int) -> StoodIn:
        drawn = self.problem.effort_spread > 0 or self.problem.found > 0
        return self._stand_in(seed) if drawn else self._always

    def spec(self, candidate: Candidate, seed: int, *, as_it_is: bool = False) -> Spec:
        """The run of a candidate; `as_it_is` for one whose tasks may fail for good."""
        problem = self.problem
        settings = {model.name: model.settings for model in problem.models}
        room = min(settings_for(settings, name).max_output_tokens for name in candidate.models)
        stood_in = self._stood_in(seed)
        late = tuple(task for each in stood_in.found.values() for task in each)
        team = replace(
            candidate.team,
            reply_tokens=room,
            found_tasks=max(candidate.team.found_tasks, len(late)),
        )
        if not as_it_is:
            team = replace(team, attempts=MORE_ATTEMPTS)
        return Spec(
            project=problem.project,
            tasks=stood_in.tasks if _tell(candidate.team) else (*stood_in.tasks, *late),
            team=team,
            model=candidate.model,
            seed=seed,
            clock="virtual",
            check=problem.check,
            checks=CheckSettings(mode="modelled", slots=max(4, candidate.size)),
            models=tuple(replace(one, model=name, fallback=None) for name, one in settings.items()),
        )

    def run(
        self,
        candidate: Candidate,
        seed: int,
        *,
        as_it_is: bool = False,
        log: LogStore | None = None,
    ) -> Simulated:
        """Run a candidate once.

        Raises:
            UsageError: A request may take more tokens than the user allows in a minute.
            TimeoutError: The run did not end.
        """
        spec = self.spec(candidate, seed, as_it_is=as_it_is)
        stood_in = self._stood_in(seed)
        summary = Summary(simulated=True, clock="virtual")
        with at_most(MOST_SECONDS):
            made = run_in_memory(
                spec,
                {**self.problem.blobs, **stood_in.blobs},
                self.problem.files,
                models=ProfileFactory(self._profiles),
                log=log,
                found=stood_in.found if _tell(candidate.team) else NOTHING_FOUND,
                is_only_watched=True,
                on_record=summary.add,
            )
        most = max(task.failures for task in made.state.tasks.values())
        checked = sum(task.spec.check is not None for task in made.state.tasks.values())
        share = summary.tasks.verified / max(1, checked)
        return _result(seed, summary, share=min(1.0, share), spent=most >= candidate.team.attempts)


def _tell(team: Team) -> bool:
    """Whether agents of a team say what tasks they come upon; else such tasks are known from the start."""
    return team.claims is Claims.LEASED


def _result(seed: int, summary: Summary, *, share: float, spent: bool) -> Simulated:
    done = summary.outcome is not None and summary.outcome.value == "done"
    tokens = summary.spending.total
    known = not tokens.unpriced
    return Simulated(
        seed=seed,
        seconds=summary.run_seconds if done else summary.run_seconds / max(share, LEAST_SHARE),
        is_complete=done,
        ends_verified=done and not spent,
        input_tokens=summary.input_tokens,
        output_tokens=summary.output_tokens,
        dollars=tokens.dollars if known else None,
        requests=summary.requests,
        conflicts=summary.conflicts,
        checks_failed=summary.checks_failed,
        waited_seconds=sum(summary.spending.waited.values()),
        agent_seconds=summary.agent_seconds,
    )
