"""What an agent is told at the start of a turn: how to work, its tasks, and what bears on them.

A prompt holds what its tasks need and no more. Nothing in it grows with the project: of the files
only those are named that the tasks or the results they depend on name. Nor does anything in it
depend on which agent is told and what others did meanwhile, so that a recorded run can be repeated
though its tasks fall to other agents, and a provider's cache serves the whole team.
"""

import re
from collections.abc import Iterable

from brooks.core.facts import CheckResult, Votes
from brooks.core.spec import Task
from brooks.models.base import Reply, Said
from brooks.runtime.lead_text import lead_text
from brooks.runtime.order import Assignment, Tree, TurnOrder
from brooks.runtime.prompting.answering import answer_to
from brooks.runtime.prompting.cutting import cut_middle
from brooks.runtime.prompting.project_notes import notes_on
from brooks.runtime.prompting.templating import Templates
from brooks.teams.outlook import Outlook

MOST_PATHS = 100
"""Files that one list names."""
MOST_NEEDS = 50
"""Tasks that are named of those a task depends on."""
MOST_ANSWERS = 5
"""Answers of a vote that are shown, those with the most votes."""
OUTPUT_HEAD, OUTPUT_TAIL = 500, 3_500
"""Characters shown of a failed check's output: how it began, and what it came to."""

_LIKE_A_HEADER = re.compile(r"(?:^|(?<=[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]))(?=Task )")


class Prompter:
    """Writes the first messages of turns."""

    def __init__(self, project: str, templates: Templates, tree: Tree) -> None:
        self._project = project
        self._templates = templates
        self._tree = tree
        self._instructions: dict[str, Said] = {}
        """What each agent is told of how to work, which never changes."""

    def opening(self, order: TurnOrder) -> tuple[Said, Said]:
        """The first messages of a turn: how to work, and what to work on."""
        if order.outlook is not None:
            return self._lead_opening(order, order.outlook)
        tasks = [assignment.task for assignment in order.assignments]
        needs = [needed for assignment in order.assignments for needed in assignment.needs]
        files, more = self._files((*tasks, *needs), order.head)
        notes = notes_on((path for task in tasks for path in task.files), self._tree, order.head)
        who = {"project": self._project, "agent": order.agent}
        user = self._templates.fill(
            "opening",
            **who,
            notes=quoted(notes),
            tasks="\n\n".join(self.task_text(assignment) for assignment in order.assignments),
            files=files,
            more=more,
        )
        instructions = self._instructions.get(order.agent)
        if instructions is None:
            text = self._templates.fill("system", **who)
            instructions = self._instructions[order.agent] = Said(role="system", text=text)
        return instructions, Said(role="user", text=user)

    def _lead_opening(self, order: TurnOrder, outlook: Outlook) -> tuple[Said, Said]:
        who = {"project": self._project, "agent": order.agent}
        board = quoted(lead_text(outlook))
        return (
            Said(role="system", text=self._templates.fill("lead_system", **who)),
            Said(role="user", text=self._templates.fill("lead", **who, board=board)),
        )

    def answer(self, reply: Reply) -> Said | None:
        """What to say after a reply that was of no use, or not all there; None if nothing is amiss."""
        return answer_to(reply, self._templates)

    def fill(self, name: str, *, agent: str, **values: str) -> str:
        """A template of this project, for an agent."""
        return self._templates.fill(name, project=self._project, agent=agent, **values)

    def task_text(self, assignment: Assignment) -> str:
        """One task as an agent is told of it."""
        task, feedback = assignment.task, assignment.feedback
        return self._templates.fill(
            "task",
            header=f"Task {_called(task)}",
            description=quoted(task.description.strip("\n").rstrip()),
            files=_listed(task.files, ", "),
            check=quoted((task.check or "").strip()),
            needs=_needs(assignment.needs),
            reason="" if feedback is None else _reason(feedback),
            output="" if feedback is None else self._output(feedback),
            answers="\n".join(self._answer_of(votes) for votes in assignment.tally[:MOST_ANSWERS]),
        )

    def _answer_of(self, votes: Votes) -> str:
        """One answer of a vote that did not decide, and how many gave it."""
        text = "(nothing)"
        if votes.shown is not None:
            whole = self._tree.blob(votes.shown).decode("utf-8", "replace").strip()
            text = cut_middle(whole, head=OUTPUT_HEAD, tail=0)
        return f"- {len(votes.agents)} of them: {quoted(text)}"

    def _output(self, feedback: CheckResult) -> str:
        text = self._tree.blob(feedback.output).decode("utf-8", "replace").strip("\n")
        return quoted(cut_middle(text, head=OUTPUT_HEAD, tail=OUTPUT_TAIL)) or "(no output)"

    def _files(self, tasks: Iterable[Task], head: int) -> tuple[str, str]:
        """The files that tasks name and that are there, and how many others there are."""
        named = sorted({path for task in tasks for path in task.files})
        there = [path for path in named if self._is_there(path, head)]
        left = self._tree.count(head) - len(there)
        return _listed(there, "\n") or "(none yet)", str(left) if left > 0 else ""

    def _is_there(self, path: str, head: int) -> bool:
        version = self._tree.file(path, head)
        return version is not None and version.blob is not None


def _called(task: Task) -> str:
    title = " ".join(task.title.split())
    return f"{task.id}: {title}" if title else task.id


def _needs(needs: tuple[Task, ...]) -> str:
    lines = [
        f"- {_called(needed)}" + (f" ({_listed(needed.files, ', ')})" if needed.files else "")
        for needed in needs[:MOST_NEEDS]
    ]
    if len(needs) > MOST_NEEDS:
        lines.append(f"- and {len(needs) - MOST_NEEDS} more tasks")
    return "\n".join(lines)


def _reason(feedback: CheckResult) -> str:
    counts = ((feedback.tests_failed, "failed"), (feedback.tests_passed, "passed"))
    said = ", ".join(f"{count} {what}" for count, what in counts if count is not None)
    return f"{feedback.reason.value}; tests: {said}" if said else feedback.reason.value


def _listed(paths: Iterable[str], between: str) -> str:
    paths = tuple(paths)
    more = (f"and {len(paths) - MOST_PATHS} more",) if len(paths) > MOST_PATHS else ()
    return between.join((*paths[:MOST_PATHS], *more))


def quoted(text: str) -> str:
    """Others' text, none of whose lines can be taken for the header of a task."""
    return _LIKE_A_HEADER.sub(" ", text)
