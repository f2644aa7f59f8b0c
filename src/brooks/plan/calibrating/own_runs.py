"""Runs of ours as they can be simulated again: what was asked for, what there was, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from brooks.analysis.summary import Summary
from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import Outcome
from brooks.core.message import Message
from brooks.core.spec import FaultPlan, Spec
from brooks.core.state import Phase
from brooks.ids import BlobHash
from brooks.models.naming import parse_model
from brooks.models.profile import Profile
from brooks.plan.candidates import Candidate, given_team
from brooks.plan.problem import PlannedModel, Problem, can_begin_with, named_paths
from brooks.runtime.beginnings import models_of
from brooks.runtime.routes import settings_for
from brooks.spec.presets import PRESETS

FITTED = "fitted"
"""What the profile of a run that is simulated again is called."""
_SAID_BEFORE = frozenset({"scripted", "recorded"})
"""Kinds of models that say the same whatever they are asked."""


class Came(Message, frozen=True, kw_only=True):
    """What a run came to."""

    outcome: Outcome | None
    """None if it has not ended."""
    seconds: float
    """Log seconds of the run."""
    tokens: int
    """Input and output."""
    requests: int
    verified: bool
    """Whether it ended with every task verified that has a check."""


@dataclass(frozen=True, kw_only=True)
class OwnRun:
    """A run of ours that has a log, and so a spec."""

    run: str
    """Its id."""
    spec: Spec
    came: Came
    is_simulated: bool
    """Whether its own models were simulated."""
    blobs: Mapping[BlobHash, bytes]
    """What the solutions of its tasks hold."""
    files: Mapping[str, bytes]
    """What its workspace began with of the files that tasks name."""

    @property
    def team(self) -> str:
        """What its team is called in tables."""
        team = self.spec.team
        known = PRESETS.get(team.preset)
        return team.preset if known is not None and known.is_fixed else f"{team.preset}:{team.size}"

    @property
    def models(self) -> tuple[str, ...]:
        """The models that may have been asked, each once."""
        stronger = self.spec.team.rules.failing.escalate_to
        texts = (*models_of(self.spec), *([stronger] if stronger else []))
        return tuple(dict.fromkeys(parse_model(text).canonical for text in texts))

    @property
    def obstacle(self) -> str:
        """Why it cannot be simulated again; empty if it can."""
        if self.came.outcome is None:
            return "it has not ended"
        if self.came.outcome not in {Outcome.DONE, Outcome.FAILED}:
            return f"it was cut off: it ended as {self.came.outcome.value!r}"
        for model in self.models:
            if parse_model(model).kind in _SAID_BEFORE:
                return f"its model {model!r} says the same whatever it is asked"
        if self.spec.faults != FaultPlan():
            return "faults were injected into it, and there are none in what is simulated"
        return ""

    def problem(self, profile: Profile) -> Problem:
        """Its tasks, and its models, all of them simulated by one profile."""
        settings = {each.model: each for each in self.spec.models}
        return Problem(
            project=self.spec.project,
            tasks=self.spec.tasks,
            models=tuple(
                PlannedModel(
                    name=name,
                    profile=profile,
                    profile_name=FITTED,
                    settings=settings_for(settings, name),
                )
                for name in self.models
            ),
            blobs=self.blobs,
            files=self.files,
            check=self.spec.check,
        )

    @property
    def candidate(self) -> Candidate:
        """Its team with its model."""
        return given_team(self.spec.team, self.spec.model, name=self.team)


def own_run(
    run: str,
    spec: Spec,
    records: Sequence[Record],
    *,
    is_simulated: bool,
    blob: Callable[[BlobHash], bytes],
) -> OwnRun:
    """A run by its log.

    Args:
        run: Its id.
        spec: What was asked for.
        records: All of its log.
        is_simulated: Whether its models are simulated.
        blob: Gives what the log holds by hash.
    """
    summary = Summary.of(records, simulated=is_simulated, clock=spec.clock, model=spec.model)
    parts = [part.blob for task in spec.tasks for part in task.solution]
    return OwnRun(
        run=run,
        spec=spec,
        came=_came(summary),
        is_simulated=is_simulated,
        blobs={part: blob(part) for part in dict.fromkeys(parts)},
        files=_start_files(spec, records, blob),
    )


def _came(summary: Summary) -> Came:
    has_ended = summary.phase is Phase.FINISHED
    return Came(
        outcome=summary.outcome if has_ended else None,
        seconds=summary.run_seconds,
        tokens=summary.tokens,
        requests=summary.requests,
        verified=has_ended
        and summary.outcome is Outcome.DONE
        and summary.tasks.verified >= summary.tasks.with_check,
    )


def _start_files(
    spec: Spec, records: Sequence[Record], blob: Callable[[BlobHash], bytes]
) -> dict[str, bytes]:
    """The files of the workspace that tasks write, as they were before the run and as far as not large."""
    opened = next(
        (each.event for each in records if isinstance(each.event, events.WorkspaceOpened)), None
    )
    if opened is None:
        return {}
    named = set(named_paths(spec.tasks))
    there = {
        each.path: blob(each.blob)
        for each in opened.files
        if each.path in named and each.blob is not None
    }
    return {path: data for path, data in there.items() if can_begin_with(data)}
