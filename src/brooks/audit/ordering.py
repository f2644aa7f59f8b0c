"""Dependency order: a task is merged only after everything it depends on.

Judged on merges, in the order of the log. A dependency counts from the record that declared it, so
one that was added after a merge does not make that merge wrong. A task that was opened again, or
whose work was taken back, is not done until it is merged again; what was merged before that stays in
order.
"""

from collections.abc import Sequence

from brooks.audit.verdict import Findings, Guarantee, Verdict
from brooks.core import events
from brooks.core.events import Record
from brooks.ids import Position, TaskId


def check_dependency_order(records: Sequence[Record]) -> Verdict:
    """Every merge comes after the merges of all that its task depends on."""
    found = Findings(Guarantee.DEPENDENCY_ORDER)
    declared = dict[TaskId, dict[TaskId, Position]]()
    done = set[TaskId]()
    reopened = dict[TaskId, Position]()
    merged = 0
    for record in records:
        event = record.event
        match event:
            case events.TaskAdded():
                declared[event.task.id] = dict.fromkeys(event.task.depends_on, record.position)
            case events.DependencyAdded():
                declared.setdefault(event.task, {}).setdefault(event.on, record.position)
            case events.TaskReopened() | events.TaskReverted():
                done.discard(event.task)
                reopened[event.task] = record.position
            case events.TaskDone():
                merged += 1
                if event.task not in declared:
                    sentence = f"task {event.task!r} was merged and never added"
                    found.unsure([record.position], sentence)
                for needed, since in declared.get(event.task, {}).items():
                    if needed in done:
                        continue
                    witness = [since, record.position]
                    sentence = f"task {event.task!r} was merged before {needed!r}"
                    if needed in reopened:
                        witness.append(reopened[needed])
                        sentence = f"task {event.task!r} was merged while {needed!r} was open again"
                    found.violated(witness, f"{sentence}, which it depends on")
                done.add(event.task)
            case _:
                pass
    return found.verdict(f"each of {merged} merges came after those it depends on")


__all__ = ["check_dependency_order"]
