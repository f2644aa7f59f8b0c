"""What happened at one moment of a run."""

from collections.abc import Callable

from brooks.analysis.moments import FaultStretch, Moment, MomentKind, faults, moments
from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import Outcome
from brooks.ids import AgentId, TaskId

History = list[tuple[float, Event]]
Recorded = Callable[[History], list[Record]]

ONE, TWO = AgentId("agent-1"), AgentId("agent-2")
A, B = TaskId("a"), TaskId("b")


def test_moments_of_a_run_worked_out_by_hand(story: History, recorded: Recorded) -> None:
    found = moments(recorded(story))

    assert [(each.time, each.kind.value, each.agent, each.task) for each in found] == [
        (5.0, "fault", TWO, None),
        (10.0, "merged", ONE, "a"),
        (30.0, "lease lost", TWO, "b"),
        (40.0, "merged", TWO, "b"),
        (50.0, "merged", ONE, "c"),
        (50.0, "last look", None, None),
    ]


def test_what_the_run_itself_did_is_of_no_agent(recorded: Recorded) -> None:
    history: History = [
        (1.0, events.RunPaused()),
        (2.0, events.RunResumed(epoch=2, revoked=(), in_flight=())),
        (3.0, events.TaskFailed(task=A, reason="three times")),
        (4.0, events.TaskReopened(task=B)),
        (5.0, events.RunStopping(outcome=Outcome.BUDGET, reason="no money")),
    ]

    assert moments(recorded(history)) == (
        Moment(1.0, MomentKind.PAUSED, None, None, "nothing new starts"),
        Moment(2.0, MomentKind.RESUMED, None, None, "epoch 2"),
        Moment(3.0, MomentKind.GIVEN_UP, None, A, "three times"),
        Moment(4.0, MomentKind.REOPENED, None, B, "its check failed at the last look"),
        Moment(5.0, MomentKind.STOPPING, None, None, "no money"),
    )


def test_a_fault_lasts_until_it_is_over_or_the_log_is(recorded: Recorded) -> None:
    history: History = [
        (1.0, events.FaultInjected(agent=ONE, kind="stall", seconds=9.0)),
        (2.0, events.FaultInjected(agent=TWO, kind="crash", seconds=1.0)),
        (2.5, events.FaultInjected(agent=TWO, kind="lost")),
        (3.0, events.FaultInjected(agent=TWO, kind="crash", over=True)),
        (4.0, events.FaultInjected(agent=ONE, kind="slow", seconds=9.0)),
        (6.0, events.RunPaused()),
    ]

    assert faults(recorded(history)) == (
        FaultStretch(TWO, 2.0, 3.0, "crash"),
        FaultStretch(ONE, 1.0, 6.0, "stall"),
        FaultStretch(ONE, 4.0, 6.0, "slow"),
    )


def test_a_resume_ends_every_fault(recorded: Recorded) -> None:
    history: History = [
        (1.0, events.FaultInjected(agent=ONE, kind="stall", seconds=9.0)),
        (3.0, events.RunResumed(epoch=2, revoked=(), in_flight=())),
        (6.0, events.RunPaused()),
    ]

    assert faults(recorded(history)) == (FaultStretch(ONE, 1.0, 3.0, "stall"),)
