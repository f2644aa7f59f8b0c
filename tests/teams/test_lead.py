"""Who takes what in a team with a lead, when the lead is asked, and when another takes its place."""

from typing import Any

import pytest
from msgspec.structs import replace
from tests.runtime.kit import KitModels, Run, agent, chain, free, make_spec, run, task
from tests.runtime.leading import (
    EVEN,
    Call,
    Says,
    SplitModels,
    answers,
    assign,
    is_led_by_one_at_a_time,
    leaders,
    led,
    terms,
)

from brooks.core import events
from brooks.core.facts import EndReason, Role
from brooks.core.spec import Fault, FaultKind, FaultPlan, Task, Team
from brooks.core.team_rules import Consistency


def even(tasks: tuple[Task, ...], team: Team | None = None, **settings: Any) -> Run:
    """A run of agents that all work alike, led by a simulated lead."""
    spec = make_spec(tasks, team=team or led(), model="even", **settings)
    return run(spec, models=KitModels({"even": EVEN}))


def told(lead: Says, tasks: tuple[Task, ...], team: Team | None = None, **settings: Any) -> Run:
    """A run in which whoever leads says what a test wants."""
    spec = make_spec(tasks, team=team or led(), model="even", **settings)
    return run(spec, models=SplitModels(lead))


def taken(finished: Run) -> list[tuple[str, tuple[str, ...], float]]:
    """Who took what, and when."""
    return [
        (record.event.agent, record.event.tasks, record.time)
        for record in finished.records
        if isinstance(record.event, events.TasksLeased) and record.event.role is Role.WORK
    ]


def test_a_lead_assigns_and_the_others_work() -> None:
    """The first member does no task itself, and no claim is refused."""
    finished = even((*chain(3), *free(4)))

    assert finished.outcome() == ("done", "every task is done")
    assert {event.agent for event in finished.events(events.TaskDone)} == {"agent-2", "agent-3"}
    assert {event.by for event in finished.events(events.TaskAssigned)} == {"agent-1"}
    assert finished.events(events.Refused) == []
    assert is_led_by_one_at_a_time(finished)
    assert finished.problems() == []


def test_a_member_that_the_user_named_leads() -> None:
    """The second of three."""
    team = led(3, leads=0)
    first, second, third = team.members
    finished = even(free(3), replace(team, members=(first, replace(second, lead=True), third)))

    assert leaders(finished) == ["agent-2"]
    assert {event.agent for event in finished.events(events.TaskDone)} == {"agent-1", "agent-3"}


def test_an_agent_takes_what_it_was_given_in_the_order_in_which_it_was_given() -> None:
    """Three tasks for one agent, the last first; the lead need not be asked again."""
    lead = Says([[assign("f3", 2), assign("f1", 2), assign("f2", 2), ("wait", {})]])

    finished = told(lead, free(3), led(2))

    assert [tasks for _, tasks, _ in taken(finished)] == [("f3",), ("f1",), ("f2",)]
    assert len(terms(finished)) == 1


def test_a_batch_of_given_tasks_may_follow_a_chain() -> None:
    """All three are given before the second and third are ready."""
    lead = Says([[assign("t1", 2), assign("t2", 2), assign("t3", 2)], [("wait", {})]])

    finished = told(lead, chain(3), led(2, batch=3))

    assert [tasks for _, tasks, _ in taken(finished)] == [("t1",), ("t2", "t3")]


def test_a_lead_is_not_asked_again_about_what_it_has_seen_and_left() -> None:
    """It waits, and waits: it is asked once, and then nobody asks until something happens."""
    finished = told(Says(), free(1), led(2))

    assert finished.outcome()[0] == "done"
    assert len(terms(finished)) == 1
    assert taken(finished) == [("agent-2", ("f1",), 30.0)]


def test_a_task_that_nobody_was_given_for_a_lease_is_taken_the_most_urgent_first() -> None:
    """The lead decides nothing; liveness does not rest on it."""
    finished = told(Says(), (*free(1), *chain(2)), led(2))

    assert finished.outcome()[0] == "done"
    assert taken(finished)[0] == ("agent-2", ("t1",), 30.0)
    assert finished.problems() == []


def test_a_lead_that_decides_nothing_is_deposed() -> None:
    """The team had to help itself twice in a row: then the other one leads."""
    finished = told(Says(), chain(4), led(3))

    assert leaders(finished)[:2] == ["agent-1", "agent-2"]
    assert is_led_by_one_at_a_time(finished)
    assert finished.outcome()[0] == "done"


def test_a_lead_whose_turns_fail_twice_in_a_row_is_deposed() -> None:
    """Its model does not answer; another leads, at once."""
    good = [[assign("f1", 1), ("wait", {})]]

    finished = told(Says(None, None, good), free(1), led(3))

    assert [name for name, _ in terms(finished)][:3] == ["agent-1", "agent-1", "agent-2"]
    ended = [event.reason for event in finished.events(events.TurnEnded)][:2]
    assert ended == [EndReason.MODEL_FAILED] * 2
    assert taken(finished)[0][0] == "agent-1"
    assert finished.outcome()[0] == "done"


def test_one_bad_turn_deposes_nobody() -> None:
    """It fails once and is asked again."""
    finished = told(Says(None, [[assign("f1", 2)]]), free(1), led(3))

    assert leaders(finished) == ["agent-1"]
    assert taken(finished)[0][0] == "agent-2"


