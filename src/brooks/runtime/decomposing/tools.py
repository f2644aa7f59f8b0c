"""The tools of a model that drafts tasks: three to look with, and one to submit what it wrote."""

from collections.abc import Callable

from brooks.core.paths import PathRefused
from brooks.models.base import Outcome, Parameter, Reply, Tool, ToolCall
from brooks.runtime.decomposing.judging import Draft, DraftRefused
from brooks.runtime.decomposing.repository import Repository
from brooks.runtime.draft import Draft as Writes
from brooks.runtime.file_tools import FileTools
from brooks.runtime.tools import TOOLS as AGENT_TOOLS
from brooks.runtime.tools import no, wrong_arguments, yes

LOOKING = ("list_files", "read_file", "search")
SUBMIT = Tool(
    name="submit_tasks",
    description="Submit the task file. It is looked through, and you are told what is wrong with it.",
    parameters=(Parameter(name="yaml", description="the whole text of the task file"),),
)
TOOLS = (*(tool for tool in AGENT_TOOLS if tool.name in LOOKING), SUBMIT)

MAX_CALLS = 50
"""Tool calls of one reply that are carried out."""

_NAMES = ", ".join(tool.name for tool in TOOLS)


class Toolbox:
    """Carries out the calls of one conversation."""

    def __init__(
        self, repository: Repository, *, submit: Callable[[str], Draft], most_tries: int
    ) -> None:
        """Say what is looked at and what judges a text.

        Args:
            repository: The project.
            submit: Gives the draft that a text is, or raises `DraftRefused`.
            most_tries: How many texts are judged.
        """
        self._files = FileTools(repository, Writes(repository, 0))
        self._submit = submit
        self._most_tries = most_tries
        self.tries = 0
        self.last = ""
        """The text that was submitted last."""
        self.problems = ""
        """What was wrong with it."""
        self.draft: Draft | None = None
        """The draft, once one was taken."""
        self.carried_out = False
        """Whether any call of the last reply was one that could be carried out."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more is taken."""
        return self.draft is not None or self.tries >= self._most_tries

    def carry_out(self, reply: Reply) -> tuple[Outcome, ...]:
        """Carry out a reply's calls in order, up to a draft that is taken."""
        self.carried_out = False
        return tuple(
            self._call(call)
            if number < MAX_CALLS
            else no(call, f"only {MAX_CALLS} calls are carried out in one reply")
            for number, call in enumerate(reply.calls)
        )

    def _call(self, call: ToolCall) -> Outcome:
        if self.is_over:
            return no(call, "nothing more is taken")
        if call.name not in LOOKING:
            return self._submitted(call)
        if wrong := wrong_arguments(call):
            return no(call, wrong)
        self.carried_out = True
        try:
            return self._files.carry_out(call)
        except PathRefused as refused:
            return no(call, str(refused))

    def _submitted(self, call: ToolCall) -> Outcome:
        if call.name != SUBMIT.name:
            return no(call, f"there is no tool {call.name[:100]!r}; there are {_NAMES}")
        text = call.arguments.get("yaml")
        if call.broken:
            return no(call, f"the arguments of {call.name} cannot be read: {call.broken}")
        if not isinstance(text, str):
            return no(call, f"{call.name} needs yaml as text")
        self.carried_out = True
        self.tries += 1
        self.last = text
        try:
            self.draft = self._submit(text)
        except DraftRefused as refused:
            self.problems = str(refused)
            left = self._most_tries - self.tries
            return no(
                call, f"{refused}\nMend this and submit the whole text again; {left} tries left."
            )
        return yes(call, "taken")
