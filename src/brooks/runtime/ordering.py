"""From the state of a turn to what a worker is handed with it."""

from brooks.core.copies import is_voted_on
from brooks.core.state import State, Turn
from brooks.ids import TaskId
from brooks.runtime.advisory.seeing import own_tasks, seen_board
from brooks.runtime.gossip import Circle
from brooks.runtime.order import Assignment, TurnOrder
from brooks.teams.outlook import Outlook


def order_of(
    state: State, turn: Turn, *, outlook: Outlook | None, circle: Circle | None
) -> TurnOrder:
    """Everything a worker needs to carry out a turn, or to go on with it."""
    return TurnOrder(
        turn=turn.turn,
        agent=turn.agent,
        assignments=tuple(_assignment(state, task) for task in own_tasks(state, turn)),
        fence=turn.fence,
        head=turn.first_head,
        round_number=turn.round,
        replies=tuple(turn.replies),
        tools=tuple(turn.tools),
        proposals=dict(turn.proposals),
        verdicts=dict(turn.verdicts),
        done=dict(turn.done),
        circle=circle,
        board=seen_board(state, turn),
        consistency=state.rules.consistency,
        model=turn.model,
        role=turn.role,
        outlook=outlook,
    )


def _assignment(state: State, task_id: TaskId) -> Assignment:
    task = state.tasks[task_id]
    needs = tuple(state.tasks[parent].spec for parent in state.graph.parents(task_id))
    return Assignment(
        task.spec,
        needs,
        task.feedback,
        is_voted_on=is_voted_on(state.rules, task),
        tally=task.tally if task.votes else (),
    )
