"""Teams of groups, each with a lead: whose a task is, and what becomes of the tasks of a lost group."""

from typing import Any

from msgspec.structs import replace
from tests.runtime.kit import KitModels, Run, chain, free, make_spec, run, task
from tests.runtime.leading import EVEN, grouped, is_led_by_one_at_a_time, leaders

from brooks.core import events
from brooks.core.spec import Fault, FaultKind, FaultPlan, Task, Team
from brooks.ids import AgentId


def even(tasks: tuple[Task, ...], team: Team, **settings: Any) -> Run:
    """A run of agents that all work alike."""
    spec = make_spec(tasks, team=team, model="even", **settings)
    return run(spec, models=KitModels({"even": EVEN}))


def groups_of(finished: Run) -> dict[str, str]:
    """Which group did each task."""
    return {event.task: event.agent[:-2] for event in finished.events(events.TaskDone)}


def death(name: str, at: float = 0.5) -> Fault:
    """An agent dies for good."""
    return Fault(kind=FaultKind.CRASH, agent=AgentId(name), at=at, seconds=0.0)


def test_each_group_has_a_lead_of_its_own() -> None:
    """Two leads at the same time, each over its own agents."""
    finished = even(free(6), grouped(front=3, back=3))

    assert leaders(finished, "front") == ["front-1"]
    assert leaders(finished, "back") == ["back-1"]
    for event in finished.events(events.TaskAssigned):
        assert event.by[:-2] == event.agent[:-2]
    assert is_led_by_one_at_a_time(finished)
    assert finished.outcome()[0] == "done"
    assert finished.problems() == []


def test_a_task_belongs_to_the_group_that_its_skill_names() -> None:
    """And the others are shared out, chain by chain."""
    tasks = (*(replace(each, skill="back") for each in free(2)), *chain(2), task("u"))

    finished = even(tasks, grouped(front=2, back=2))

    assert groups_of(finished) == {
        "f1": "back", "f2": "back", "t1": "front", "t2": "front", "u": "back",
    }  # fmt: skip


def test_a_task_goes_with_the_first_that_it_needs() -> None:
    """Two chains of two, one for each group, and one task that needs both."""
    tasks = (*chain(2), task("u1"), task("u2", "u1"), task("last", "t2", "u2"))

    finished = even(tasks, grouped(front=2, back=2))

    found = groups_of(finished)
    assert (found["t1"], found["t2"], found["last"]) == ("front", "front", "front")
    assert (found["u1"], found["u2"]) == ("back", "back")


def test_another_of_its_group_leads_when_a_lead_dies() -> None:
    """The lead of one group dies while it thinks; the other group does not notice."""
    faults = FaultPlan(faults=(death("front-1"),))

    finished = even(free(8), grouped(front=3, back=3), faults=faults)

    assert leaders(finished, "front") == ["front-1", "front-2"]
    assert leaders(finished, "back") == ["back-1"]
    assert finished.outcome()[0] == "done"
    assert finished.problems() == []


def test_who_comes_back_last_takes_what_all_have_left() -> None:
    """One group leaves while the other one is away; the first that is there again has all of it to do."""
    team = grouped(front=1, back=1)
    front, back = team.members
    team = replace(team, members=(front, replace(back, leaves=20.0)))
    away = Fault(kind=FaultKind.CRASH, agent=AgentId("front-1"), at=0.5, seconds=99.0)
    tasks = tuple(replace(each, skill="back") for each in chain(30))

    finished = even(tasks, team, faults=FaultPlan(faults=(away,)))

    assert finished.outcome()[0] == "done"
    assert groups_of(finished)["t1"] == "back"
    assert groups_of(finished)["t30"] == "front"
    assert finished.problems() == []


def test_the_tasks_of_a_lost_group_go_to_the_others() -> None:
    """Everyone of one group dies, one after the other; what it had not done is done by the other one."""
    faults = FaultPlan(faults=tuple(death(f"front-{number}", 1.5) for number in (1, 2, 3)))

    finished = even(free(8), grouped(front=3, back=2), faults=faults)

    assert finished.outcome()[0] == "done"
    assert set(groups_of(finished).values()) == {"back"}
    assert finished.problems() == []
