"""A draft as the text of a task file that a person likes to edit.

It is written anew rather than kept as the model spelled it: keys in one order, an empty line between
tasks, prose and long commands as blocks.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from shlex import quote
from textwrap import indent
from typing import NamedTuple

import yaml

from brooks.core.spec import Task
from brooks.runtime.decomposing.judging import Draft
from brooks.spec.yaml_reader import plain_value

WIDTH = 100
GOAL_SHOWN = 200
"""Characters of the goal that stand at the head of the file."""
LONG = 70
"""Characters from which a text stands in a block of its own."""

_BREAKS = re.compile(r"[\r\x85\u2028\u2029\ufeff]")
"""What YAML would read back as a plain line break, or not at all."""
_FOLDS = re.compile(r"[^ ]+( [^ ]+)*")
"""A line that is the same once it was broken at spaces: a space at its begin would keep the breaks."""


class Head(NamedTuple):
    """What is said at the head of the file."""

    model: str
    goal: str
    file: str
    """How the user named the file."""


class _Row(list[str]):
    """A list to be written in a row."""


class _Prose(str):
    """Text whose lines may be broken at spaces."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes what `brooks.spec.yaml_reader` reads back as the same."""


def _write_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None
    if _BREAKS.search(text):
        style = '"'
    elif "\n" in text:
        style = "|"
    elif len(text) > LONG:
        style = ">" if isinstance(text, _Prose) and _FOLDS.fullmatch(text) else "|"
    elif plain_value(text) != text:
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=style)


def _write_row(dumper: _Dumper, row: _Row) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", list(row), flow_style=True)


_Dumper.add_representer(str, _write_text)
_Dumper.add_representer(_Prose, _write_text)
_Dumper.add_representer(_Row, _write_row)


def render(draft: Draft, head: Head, *, folder: Path) -> str:
    """The text of the task file.

    Args:
        draft: What it says.
        head: What is said above it.
        folder: Where the file is to be; `workspace` is relative to it.
    """
    header: dict[str, object] = {}
    if draft.project:
        header["project"] = draft.project
    header["workspace"] = os.path.relpath(draft.workspace, folder.resolve())
    if draft.check is not None:
        header["check"] = draft.check
    tasks = "\n".join(indent(_dump([_task(task)]), "  ") for task in draft.tasks)
    return f"{_comment(head)}\n{_dump(header)}\ntasks:\n{tasks}"


def _task(task: Task) -> Mapping[str, object]:
    found: dict[str, object] = {"id": str(task.id)}
    if task.title:
        found["title"] = task.title
    if task.description:
        found["description"] = _Prose(task.description)
    if task.depends_on:
        found["depends_on"] = _Row(task.depends_on)
    if task.files:
        found["files"] = _Row(task.files)
    if task.check is not None:
        found["check"] = task.check
    if task.effort != 1.0:
        found["effort"] = int(task.effort) if task.effort.is_integer() else task.effort
    return found


def _dump(value: object) -> str:
    text = yaml.dump(
        value,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=WIDTH,
        default_flow_style=False,
    )
    return str(text)


def _comment(head: Head) -> str:
    goal = one_line(head.goal)
    shown = goal if len(goal) <= GOAL_SHOWN else f"{goal[:GOAL_SHOWN]}…"
    file, model = quote(head.file), quote(head.model)
    lines = (
        f"A draft by {head.model}, for the goal:",
        f"  {shown}",
        "Nobody has looked at it yet. Read it and edit it, above all each `check`: it is a command",
        "that will be run. Then",
        f"  brooks validate {file}",
        f"  brooks run {file} -m {model}",
    )
    return "".join(f"# {one_line(line, keep_indent=True)}\n" for line in lines)


def one_line(text: str, *, keep_indent: bool = False) -> str:
    """A text that may hold anything as one line that can stand in a comment or a terminal."""
    safe = "".join(character if character.isprintable() else " " for character in text)
    begin = safe[: len(safe) - len(safe.lstrip())] if keep_indent else ""
    return begin + " ".join(safe.split())