def test_replies_of_which_nothing_can_be_carried_out_are_a_bad_turn() -> None:
    """Three in a row end a turn, and two such turns a lead's time."""
    nonsense: list[list[Call]] = [
        [("dance", {})],
        [("assign", {})],
        [("write_file", {"path": "x", "content": ""})],
    ]

    finished = told(Says(nonsense, nonsense), free(1), led(3))

    assert leaders(finished)[:2] == ["agent-1", "agent-2"]
    assert EndReason.UNUSABLE_REPLIES in {e.reason for e in finished.events(events.TurnEnded)}
    assert "x" not in finished.files()


def test_the_last_one_left_works_itself_and_asks_nobody() -> None:
    """Both others die before anything is done; the lead needs no turn to tell itself what to do."""
    dead = [Fault(kind=FaultKind.CRASH, agent=agent(n), at=0.5, seconds=0.0) for n in (2, 3)]

    finished = even(free(3), led(3), faults=FaultPlan(faults=tuple(dead)))

    assert {event.agent for event in finished.events(events.TaskDone)} == {"agent-1"}
    assert finished.outcome()[0] == "done"
    assert finished.problems() == []


def test_a_lead_of_nobody_just_works() -> None:
    """A team of one has no turn in which somebody leads."""
    finished = even(chain(3), led(1))

    assert terms(finished) == []
    assert finished.outcome()[0] == "done"


def test_a_task_that_came_back_is_unassigned_again() -> None:
    """Its agent dies; the lead sees it and gives it to another."""
    lead = Says([[assign("t1", 2)]], [[assign("t1", 3)]])
    crash = Fault(kind=FaultKind.CRASH, agent=agent(2), at=1.5, seconds=0.0)

    finished = told(lead, chain(1), led(3), faults=FaultPlan(faults=(crash,)))

    assert [name for name, _, _ in taken(finished)] == ["agent-2", "agent-3"]
    assert "- t1: ready, unassigned" in lead.asked[1].conversation[1].text  # type: ignore[union-attr]


def test_a_lead_is_told_of_a_failed_check() -> None:
    """The check of the only task fails and its agent mends it; the lead is asked in between."""
    careless = replace(EVEN, mistake=1.0, repair=1.0)
    spec = make_spec(chain(1), team=led(2), model="careless")

    finished = run(spec, models=KitModels({"careless": careless}))

    dropped = [r.time for r in finished.records if isinstance(r.event, events.ProposalDropped)]
    asked = [
        record.time
        for record in finished.records
        if isinstance(record.event, events.TurnStarted) and record.event.role is Role.LEAD
    ]
    assert set(dropped) <= set(asked)
    assert finished.outcome()[0] == "done"


def test_a_lead_takes_back_what_is_late_and_gives_it_to_another() -> None:
    """One agent's model becomes a thousand times as slow; the others are done, and then its task is moved."""
    slow = Fault(kind=FaultKind.SLOW, agent=agent(2), at=3.0, seconds=900.0, factor=1000.0)

    finished = even(free(7), led(3), faults=FaultPlan(faults=(slow,)))

    [back] = [event for event in finished.events(events.TasksReturned) if event.by is not None]
    assert (back.agent, back.by) == ("agent-2", "agent-1")
    assert finished.outcome()[0] == "done"
    assert finished.state.time < 120.0
    assert finished.problems() == []


def test_a_task_goes_to_an_agent_that_has_its_skill() -> None:
    """A lead gives it to one that has not; that one does not take it, and the other one does."""
    team = led(3)
    lead, second, third = team.members
    members = (lead, replace(second, skills=("go",)), replace(third, skills=("sql",)))
    tasks = (replace(task("a"), skill="sql"),)

    finished = told(Says([[assign("a", 2)]]), tasks, replace(team, members=members))

    assert [name for name, _, _ in taken(finished)] == ["agent-3"]


def test_a_lead_may_not_give_tasks_to_itself() -> None:
    """It is told to whom it may."""
    finished = told(Says([[assign("f1", 1), assign("f1", 2)]]), free(1), led(2))

    assert answers(finished)[0] == (False, "you can give tasks to agent-2, not to 'agent-1'")
    assert taken(finished)[0][0] == "agent-2"


def test_a_member_that_joins_later_is_given_tasks_too() -> None:
    """Nobody waits for it; a member that leaves is given none any more."""
    team = led(3)
    lead, second, third = team.members
    members = (lead, replace(second, leaves=20.0), replace(third, joins=10.0))

    finished = even(free(30), replace(team, members=members))

    by_agent = [(name, time) for name, _, time in taken(finished)]
    assert by_agent[0][0] == "agent-2"
    assert min(time for name, time in by_agent if name == "agent-3") >= 10.0
    assert max(time for name, time in by_agent if name == "agent-2") <= 20.0
    assert leaders(finished) == ["agent-1"]
    assert finished.problems() == []


def test_locked_files_keep_tasks_apart_without_a_refusal() -> None:
    """All tasks write one file: one is done at a time, though the lead gives away more."""
    team = led(4)
    rules = replace(team.rules, consistency=Consistency.LOCKED)
    tasks = tuple(task(name, files=("shared.txt",)) for name in "abcd")

    finished = even(tasks, replace(team, rules=rules))

    assert finished.outcome()[0] == "done"
    assert finished.events(events.Refused) == []
    assert finished.problems() == []


@pytest.mark.parametrize("size", [2, 3, 5])
def test_a_mistaken_lead_only_costs_time(size: int) -> None:
    """It always gives away what is not ready, so that agents stay idle; the team helps itself."""
    wrong = replace(EVEN, mistake=1.0, repair=1.0)
    spec = make_spec((*chain(3), *free(2)), team=led(size), model="wrong")

    finished = run(spec, models=KitModels({"wrong": wrong}))

    assert finished.outcome()[0] == "done"
    assert finished.problems() == []
