"""A model for teams without leases that answers each agent from a list, and keeps what it was asked."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tests.runtime.kit import KitModels, Run, make_spec, make_team, run

from brooks.core.spec import FaultPlan, Task
from brooks.models.base import (
    ModelError,
    Reply,
    Request,
    Sleep,
    StopReason,
    ToolCall,
)


class Says(NamedTuple):
    """One reply: calls as (name, arguments), and how long it takes."""

    calls: tuple[tuple[str, dict[str, Any]], ...]
    seconds: float = 1.0


def says(*calls: tuple[str, dict[str, Any]], seconds: float = 1.0) -> Says:
    """A reply."""
    return Says(calls, seconds)


def writes(path: str, content: str) -> tuple[str, dict[str, Any]]:
    """A call that writes a file."""
    return "write_file", {"path": path, "content": content}


def claims(task: str) -> tuple[str, dict[str, Any]]:
    """A call that claims a task."""
    return "claim", {"task": task}


def completes(task: str) -> tuple[str, dict[str, Any]]:
    """A call that marks a task done."""
    return "complete", {"task": task}


def checks(task: str | None = None) -> tuple[str, dict[str, Any]]:
    """A call that runs a task's or the project's check."""
    return "run_check", {} if task is None else {"task": task}


def solves(task: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Write what the modelled check of a task asks for, claim it and mark it done."""
    return writes(f"{task}.txt", f"{task}: right\n"), claims(task), completes(task)


class AgentScript:
    """Answers each agent from its list; an agent whose list is over says nothing."""

    def __init__(self, script: Mapping[str, Sequence[Says]]) -> None:
        self._script = {agent: list(replies) for agent, replies in script.items()}
        self.requests: list[Request] = []
        self._answers: dict[str, Says] = {}

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """The next reply of the agent; the same one for a turn that is asked again."""
        self.requests.append(request)
        if request.board is None:
            raise ModelError("this model is for teams without leases")
        if request.turn not in self._answers:
            left = self._script.get(request.agent)
            self._answers[request.turn] = left.pop(0) if left else Says(())
        entry = self._answers[request.turn]
        await sleep(entry.seconds)
        calls = tuple(
            ToolCall(id=f"{request.turn}.{number}", name=name, arguments=arguments)
            for number, (name, arguments) in enumerate(entry.calls)
        )
        return Reply(calls=calls, stop=StopReason.TOOLS if calls else StopReason.END)


class Played(NamedTuple):
    """A run by a script, and the model that played it."""

    run: Run
    model: AgentScript


def play(
    script: Mapping[str, Sequence[Says]],
    tasks: Sequence[Task],
    *,
    team: str = "paper-decentralized",
    size: int | None = None,
    faults: FaultPlan | None = None,
    check: str | None = None,
    **settings: Any,
) -> Played:
    """Run a script."""
    model = AgentScript(script)
    made = make_team(team, size or len(script), **settings)
    spec = make_spec(tasks, team=made, model="script", faults=faults, check=check)
    return Played(run(spec, models=KitModels(others={"script": model})), model)
