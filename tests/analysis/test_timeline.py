"""What each agent did, and when."""

from collections.abc import Callable

from brooks.analysis.activity import Activity, Interval
from brooks.analysis.timeline import intervals
from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import DropReason, EndReason, FileChange, Outcome, Usage
from brooks.ids import AgentId, BlobHash, Fence, ProposalId, TaskId, TurnId

History = list[tuple[float, Event]]
Recorded = Callable[[History], list[Record]]

A, B, C = TaskId("a"), TaskId("b"), TaskId("c")
ONE, TWO = AgentId("agent-1"), AgentId("agent-2")
TURN = TurnId("turn-1")
BLOB = BlobHash("0" * 64)

JOINED = events.AgentJoined(agent=ONE)
STARTED = events.TurnStarted(
    turn=TURN, agent=ONE, tasks=(A, B), fence=Fence(1), head=0, deadline=99.0
)
ASKED = events.RequestSent(agent=ONE, turn=TURN, index=0, request=BLOB)
ANSWERED = events.ReplyReceived(agent=ONE, turn=TURN, index=0, reply=BLOB, usage=Usage())
ENDED = events.TurnEnded(turn=TURN, agent=ONE, reason=EndReason.FINISHED)


def proposed(number: int, task: TaskId) -> Event:
    return events.ProposalQueued(
        proposal=ProposalId(number),
        agent=ONE,
        turn=TURN,
        call=f"call-{number}",
        task=task,
        fence=Fence(1),
        changes=(FileChange(path="x.py", blob=BLOB),),
    )


def done(number: int, task: TaskId) -> Event:
    return events.TaskDone(
        task=task,
        agent=ONE,
        turn=TURN,
        fence=Fence(1),
        proposal=ProposalId(number),
        commit=number,
        verified=True,
        changes=(),
    )


def dropped(number: int, task: TaskId, *, held: bool) -> Event:
    return events.ProposalDropped(
        proposal=ProposalId(number),
        task=task,
        agent=ONE,
        reason=DropReason.CHECK_FAILED,
        held=held,
    )


def told(
    history: History, recorded: Recorded
) -> list[tuple[float, float, Activity, TaskId | None]]:
    """The stretches of agent-1, without its name."""
    return [
        (each.start, each.end, each.activity, each.task)
        for each in intervals(recorded(history))
        if each.agent == ONE
    ]


def test_a_whole_run_has_the_stretches_worked_out_by_hand(
    story: History, recorded: Recorded
) -> None:
    """Agent-2 crashes at 5 and is gone until it joins at 31, though its lease ends only at 30."""
    found = intervals(recorded(story))

    assert found == (
        Interval(ONE, 0.0, 4.0, Activity.ASKS_MODEL, A),
        Interval(TWO, 0.0, 5.0, Activity.ASKS_MODEL, B),
        Interval(ONE, 4.0, 6.0, Activity.WAITS_FOR_CHECK, A),
        Interval(TWO, 5.0, 30.0, Activity.GONE, B),
        Interval(ONE, 6.0, 9.0, Activity.ASKS_MODEL, A),
        Interval(ONE, 9.0, 10.0, Activity.WAITS_FOR_CHECK, A),
        Interval(ONE, 10.0, 42.0, Activity.IDLE, None),
        Interval(TWO, 30.0, 31.0, Activity.GONE, None),
        Interval(TWO, 31.0, 40.0, Activity.ASKS_MODEL, B),
        Interval(TWO, 40.0, 52.0, Activity.IDLE, None),
        Interval(ONE, 42.0, 49.0, Activity.ASKS_MODEL, C),
        Interval(ONE, 49.0, 50.0, Activity.WAITS_FOR_CHECK, C),
        Interval(ONE, 50.0, 52.0, Activity.IDLE, None),
    )


def test_a_batch_waits_until_its_last_verdict(recorded: Recorded) -> None:
    """Two tasks are proposed at once; the wait belongs to the first and then to the one left."""
    history: History = [
        (0.0, JOINED),
        (1.0, STARTED),
        (2.0, proposed(1, A)),
        (2.0, proposed(2, B)),
        (3.0, done(1, A)),
        (5.0, done(2, B)),
        (6.0, ENDED),
    ]

    assert told(history, recorded) == [
        (0.0, 1.0, Activity.IDLE, None),
        (1.0, 2.0, Activity.WRITES, A),
        (2.0, 3.0, Activity.WAITS_FOR_CHECK, A),
        (3.0, 5.0, Activity.WAITS_FOR_CHECK, B),
        (5.0, 6.0, Activity.WRITES, None),
    ]


def test_the_task_proposed_first_is_the_one_it_is_at(recorded: Recorded) -> None:
    """An agent may finish the second task of its batch first; once dropped, it is at that no more."""
    history: History = [
        (0.0, STARTED),
        (1.0, proposed(1, B)),
        (3.0, dropped(1, B, held=False)),
        (4.0, ENDED),
    ]

    assert told(history, recorded) == [
        (0.0, 1.0, Activity.WRITES, A),
        (1.0, 3.0, Activity.WAITS_FOR_CHECK, B),
        (3.0, 4.0, Activity.WRITES, A),
    ]


