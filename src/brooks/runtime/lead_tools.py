"""The tools of a lead: it says who does what, takes work back, looks at what was done, and waits.

A lead writes no file. Its word is good under the fence of its lease; when another leads by then, it is
refused, and the turn is over. What it decided before a crash is not decided again when its turn goes
on: the board remembers what each call led to.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

from brooks.core import commands, events
from brooks.core.facts import RefusalReason, ToolResult
from brooks.core.paths import PathRefused
from brooks.ids import AgentId, TaskId
from brooks.models.base import Outcome, Parameter, Reply, StopReason, Tool, ToolCall
from brooks.runtime.checking import CheckVerdict
from brooks.runtime.draft import Draft
from brooks.runtime.file_tools import FileTools
from brooks.runtime.link import Ask, Link, TryCheck
from brooks.runtime.order import Tree, TurnOrder
from brooks.runtime.team_tools import TeamTools
from brooks.runtime.toolbox import MAX_CALLS, Done, TurnOver
from brooks.runtime.tools import TOOLS, cut, is_usable, no, text_argument, wrong_arguments, yes

LEAD_REQUESTS = 6
"""Replies in one turn of a lead; it is asked again when there is something new."""
MOST_REASON = 2000

_TASK = Parameter(name="task", description="id of the task")
_SHARED = (
    "list_files", "read_file", "search", "see_board", "read_mail", "send_mail", "read_notes",
    "write_note", "propose_task", "propose_dependency",
)  # fmt: skip

LEAD_TOOLS = (
    Tool(
        name="assign",
        description="Give a task to an agent, who takes it when it is free; the last word counts.",
        parameters=(_TASK, Parameter(name="agent", description="the agent")),
    ),
    Tool(
        name="release",
        description="Take a task from who works on it; what was paid for it is lost.",
        parameters=(
            _TASK,
            Parameter(name="reason", description="why"),
            Parameter(name="agent", description="only from this agent", required=False),
        ),
    ),
    Tool(
        name="verify",
        description="Run a task's check on the project as it is now.",
        parameters=(_TASK,),
    ),
    Tool(name="wait", description="Say that you have nothing more to decide for now."),
    *(tool for tool in TOOLS if tool.name in _SHARED),
)
"""Everything that a lead is offered."""

_BY_NAME = {tool.name: tool for tool in LEAD_TOOLS}
_TOO_LATE = frozenset({RefusalReason.STALE_FENCE, RefusalReason.TURN_OVER})
_WHY = {
    RefusalReason.UNKNOWN_TASK: "there is no such task",
    RefusalReason.UNKNOWN_AGENT: "there is no such agent",
    RefusalReason.TASK_OVER: "the task is over",
    RefusalReason.NOT_READY: "nobody works on it",
}


class LeadToolbox:
    """Carries out the tool calls of a lead's turn."""

    def __init__(self, order: TurnOrder, tree: Tree, draft: Draft, link: Link) -> None:
        self._order = order
        self._tree = tree
        self._link = link
        self._files = FileTools(tree, draft)
        self._team = TeamTools(order, tree, link, order.circle)
        self.open = {"leading": None}
        """Empty when the lead has nothing more to decide, and its turn is over."""
        self.asked_board = True
        """It should see the current tree after each reply."""

    async def carry_out(self, reply: Reply) -> list[Done]:
        """Carry out a reply's calls."""
        outcomes = []
        for number, call in enumerate(reply.calls):
            if number >= MAX_CALLS:
                outcome = no(call, f"only {MAX_CALLS} calls are carried out in one reply")
            else:
                outcome = await self._call(call)
            outcomes.append(outcome)
        self._close_after(reply)
        return [Done(outcome, (), (), ()) for outcome in outcomes]

    def replay(self, reply: Reply, results: tuple[ToolResult, ...]) -> list[Outcome]:
        """What these calls gave when they were carried out."""
        for call in reply.calls[:MAX_CALLS]:
            if call.name == "wait" and not wrong_arguments(call, _BY_NAME):
                self.open.clear()
        self._close_after(reply)
        return [
            Outcome(
                call=call.id,
                ok=result.ok,
                text=self._tree.blob(result.text).decode("utf-8", "replace"),
            )
            for call, result in zip(reply.calls, results, strict=True)
        ]

    def is_usable(self, reply: Reply) -> bool:
        """Whether any call of a reply can be carried out."""
        return is_usable(reply, _BY_NAME)

    def _close_after(self, reply: Reply) -> None:
        """A lead that calls nothing has nothing more to decide."""
        if not reply.calls and reply.stop in {StopReason.END, StopReason.TOOLS}:
            self.open.clear()

    async def _call(self, call: ToolCall) -> Outcome:
        wrong = wrong_arguments(call, _BY_NAME)
        if wrong:
            return no(call, wrong)
        try:
            if call.name in self._OWN:
                return await self._OWN[call.name](self, call)
            if self._files.has(call.name):
                return self._files.carry_out(call)
            return await self._team.carry_out(call)
        except PathRefused as error:
            return no(call, f"{error}")

    async def _assign(self, call: ToolCall) -> Outcome:
        task, to = TaskId(call.arguments["task"]), AgentId(call.arguments["agent"])
        others = self._others()
        if others and to not in others:
            return no(call, f"you can give tasks to {', '.join(others)}, not to {to[:200]!r}")
        command = commands.Assign(
            task=task,
            to=to,
            agent=self._order.agent,
            fence=self._order.fence,
            turn=self._order.turn,
            call=call.id,
        )
        return await self._decide(call, command, f"{task} is given to {to}")

    def _others(self) -> list[AgentId]:
        outlook = self._order.outlook
        return [] if outlook is None else [view.agent for view in outlook.agents]

    async def _release(self, call: ToolCall) -> Outcome:
        task, holder = TaskId(call.arguments["task"]), text_argument(call, "agent").strip()
        command = commands.Release(
            task=task,
            reason=call.arguments["reason"][:MOST_REASON],
            holder=AgentId(holder) if holder else None,
            agent=self._order.agent,
            fence=self._order.fence,
            turn=self._order.turn,
            call=call.id,
        )
        return await self._decide(call, command, f"{task} is free to be given to another")

    async def _decide(self, call: ToolCall, command: commands.Command, done: str) -> Outcome:
        """Ask the board, unless it did this before the coordinator stopped, and wait for what it says."""
        if call.id in self._order.done:
            return yes(call, done)
        answer = await self._link.ask(Ask(commands=(command,)))
        assert isinstance(answer, tuple)
        event = answer[0].event
        if not isinstance(event, events.Refused):
            return yes(call, done)
        if event.reason in _TOO_LATE:
            raise TurnOver
        return no(call, f"refused: {_WHY.get(event.reason, event.reason.value)}")

    async def _verify(self, call: ToolCall) -> Outcome:
        task = TaskId(call.arguments["task"])
        verdict = await self._link.ask(TryCheck(task=task, changes=()))
        if verdict is None:
            return no(call, f"there is no task {task[:200]!r} that has a check")
        assert isinstance(verdict, CheckVerdict)
        how = "passes" if verdict.passed else f"fails ({verdict.reason.value})"
        output = verdict.output.decode("utf-8", "replace")
        text = cut(f"the check of {task} {how} on the project as it is now\n{output}")
        return Outcome(call=call.id, ok=verdict.passed, text=text)

    async def _wait(self, call: ToolCall) -> Outcome:
        self.open.clear()
        return yes(call, "you will be asked when there is something to decide")

    _OWN: ClassVar[Mapping[str, Callable[[Any, ToolCall], Awaitable[Outcome]]]] = {
        "assign": _assign,
        "release": _release,
        "verify": _verify,
        "wait": _wait,
    }
