"""What an agent sees of the team when it looks at the board."""

from brooks.core.state import OVER, State, Status
from brooks.ids import AgentId

MOST_TASKS = 100


def board_text(state: State, agent: AgentId) -> str:
    """The team and its open tasks, in lines; what waits longest to be told is cut and counted."""
    counts = ", ".join(f"{count} {status.value}" for status, count in state.counts.items() if count)
    lines = [f"{len(state.tasks)} tasks: {counts}", "Agents:"]
    for name, there in state.agents.items():
        turn = None if there.turn is None else state.turns.get(there.turn)
        doing = "free" if turn is None else f"at {', '.join(turn.tasks) or 'work'}"
        you = " (you)" if name == agent else ""
        mail = f", {len(there.mail)} unread messages" if name == agent and there.mail else ""
        lines.append(f"  {name}{you}: {doing if there.available else 'away'}{mail}")
    open_tasks = [task for task in state.tasks.values() if task.status not in OVER]
    lines.append("Open tasks:" if open_tasks else "No task is open.")
    for task in open_tasks[:MOST_TASKS]:
        spec = task.spec
        unmet = [
            parent
            for parent in state.graph.parents(spec.id)
            if state.tasks[parent].status is not Status.DONE
        ]
        after = f", waits for {', '.join(unmet)}" if unmet else ""
        title = f": {spec.title}" if spec.title else ""
        lines.append(f"  {spec.id} ({task.status.value}{after}){title}")
    if len(open_tasks) > MOST_TASKS:
        lines.append(f"  … and {len(open_tasks) - MOST_TASKS} more")
    return "\n".join(lines)
