"""From `-t`, `-n`, a team file and the `team:` of a task file to one team.

What the command line says replaces the task file's section whole: mixing the two would make a team
that neither of them describes. `-n` only fills in a size that nobody else gave.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Unpack

from brooks.core.spec import Team
from brooks.errors import UsageError
from brooks.spec.building import TeamOptions, team_of
from brooks.spec.documents import Document
from brooks.spec.files import SUFFIXES, read_document
from brooks.spec.presets import DEFAULT, PRESETS
from brooks.spec.section import unknown_preset
from brooks.spec.sizes import Bounds, read_size
from brooks.spec.team_checks import check_team
from brooks.spec.team_sections import TeamSection, fixed_size
from brooks.spec.validation import validate_whole

KIND = "team file"


def _values_of(size: int | Bounds) -> dict[str, object]:
    """What a team's section says of a size."""
    if isinstance(size, int):
        return {"size": size}
    return {"size": size.most, "elastic": {"least": size.least}}


def preset_names() -> tuple[str, ...]:
    """Give the names that `-t` takes."""
    return tuple(PRESETS)


def build_team(
    text: str | None = None,
    *,
    members: int | Bounds | None = None,
    section: TeamSection | None = None,
    **options: Unpack[TeamOptions],
) -> Team:
    """Build a team.

    Args:
        text: A preset, `preset:N`, `preset:N-M`, or the path of a team file, as `-t` takes it.
        members: How many agents, or between which bounds, as `-n` takes it.
        section: The team of the task file, which holds where `text` is None.
        options: Settings to change.

    Raises:
        UsageError: There is no such team, or there are two sizes for it.
    """
    if text is not None:
        section = read_team(text)
    values = {} if section is None else section.model_dump(exclude_unset=True)
    values |= {name: value for name, value in options.items() if value is not None}
    if members is not None:
        values |= _only_size(values, members)
    return team_of(_checked(values))


def load_team(path: Path) -> TeamSection:
    """Read a team file: what stands under `team:` in a task file, alone in a file.

    Raises:
        UsageError: The file is not there or describes no team.
        OutsideError: The file cannot be read.
    """
    document = read_document(path, kind=KIND)
    section = validate_whole(TeamSection, document)
    check_team(section, document)
    document.raise_problems()
    return section


def read_team(text: str) -> TeamSection:
    """Give what `-t` names: a preset, `preset:N`, `preset:N-M` or the path of a team file.

    Raises:
        UsageError, OutsideError: There is no such team, or its file cannot be read.
    """
    if "/" in text or text.lower().endswith(SUFFIXES):
        return load_team(Path(text))
    name, colon, number = text.partition(":")
    if name not in PRESETS:
        raise UsageError(unknown_preset(text))
    if not colon:
        return TeamSection(preset=name)
    size = read_size(number)
    if size is None:
        raise UsageError(f"{text!r} has no size after the ':': write one such as '{name}:3'")
    return _checked({"preset": name, **_values_of(size)})


def _only_size(values: Mapping[str, object], members: int | Bounds) -> dict[str, object]:
    """Give what `-n` asks for, after making sure that nothing asks for another size."""
    listed = values.get("members")
    given = values.get("size")
    if isinstance(listed, list):
        given = sum(member.get("count") or 1 for member in listed)
    most = members if isinstance(members, int) else members.most
    if given is not None and given != most:
        raise UsageError(f"-n is {members} and the team has size {given}: leave out one of the two")
    preset = str(values.get("preset", DEFAULT))
    if PRESETS[preset].is_fixed and most != PRESETS[preset].size:
        raise UsageError(f"-n is {members}: {fixed_size(preset, most)}")
    elastic = values.get("elastic")
    if isinstance(elastic, dict) and isinstance(members, Bounds):
        if elastic.get("least", members.least) != members.least:
            least = elastic["least"]
            raise UsageError(f"-n is {members} and the team has least {least}: leave out one")
        return {"size": most, "elastic": {**elastic, "least": members.least}}
    return _values_of(members)


def _checked(values: Mapping[str, object]) -> TeamSection:
    """Give the section of values that come past a file; nobody says anything more about its team."""
    document = Document("team", dict(values), {})
    section = validate_whole(TeamSection, document)
    check_team(section, document, is_final=True)
    document.raise_problems()
    return section
