"""Elastic teams: who is called when, who is let go, and what the log then says of their time."""

import pytest
from msgspec.structs import replace
from tests.runtime.kit import (
    Run,
    chain,
    free,
    make_spec,
    run,
    task,
)

from brooks.analysis.activity import Activity
from brooks.analysis.availability import Availability
from brooks.analysis.summary import Summary
from brooks.core import events
from brooks.core.spec import Fault, FaultKind, FaultPlan, Task, Team
from brooks.ids import AgentId
from brooks.spec.teams import build_team

HOURGLASS = (
    *free(6),
    task("neck", *(f"f{number}" for number in range(1, 7))),
    *(task(f"n{number}", "neck" if number == 1 else f"n{number - 1}") for number in range(1, 6)),
    *(task(f"g{number}", "n5") for number in range(1, 7)),
)
"""Six at once, then one after the other, then six at once."""


def elastic(text: str, idle_seconds: float = 3.0, **settings: float) -> Team:
    team = build_team(text, **settings)  # type: ignore[arg-type]  # settings of the caller's
    assert team.elastic is not None
    return replace(team, elastic=replace(team.elastic, idle_seconds=idle_seconds))


def called(finished: Run) -> list[str]:
    return [event.agent for event in finished.events(events.AgentCalled)]


def in_team(finished: Run) -> list[int]:
    """How many members there were after each call and each leaving."""
    sizes, there = [], dict[AgentId, None]()
    for record in finished.records:
        event = record.event
        if isinstance(event, events.AgentCalled):
            there[event.agent] = None
        elif isinstance(event, events.AgentLeft):
            del there[event.agent]
        else:
            continue
        sizes.append(len(there))
    return sizes


def agent_seconds(finished: Run) -> float:
    availability = Availability()
    for record in finished.records:
        availability.add(record)
    end = finished.records[-1].time
    return sum(agent.seconds(end) for agent in availability.agents.values())


def test_a_chain_is_done_by_the_least() -> None:
    """There is never more than one task to do."""
    finished = run(make_spec(chain(5), team=elastic("leased:1-8")))

    assert finished.outcome()[0] == "done"
    assert called(finished) == ["agent-1"]


def test_as_many_come_as_tasks_wait_and_no_more_than_the_most() -> None:
    """Of five tasks at once, a team of eight at the most needs five agents; one of three has three."""
    five = run(make_spec(free(5), team=elastic("leased:1-8")))
    three = run(make_spec(free(5), team=elastic("leased:2-3")))

    assert called(five) == [f"agent-{number}" for number in range(1, 6)]
    assert called(three) == ["agent-1", "agent-2", "agent-3"]


def test_a_team_shrinks_to_its_least_and_grows_again() -> None:
    """Wide, narrow, wide: those that were let go are called back, and the same tasks are done."""
    finished = run(make_spec(HOURGLASS, team=elastic("leased:2-6")))

    assert finished.problems() == []
    assert finished.outcome()[0] == "done"
    sizes = in_team(finished)
    assert max(sizes) == 6
    narrowest = sizes.index(min(sizes[5:]), 5)
    assert sizes[narrowest] == 2
    assert max(sizes[narrowest:]) == 6


@pytest.mark.parametrize("preset", ["leased", "hybrid"])
def test_agent_time_counts_only_while_somebody_is_there(preset: str) -> None:
    """An elastic team has its end as soon, or nearly, in less of its agents' time."""
    rigid = run(make_spec(HOURGLASS, team=build_team(f"{preset}:6")))
    grown = run(make_spec(HOURGLASS, team=elastic(f"{preset}:1-6")))

    assert grown.outcome()[0] == "done"
    assert grown.records[-1].time <= 1.2 * rigid.records[-1].time
    assert agent_seconds(grown) < 0.8 * agent_seconds(rigid)
    assert agent_seconds(rigid) == pytest.approx(6 * rigid.records[-1].time, rel=0.01)


def test_who_was_let_go_is_away_and_not_idle() -> None:
    """Of an agent's time in the team each second is one thing; afterwards none is anything but away."""
    finished = run(make_spec(HOURGLASS[:-6], team=elastic("leased:1-6")))

    summary = Summary.of(finished.records)
    states = {name: agent.track.activity for name, agent in summary.agents.items()}
    there = [
        agent.track.seconds(activity, summary.time)
        for agent in summary.agents.values()
        for activity in Activity
        if activity is not Activity.AWAY
    ]

    assert set(states.values()) == {Activity.IDLE, Activity.AWAY}
    assert sum(there) == pytest.approx(agent_seconds(finished))
    assert summary.agent_seconds == pytest.approx(agent_seconds(finished))


def test_an_agent_is_not_let_go_as_long_as_it_may_be_needed_soon() -> None:
    """With much patience nobody leaves."""
    finished = run(make_spec(HOURGLASS, team=elastic("leased:1-6", idle_seconds=1000.0)))

    assert finished.events(events.AgentLeft) == []


def test_the_same_run_has_the_same_log() -> None:
    """Who comes and goes follows from the log alone."""
    spec = make_spec(HOURGLASS, team=elastic("hybrid:1-6"), seed=7)

    assert run(spec).records == run(spec).records


def test_one_that_dies_is_replaced_though_the_least_is_one() -> None:
    """The only agent crashes for good; its task is offered again, nobody is free, another comes."""
    crash = Fault(kind=FaultKind.CRASH, agent=AgentId("agent-1"), at=0.5, seconds=0.0)
    finished = run(
        make_spec(chain(3), team=elastic("leased:1-2"), faults=FaultPlan(faults=(crash,)))
    )

    assert finished.problems() == []
    assert finished.outcome()[0] == "done"
    assert called(finished) == ["agent-1", "agent-2"]


def test_nothing_happens_to_who_is_not_there() -> None:
    """A crash that was planned for a member that nobody has called."""
    crash = Fault(kind=FaultKind.CRASH, agent=AgentId("agent-4"), at=0.5, seconds=1.0)
    finished = run(
        make_spec(chain(3), team=elastic("leased:1-4"), faults=FaultPlan(faults=(crash,)))
    )

    assert finished.events(events.FaultInjected) == []
    assert called(finished) == ["agent-1"]


def test_a_lead_is_never_let_go() -> None:
    """It has no task, and is idle most of the time."""
    finished = run(make_spec(HOURGLASS, team=elastic("lead:2-6")))

    assert finished.outcome()[0] == "done"
    assert "agent-1" not in [event.agent for event in finished.events(events.AgentLeft)]


def test_replicas_are_workers_that_are_needed() -> None:
    """Three are to do each of two tasks."""
    tasks: tuple[Task, ...] = free(2)
    finished = run(make_spec(tasks, team=elastic("voting:3-8")))

    assert finished.problems() == []
    assert len(called(finished)) == 6
