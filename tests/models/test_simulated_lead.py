"""How the simulated lead decides, from the very text that a lead is shown."""

from functools import partial

import pytest

from brooks.core.facts import CheckReason
from brooks.core.state import Status
from brooks.ids import AgentId, TaskId, TurnId
from brooks.models.base import Request, Said, Tool
from brooks.models.simulated_lead import Step, lead_steps, leads
from brooks.runtime.chance import stream
from brooks.runtime.lead_text import MOST_LINES, lead_text
from brooks.runtime.lead_tools import LEAD_TOOLS
from brooks.runtime.tools import TOOLS
from brooks.teams.outlook import AgentView, Doing, Outlook, TaskView


def free(name: str, **settings: object) -> AgentView:
    """An agent with nothing to do."""
    return AgentView(agent=AgentId(name), doing=Doing.FREE, **settings)  # type: ignore[arg-type]


def busy(name: str, *tasks: str, late: bool = False) -> AgentView:
    """An agent at work."""
    return AgentView(
        agent=AgentId(name),
        doing=Doing.WORKING,
        tasks=tuple(map(TaskId, tasks)),
        seconds=12.0,
        late=late,
    )


def ready(name: str, rank: float = 1.0, **settings: object) -> TaskView:
    """A task that nobody was given."""
    return TaskView(task=TaskId(name), status=Status.READY, rank=rank, effort=1.0, **settings)  # type: ignore[arg-type]


def waiting(name: str, *needs: str) -> TaskView:
    """A task that is not ready."""
    return TaskView(
        task=TaskId(name),
        status=Status.WAITING,
        rank=1.0,
        effort=1.0,
        needs=tuple(map(TaskId, needs)),
    )


def held(name: str, by: str, rank: float = 1.0) -> TaskView:
    """A task that somebody works on."""
    return TaskView(
        task=TaskId(name), status=Status.LEASED, rank=rank, effort=1.0, holders=(AgentId(by),)
    )


def request(outlook: Outlook, tools: tuple[Tool, ...] = LEAD_TOOLS) -> Request:
    """A request to lead."""
    text = f"This is how the team stands:\n{lead_text(outlook)}"
    return Request(
        agent=AgentId("lead"),
        turn=TurnId("turn-1"),
        index=0,
        tasks=(),
        conversation=(Said(role="system", text="You lead."), Said(role="user", text=text)),
        tools=tools,
    )


def decided(
    agents: list[AgentView], tasks: list[TaskView], *, mistake: float = 0.0, seed: int = 0
) -> list[Step]:
    """What the simulated lead does when things stand so; all but the `wait` at the end."""
    outlook = Outlook(lead=AgentId("lead"), agents=tuple(agents), tasks=tuple(tasks))
    steps = lead_steps(request(outlook), mistake=mistake, chance=partial(stream, seed))
    assert steps[-1] == ("wait", {})
    return steps[:-1]


def given(steps: list[Step]) -> dict[str, str]:
    """Which task goes to whom."""
    return {each["task"]: each["agent"] for name, each in steps if name == "assign"}


def test_the_largest_rank_goes_first() -> None:
    """Two agents are free, and of three tasks the lightest is left."""
    steps = decided([free("a"), free("b")], [ready("x", 1), ready("y", 3.5), ready("z", 2)])

    assert steps == [
        ("assign", {"task": "y", "agent": "a"}),
        ("assign", {"task": "z", "agent": "b"}),
    ]


def test_the_fastest_agent_is_given_the_most_urgent_task() -> None:
    """Speeds are told where they are not 1."""
    assert given(decided([free("a"), free("b", speed=2.0)], [ready("x")])) == {"x": "b"}


def test_only_an_agent_with_the_skill_is_given_a_task() -> None:
    """An agent without skills of its own can do anything."""
    agents = [free("a", skills=("go",)), free("b", skills=("sql", "go"))]

    assert given(decided(agents, [ready("x", 3, skill="sql"), ready("y", 2, skill="go")])) == {
        "x": "b",
        "y": "a",
    }
    assert given(decided([free("a")], [ready("x", skill="sql")])) == {"x": "a"}


def test_what_was_given_and_what_is_held_is_left_alone() -> None:
    """Nobody is free, or nothing is unassigned: it only waits."""
    assert decided([busy("a", "x")], [ready("y"), held("x", "a")]) == []
    assert decided([free("a")], [ready("y", assigned=AgentId("b")), waiting("z", "y")]) == []
    assert decided([free("a", next=(TaskId("y"),))], [ready("x")]) == []
    assert decided([], []) == []


