"""What an agent is told: who it is, its tasks, what they build on, and what went wrong before."""

from brooks.models.base import Said
from brooks.runtime.order import Assignment, Tree, TurnOrder

MOST_PATHS = 200
"""How many files a prompt names; an agent lists the rest when it needs them."""

INSTRUCTIONS = """\
You are {agent}, one of a team of agents that work on the project "{project}" at the same time.
Each of you holds other tasks. You see a snapshot of the project's files.

Work only on the tasks given to you. Write whole files with write_file. When a task is finished,
call complete with its id: its check then runs on the project with your change merged in, and you
are told what came of it. If the check fails, mend the files and call complete again. If somebody
else changed a file that you wrote, read it again, make your change to what it is now, and call
complete again. If a task cannot be done, call give_up with the reason. You may make many tool calls
in one reply; they are carried out in order.
"""


def opening(project: str, order: TurnOrder, tree: Tree) -> tuple[Said, ...]:
    """The first messages of a turn."""
    parts = [_task_text(assignment, tree) for assignment in order.assignments]
    paths, total = tree.listing(order.head, MOST_PATHS)
    shown = "\n".join(paths) or "(none)"
    if total > len(paths):
        shown += f"\n… and {total - len(paths)} more"
    parts.append(f"Files in the project:\n{shown}")
    return (
        Said(role="system", text=INSTRUCTIONS.format(agent=order.agent, project=project)),
        Said(role="user", text="\n\n".join(parts)),
    )


def _task_text(assignment: Assignment, tree: Tree) -> str:
    task = assignment.task
    lines = [f"Task {task.id}" + (f": {task.title}" if task.title else "")]
    if task.description:
        lines.append(task.description.rstrip())
    if task.files:
        lines.append(f"Files to write: {', '.join(task.files)}")
    if task.check:
        lines.append(f"It is finished when this passes: {task.check}")
    lines += [
        f"It builds on {needed.id}" + (f" ({', '.join(needed.files)})" if needed.files else "")
        for needed in assignment.needs
    ]
    if assignment.feedback is not None:
        text = tree.blob(assignment.feedback.output).decode("utf-8", "replace")
        lines.append(
            f"An earlier attempt failed its check ({assignment.feedback.reason.value}):\n{text}"
        )
    return "\n".join(lines)


NUDGE = Said(
    role="user",
    text="Your reply called no tool. Write the files, then call complete for each task, or give_up "
    "with the reason.",
)
