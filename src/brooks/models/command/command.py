"""A command line that works as a model: what stands behind `command:` in a model string.

That is the name of a known agent (`command:claude`) or a whole command line
(`command:claude -p --output-format json --model opus`), split into words as a shell would and run
without one. The program decides what is done with it: a known agent's own program gets the
variables that agent needs, and its flags say how its output is read.
"""

import shlex
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath

from brooks.core.message import Message
from brooks.errors import UsageError
from brooks.models.command.agents import (
    NETWORK,
    KnownAgent,
    UsageFormat,
    agent_called,
    agent_of,
    known_agents,
)

ALWAYS_PASSED = ("HOME", "LANG", "PATH", "SHELL", "TERM", "TMPDIR", "USER")
"""Variables that every agent gets, beside those that begin with `LC_`."""

_INTERPRETERS = frozenset(
    {"bash", "bun", "deno", "node", "perl", "python", "python3", "ruby", "sh"}
)
_JSON_OUTPUTS = frozenset({"json", "stream-json"})


class Command(Message, frozen=True, kw_only=True):
    """A command line, and how it is to be treated."""

    argv: tuple[str, ...]
    usage: UsageFormat = UsageFormat.PLAIN
    preset: str | None = None
    """The known agent it was named by; None for a command line that was written out."""
    variables: tuple[str, ...] = ()
    """Names of environment variables it gets beside those that every agent gets."""
    settings: tuple[tuple[str, str], ...] = ()
    """Environment variables it is always given."""
    wants_git: bool = False
    """Whether its working copy is made a git repository, where there is git."""


def parse_command(name: str) -> Command:
    """Understand what stands behind `command:`.

    Raises:
        UsageError: It is empty, or not words a shell would understand.
    """
    try:
        argv = tuple(shlex.split(name))
    except ValueError as error:
        raise UsageError(
            f"the command line {name!r} cannot be split into words ({error}): close its quotes"
        ) from error
    if not argv or not argv[0]:
        names = ", ".join(agent.name for agent in known_agents())
        raise UsageError(f"the command {name!r} names no program: write a command line or {names}")
    known = agent_called(argv[0]) if len(argv) == 1 else None
    if known is not None:
        return _treated((known.program, *known.options), known, known.usage, preset=known.name)
    known = agent_of(argv[0])
    if known is None:
        return Command(argv=argv)
    return _treated(argv, known, recognise_usage(argv), preset=None)


def _treated(
    argv: tuple[str, ...], known: KnownAgent, usage: UsageFormat, *, preset: str | None
) -> Command:
    return Command(
        argv=argv,
        usage=usage,
        preset=preset,
        variables=(*known.variables, *NETWORK),
        settings=tuple(known.settings.items()),
        wants_git=True,
    )


def recognise_usage(argv: Sequence[str]) -> UsageFormat:
    """How a command line's output will have to be read, by its program and flags."""
    words = argv[1:]
    match PurePath(argv[0]).name:
        case "claude" if _has(words, "-p", "--print") and _output(words) in _JSON_OUTPUTS:
            return UsageFormat.CLAUDE
        case "codex" if _has(words, "exec", "e") and _has(words, "--json", "--experimental-json"):
            return UsageFormat.CODEX
        case "gemini" if _output(words) == "json":
            return UsageFormat.GEMINI
        case "opencode" if _has(words, "run") and _value(words, "--format") == "json":
            return UsageFormat.OPENCODE
        case "cursor-agent" | "qwen" if _output(words) in _JSON_OUTPUTS:
            return UsageFormat.RESULT
        case _:
            return UsageFormat.PLAIN


def _has(words: Sequence[str], *wanted: str) -> bool:
    return any(word in wanted for word in words)


def _output(words: Sequence[str]) -> str | None:
    return _value(words, "--output-format") or _value(words, "-o")


def _value(words: Sequence[str], flag: str) -> str | None:
    """What is given for a flag, as the next word or behind an equals sign."""
    for number, word in enumerate(words):
        if word == flag:
            return words[number + 1] if number + 1 < len(words) else None
        if word.startswith(f"{flag}="):
            return word[len(flag) + 1 :]
    return None


def located(command: Command, *, path: str, folder: Path) -> tuple[str, ...]:
    """The command's words with its program found, so that it can be started in any folder.

    A program named by a relative path, and a script handed to an interpreter by one, are those in
    `folder`, where the user was when they wrote it.

    Raises:
        UsageError: There is no such program.
    """
    program, *words = command.argv
    wanted = folder / program if "/" in program else program
    found = shutil.which(wanted, path=path)
    if found is None:
        known = agent_of(program)
        hint = f" ({known.install})" if known is not None else ""
        raise UsageError(
            f"there is no program {program!r} on the path: install it{hint} or name another "
            "command line behind 'command:'"
        )
    if words and PurePath(program).name in _INTERPRETERS and (folder / words[0]).is_file():
        words[0] = str((folder / words[0]).absolute())
    return (str(Path(found).absolute()), *words)


def environment(
    command: Command, environ: Mapping[str, str], *, passed: Iterable[str]
) -> dict[str, str]:
    """What an agent sees of the user's environment: nothing that it was not given by name."""
    names = {*ALWAYS_PASSED, *command.variables, *passed}
    seen = {
        name: value for name, value in environ.items() if name in names or name.startswith("LC_")
    }
    return {**seen, **{name: value for name, value in command.settings if name not in seen}}