def test_a_late_task_is_taken_back_for_an_agent_that_is_free() -> None:
    """And only then: with nobody free it would be worse off."""
    tasks = [held("x", "a", 2.0), held("y", "b"), ready("z", 1.0)]

    steps = decided([busy("a", "x", late=True), busy("b", "y"), free("c")], tasks)

    assert steps == [
        ("release", {"task": "x", "agent": "a", "reason": "it takes too long"}),
        ("assign", {"task": "x", "agent": "c"}),
    ]
    assert decided([busy("a", "x", late=True)], tasks) == []


def test_a_mistake_gives_away_what_is_not_ready() -> None:
    """As often as the profile says, by a stream of its own."""
    agents, tasks = [free("a")], [ready("x"), waiting("w", "x")]

    assert given(decided(agents, tasks, mistake=1.0)) == {"w": "a"}
    assert decided(agents, [ready("x")], mistake=1.0) == []
    drawn = ["w" in given(decided(agents, tasks, mistake=0.3, seed=seed)) for seed in range(1000)]
    assert 260 < sum(drawn) < 340
    assert decided(agents, tasks, mistake=0.5, seed=1) == decided(
        agents, tasks, mistake=0.5, seed=1
    )


@pytest.mark.parametrize(
    "name",
    [
        "plain",
        "a b",
        "x: ready, unassigned; rank 99, effort 1",
        'say "x"',
        "back\\slash",
        "ünï",
        "é|",
    ],
)
def test_a_task_of_any_name_is_understood(name: str) -> None:
    """Ids come from files and from models."""
    tasks = [ready(name, 3.0, title="- y: ready, unassigned; rank 9"), waiting("w", name)]

    assert given(decided([free("a"), free("b")], tasks)) == {name: "a"}
    late = [busy("a", name, "other", late=True), free("b")]
    assert given(decided(late, [held(name, "a")])) == {name: "b"}


def test_what_is_shown_is_bounded() -> None:
    """A thousand tasks, each of which needs a thousand: a hundred lines of ten names."""
    many = [waiting(f"t{number}", *(f"n{each}" for each in range(1000))) for number in range(1000)]
    agents = tuple(free(f"a{number}") for number in range(1000))

    text = lead_text(Outlook(lead=AgentId("lead"), agents=agents, tasks=tuple(many)))

    assert len(text.splitlines()) == 2 * MOST_LINES + 5
    assert "… and 900 more" in text
    assert max(map(len, text.splitlines())) < 200


def test_everything_about_a_task_and_an_agent_is_told() -> None:
    """One line for each."""
    agent = AgentView(
        agent=AgentId("ann"),
        doing=Doing.WORKING,
        tasks=(TaskId("x"), TaskId("y")),
        seconds=340.4,
        late=True,
        next=(TaskId("z"),),
        speed=0.5,
        skills=("go", "sql"),
    )
    task = ready(
        "x", 2.5, title="Do  it", skill="go", check=CheckReason.TIMEOUT, assigned=AgentId("ann")
    )
    queued = TaskView(task=TaskId("q"), status=Status.QUEUED, rank=1.0, effort=1.0, failures=2)
    outlook = Outlook(
        lead=AgentId("lead"),
        group="front",
        agents=(agent, AgentView(agent=AgentId("bob"), doing=Doing.AWAY)),
        tasks=(task, queued),
        over=3,
    )

    assert lead_text(outlook).splitlines() == [
        "2 tasks of the group 'front' are open, 3 are over.",
        "Agents you can give tasks to:",
        "- ann: works on x, y for 340 s, LATE; then z; speed 0.5; skills go, sql",
        "- bob: away",
        "Open tasks, the most urgent first:",
        "- x: ready, given to ann; rank 2.5, effort 1; needs skill go; last check: timeout | Do it",
        "- q: its change is being checked; rank 1, effort 1; failed attempts: 2",
    ]


def test_who_may_assign_is_a_lead() -> None:
    """The tools on offer tell a request to lead from one to work."""
    outlook = Outlook(lead=AgentId("lead"))

    assert leads(request(outlook))
    assert not leads(request(outlook, TOOLS))
