"""What the tests of the models share: a small project, and turns with tools that answer."""

from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256

import pytest

from brooks.core.spec import SolutionFile, Task
from brooks.ids import AgentId, BlobHash, TaskId, TurnId
from brooks.models.base import (
    Answered,
    Outcome,
    Reply,
    Request,
    Returned,
    Said,
    ToolCall,
    Turned,
)
from brooks.models.profile import Profile
from brooks.models.simulated import SimulatedModel
from brooks.models.solutions import Solutions
from brooks.runtime.chance import stream
from brooks.runtime.tools import TOOLS

FLAWLESS = Profile(
    overhead_seconds=1.0,
    output_tokens_per_second=100.0,
    latency_sigma=0.0,
    seconds_per_1k_input=0.0,
    mistake=0.0,
    repair=1.0,
    stall=0.0,
    stall_seconds=0.0,
    whole_load=1.0,
    thinking_tokens=0,
)
"""One without luck, which does all tasks of a turn at once."""


def hash_of(data: bytes) -> BlobHash:
    """The name of some bytes."""
    return BlobHash(sha256(data).hexdigest())


class Project:
    """Tasks with solutions, and the tree they are done in."""

    def __init__(self, **tasks: Mapping[str, bytes | tuple[str, bytes]]) -> None:
        """Each task is a mapping of paths to a whole file, or to ("part", its part)."""
        blobs: dict[BlobHash, bytes] = {}
        made = []
        for name, files in tasks.items():
            solution = []
            for path, value in files.items():
                data = value if isinstance(value, bytes) else value[1]
                blobs[hash_of(data)] = data
                part = not isinstance(value, bytes)
                solution.append(SolutionFile(path=path, blob=hash_of(data), part=part))
            made.append(Task(id=TaskId(name), solution=tuple(solution)))
        self.solutions = Solutions(made, blobs.__getitem__)
        self.files: dict[str, bytes] = {}
        self.turns = 0

    def model(self, profile: Profile, seed: int = 0) -> SimulatedModel:
        """A model that knows the solutions."""
        return SimulatedModel(profile, self.solutions, partial(stream, seed))

    def turn(self, model: SimulatedModel, *tasks: str, agent: str = "agent-1") -> "Turn":
        """A turn of an agent on some tasks."""
        self.turns += 1
        return Turn(self, model, agent, f"turn-{self.turns}", tasks)

    def solved(self, task: str) -> bool:
        """Whether a task is done in the tree."""
        return self.solutions.is_solved(TaskId(task), self.files.get)


class Turn:
    """One turn with tools that answer as the real ones do, driven until nothing is open."""

    def __init__(
        self, project: Project, model: SimulatedModel, agent: str, turn: str, tasks: tuple[str, ...]
    ) -> None:
        self.project = project
        self.model = model
        self.agent = AgentId(agent)
        self.id = TurnId(turn)
        self.tasks = tuple(TaskId(task) for task in tasks)
        self.open = dict.fromkeys(self.tasks)
        self.conversation: list[Turned] = [Said(role="user", text="Do your tasks.")]
        self.replies: list[Reply] = []
        self.snapshot = dict(project.files)
        self.draft: dict[str, bytes] = {}
        self.attempts = 3
        self.max_output_tokens = 8192
        self.slept: list[float] = []
        self.before_complete: Callable[[], None] = lambda: None
        """What somebody else does while the agent works; it happens once."""
        self.answers: dict[tuple[str, str], list[str]] = {}
        """Refusals planned for a tool and its path or task."""

    def run(self, most: int = 12) -> "Turn":
        """Ask and carry out until the agent holds nothing."""
        for _ in range(most):
            self.step()
            if not self.open:
                break
        return self

    def step(self) -> Reply:
        """One request and what comes of it."""
        reply = self.ask()
        self.replies.append(reply)
        outcomes = tuple(self._carry_out(call) for call in reply.calls)
        self.conversation += [Answered(reply=reply), Returned(outcomes=outcomes)]
        if any(call.name == "complete" for call in reply.calls):
            self.snapshot = dict(self.project.files)
        return reply

    def request(self) -> Request:
        """What the model is asked next."""
        return Request(
            agent=self.agent,
            turn=self.id,
            index=len(self.replies),
            tasks=self.tasks,
            conversation=tuple(self.conversation),
            tools=TOOLS,
            max_output_tokens=self.max_output_tokens,
        )

    def ask(self) -> Reply:
        """The model's answer to it, waiting for nothing."""

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        try:
            self.model.request(self.request(), sleep=sleep).send(None)
        except StopIteration as stop:
            reply: Reply = stop.value
            return reply
        raise AssertionError("the model waits for something else than its sleep")

    def names(self) -> list[str]:
        """The calls of each reply, in short."""
        return [" ".join(_short(call) for call in reply.calls) for reply in self.replies]

    def _carry_out(self, call: ToolCall) -> Outcome:
        subject = str(call.arguments.get("path", call.arguments.get("task")))
        planned = self.answers.get((call.name, subject))
        if planned:
            return Outcome(call=call.id, ok=False, text=planned.pop(0))
        match call.name:
            case "read_file":
                data = self.draft.get(subject, self.snapshot.get(subject))
                text = f"there is no file {subject!r}" if data is None else data.decode()
                return Outcome(call=call.id, ok=data is not None, text=text)
            case "write_file":
                self.draft[subject] = call.arguments["content"].encode()
                return Outcome(call=call.id, ok=True, text=f"{subject} written")
            case "give_up":
                del self.open[TaskId(subject)]
                return Outcome(call=call.id, ok=True, text=f"{subject} handed back")
            case _:
                return self._complete(call.id, TaskId(subject))

    def _complete(self, call: str, task: TaskId) -> Outcome:
        interfere, self.before_complete = self.before_complete, lambda: None
        interfere()
        files = self.project.files
        stale = [path for path in self.draft if files.get(path) != self.snapshot.get(path)]
        if stale:
            for path in stale:
                del self.draft[path]
            text = f"refused: {', '.join(stale)} was changed by another agent. Read it again."
            return Outcome(call=call, ok=False, text=text)
        merged = {**files, **self.draft}
        if self.project.solutions.is_solved(task, merged.get):
            files.update(self.draft)
            self.snapshot.update(self.draft)
            self.draft.clear()
            del self.open[task]
            return Outcome(call=call, ok=True, text=f"{task} is done")
        self.attempts -= 1
        tail = ""
        if not self.attempts:
            del self.open[task]
            tail = " You no longer hold this task."
        return Outcome(call=call, ok=False, text=f"the check of {task} failed (failed):\n{tail}")


def _short(call: ToolCall) -> str:
    return f"{call.name}:{call.arguments.get('path', call.arguments.get('task'))}"


@pytest.fixture
def project_of() -> type[Project]:
    """Makes a project of some tasks."""
    return Project
