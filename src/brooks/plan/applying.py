"""Writing a team into a task file without touching anything else in it.

The file is a person's: its comments, its order and its spelling stay. So the text is changed and not the
data: the lines of an old `team:` are replaced, or new ones put before `tasks:`. Afterwards the new text is
read again, and has to say what the old one said but for the team. Where that cannot be done line by line
(JSON, a document in braces, a bare list, a comment inside the old section) nothing is written.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import yaml

from brooks.errors import InternalError, OutsideError, UsageError
from brooks.spec.yaml_reader import read_yaml

KEY = "team"


def apply_team(path: Path, section: Mapping[str, Any]) -> None:
    """Write a team into a task file.

    Raises:
        UsageError: It cannot be done without changing more than that.
        OutsideError: The file cannot be read or written.
    """
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise OutsideError(f"{str(path)!r} cannot be read: {error.strerror}") from error
    if path.suffix.lower() == ".json":
        raise _unsafe(path, section, "it is JSON")
    _replace_file(path, with_team(text, section, path=path))


def with_team(text: str, section: Mapping[str, Any], *, path: Path) -> str:
    """The text of a task file with this team; raises UsageError if that would change more."""
    newline = "\r\n" if "\r\n" in text else "\n"
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise _unsafe(path, section, "its outermost value is no mapping of one key a line")
    lines = text.splitlines(keepends=True)
    start, end = _place(root, lines, path, section)
    block = [f"{line}{newline}" for line in team_lines(section)]
    if start == end:
        block.append(newline)
    new = "".join([*lines[:start], *block, *lines[end:]])
    _check_same(text, new, section, path)
    return new


def team_lines(section: Mapping[str, Any]) -> Iterator[str]:
    """A team as the lines of a task file."""
    yield f"{KEY}:"
    for key, value in section.items():
        if isinstance(value, list):
            yield f"  {key}:"
            yield from (f"    - {_flow(each)}" for each in value)
        else:
            yield f"  {key}: {_flow(value)}"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, str) and not value.replace("_", "").replace("-", "").isalpha():
        return json.dumps(value)
    return str(value)


def _place(
    root: yaml.MappingNode, lines: list[str], path: Path, section: Mapping[str, Any]
) -> tuple[int, int]:
    """The lines to replace; two equal numbers for where to insert."""
    keys = {key.value: key for key, _ in root.value}
    if KEY not in keys:
        key = keys["tasks"] if "tasks" in keys else root.value[0][0]
        line = key.start_mark.line
        while line > 0 and lines[line - 1].lstrip().startswith("#"):
            line -= 1
        return line, line
    key = keys[KEY]
    start = key.start_mark.line
    after = [other.start_mark.line for other, _ in root.value if other.start_mark.line > start]
    end = min(after, default=len(lines))
    end = _last_content(lines, start, end) + 1
    if any("#" in line for line in lines[start:end]):
        raise _unsafe(path, section, "there is a comment inside its 'team:'")
    return start, end


def _last_content(lines: list[str], start: int, end: int) -> int:
    """The last line of a block that says something."""
    return max((place for place in range(start, end) if not _is_blank(lines[place])), default=start)


def _is_blank(line: str) -> bool:
    stripped = line.strip()
    return not stripped or line.startswith("#")


def _check_same(old: str, new: str, section: Mapping[str, Any], path: Path) -> None:
    """The new text says what the old one said, but for the team."""
    before, after = (_data(text, path) for text in (old, new))
    if after.pop(KEY, None) != dict(section):
        raise InternalError(f"the team written into {str(path)!r} does not read as it was meant")
    before.pop(KEY, None)
    if before != after:
        raise _unsafe(path, section, "more than its team would change")


def _data(text: str, path: Path) -> dict[str, Any]:
    data = read_yaml(text, str(path)).data
    return dict(data) if isinstance(data, dict) else {}


def _unsafe(path: Path, section: Mapping[str, Any], why: str) -> UsageError:
    shown = "\n".join(f"  {line}" for line in team_lines(section))
    return UsageError(
        f"the team cannot be written into {str(path)!r} safely, because {why}: "
        f"write it there yourself:\n{shown}"
    )


def _replace_file(path: Path, text: str) -> None:
    """Put a new file in the place of an old one, whole or not at all."""
    target = path.resolve()
    try:
        with NamedTemporaryFile("wb", dir=target.parent, prefix=".team-", delete=False) as file:
            file.write(text.encode())
        Path(file.name).chmod(target.stat().st_mode & 0o7777)
        Path(file.name).replace(target)
    except OSError as error:
        raise OutsideError(f"{str(path)!r} cannot be written: {error.strerror}") from error
