"""The simulated model: works like an agent, at a profile's pace and with its luck.

It keeps nothing between requests. What it has done it reads off the conversation, and every draw
comes from a stream named by what it is for, so that a request that is asked again after a crash
gets the same reply.

A request goes like this. The tasks that are still open are all taken on, or only the first of them:
that is the agent's *style*, which it keeps for the whole run. If one of them has a part in a shared
file whose current text the agent has not seen, or was refused because a file had changed, the reply
only reads. Otherwise it writes the files of each task and completes it, for as many tasks as go
into one reply.

Whether a content is right is drawn once for each task, turn and number of checks it failed there,
and not for each request: a refusal for another reason makes no content better or worse. What stands
in the way for good (a file that cannot be written, a task it builds on that is not going to be
done) makes the agent hand the task back. So does a file that the task imports and that is not there,
because another task makes it and nobody said so: the agent says it, and others go on from there.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

from brooks.core.spec import Task
from brooks.ids import AgentId, TaskId, TurnId
from brooks.models.amounts import Amounts
from brooks.models.base import (
    ModelError,
    Reply,
    Request,
    Sleep,
    StopReason,
    ToolCall,
    names_of,
)
from brooks.models.profile import Profile
from brooks.models.remembering import Memory, remember
from brooks.models.simulated_free import FreeWork
from brooks.models.simulated_lead import lead_steps, leads
from brooks.models.solutions import SolutionPart, Solutions, put_part
from brooks.models.spoiling import spoil

NEEDED_TOOLS = frozenset({"read_file", "write_file", "complete", "give_up"})
MOST_CALLS = 500
"""Calls in one reply; an agent's tools carry out no more."""


class _Step(NamedTuple):
    """A tool call that has no id yet."""

    name: str
    arguments: dict[str, Any]


