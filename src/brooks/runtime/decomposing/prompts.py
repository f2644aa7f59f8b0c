"""What a model that drafts tasks is told; the texts are files beside this module."""

from pathlib import Path
from string import Template

from brooks.models.base import Reply, Said, StopReason
from brooks.runtime.decomposing.repository import Repository

_FOLDER = Path(__file__).parent / "templates"
HURRY = 3
"""Requests before the last at which the model is told that it must come to an end."""


def opening(
    goal: str, repository: Repository, *, most_tasks: int, most_tries: int
) -> tuple[Said, Said]:
    """The first messages: how a task file looks and what is good in one, then the goal and the project."""
    system = _fill(
        "system.md", example=_read("example.yaml"), tasks=str(most_tasks), tries=str(most_tries)
    )
    user = _fill(
        "opening.md",
        goal=goal.strip(),
        notes=repository.notes() or "(none)",
        readme=repository.readme() or "(none)",
        count=str(repository.count(0)),
        listing=repository.overview() or "(no files yet)",
    )
    return Said(role="system", text=system), Said(role="user", text=user)


def answer(reply: Reply, *, left: int) -> Said | None:
    """What to say after a reply that was of no use, or when few requests are left; None for nothing."""
    parts = []
    if reply.stop is StopReason.LENGTH:
        parts.append(_fill("cut_off.md"))
    elif not reply.calls:
        parts.append(_fill("refused.md" if reply.stop is StopReason.REFUSED else "no_call.md"))
    if left <= HURRY:
        parts.append(_fill("hurry.md", left=str(left)))
    return Said(role="user", text="\n\n".join(parts)) if parts else None


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8").strip()


def _fill(name: str, **values: str) -> str:
    return Template(_read(name)).substitute(values)
