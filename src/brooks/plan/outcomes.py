"""What was predicted beside what then happened: kept for every real run of a planned team, and summed up.

When a run with real models has ended, the latest plan for its tasks that has its team and its model is
looked for. What both came to is one line of `happened.jsonl` beside the plans; a run that is resumed and
ends again takes the place of its line. Simulated runs are not kept: they would only say that a simulator
agrees with itself.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import msgspec
from msgspec.structs import replace
from pydantic import ValidationError

from brooks.core.facts import Outcome
from brooks.core.message import Message
from brooks.core.spec import Spec, Team
from brooks.errors import OutsideError, UsageError
from brooks.models.naming import parse_model
from brooks.plan.intervals import Quantity, quantity
from brooks.plan.recording import PLANS_DIR, load_plan, plans_for
from brooks.spec.team_sections import TeamSection
from brooks.spec.teams import build_team

HAPPENED = "happened.jsonl"


class Ended(Protocol):
    """What is needed of the summary of a run: `brooks.analysis.summary.Summary` has it."""

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None if it has not."""

    @property
    def simulated(self) -> bool:
        """Whether times and tokens are computed."""

    @property
    def run_seconds(self) -> float:
        """Log seconds of the run."""

    @property
    def tokens(self) -> int:
        """Input and output."""

    @property
    def all_verified(self) -> bool:
        """Whether every task was verified in the end."""


class Compared(Message, frozen=True, kw_only=True):
    """One quantity as it was predicted and as it came."""

    name: str
    predicted: float
    low: float
    high: float
    happened: float

    @property
    def is_inside(self) -> bool:
        """Whether it came within the interval that should hold eight of ten."""
        return self.low <= self.happened <= self.high

    @property
    def ratio(self) -> float:
        """What happened over what was predicted."""
        return self.happened / self.predicted if self.predicted else float("inf")


class Happened(Message, frozen=True, kw_only=True):
    """A run beside its plan."""

    plan: str
    """Name of the plan's file, without its suffix."""
    run: str
    team: str
    model: str
    profile: str
    """What the model was simulated by."""
    verified: bool
    """Whether the run ended with everything verified; else its quantities say little."""
    chance_of_that: float
    """The predicted share of such runs."""
    quantities: tuple[Compared, ...]


class Told(Message, frozen=True, kw_only=True):
    """How well one quantity was predicted so far."""

    name: str
    inside: int
    """Runs that came within their interval."""
    ratio: Quantity
    """Happened over predicted."""


class Foretold(NamedTuple):
    """What a plan says of a run."""

    name: str
    """Name of the plan's file, without its suffix."""
    plan: Mapping[str, Any]
    row: Mapping[str, Any]
    """Of its candidates, the team that runs."""


class TrackRecord(Message, frozen=True, kw_only=True):
    """How well plans with a model have predicted so far."""

    runs: int
    verified: int
    expected_verified: float
    """The predicted chances of that, added up."""
    told: tuple[Told, ...]
    """Of the verified runs."""
    latest: tuple[str, ...]
    """Their ids, to calibrate with."""


def hold_against_plan(
    run: str, spec: Spec, summary: Ended, *, dollars: float | None = None, folder: Path = PLANS_DIR
) -> Happened | None:
    """A run that has ended beside the latest plan of its team; None if there is none, or it is simulated."""
    if summary.simulated or summary.outcome not in {Outcome.DONE, Outcome.FAILED}:
        return None
    found = foretold(spec, folder)
    if found is None:
        return None
    return _compared(found, run=run, summary=summary, dollars=dollars)


def foretold(spec: Spec, folder: Path = PLANS_DIR) -> Foretold | None:
    """What the latest plan of a run's tasks, team and model says of it; None if there is none."""
    for path in plans_for(spec.tasks, folder):
        try:
            plan = load_plan(path)
            row = _row_of(plan, spec)
        except (KeyError, TypeError, UsageError, OutsideError):
            continue  # written by hand, or by another program
        if row is not None:
            return Foretold(path.stem, plan, row)
    return None


