"""Availability, on histories whose shares can be worked out by hand."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.analysis.availability import Availability
from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import Outcome
from brooks.ids import AgentId, Fence, Position, TurnId

History = list[tuple[float, Event]]
Recorded = Callable[[History], list[Record]]

ONE, TWO = AgentId("agent-1"), AgentId("agent-2")
END = events.RunFinished(outcome=Outcome.DONE, reason="", done=0, verified=0, total=0)


def joined(agent: AgentId = ONE) -> Event:
    return events.AgentJoined(agent=agent)


def fault(kind: str, *, over: bool = False, agent: AgentId = ONE) -> Event:
    return events.FaultInjected(agent=agent, kind=kind, over=over)


def folded(*history: tuple[float, Event]) -> Availability:
    availability = Availability()
    for number, (time, event) in enumerate(history, 1):
        availability.add(Record(Position(number), time, Position(0), event))
    return availability


def test_an_agent_is_away_from_its_crash_until_it_joins_again() -> None:
    """It crashes at 10, is started again at 28 and joins at 30: 20 of 100 s."""
    found = folded(
        (0.0, joined()),
        (10.0, fault("crash")),
        (28.0, fault("crash", over=True)),
        (30.0, joined()),
        (100.0, END),
    )

    assert found.team(100.0) == pytest.approx(0.8)


def test_of_two_crashes_at_once_the_first_to_be_over_brings_the_agent_back() -> None:
    """Crashed at 10 until 90 and at 20 until 30, it is back at 30: 20 of 100 s."""
    found = folded(
        (0.0, joined()),
        (10.0, fault("crash")),
        (20.0, fault("crash")),
        (30.0, fault("crash", over=True)),
        (30.0, joined()),
        (90.0, fault("crash", over=True)),
        (100.0, END),
    )

    assert found.team(100.0) == pytest.approx(0.8)


def test_old_mail_of_a_dead_agent_does_not_bring_it_back() -> None:
    """Its letter was under way when it crashed at 10 for good; the board took it for a joining."""
    found = folded((0.0, joined()), (10.0, fault("crash")), (20.0, joined()), (100.0, END))

    assert found.team(100.0) == pytest.approx(0.1)


@pytest.mark.parametrize("kind", ["stall", "unreachable"])
def test_a_frozen_agent_is_away_until_the_last_of_its_faults_is_over(kind: str) -> None:
    """From 10 to 60, and from 20 to 30 within that: 50 of 100 s."""
    found = folded(
        (0.0, joined()),
        (10.0, fault(kind)),
        (20.0, fault(kind)),
        (30.0, fault(kind, over=True)),
        (60.0, fault(kind, over=True)),
        (100.0, END),
    )

    assert found.team(100.0) == pytest.approx(0.5)


def test_faults_of_different_kinds_that_overlap_are_counted_once() -> None:
    """Stalled 10 to 40, unreachable 30 to 60, crashed 50 to 70: away from 10 to 70."""
    found = folded(
        (0.0, joined()),
        (10.0, fault("stall")),
        (30.0, fault("unreachable")),
        (40.0, fault("stall", over=True)),
        (50.0, fault("crash")),
        (60.0, fault("unreachable", over=True)),
        (70.0, fault("crash", over=True)),
        (70.0, joined()),
        (100.0, END),
    )

    assert found.team(100.0) == pytest.approx(0.4)


def test_being_slow_or_behind_a_cut_wire_with_work_to_do_is_no_absence() -> None:
    """Only a fault that leaves the agent nothing to do takes from its availability."""
    found = folded(
        (0.0, joined()),
        (10.0, fault("slow")),
        (20.0, fault("partition")),
        (30.0, fault("lost")),
        (100.0, END),
    )

    assert found.team(100.0) == 1.0


def test_each_agent_counts_from_its_joining_to_its_leaving_or_the_end() -> None:
    """One has 100 s and loses 30; two is there from 20 to 60 and loses 10: 100 of 140 s are left."""
    found = folded(
        (0.0, joined()),
        (20.0, joined(TWO)),
        (50.0, fault("stall", agent=TWO)),
        (60.0, events.AgentLeft(agent=TWO, reason="")),
        (70.0, fault("stall")),
        (100.0, END),
    )

    assert found.to_json(100.0) == {
        "team": pytest.approx(100 / 140),
        "by_agent": {"agent-1": pytest.approx(0.7), "agent-2": pytest.approx(0.75)},
    }


def test_after_the_end_nothing_is_counted_any_more() -> None:
    """A look at a finished run that is a day old tells the same."""
    found = folded((0.0, joined()), (50.0, fault("crash")), (100.0, END))

    assert found.team(86400.0) == pytest.approx(0.5)


def test_while_a_run_goes_on_the_share_is_of_the_time_until_now() -> None:
    """It is stalled since 10."""
    found = folded((0.0, joined()), (10.0, fault("stall")))

    assert found.team(10.0) == 1.0
    assert found.team(40.0) == pytest.approx(0.25)


def test_without_any_agent_time_there_is_no_share() -> None:
    """Nobody joined, or the run ended at once."""
    assert folded().team(5.0) is None
    assert folded((0.0, fault("stall"))).team(5.0) is None
    assert folded((0.0, joined()), (0.0, END)).team(5.0) is None


def test_a_resume_ends_what_ailed_an_agent_and_waits_for_its_joining() -> None:
    """Stalled since 10, resumed at 40, back at 50: 40 of 100 s."""
    resumed = events.RunResumed(epoch=2, revoked=(), in_flight=())
    found = folded(
        (0.0, joined()), (10.0, fault("stall")), (40.0, resumed), (50.0, joined()), (100.0, END)
    )

    assert found.team(100.0) == pytest.approx(0.6)


def test_an_agent_whose_turn_goes_on_after_a_resume_is_there_at_once() -> None:
    """It does not join anew; the run's end, which the resume took back, does not count."""
    resumed = events.RunResumed(epoch=2, revoked=(), in_flight=())
    goes_on = events.TurnResumed(turn=TurnId("turn-1"), agent=ONE, fence=Fence(2), deadline=150.0)
    found = folded((0.0, joined()), (50.0, END), (50.0, resumed), (50.0, goes_on), (100.0, END))

    assert found.team(100.0) == 1.0
    assert found.agents[ONE].seconds(100.0) == 100.0


KINDS = st.sampled_from(["crash", "stall", "unreachable", "slow", "partition", "lost"])
MOMENTS = st.tuples(st.integers(0, 20), KINDS, st.booleans(), st.sampled_from([ONE, TWO]))


@given(st.lists(MOMENTS), st.lists(st.integers(0, 20)))
def test_a_share_is_never_outside_0_and_1(
    faults: list[tuple[int, str, bool, AgentId]], joins: list[int]
) -> None:
    """Whatever begins and ends in whatever order."""
    history: History = [
        (float(at), fault(kind, over=over, agent=who)) for at, kind, over, who in faults
    ]
    history += [(float(at), joined()) for at in joins]
    history.sort(key=lambda moment: moment[0])

    share = folded(*history).team(20.0)

    assert share is None or 0.0 <= share <= 1.0
