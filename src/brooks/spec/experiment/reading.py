"""An experiment file, from its path to a frozen `Experiment`.

What lives in higher layers, the bundled suites and the names of models, is handed in. Everything
that can be wrong with the file is found in one reading, each problem with its line.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from brooks.core.spec import Budget, ModelSettings
from brooks.errors import InternalError, UsageError
from brooks.spec.documents import Document, Place, nearest, show
from brooks.spec.experiment.sections import ExperimentSection, NamedFaultsSection
from brooks.spec.experiment.teams import TeamReader
from brooks.spec.experiment.values import (
    Experiment,
    FaultChoice,
    RandomFaults,
    SuiteChoice,
    TeamChoice,
)
from brooks.spec.faults import build_plan, load_faults, refuse_strangers
from brooks.spec.files import SUFFIXES, read_document
from brooks.spec.model_sections import ModelSection
from brooks.spec.validation import validate

KIND = "experiment file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What an experiment file may name that this layer knows nothing of."""

    suites: Mapping[str, Path]
    """The task file of each bundled suite, by `project/structure`."""
    canonical: Callable[[str], str]
    """The one form of a model string; a `UsageError` where it names no model."""


def load_experiment(path: Path, known: Known) -> Experiment:
    """Read an experiment file.

    Raises:
        UsageError: There is no such file, or something in it is wrong.
        OutsideError: Something it leads to is there and cannot be read.
    """
    document = read_document(path, kind=KIND)
    section = validate(ExperimentSection, document.data, document=document, place=())
    if section is None:
        document.raise_problems()
        raise InternalError(f"{document.file} has no problems and is no experiment")
    experiment = _Reader(document, path.absolute().parent, known).read(section, path)
    document.raise_problems()
    return experiment


class _Reader:
    """Takes one validated section apart; what is wrong becomes the document's problems."""

    def __init__(self, document: Document, folder: Path, known: Known) -> None:
        self._document = document
        self._folder = folder
        self._known = known

    def read(self, section: ExperimentSection, path: Path) -> Experiment:
        """Give the experiment; it is of use only if the document has no problems."""
        teams, baseline = self._teams(section)
        models, settings = self._models(section.models)
        faults = tuple(self._faults(section.faults))
        self._refuse_strangers(faults, teams)
        budget = section.budget
        return Experiment(
            name=section.name or path.stem,
            suites=tuple(self._suites(section.suites)),
            teams=teams,
            models=models,
            faults=faults,
            repetitions=section.repetitions,
            seed=section.seed,
            checks=None if section.checks is None else section.checks.value,
            budget=Budget(
                seconds=None if budget.minutes is None else budget.minutes * 60.0,
                turns=budget.turns,
                tokens=budget.tokens,
                dollars=budget.usd,
            ),
            settings=settings,
            baseline=baseline,
            source=str(path.absolute()),
        )

    def _teams(self, section: ExperimentSection) -> tuple[tuple[TeamChoice, ...], str]:
        reader = TeamReader(self._document, self._folder, section.sizes)
        teams = reader.read(section.teams, ("teams",))
        if section.baseline is None:
            return teams, ""
        baseline = reader.read_baseline(section.baseline, teams, ("baseline",))
        if baseline is None:
            return teams, ""
        is_there = any(team.label == baseline.label for team in teams)
        return (teams if is_there else (baseline, *teams)), baseline.label

    def _suites(self, names: Sequence[str]) -> Iterable[SuiteChoice]:
        seen: dict[str, Place] = {}
        for number, name in enumerate(names):
            place: Place = ("suites", number)
            for suite in self._suites_of(name, place):
                if suite.name in seen:
                    line = self._document.line_of(seen[suite.name])
                    self._document.complain(
                        place, f"{show(suite.name)} is already on line {line}: take one out"
                    )
                    continue
                seen[suite.name] = place
                yield suite

    def _suites_of(self, name: str, place: Place) -> list[SuiteChoice]:
        suites = self._known.suites
        project, slash, structure = name.partition("/")
        if slash and structure == "*":
            found = [each for each in suites if each.partition("/")[0] == project]
            if not found:
                self._document.complain(place, _no_suite(name, suites))
            return [_bundled(each, suites[each]) for each in found]
        if name in suites:
            return [_bundled(name, suites[name])]
        if not name.lower().endswith(SUFFIXES):
            self._document.complain(place, _no_suite(name, suites))
            return []
        path = self._folder / name
        if not path.is_file():
            self._document.complain(
                place, f"there is no task file {show(str(path))}: look at its name"
            )
            return []
        return [SuiteChoice(name=name, path=str(path))]

    def _models(
        self, values: Sequence[object]
    ) -> tuple[tuple[str, ...], tuple[ModelSettings, ...]]:
        models: dict[str, Place] = {}
        settings: list[ModelSettings] = []
        for number, value in enumerate(values):
            place: Place = ("models", number)
            given = self._model_settings(value, place)
            if given is None or (model := self._canonical(given.model, place)) is None:
                continue
            if given.fallback is not None:
                self._canonical(given.fallback, (*place, "fallback"))
            if model in models:
                line = self._document.line_of(models[model])
                self._document.complain(
                    place, f"{show(given.model)} is already on line {line}: take one out"
                )
            models[model] = place
            if isinstance(value, dict):
                settings.append(given)
        return tuple(models), tuple(settings)

    def _model_settings(self, value: object, place: Place) -> ModelSettings | None:
        if isinstance(value, str):
            return ModelSettings(model=value)
        section = validate(ModelSection, value, document=self._document, place=place)
        return None if section is None else section.settings()

    def _canonical(self, model: str, place: Place) -> str | None:
        try:
            return self._known.canonical(model)
        except UsageError as error:
            self._document.complain(place, str(error))
            return None

    def _faults(self, plans: Mapping[str, object]) -> Iterable[FaultChoice]:
        for name, value in plans.items():
            place: Place = ("faults", name)
            if not name.strip():
                self._document.complain(place, f"{show(name)} is empty: give the plan a name")
            elif isinstance(value, str):
                try:
                    yield FaultChoice(name=name, plan=load_faults(self._folder / value))
                except UsageError as error:
                    self._document.complain(place, str(error))
            else:
                section = validate(
                    NamedFaultsSection, value or {}, document=self._document, place=place
                )
                if section is not None:
                    yield FaultChoice(name=name, plan=build_plan(section), drawn=_drawn(section))

    def _refuse_strangers(self, faults: Sequence[FaultChoice], teams: Sequence[TeamChoice]) -> None:
        """Complain of plans that hit agents whom a team does not have."""
        for choice in faults:
            for team in teams:
                try:
                    refuse_strangers(choice.plan, team.team)
                except UsageError as error:
                    self._document.complain(
                        ("faults", choice.name), f"in the team {show(team.label)}: {error}"
                    )
                    break


def _drawn(section: NamedFaultsSection) -> RandomFaults | None:
    return None if section.random is None else RandomFaults(**section.random.model_dump())


def _bundled(name: str, path: Path) -> SuiteChoice:
    project, _, structure = name.partition("/")
    return SuiteChoice(name=name, path=str(path), project=project, structure=structure)


def _no_suite(name: str, suites: Mapping[str, Path]) -> str:
    projects = dict.fromkeys(f"{each.partition('/')[0]}/*" for each in suites)
    near = nearest(name, [*suites, *projects])
    advice = f"did you mean {near!r}? " if near else ""
    return (
        f"{show(name)} is neither a bundled suite nor a task file: {advice}"
        f"There are {', '.join(suites)}; a task file ends in '.yaml' or '.json'"
    )