def _row_of(plan: Mapping[str, Any], spec: Spec) -> Mapping[str, Any] | None:
    model = parse_model(spec.model).canonical
    for row in plan["candidates"]:
        if row["model"] == model and row.get("team") and _is_team(row["team"], spec.team):
            return row  # type: ignore[no-any-return]
    return None


def _is_team(section: Mapping[str, Any], team: Team) -> bool:
    """Whether a team is the planned one. On git, who has a copy of his own may not have been planned."""
    try:
        planned = build_team(section=TeamSection.model_validate(section))
    except (ValidationError, UsageError):
        return False
    usual = team.rules if "consistency" in section else planned.rules
    rules = replace(team.rules, consistency=usual.consistency)
    return replace(team, rules=rules, reply_tokens=planned.reply_tokens) == planned


def _compared(found: Foretold, *, run: str, summary: Ended, dollars: float | None) -> Happened:
    name, plan, row = found
    came = {
        "seconds": summary.run_seconds,
        "tokens": float(summary.tokens),
        "dollars": dollars,
    }
    profiles = {model["model"]: model["profile"] for model in plan["models"]}
    return Happened(
        plan=name,
        run=run,
        team=row["name"],
        model=row["model"],
        profile=profiles.get(row["model"], ""),
        verified=summary.all_verified,
        chance_of_that=row["ends_verified"]["value"],
        quantities=tuple(
            Compared(
                name=what,
                predicted=row[what]["typical"],
                low=row[what]["low"],
                high=row[what]["high"],
                happened=value,
            )
            for what, value in came.items()
            if value is not None and row.get(what) is not None
        ),
    )


def keep_outcome(happened: Happened, folder: Path = PLANS_DIR) -> None:
    """Keep what came of a run, in place of what was kept of it before.

    Raises:
        OutsideError: It cannot be written.
    """
    path = folder / HAPPENED
    kept = [each for each in outcomes(folder) if each.run != happened.run]
    lines = b"".join(msgspec.json.encode(each) + b"\n" for each in (*kept, happened))
    temporary = path.with_suffix(".new")
    try:
        temporary.write_bytes(lines)
        temporary.replace(path)
    except OSError as error:
        raise OutsideError(f"{str(path)!r} cannot be written: {error.strerror}") from error


def outcomes(folder: Path = PLANS_DIR) -> list[Happened]:
    """What was kept of all runs, the oldest first; lines that cannot be read are passed over."""
    try:
        lines = (folder / HAPPENED).read_bytes().splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            found.append(msgspec.json.decode(line, type=Happened))
        except (msgspec.DecodeError, json.JSONDecodeError):
            continue
    return found


def track_record(kept: Iterable[Happened], models: Iterable[tuple[str, str]]) -> TrackRecord | None:
    """How well plans with any of these models, each simulated by a profile, have predicted; None if never.

    Args:
        kept: What was kept of runs.
        models: Pairs of a model and the profile that it is simulated by.
    """
    wanted = set(models)
    found = [each for each in kept if (each.model, each.profile) in wanted]
    if not found:
        return None
    verified = [each for each in found if each.verified]
    return TrackRecord(
        runs=len(found),
        verified=len(verified),
        expected_verified=sum(each.chance_of_that for each in found),
        told=tuple(how_well_told([each.quantities for each in verified])),
        latest=tuple(each.run for each in found[-10:]),
    )


def how_well_told(quantities: Sequence[Sequence[Compared]]) -> list[Told]:
    """How well each quantity was predicted, by what is said of it for each run."""
    by_name: dict[str, list[Compared]] = {}
    for each in quantities:
        for one in each:
            by_name.setdefault(one.name, []).append(one)
    return [
        Told(
            name=name,
            inside=sum(each.is_inside for each in found),
            ratio=quantity([each.ratio for each in found]),
        )
        for name, found in by_name.items()
    ]
