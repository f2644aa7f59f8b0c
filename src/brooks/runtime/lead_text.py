"""What a lead is shown: its agents and its open tasks, in lines that a model can read and a fake one too."""

import json
import re
from collections.abc import Iterable

from brooks.core.state import Status
from brooks.ids import AgentId, TaskId
from brooks.teams.outlook import AgentView, Doing, Outlook, TaskView

MOST_LINES = 100
"""Tasks, and agents, that are shown; the others are counted."""
MOST_NAMED = 10
"""Tasks named in one line."""
MOST_TITLE = 80

_PLAIN = re.compile(r"[\w.@/+-]+")


def lead_text(outlook: Outlook) -> str:
    """Agents and open tasks, the most urgent first."""
    group = f" of the group {outlook.group!r}" if outlook.group else ""
    lines = [f"{len(outlook.tasks)} tasks{group} are open, {outlook.over} are over."]
    lines.append("Agents you can give tasks to:" if outlook.agents else "You are alone.")
    lines += [_agent_line(agent) for agent in outlook.agents[:MOST_LINES]]
    lines += _more(len(outlook.agents))
    if outlook.tasks:
        lines.append("Open tasks, the most urgent first:")
    lines += [_task_line(task) for task in outlook.tasks[:MOST_LINES]]
    lines += _more(len(outlook.tasks))
    return "\n".join(lines)


def _more(count: int) -> list[str]:
    return [f"… and {count - MOST_LINES} more"] if count > MOST_LINES else []


def _agent_line(view: AgentView) -> str:
    parts = [_doing(view)]
    if view.next:
        parts.append(f"then {_names(view.next)}")
    if view.speed != 1.0:
        parts.append(f"speed {view.speed:g}")
    if view.skills:
        parts.append(f"skills {', '.join(view.skills)}")
    return f"- {_name(view.agent)}: {'; '.join(parts)}"


def _doing(view: AgentView) -> str:
    if view.doing is not Doing.WORKING:
        return view.doing.value
    late = ", LATE" if view.late else ""
    return f"works on {_names(view.tasks) or 'something'} for {view.seconds:.0f} s{late}"


def _task_line(view: TaskView) -> str:
    parts = [_where(view), f"rank {view.rank:g}, effort {view.effort:g}"]
    if view.skill:
        parts.append(f"needs skill {view.skill}")
    if view.failures:
        parts.append(f"failed attempts: {view.failures}")
    if view.check is not None:
        parts.append(f"last check: {view.check.value}")
    title = " ".join(view.title.split())[:MOST_TITLE]
    return f"- {_name(view.task)}: {'; '.join(parts)}" + (f" | {title}" if title else "")


def _where(view: TaskView) -> str:
    if view.status is Status.QUEUED:
        return "its change is being checked"
    if view.holders:
        return f"held by {_names(view.holders)}"
    given = "unassigned" if view.assigned is None else f"given to {_name(view.assigned)}"
    if view.status is Status.READY:
        return f"ready, {given}"
    return f"waits for {_names(view.needs) or 'others'}, {given}"


def _names(names: Iterable[TaskId | AgentId]) -> str:
    listed = list(names)
    more = [f"{len(listed) - MOST_NAMED} more"] if len(listed) > MOST_NAMED else []
    return ", ".join([*(_name(one) for one in listed[:MOST_NAMED]), *more])


def _name(name: TaskId | AgentId) -> str:
    """A name as it is where nothing in it could be taken for the rest of the line, else quoted."""
    return name if _PLAIN.fullmatch(name) else json.dumps(name, ensure_ascii=False)
