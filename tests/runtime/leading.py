"""What the tests of teams with a lead share: teams, leads that say what a test wants, what came of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace
from tests.runtime.kit import STEADY, KitModels, Run, agent, make_team

from brooks.core import events
from brooks.core.applying import apply
from brooks.core.facts import Role
from brooks.core.spec import Member, Team
from brooks.core.state import State
from brooks.ids import AgentId
from brooks.models.base import Model, ModelError, Reply, Request, Sleep, ToolCall

EVEN = replace(STEADY, latency_sigma=0.0, whole_load=1.0, output_tokens_per_second=1e9)
"""Every reply takes a second, and nothing is ever wrong."""

Call = tuple[str, Mapping[str, Any]]


def led(size: int = 3, *, leads: int = 1, **settings: Any) -> Team:
    """A team of `agent-1` … of which the first `leads` may lead."""
    team = make_team("lead", max(size, 2), **settings)
    members = [Member(id=agent(number), lead=number <= leads) for number in range(1, size + 1)]
    return replace(team, members=tuple(members))


def grouped(**groups: int) -> Team:
    """A team of groups of some sizes, the first of each its lead; `front-1` and so on."""
    members = [
        Member(id=AgentId(f"{group}-{number}"), group=group, lead=number == 1)
        for group, size in groups.items()
        for number in range(1, size + 1)
    ]
    return replace(make_team("lead", len(members)), members=tuple(members))


class Says:
    """A lead that says what a test tells it to, by the number of its turn, and later nothing but `wait`."""

    def __init__(self, *turns: Sequence[Sequence[Call]] | None, seconds: float = 1.0) -> None:
        self._turns = turns
        self._seconds = seconds
        self._numbers: dict[str, int] = {}
        self.asked: list[Request] = []

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Say the next thing; a turn that is None fails."""
        self.asked.append(request)
        await sleep(self._seconds)
        number = self._numbers.setdefault(request.turn, len(self._numbers))
        replies = self._turns[number] if number < len(self._turns) else []
        if replies is None:
            raise ModelError("it is out of its mind")
        said = replies[request.index] if request.index < len(replies) else [("wait", {})]
        calls = (
            ToolCall(id=f"{request.turn}.{request.index}.{at}", name=name, arguments=arguments)
            for at, (name, arguments) in enumerate(said)
        )
        return Reply(calls=tuple(calls))


def assign(task: str, to: int) -> Call:
    """A call that gives a task to an agent."""
    return ("assign", {"task": task, "agent": f"agent-{to}"})


class Split:
    """A model that asks one model to lead, and another one to work."""

    def __init__(self, lead: Model, work: Model) -> None:
        self._lead = lead
        self._work = work

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Pass the request on."""
        model = self._work if request.tasks else self._lead
        return await model.request(request, sleep=sleep)


class SplitModels(KitModels):
    """Models of a profile, but for what leads."""

    def __init__(self, lead: Model) -> None:
        super().__init__({"even": EVEN})
        self._lead = lead

    def make(self, text: str, **settings: Any) -> Model:
        """The model of a name."""
        return Split(self._lead, super().make(text, **settings))


def terms(finished: Run, group: str = "") -> list[tuple[str, int]]:
    """Who led under which fence, in order."""
    return [
        (event.agent, event.fence)
        for event in finished.events(events.TasksLeased)
        if event.role is Role.LEAD and event.group == group
    ]


def leaders(finished: Run, group: str = "") -> list[str]:
    """Who led, in order, each change once."""
    names = [name for name, _ in terms(finished, group)]
    return [name for at, name in enumerate(names) if at == 0 or name != names[at - 1]]


def is_led_by_one_at_a_time(finished: Run) -> bool:
    """Fences rise from lead to lead, and no group ever has two with a lease."""
    state = State()
    for record in finished.records:
        apply(state, record)
        groups = [lease.group for lease in state.leases.values() if lease.role is Role.LEAD]
        assert len(groups) == len(set(groups)), record
    fences = [fence for _, fence in terms(finished)]
    assert fences == sorted(set(fences))
    return True


def answers(finished: Run, keep: Callable[[str], bool] = bool) -> list[tuple[bool, str]]:
    """What the calls of leads were answered, in order."""
    turns = {event.turn for event in finished.events(events.TurnStarted) if event.role is Role.LEAD}
    found = [
        (result.ok, finished.log.blob(result.text).decode())
        for event in finished.events(events.ToolsFinished)
        if event.turn in turns
        for result in event.results
    ]
    return [(ok, text) for ok, text in found if keep(text)]
