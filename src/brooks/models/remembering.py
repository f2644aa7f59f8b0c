"""What a simulated agent knows of its turn: read off the conversation, and kept nowhere else.

Of an outcome a model sees only whether it went well and a text, so the text is read here as a model
would read it. The phrases are those of the toolbox; a test holds the two together.

Contents that were read count until something is proposed: after that the agent sees a newer tree,
and what it would append to an older text would undo the work of others.
"""

import re
from collections.abc import Iterable

from brooks.ids import TaskId
from brooks.models.base import Answered, ModelError, Outcome, Returned, ToolCall, Turned

_CHECKED = "the check of "
_HANDED_ON = " You no longer hold this task."
_GONE = (
    "is not one of your open tasks",
    "was cancelled",
    "task_over",
    "unknown_task",
    "held_by_another",
)
_WAITING = ("a task it depends on failed", "dependency_not_done", "not_ready")
_ANEW = "\nWrite anew, "
_NO_FILE = "there is no file"
_CUT_START, _CUT_END = "\n… cut: ", " more characters"
_CUT_LENGTH = 60
_SHORTENED = "read it again if you need it]"
_PART = re.compile(r"\n… lines \d+ to \d+ of \d+(: read on with from_line=\d+)?\Z")


class Memory:
    """A turn so far."""

    __slots__ = (
        "failures", "kept", "over", "stale", "texts", "unreadable", "unwritable", "waiting",
    )  # fmt: skip

    def __init__(self) -> None:
        self.over: dict[str, None] = {}
        """Tasks that are complete, handed back, or no longer the agent's."""
        self.failures: dict[str, int] = {}
        """How often a task's check failed in this turn."""
        self.stale: dict[str, None] = {}
        """Tasks whose change was refused, so that their files must be looked at again."""
        self.waiting: dict[str, None] = {}
        """Tasks that were not checked, because a task they depend on is not done."""
        self.kept: dict[str, None] = {}
        """Those of them whose files are still as they were written, so that saying so again is enough."""
        self.texts: dict[str, str | None] = {}
        """Files as they were just read; None for one that is not there."""
        self.unreadable: dict[str, str] = {}
        """Files that cannot be read as text, or not to their end, and what was said about it."""
        self.unwritable: dict[str, str] = {}
        """Files that may not be written, and what was said about it."""

    def take(self, call: ToolCall, outcome: Outcome) -> None:
        """Take in what a call gave."""
        path, task = call.arguments.get("path"), call.arguments.get("task")
        if call.name == "read_file" and isinstance(path, str):
            self._read(path, outcome)
        elif call.name == "write_file" and isinstance(path, str):
            self._written(path, outcome)
        elif call.name == "complete" and isinstance(task, str):
            self._completed(task, outcome)
        elif call.name == "give_up" and isinstance(task, str):
            self.over[task] = None

    def _read(self, path: str, outcome: Outcome) -> None:
        text = outcome.text
        self.texts[path] = text if outcome.ok else None
        self.unreadable.pop(path, None)
        if not outcome.ok:
            if not text.startswith(_NO_FILE):
                self.unreadable[path] = text
        elif text.startswith(f"[read_file of {path}") and text.endswith(_SHORTENED):
            del self.texts[path]
        elif _PART.search(text) or (text.endswith(_CUT_END) and _CUT_START in text[-_CUT_LENGTH:]):
            self.unreadable[path] = f"{path} is too long to be read whole"

    def _written(self, path: str, outcome: Outcome) -> None:
        if outcome.ok:
            self.unwritable.pop(path, None)
        else:
            self.unwritable[path] = outcome.text

    def _completed(self, task: str, outcome: Outcome) -> None:
        self.texts.clear()
        self.stale.pop(task, None)
        self.waiting.pop(task, None)
        self.kept.pop(task, None)
        text = outcome.text
        first_line = text.partition("\n")[0]
        checked = text.startswith(_CHECKED)
        if outcome.ok or text.endswith(_HANDED_ON):
            self.over[task] = None
        elif checked:
            self.failures[task] = self.failures.get(task, 0) + 1
        elif any(phrase in first_line for phrase in _GONE):
            self.over[task] = None
        elif any(phrase in first_line for phrase in _WAITING):
            self.waiting[task] = None
            if _ANEW not in text:
                self.kept[task] = None
        else:
            self.stale[task] = None

    def open_tasks(self, tasks: Iterable[TaskId]) -> list[TaskId]:
        """Those of the turn's tasks that are still to be done, in order."""
        return [task for task in tasks if task not in self.over]


def remember(conversation: Iterable[Turned]) -> Memory:
    """What can be known after a conversation.

    Raises:
        ModelError: It has outcomes of calls that were not made.
    """
    memory = Memory()
    calls: dict[str, ToolCall] = {}
    for item in conversation:
        if isinstance(item, Answered):
            calls = {call.id: call for call in item.reply.calls}
        elif isinstance(item, Returned):
            for outcome in item.outcomes:
                call = calls.pop(outcome.call, None)
                if call is None:
                    raise ModelError(
                        f"the conversation has an outcome of the call {outcome.call!r}, "
                        "which the reply before it did not make"
                    )
                memory.take(call, outcome)
    return memory
