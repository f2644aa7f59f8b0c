"""Which files a check cannot do without, read off its command.

A check that names a file nobody has is a mistake that would otherwise cost a whole run: every
attempt fails. But a command is a program we cannot read whole, and a wrong accusation stops work
that would have succeeded. So a name counts only where there is little doubt:

- after `python -m pytest` or `pytest`, what can only be a test path;
- in any other command, if it comes first, a plain relative path with the suffix of a program's
  source that is not the value of an option (later commands may use what the first one made);
- and nothing at all in a script of several lines, or after a change of folder (`cd tests && …`).
"""

import re
import shlex
from collections.abc import Iterable

from brooks.spec.paths import PathError, clean_path

_SUFFIXES = (
    "bash|bats|c|cc|clj|cpp|cs|dart|ex|exs|f90|go|groovy|hs|java|jl|js|jsx|kt|kts|lua|mjs|ml|mts|"
    "php|pl|ps1|py|r|rb|robot|rs|scala|sh|sql|swift|tcl|ts|tsx|zig|zsh"
)
_SOURCE = re.compile(rf"(?:[\w.@+-]+/)*[\w@+-][\w.@+-]*\.(?:{_SUFFIXES})", re.IGNORECASE)
_PATH = re.compile(r"(?:[\w.@+-]+/)*[\w.@+-]+/?")
_MOVES = frozenset({"cd", "pushd", "chdir", "-C", "--directory", "--chdir", "--rootdir", "--cwd"})
_BREAKS = frozenset({"&&", "||", ";", "|", "&"})
_REDIRECTION = re.compile(r"[\d&]?>>?(.*)")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*")
_PYTHON = re.compile(r"(?:.*/)?python[\d.]*")
_PYTEST_FLAGS = frozenset(
    {
        *("-q", "-v", "-s", "-x", "-l", "--verbose", "--quiet", "--exitfirst", "--showlocals"),
        *("--last-failed", "--lf", "--failed-first", "--ff", "--new-first", "--nf", "--stepwise"),
        *("--no-header", "--no-summary", "--disable-warnings", "--strict-markers", "--no-cov"),
    }
)
"""Options of pytest without a value, so that what follows them is a path."""


def named_files(command: str) -> tuple[str, ...]:
    """Give the paths that a command cannot do without, in its order.

    Raises:
        ValueError: The command's quotes do not close.
    """
    if "\n" in command.strip():
        return ()
    words = shlex.split(command)
    if not _MOVES.isdisjoint(words) or any(word.startswith("--rootdir=") for word in words):
        return ()
    found: dict[str, None] = {}
    for place, simple in enumerate(_simple_commands(words)):
        arguments = _pytest_arguments(simple)
        names: Iterable[str] = ()
        if arguments is not None:
            names = _test_paths(arguments)
        elif place == 0:
            names = _sources(simple)
        for name in names:
            try:
                found[clean_path(name.rstrip("/"))] = None
            except PathError:
                continue
    return tuple(found)


def _simple_commands(words: list[str]) -> list[list[str]]:
    """Split at the shell's signs between commands; leave out assignments and where output goes."""
    commands: list[list[str]] = [[]]
    is_target = False
    for word in words:
        if is_target:
            is_target = False
        elif word in _BREAKS:
            commands.append([])
        elif found := _REDIRECTION.fullmatch(word):
            is_target = not found[1]
        elif commands[-1] or not _ASSIGNMENT.fullmatch(word):
            commands[-1].append(word.removesuffix(";"))
            if word.endswith(";"):
                commands.append([])
    return [command for command in commands if command]


def _pytest_arguments(words: list[str]) -> list[str] | None:
    """Give what follows pytest's name, or None for another command."""
    if words[0].rpartition("/")[2] in {"pytest", "py.test"}:
        return words[1:]
    if not _PYTHON.fullmatch(words[0]):
        return None
    options = [place for place, word in enumerate(words) if word == "-m"]
    if not options or words[options[0] + 1 : options[0] + 2] != ["pytest"]:
        return None
    is_before_any_script = all(word.startswith("-") for word in words[1 : options[0]])
    return words[options[0] + 2 :] if is_before_any_script else None


def _test_paths(arguments: list[str]) -> list[str]:
    found = []
    for before, word in zip(["", *arguments], arguments, strict=False):
        path = word.partition("::")[0]
        if not word.startswith("-") and not _takes_value(before) and _PATH.fullmatch(path):
            found.append(path)
    return found


def _takes_value(option: str) -> bool:
    """Whether the next word may be this one's value: `-k`'s it may, but not `-q`'s or `-rA`'s."""
    if not option.startswith("-") or "=" in option or option in _PYTEST_FLAGS:
        return False
    return option.startswith("--") or len(option) == 2


def _sources(words: list[str]) -> list[str]:
    return [
        word
        for before, word in zip(["", *words], words, strict=False)
        if _SOURCE.fullmatch(word) and not before.startswith("-")
    ]
