"""Reading a check's command: whether it is a plain call of pytest, and whether it needs a shell."""

import re
import shlex

_PYTHON = re.compile(r"(?:.*/)?python\d*(?:\.\d+)?")
_NEEDS_SHELL = frozenset("|&;<>()$`\\*?#~\n")


def pytest_words(command: str) -> tuple[list[str], list[str]] | None:
    """The words that call pytest and those it is given; None when the command is anything else.

    A plain call is one of `pytest` or `python -m pytest`, by name or path, without a pipe, a list or
    a variable of a shell.
    """
    if any(mark in command for mark in "|&;<>$`\n"):
        return None
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    if words and words[0].rpartition("/")[2] in {"pytest", "py.test"}:
        return words[:1], words[1:]
    if words[1:3] == ["-m", "pytest"] and _PYTHON.fullmatch(words[0]):
        return words[:3], words[3:]
    return None


def program_words(command: str) -> list[str]:
    """The words to execute: the command's own, or a shell's when it needs one."""
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words or "=" in words[0] or any(mark in _NEEDS_SHELL for mark in command):
        return ["/bin/sh", "-c", command]
    return words
