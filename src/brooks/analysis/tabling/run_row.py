"""The row of `runs`, of a summary, the team's and the tasks' description, and what was measured."""

from typing import Any

from brooks.analysis.summary import Summary
from brooks.analysis.tabling.about import About
from brooks.analysis.tabling.history import History
from brooks.analysis.tabling.stretches import minus, seconds
from brooks.core.graph import CycleError, TaskGraph
from brooks.core.spec import Claims, Pacing, Spec
from brooks.core.state import Phase
from brooks.ids import TaskId

Row = dict[str, Any]


def graph_of(history: History, spec: Spec) -> TaskGraph:
    """The tasks of the spec, and those found on the way; without edges to tasks that nobody knows."""
    needs = {task.id: dict.fromkeys(task.depends_on) for task in spec.tasks}
    needs |= {task: life.dependencies for task, life in history.lives.items()}
    weights = {task.id: task.effort for task in spec.tasks}
    weights |= {task: life.spec.effort for task, life in history.lives.items()}
    known = {task: [each for each in on if each in needs] for task, on in needs.items()}
    try:
        return TaskGraph.build(known, weights)
    except CycleError:  # the log is not one that the board wrote
        return TaskGraph.build(dict.fromkeys(known, ()), weights)


def work_seconds(history: History) -> dict[TaskId, float]:
    """The time that the turn which did each task took for it; of several, by their effort.

    That is the turn's time without the time in which a change of it was in the merge queue, or a
    request of it was held back: what a single agent would need as well.
    """
    merged: dict[str, list[TaskId]] = {}
    for task, life in history.lives.items():
        if life.merge is not None:
            merged.setdefault(life.merge.turn, []).append(task)
    found: dict[TaskId, float] = {}
    for turn in history.turns.values():
        tasks = merged.get(turn.id)
        if tasks:
            away = [
                *turn.held_back,
                *(each for task in tasks for each in history.lives[task].queued),
            ]
            whole = seconds(minus([turn.stretch(history.end)], away))
            efforts = [history.lives[task].spec.effort for task in tasks]
            total = sum(efforts) or len(tasks)
            for task, effort in zip(tasks, efforts, strict=True):
                found[task] = whole * (effort if sum(efforts) else 1.0) / total
    return found


def run_row(
    summary: Summary,
    history: History,
    *,
    spec: Spec,
    about: About,
    last_check: bool | None,
) -> Row:
    """The one row of a run."""
    return {
        **_identity(spec, about),
        **_ending(summary, spec, last_check),
        **_cost(summary),
        **_sizes(history, spec),
        **_agents(summary, spec),
        "told_concurrent_writes": None,
        "told_claims_refused": None,
    }


def _identity(spec: Spec, about: About) -> Row:
    return {
        "run": about.run,
        "source": "brooks",
        "simulated": about.simulated,
        "model": spec.model,
        "project": about.project,
        "structure": about.structure,
        "team": spec.team.preset,
        "size": len(spec.team.members),
        "repetition": about.repetition,
        "seed": spec.seed,
        "faults": about.faults,
    }


def _ending(summary: Summary, spec: Spec, last_check: bool | None) -> Row:
    over = summary.phase is Phase.FINISHED
    tasks = summary.tasks
    every = max(tasks.total, len(spec.tasks))
    return {
        "outcome": summary.outcome.value if over and summary.outcome is not None else None,
        "marked_done": len(tasks.done) == every > 0,
        "verified_done": summary.all_verified if over else None,
        "last_check_passed": last_check,
        "seconds": summary.run_seconds,
        "verified_seconds": summary.verified_seconds,
        "tasks": tasks.total,
        "done": len(tasks.done),
        "verified": tasks.verified,
        "rounds": summary.rounds if spec.team.pacing is Pacing.ROUNDS else None,
    }


def _cost(summary: Summary) -> Row:
    total = summary.spending.total
    return {
        "input_tokens": summary.input_tokens,
        "output_tokens": summary.output_tokens,
        "cached_tokens": summary.cached_tokens,
        "dollars": None if total.unpriced else total.dollars,
    }


def _sizes(history: History, spec: Spec) -> Row:
    graph = graph_of(history, spec)
    measured = work_seconds(history)
    needs = {task: graph.parents(task) for task in graph}
    timed = TaskGraph.build(needs, {task: measured.get(task, 0.0) for task in graph})
    return {
        "parallel_fraction": graph.parallel_fraction(),
        "work": graph.work(),
        "span": graph.span(),
        "work_seconds": sum(measured.values()) if measured else None,
        "span_seconds": timed.span() if measured else None,
    }


def _agents(summary: Summary, spec: Spec) -> Row:
    now = summary.time
    leased = spec.team.claims is Claims.LEASED
    agents = summary.agents.values()
    return {
        "agent_seconds": summary.agent_seconds,
        "busy_seconds": sum(agent.track.seconds_in_turns(now) for agent in agents),
        "availability": summary.availability,
        "letters": summary.messages.letters,
        "deliveries": summary.messages.deliveries,
        "leases_expired": summary.leases_expired if leased else None,
    }
