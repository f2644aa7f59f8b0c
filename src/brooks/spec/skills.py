"""Tasks that ask for a skill, and whether anybody has it."""

from collections.abc import Iterable, Sequence

from brooks.core.spec import Member, Task, Team
from brooks.errors import UsageError
from brooks.spec.documents import nearest, show

_MOST_SHOWN = 8


def missing_skill(skill: str, members: Sequence[Member]) -> str | None:
    """Give the sentence for a skill that no member has, or None if one has it.

    A member that names no skills can do anything.
    """
    if not skill or any(not member.skills or skill in member.skills for member in members):
        return None
    known = list(dict.fromkeys(each for member in members for each in member.skills))
    near = nearest(skill, known)
    advice = f"did you mean {near!r}? " if near else ""
    few = ", ".join(known[:_MOST_SHOWN]) + (" …" if len(known) > _MOST_SHOWN else "")
    return f"nobody in the team has the skill {show(skill)}: {advice}The members have {few}"


def refuse_unskilled(tasks: Iterable[Task], team: Team) -> None:
    """Raise `UsageError` if a task asks for a skill that nobody in the team has."""
    for task in tasks:
        if text := missing_skill(task.skill, team.members):
            raise UsageError(f"task {task.id!r}: {text}")
