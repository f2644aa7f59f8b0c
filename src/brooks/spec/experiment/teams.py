"""The teams of an experiment: each at each of its sizes, with every problem at its line."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from brooks.errors import UsageError
from brooks.spec.documents import Document, Place, show
from brooks.spec.experiment.sections import TeamKeys
from brooks.spec.experiment.values import TeamChoice
from brooks.spec.files import SUFFIXES
from brooks.spec.presets import PRESETS
from brooks.spec.team_checks import check_team
from brooks.spec.team_sections import TeamSection
from brooks.spec.teams import build_team, load_team, read_team
from brooks.spec.validation import validate


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """A team as it was written, before its size is chosen."""

    name: str
    section: TeamSection
    sizes: Sequence[int] | None

    @property
    def has_size(self) -> bool:
        """Whether nobody may give it another size."""
        section = self.section
        return bool(section.size or section.members or PRESETS[section.preset].is_fixed)


class TeamReader:
    """Reads the teams of one experiment file."""

    def __init__(self, document: Document, folder: Path, sizes: Sequence[int] | None) -> None:
        """Say where team files are, and which sizes a team without any has."""
        self._document = document
        self._folder = folder
        self._sizes = sizes
        self._places: dict[tuple[str, int], tuple[Place, str]] = {}
        """Where each team stands, and its label, by what tables know it by."""

    def read(self, values: Sequence[object], place: Place) -> tuple[TeamChoice, ...]:
        """Give the teams of a list, those that are wrong left out after a complaint."""
        found: list[TeamChoice] = []
        for number, value in enumerate(values):
            at = (*place, number)
            choices = self._choices(value, at, self._sizes)
            found += [choice for choice in choices if self._is_new(choice, at)]
        return tuple(found)

    def read_baseline(
        self, value: object, teams: Sequence[TeamChoice], place: Place
    ) -> TeamChoice | None:
        """Give the team that others are compared with: one of the list, or one more."""
        found = self._choices(value, place, None)
        if not found:
            return None
        [choice] = found[:1]
        if len(found) > 1:
            self._document.complain(place, "a baseline has one size: name one, such as 'leased:2'")
        for team in teams:
            if team.tabled == choice.tabled and team.team != choice.team:
                self._document.complain(
                    place, f"another team is called {show(choice.label)}: give this one a 'name'"
                )
        return choice

    def _is_new(self, choice: TeamChoice, place: Place) -> bool:
        first, label = self._places.setdefault(choice.tabled, (place, choice.label))
        if first is place:
            return True
        line = self._document.line_of(first)
        is_same = label == choice.label
        says = "is already the team" if is_same else "cannot be told in tables from the one"
        self._document.complain(
            place,
            f"{show(choice.label)} {says} on line {line}: take one out, or give it a 'name' of its own",
        )
        return False

    def _choices(
        self, value: object, place: Place, sizes: Sequence[int] | None
    ) -> list[TeamChoice]:
        written = self._written(value, place)
        if written is None:
            return []
        if written.has_size:
            if written.sizes is not None:
                self._document.complain(
                    (*place, "sizes"),
                    f"{show(list(written.sizes))} are the sizes of a team that has its own: "
                    "leave 'sizes' out",
                )
            return self._sized(written, None, place)
        chosen = written.sizes or sizes or (PRESETS[written.section.preset].size,)
        return [
            choice for size in dict.fromkeys(chosen) for choice in self._sized(written, size, place)
        ]

    def _sized(self, written: _Written, size: int | None, place: Place) -> list[TeamChoice]:
        """Give the team at a size, or nothing after complaining that it cannot have it."""
        try:
            team = build_team(section=written.section, members=size)
        except UsageError as error:
            said = str(error).replace("team: ", "", 1) if size is None else f"of {size}: {error}"
            self._document.complain(place, f"the team {show(written.name)} {said}")
            return []
        return [TeamChoice(name=written.name, team=team)]

    def _written(self, value: object, place: Place) -> _Written | None:
        match value:
            case str():
                return self._named(value, place)
            case dict():
                return self._described(value, place)
            case _:
                self._document.complain(
                    place,
                    f"{show(value)} is no team: write a preset, 'PRESET:N', a team file, or a mapping",
                )
                return None

    def _named(self, text: str, place: Place) -> _Written | None:
        is_file = "/" in text or text.lower().endswith(SUFFIXES)
        try:
            if is_file:
                section = load_team(self._folder / text)
                return _Written(name=Path(text).stem, section=section, sizes=None)
            build_team(text)
            section = read_team(text)
        except UsageError as error:
            self._document.complain(place, str(error))
            return None
        return _Written(name=section.preset, section=section, sizes=None)

    def _described(self, value: dict[str, object], place: Place) -> _Written | None:
        ours = {key: value[key] for key in TeamKeys.model_fields if key in value}
        rest = {key: each for key, each in value.items() if key not in ours}
        keys = validate(TeamKeys, ours, document=self._document, place=place)
        section = validate(TeamSection, rest, document=self._document, place=place)
        if keys is None or section is None:
            return None
        check_team(section, self._document, place=place)
        return _Written(name=keys.name or section.preset, section=section, sizes=keys.sizes)
