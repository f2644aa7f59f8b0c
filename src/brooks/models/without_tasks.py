"""What a model that only works on given tasks answers when it is asked without any.

In a team without leases everyone is asked in every round, and where nobody deals the tasks an agent
has none until it has claimed one. A script or an agent on the command line cannot choose, so the
first task that is open and that nobody has claimed is claimed for it, and it is asked to do that the
next time.
"""

from brooks.core.state import Status
from brooks.models.base import Reply, Request, StopReason, ToolCall


def reply_without_tasks(request: Request) -> Reply | None:
    """A claim, or nothing to do; None where an agent must have tasks."""
    board = request.board
    if board is None:
        return None
    free = [
        task.id
        for task in board.tasks
        if task.status is Status.READY and task.claimed_by is None and board.claims
    ]
    if not free:
        return Reply(text="There is nothing for me to do now.")
    claim = ToolCall(
        id=f"{request.turn}.{request.index}.0", name="claim", arguments={"task": free[0]}
    )
    return Reply(calls=(claim,), stop=StopReason.TOOLS)
