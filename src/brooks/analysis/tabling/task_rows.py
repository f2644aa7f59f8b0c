"""Rows of `tasks`: each task's life, what it waited for, and what it took."""

from typing import Any

from brooks.analysis.tabling.absences import Absences
from brooks.analysis.tabling.critical import CriticalPath, slacks
from brooks.analysis.tabling.entities import Life
from brooks.analysis.tabling.history import History
from brooks.analysis.tabling.waiting import Waiting, Waits
from brooks.ids import TaskId

Row = dict[str, Any]


class Share:
    """What the turns on a task took, each turn shared by its tasks in equal parts."""

    __slots__ = ("dollars", "tokens")

    def __init__(self) -> None:
        self.tokens = 0.0
        self.dollars: float | None = 0.0


def task_rows(history: History, absences: Absences) -> list[Row]:
    """One row a task, without the run's id."""
    waiting = Waiting(history, absences)
    waits = {task: waiting.of(task) for task in history.lives}
    critical = CriticalPath(history).tasks
    slack = slacks(history, {task: each.ready for task, each in waits.items()})
    shares = _shares(history)
    return [
        {
            **_identity(task, life, history),
            **_life(life, waits[task]),
            **_waits(waits[task]),
            "tokens": shares[task].tokens,
            "dollars": shares[task].dollars,
            "on_critical_path": task in critical,
            "slack": slack.get(task),
        }
        for task, life in history.lives.items()
    ]


def _identity(task: TaskId, life: Life, history: History) -> Row:
    checked = life.spec.check is not None
    return {
        "task": task,
        "effort": life.spec.effort,
        "dependencies": len(life.dependencies),
        "status": life.status.value,
        "verified": (
            life.verified_on is not None and life.verified_on == history.commits
            if checked
            else None
        ),
    }


def _life(life: Life, waits: Waits) -> Row:
    return {
        "added": life.added,
        "ready": waits.ready,
        "begun": waits.begun,
        "done": None if life.merge is None else life.merge.time,
        "agent": None if life.merge is None else life.merge.agent,
        "turns": len(life.turns),
        "agents": len({turn.agent for turn in life.turns.values()}),
    }


def _waits(waits: Waits) -> Row:
    return {
        "waited_dependency": waits.dependency,
        "waited_agent": waits.agent,
        "waited_lease": waits.lease,
        "waited_check": waits.check,
        "waited_merge": waits.merge,
        "waited_rate_limit": waits.rate_limit,
        "waited_barrier": waits.barrier,
        "worked": waits.worked,
    }


def _shares(history: History) -> dict[TaskId, Share]:
    shares = {task: Share() for task in history.lives}
    for answer in history.answers:
        tasks = answer.turn.about if answer.turn is not None else {}
        usage = answer.usage
        for task in tasks:
            share = shares[task]
            share.tokens += (usage.input_tokens + usage.output_tokens) / len(tasks)
            if usage.dollars is None or share.dollars is None:
                share.dollars = None
            else:
                share.dollars += usage.dollars / len(tasks)
    return shares