class SimulatedModel:
    """Writes reference solutions, sometimes wrongly, in the time that a profile says."""

    def __init__(
        self, profile: Profile, solutions: Solutions, chance: Callable[..., Random]
    ) -> None:
        self._profile = profile
        self._solutions = solutions
        self._chance = chance
        self._amounts = Amounts(profile, solutions, chance)
        self._free = FreeWork(profile, solutions, chance, self._amounts)
        self._at_once: dict[AgentId, bool] = {}
        """The style of each agent, drawn once to save time."""

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Answer one request.

        Raises:
            ModelError: for a request that no agent's work leads to.
        """
        steps = self._steps(request)
        prefix = f"{request.turn}.{request.index}."
        calls = tuple(
            ToolCall(id=f"{prefix}{number}", name=step.name, arguments=step.arguments)
            for number, step in enumerate(steps)
        )
        text = "" if calls else "All tasks of this turn are finished or handed back."
        reply = Reply(text=text, calls=calls)
        usage = self._amounts.usage(request, reply)
        await sleep(self._amounts.seconds(request, reply, usage))
        stop = StopReason.TOOLS if calls else StopReason.END
        return Reply(text=text, calls=calls, stop=stop, usage=usage)

    def _steps(self, request: Request) -> list[_Step]:
        if leads(request):
            found = lead_steps(request, mistake=self._profile.mistake, chance=self._chance)
            return [_Step(name, arguments) for name, arguments in found]
        if request.board is not None:
            return [_Step(*step) for step in self._free.steps(request)]
        if not request.tasks:
            raise ModelError("a simulated model works on tasks, and this request is about none")
        missing = NEEDED_TOOLS.difference(names_of(request.tools))
        if missing:
            raise ModelError(
                f"a simulated model needs the tools {', '.join(sorted(missing))}, "
                "which are not on offer"
            )
        memory = remember(request.conversation)
        left = memory.open_tasks(request.tasks)
        chosen = left if self._does_all_at_once(request.agent) else left[:1]
        steps = (
            self._handed_back(chosen, request, memory)
            or self._reads(chosen, memory)
            or self._work(chosen, request, memory)
        )
        return steps[:MOST_CALLS]

    def _does_all_at_once(self, agent: AgentId) -> bool:
        style = self._at_once.get(agent)
        if style is None:
            drawn = self._chance("style", agent).random()
            style = self._at_once[agent] = drawn < self._profile.whole_load
        return style

    def _handed_back(self, tasks: list[TaskId], request: Request, memory: Memory) -> list[_Step]:
        """Hand back what cannot be done in this turn, after telling the board what has to be done before."""
        may_tell = "propose_dependency" in names_of(request.tools)
        steps: list[_Step] = []
        for place, task in enumerate(tasks):
            missing = self._missing(task, request, tasks[:place])
            if may_tell:
                needed = dict.fromkeys(missing.values())
                steps += [_Step("propose_dependency", {"task": task, "on": on}) for on in needed]
            why = self._obstacle(task, memory, is_first=place == 0)
            why = why or ", ".join(f"{path} is not there yet" for path in missing)
            if why:
                steps.append(_Step("give_up", {"task": task, "reason": why}))
        return steps

    def _missing(self, task: TaskId, request: Request, before: list[TaskId]) -> dict[str, TaskId]:
        """Files that a task imports unsaid and that are not there, nor about to be written `before` it."""
        files = request.files
        if files is None:
            return {}
        needs = self._solutions.unstated_needs(task)
        return {
            path: maker
            for path, maker in needs.items()
            if maker not in before and files.read(path) is None
        }

    def _obstacle(self, task: TaskId, memory: Memory, *, is_first: bool) -> str:
        """Why a task cannot be done in this turn; empty if it can."""
        if is_first and task in memory.waiting:
            return "a task it depends on is not done"
        for path, data, part in self._solutions.files(task):
            if path in memory.unwritable:
                return memory.unwritable[path]
            if part and path in memory.unreadable:
                return memory.unreadable[path]
            if not _is_text(data):
                return f"{path} is not text, and write_file takes only text"
        return ""

    def _reads(self, tasks: list[TaskId], memory: Memory) -> list[_Step]:
        """The files to be read before these tasks are written, each once."""
        paths = {
            path: None
            for task in tasks
            for path, _, part in self._solutions.files(task)
            if (part or task in memory.stale) and path not in memory.texts
        }
        return [_Step("read_file", {"path": path}) for path in paths]

    def _work(self, tasks: list[TaskId], request: Request, memory: Memory) -> list[_Step]:
        """Write and complete as many tasks as go into a reply, but at least one."""
        steps: list[_Step] = []
        written: dict[str, bytes] = {}
        room = self._amounts.room(request)
        for task in tasks:
            more = list(self._task_steps(task, request, memory, written))
            room -= self._amounts.characters(more)
            if steps and (room < 0 or len(steps) + len(more) > MOST_CALLS):
                break
            steps += more
        return steps

    def _task_steps(
        self, task: TaskId, request: Request, memory: Memory, written: dict[str, bytes]
    ) -> Iterator[_Step]:
        """Write and complete one task, on top of what this reply has `written` before."""
        turn = request.turn
        if task in memory.kept:
            yield _Step("complete", {"task": task})
            return
        failures = memory.failures.get(task, 0)
        contents = self._contents(task, turn, failures)
        before = self._contents(task, turn, failures - 1) if failures else contents
        for (path, data, part), earlier in zip(contents, before, strict=True):
            content = data
            if part:
                there = written.get(path)
                if there is None:
                    there = (memory.texts[path] or "").encode("utf-8", "replace")
                content = put_part(there, data, instead_of=earlier.data)
            written[path] = content
            yield _Step("write_file", {"path": path, "content": content.decode()})
        if not failures and "propose_task" in names_of(request.tools):
            yield from map(_proposal, self._solutions.found_by(task))
        yield _Step("complete", {"task": task})

    def _contents(self, task: TaskId, turn: TurnId, failures: int) -> tuple[SolutionPart, ...]:
        """What the agent writes after so many failed checks of a task in a turn: right or wrong."""
        files = self._solutions.files(task)
        random = self._chance("mistake", task, turn, failures)
        wrong = 1.0 - self._profile.repair if failures else self._profile.mistake
        if random.random() >= wrong:
            return files
        return tuple(file._replace(data=spoil(file.path, file.data, random)) for file in files)


def _proposal(task: Task) -> _Step:
    """What says that there is such a task."""
    arguments: dict[str, Any] = {
        "id": task.id,
        "description": task.description or task.id,
        "depends_on": list(task.depends_on),
        "files": list(task.files),
    }
    return _Step("propose_task", arguments | ({} if task.check is None else {"check": task.check}))


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
