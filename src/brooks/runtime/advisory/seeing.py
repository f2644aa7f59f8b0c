"""What an agent of an advisory team is told of the board, each time it is asked."""

from brooks.core.advising import is_free_for_all
from brooks.core.state import OVER, State, Turn
from brooks.ids import TaskId
from brooks.models.base import SeenBoard, SeenTask


def seen_board(state: State, turn: Turn) -> SeenBoard | None:
    """The whole task list as it stands: titles and states, who claimed what, and no descriptions.

    None in a team where an agent is told only of its own tasks.
    """
    if not is_free_for_all(state):
        return None
    tasks = tuple(
        SeenTask(
            id=there.spec.id,
            title=there.spec.title,
            status=there.status,
            claimed_by=there.claimed_by,
            needs=tuple(state.graph.parents(there.spec.id)),
            files=there.spec.files,
            checked=there.spec.check is not None,
        )
        for there in state.tasks.values()
    )
    return SeenBoard(
        tasks=tasks,
        round=turn.round,
        unread=len(state.agents[turn.agent].mail),
        claims=state.claims_are_stated,
        project_check=state.run is not None and state.run.project_check,
        agents=len(state.agents),
    )


def own_tasks(state: State, turn: Turn) -> tuple[TaskId, ...]:
    """The tasks a turn is about: those it was started with, or else those that its agent has claimed."""
    if turn.tasks or not state.claims_are_stated:
        return turn.tasks
    return tuple(
        task
        for task, there in state.tasks.items()
        if there.claimed_by == turn.agent and there.status not in OVER
    )