def test_a_dropped_change_that_its_agent_may_mend_stays_its_task(recorded: Recorded) -> None:
    """After a failed check the agent is back at the same task."""
    history: History = [
        (0.0, STARTED),
        (1.0, proposed(1, B)),
        (3.0, dropped(1, B, held=True)),
        (4.0, ENDED),
    ]

    assert told(history, recorded)[-1] == (3.0, 4.0, Activity.WRITES, B)


def test_late_news_of_a_turn_that_is_over_changes_nothing(recorded: Recorded) -> None:
    """A reply, tool results and a turn's end may come when the agent has moved on."""
    other = TurnId("turn-0")
    history: History = [
        (0.0, STARTED),
        (0.0, ASKED),
        (
            1.0,
            events.ReplyReceived(agent=ONE, turn=other, index=0, reply=BLOB, usage=Usage()),
        ),
        (2.0, events.ToolsFinished(agent=ONE, turn=other, index=0, results=(), head=0)),
        (3.0, events.RequestSent(agent=ONE, turn=other, index=0, request=BLOB)),
        (4.0, events.TurnEnded(turn=other, agent=ONE, reason=EndReason.DEADLINE)),
        (5.0, ANSWERED),
        (6.0, ENDED),
    ]

    assert told(history, recorded) == [
        (0.0, 5.0, Activity.ASKS_MODEL, A),
        (5.0, 6.0, Activity.WRITES, A),
    ]


def test_a_reply_that_outlives_its_agent_does_not_bring_it_back(recorded: Recorded) -> None:
    """The message was on its way when the agent crashed; its turn is still open."""
    history: History = [
        (0.0, STARTED),
        (0.0, ASKED),
        (1.0, events.FaultInjected(agent=ONE, kind="crash", seconds=9.0)),
        (2.0, ANSWERED),
        (2.0, proposed(1, A)),
        (3.0, events.AgentJoined(agent=TWO)),
    ]

    assert told(history, recorded) == [
        (0.0, 1.0, Activity.ASKS_MODEL, A),
        (1.0, 3.0, Activity.GONE, A),
    ]


def test_after_a_resume_an_agent_is_gone_until_it_is_heard(recorded: Recorded) -> None:
    """Agent-1 goes on in its turn, where a proposal waits; agent-2 had none and joins later."""
    history: History = [
        (0.0, STARTED),
        (0.0, events.AgentJoined(agent=TWO)),
        (1.0, proposed(1, A)),
        (
            2.0,
            events.RunFinished(outcome=Outcome.INTERRUPTED, reason="", done=0, verified=0, total=2),
        ),
        (2.0, events.RunResumed(epoch=2, revoked=(Fence(1),), in_flight=())),
        (2.0, events.TurnResumed(turn=TURN, agent=ONE, fence=Fence(2), deadline=99.0)),
        (3.0, events.AgentJoined(agent=TWO)),
        (4.0, done(1, A)),
        (5.0, ENDED),
    ]

    found = intervals(recorded(history))

    assert found == (
        Interval(ONE, 0.0, 1.0, Activity.WRITES, A),
        Interval(TWO, 0.0, 2.0, Activity.IDLE, None),
        Interval(ONE, 1.0, 2.0, Activity.WAITS_FOR_CHECK, A),
        Interval(ONE, 2.0, 4.0, Activity.WAITS_FOR_CHECK, A),
        Interval(TWO, 2.0, 3.0, Activity.GONE, None),
        Interval(TWO, 3.0, 5.0, Activity.IDLE, None),
        Interval(ONE, 4.0, 5.0, Activity.WRITES, B),
    )


def test_a_task_that_is_over_is_nobodys(recorded: Recorded) -> None:
    """A held task is cancelled, the next blocked by it, a third handed back."""
    history: History = [
        (0.0, events.TasksLeased(agent=ONE, tasks=(A, B, C), fence=Fence(1), expires_at=30.0)),
        (1.0, events.TaskCancelled(task=A, reason="by hand")),
        (2.0, events.TaskBlocked(task=B, on=A)),
        (
            3.0,
            events.TasksReturned(agent=ONE, fence=Fence(1), tasks=(C,), counted=(), reason="tired"),
        ),
        (4.0, JOINED),
    ]

    assert told(history, recorded) == [
        (0.0, 1.0, Activity.IDLE, A),
        (1.0, 2.0, Activity.IDLE, B),
        (2.0, 3.0, Activity.IDLE, C),
        (3.0, 4.0, Activity.IDLE, None),
    ]


def test_a_history_without_agents_has_no_stretches(recorded: Recorded) -> None:
    """A run that was stopped before anybody came."""
    assert intervals(recorded([(0.0, events.RunPaused())])) == ()
