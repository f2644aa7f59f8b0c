"""The texts of prompts: files with `$name` in them, and a user's own in place of those that come with us.

A template is text and never code: `$name` or `${name}` is replaced, `$$` is a dollar sign, and that
is all. What is not always there needs no "if": a line whose placeholders are all empty is left out,
and so is a paragraph. Blank lines divide paragraphs.

Every text is looked through when it is loaded, so that a slip costs a sentence and not a run.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from string import Template
from typing import NamedTuple

from brooks.core.message import Message
from brooks.errors import OutsideError, UsageError
from brooks.spec.documents import nearest

_FOLDER = Path(__file__).parent / "templates"
_SUFFIX = ".md"
MOST_CHARACTERS = 100_000
"""The longest template; it is paid for with every turn."""
MOST_KEPT = 16
"""Sets of templates that are kept looked through."""


class Placeholder(NamedTuple):
    """A name that a template may use."""

    meaning: str
    required: bool = False


_TURN = {"project": Placeholder("the project's name"), "agent": Placeholder("the agent's name")}

PLACEHOLDERS: Mapping[str, Mapping[str, Placeholder]] = {
    "system": _TURN,
    "opening": {
        **_TURN,
        "notes": Placeholder("the AGENTS.md files that bear on the turn"),
        "tasks": Placeholder("the tasks of the turn, each as task.md has it", required=True),
        "files": Placeholder("files of the project that the tasks name, one a line"),
        "more": Placeholder("how many other files there are"),
    },
    "task": {
        "header": Placeholder("'Task ID: title', alone on its line", required=True),
        "description": Placeholder("what is to be done", required=True),
        "files": Placeholder("the files it says it will write"),
        "check": Placeholder("the command that passes when it is done"),
        "needs": Placeholder("the tasks it depends on and their files, one a line"),
        "reason": Placeholder("how the last failed check ended"),
        "output": Placeholder("what the last failed check printed", required=True),
        "answers": Placeholder("how the team voted on it, where it did not agree"),
    },
    "dealt_system": _TURN,
    "claiming_system": _TURN,
    "free_system": _TURN,
    "board": {
        **_TURN,
        "round": Placeholder("the round's number, where the team works in rounds"),
        "notes": Placeholder("the AGENTS.md files that bear on its tasks"),
        "board": Placeholder("all tasks and how they stand, one a line", required=True),
        "tasks": Placeholder("its own tasks, each as task.md has it", required=True),
        "files": Placeholder("files that its tasks name or build on, whole"),
        "unread": Placeholder("how many messages it has not read"),
    },
    "lead_system": _TURN,
    "lead": {
        **_TURN,
        "board": Placeholder("the agents and the open tasks, as a lead sees them", required=True),
    },
    "no_call": {},
    "cut_off": {},
    "refused": {},
}
"""What each template may name; the names of the templates are the keys, in the order they are shown."""


class Templates(Message, frozen=True, kw_only=True):
    """All the templates of a run, each looked through."""

    texts: tuple[tuple[str, str], ...]
    """Name and text of each, in the order of `PLACEHOLDERS`."""

    @classmethod
    def bundled(cls) -> "Templates":
        """Those that come with the package."""
        return cls(texts=_bundled())

    @classmethod
    def load(cls, folder: Path) -> "Templates":
        """The bundled ones, with the files of a user's folder in place of those of the same name.

        Names that begin with a dot are left alone.

        Raises:
            UsageError: The folder is none, has a file that is no template, or a text is wrong.
            OutsideError: It is there and cannot be read.
        """
        try:
            files = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        except (FileNotFoundError, NotADirectoryError) as error:
            raise UsageError(
                f"{str(folder)!r} is not a folder: name one with templates in it, "
                f"any of {_names_of_files()}"
            ) from error
        except OSError as error:
            raise _unreadable(folder, error) from error
        return cls._replacing({_name_of(path): (str(path), _read(path)) for path in files})

    @classmethod
    def of(cls, changed: tuple[tuple[str, str], ...]) -> "Templates":
        """The bundled ones, with `changed` in place of those of the same name.

        Raises:
            UsageError: There is no template of a name, or a text is wrong.
        """
        for name, _ in changed:
            if name not in PLACEHOLDERS:
                raise UsageError(
                    f"there is no template {name!r}: there are {', '.join(PLACEHOLDERS)}"
                )
        return cls._replacing({name: (f"{name}{_SUFFIX}", text) for name, text in changed})

    @classmethod
    def _replacing(cls, own: Mapping[str, tuple[str, str]]) -> "Templates":
        for name, (file, text) in own.items():
            _look_through(name, file, text)
        return cls(
            texts=tuple(
                (name, own[name][1] if name in own else text) for name, text in cls.bundled().texts
            )
        )

    def changed(self) -> tuple[tuple[str, str], ...]:
        """Name and text of those that differ from the bundled ones."""
        bundled = Templates.bundled().texts
        return tuple(
            mine for mine, original in zip(self.texts, bundled, strict=True) if mine != original
        )

    def text(self, name: str) -> str:
        """One template as it was written."""
        return dict(self.texts)[name]

    def fill(self, name: str, **values: str) -> str:
        """One template with a value for each of its placeholders; empty where there is none."""
        filled = [_fill_paragraph(each, values) for each in _looked_through(self.texts)[name]]
        return "\n\n".join(filter(None, filled))


@cache
def _bundled() -> tuple[tuple[str, str], ...]:
    return tuple((name, _read(_FOLDER / f"{name}{_SUFFIX}")) for name in PLACEHOLDERS)


class _Line(NamedTuple):
    """A line of a template, looked through."""

    pieces: tuple[str, ...]
    """Text and placeholders by turns, a text first and last."""
    names: tuple[str, ...]
    """Its placeholders."""


class _Paragraph(NamedTuple):
    """A paragraph of a template, looked through."""

    lines: tuple[_Line, ...]
    names: tuple[str, ...]
    """The placeholders of all its lines."""
    text: str
    """What it always says, if it has no placeholder."""


@lru_cache(maxsize=MOST_KEPT)
def _looked_through(texts: tuple[tuple[str, str], ...]) -> dict[str, tuple[_Paragraph, ...]]:
    return {name: _paragraphs(text) for name, text in texts}


def _paragraphs(text: str) -> tuple[_Paragraph, ...]:
    paragraphs = re.split(r"\n(?:[ \t]*\n)+", text.strip("\n"))
    return tuple(map(_paragraph, paragraphs))


def _paragraph(text: str) -> _Paragraph:
    lines = tuple(map(_line, text.split("\n")))
    names = tuple(name for line in lines for name in line.names)
    return _Paragraph(lines, names, "" if names else "\n".join(line.pieces[0] for line in lines))


def _line(text: str) -> _Line:
    pieces = [""]
    end = 0
    for found in Template.pattern.finditer(text):
        pieces[-1] += text[end : found.start()]
        end = found.end()
        if found["escaped"] is None:
            pieces += (found["named"] or found["braced"] or "", "")
        else:
            pieces[-1] += "$"
    pieces[-1] += text[end:]
    return _Line(tuple(pieces), tuple(pieces[1::2]))


def _fill_paragraph(paragraph: _Paragraph, values: Mapping[str, str]) -> str:
    if not paragraph.names:
        return paragraph.text
    filled = []
    is_asked = False
    for pieces, names in paragraph.lines:
        if not names:
            filled.append(pieces[0])
        elif any(map(values.__getitem__, names)):
            is_asked = True
            filled.append(
                "".join([values[piece] if at % 2 else piece for at, piece in enumerate(pieces)])
            )
    return "\n".join(filled) if is_asked else ""


def _names(line: str) -> Iterator[str]:
    """The placeholders of a line; an empty one for a dollar sign that is no placeholder."""
    for found in Template.pattern.finditer(line):
        if found["escaped"] is None:
            yield found["named"] or found["braced"] or ""


def _look_through(name: str, file: str, text: str) -> None:
    known = PLACEHOLDERS[name]
    there_are = f"in {name}{_SUFFIX} there are {_shown(known)}" if known else "here there are none"
    if not text.strip():
        raise UsageError(f"{file}: it is empty: delete it to use the bundled one")
    if len(text) > MOST_CHARACTERS:
        raise UsageError(
            f"{file}: {len(text):,} characters are over the limit of {MOST_CHARACTERS:,} "
            "for a template: shorten it"
        )
    used = []
    for number, line in enumerate(text.split("\n"), 1):
        for used_name in _names(line):
            if not used_name:
                raise UsageError(
                    f"{file}:{number}: a '$' must begin a placeholder, as in '$project'; "
                    f"for a dollar sign write '$$'; {there_are}"
                )
            if used_name not in known:
                meant = nearest(used_name, known)
                hint = f"did you mean '${meant}'? " if meant else ""
                raise UsageError(
                    f"{file}:{number}: there is no placeholder '${used_name}': {hint}{there_are}"
                )
            used.append(used_name)
    missing = [one for one, about in known.items() if about.required and one not in used]
    if missing:
        raise UsageError(f"{file}: {_shown(missing)} must be in it: {there_are}")
    if "header" in known:
        _look_at_header(file, text)


def _look_at_header(file: str, text: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if "header" in _names(line) and line.rstrip() not in {"$header", "${header}"}:
            raise UsageError(
                f"{file}:{number}: '$header' must stand alone on its line, not in {line!r}: "
                "tasks are told apart by it"
            )


def _shown(names: Mapping[str, Placeholder] | list[str]) -> str:
    return ", ".join(f"'${name}'" for name in names)


def _names_of_files() -> str:
    return ", ".join(f"{name}{_SUFFIX}" for name in PLACEHOLDERS)


def _name_of(path: Path) -> str:
    if path.suffix != _SUFFIX or path.stem not in PLACEHOLDERS:
        meant = nearest(path.stem, PLACEHOLDERS)
        hint = f"did you mean {meant + _SUFFIX!r}? " if meant else ""
        raise UsageError(f"{path}: this is no template: {hint}there are {_names_of_files()}")
    return path.stem


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{path}:{line}: the byte {data[error.start : error.start + 1]!r} is not UTF-8: "
            "save the file as UTF-8"
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _unreadable(path: Path, error: OSError) -> OutsideError:
    return OutsideError(
        f"{str(path)!r} cannot be read: {error.strerror}: see to its permissions and its disk"
    )
