"""A run small enough to work out by hand, told event by event.

Two agents, three tasks: `a` and `b` are free, `c` depends on both. Times are log seconds.

    0    both agents join; agent-1 takes a, agent-2 takes b; both ask their model
    4    agent-1 proposes a; its check runs until 6 and fails; it asks again
    5    agent-2 crashes
    9    agent-1 proposes a again; its check runs until 10 and passes with 3 tests
    30   the lease of agent-2 runs out
    31   agent-2 starts anew and takes b; agent-1 stays idle
    40   b is done without a check
    41   agent-2's former self sends its late change of b and is refused
    42   agent-1 takes c and asks
    50   c is done, with 2 tests
    52   the last look is over: a and c are verified
"""

from collections.abc import Callable

import pytest

from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import (
    CheckReason,
    DropReason,
    EndReason,
    FileChange,
    Outcome,
    RefusalReason,
    Usage,
)
from brooks.core.spec import Guarantees, Task
from brooks.ids import AgentId, BlobHash, Fence, Position, ProposalId, TaskId, TurnId

BLOB = BlobHash("0" * 64)
A, B, C = TaskId("a"), TaskId("b"), TaskId("c")
ONE, TWO = AgentId("agent-1"), AgentId("agent-2")

History = list[tuple[float, Event]]


def _start(guarantees: Guarantees) -> Event:
    return events.RunStarted(
        spec=BLOB,
        seed=0,
        brooks="0",
        guarantees=guarantees,
        attempts=3,
        lost_leases=20,
        lease_seconds=30.0,
        turn_seconds=100.0,
    )


def _turn(agent: AgentId, number: int, task: TaskId, fence: int) -> tuple[Event, Event, Event]:
    turn = TurnId(f"turn-{number}")
    return (
        events.TasksLeased(agent=agent, tasks=(task,), fence=Fence(fence), expires_at=99.0),
        events.TurnStarted(
            turn=turn, agent=agent, tasks=(task,), fence=Fence(fence), head=0, deadline=999.0
        ),
        events.RequestSent(agent=agent, turn=turn, index=0, request=BLOB),
    )


def _reply(agent: AgentId, number: int, index: int, tokens: tuple[int, int, int]) -> Event:
    return events.ReplyReceived(
        agent=agent,
        turn=TurnId(f"turn-{number}"),
        index=index,
        reply=BLOB,
        usage=Usage(input_tokens=tokens[0], output_tokens=tokens[1], cached_tokens=tokens[2]),
    )


def _proposal(agent: AgentId, number: int, proposal: int, task: TaskId) -> Event:
    return events.ProposalQueued(
        proposal=ProposalId(proposal),
        agent=agent,
        turn=TurnId(f"turn-{number}"),
        call=f"call-{proposal}",
        task=task,
        fence=Fence(number),
        changes=(FileChange(path=f"{task}.py", blob=BLOB),),
    )


def _check(proposal: int, passed: int, failed: int) -> Event:
    return events.CheckFinished(
        proposal=ProposalId(proposal),
        run=1,
        passed=not failed,
        reason=CheckReason.FAILED if failed else CheckReason.PASSED,
        tests_passed=passed,
        tests_failed=failed,
        output=BLOB,
        level="none",
    )


def _done(agent: AgentId, number: int, proposal: int, task: TaskId, commit: int) -> Event:
    return events.TaskDone(
        task=task,
        agent=agent,
        turn=TurnId(f"turn-{number}"),
        fence=Fence(number),
        proposal=ProposalId(proposal),
        commit=commit,
        verified=task != B,
        changes=(FileChange(path=f"{task}.py", blob=BLOB),),
    )


def _end(agent: AgentId, number: int, reason: EndReason = EndReason.FINISHED) -> Event:
    return events.TurnEnded(turn=TurnId(f"turn-{number}"), agent=agent, reason=reason)


def _look(task: TaskId, tests: int) -> Event:
    return events.VerificationFinished(
        round=1,
        task=task,
        passed=True,
        reason=CheckReason.PASSED,
        tests_passed=tests,
        tests_failed=0,
        output=BLOB,
        level="none",
    )


def _story() -> History:
    tasks = [
        Task(id=A, check="pytest"),
        Task(id=B),
        Task(id=C, check="pytest", depends_on=(A, B)),
    ]
    dropped = events.ProposalDropped(
        proposal=ProposalId(1),
        task=A,
        agent=ONE,
        reason=DropReason.CHECK_FAILED,
        held=True,
    )
    story: History = [(0.0, _start(Guarantees()))]
    story += [(0.0, events.TaskAdded(task=task)) for task in tasks]
    story += [(0.0, events.AgentJoined(agent=agent)) for agent in (ONE, TWO)]
    story += [(0.0, event) for event in (*_turn(ONE, 1, A, 1), *_turn(TWO, 2, B, 2))]
    story += [
        (4.0, _reply(ONE, 1, 0, (100, 10, 0))),
        (4.0, _proposal(ONE, 1, 1, A)),
        (5.0, events.FaultInjected(agent=TWO, kind="crash", seconds=26.0)),
        (6.0, _check(1, 1, 2)),
        (6.0, dropped),
        (6.0, events.ToolsFinished(agent=ONE, turn=TurnId("turn-1"), index=0, results=(), head=0)),
        (6.0, events.RequestSent(agent=ONE, turn=TurnId("turn-1"), index=1, request=BLOB)),
        (9.0, _reply(ONE, 1, 1, (200, 20, 50))),
        (9.0, _proposal(ONE, 1, 2, A)),
        (10.0, _check(2, 3, 0)),
        (10.0, _done(ONE, 1, 2, A, 1)),
        (10.0, _end(ONE, 1)),
        (30.0, events.LeaseExpired(agent=TWO, fence=Fence(2), tasks=(B,))),
        (30.0, _end(TWO, 2, EndReason.LEASE_LOST)),
        (31.0, events.FaultInjected(agent=TWO, kind="crash", seconds=26.0, over=True)),
        (31.0, events.AgentJoined(agent=TWO)),
    ]
    story += [(31.0, event) for event in _turn(TWO, 3, B, 3)]
    story += [
        (40.0, _reply(TWO, 3, 0, (300, 30, 0))),
        (40.0, _proposal(TWO, 3, 3, B)),
        (40.0, _done(TWO, 3, 3, B, 2)),
        (40.0, _end(TWO, 3)),
        (
            41.0,
            events.Refused(command="Propose", reason=RefusalReason.STALE_FENCE, agent=TWO, task=B),
        ),
    ]
    story += [(42.0, event) for event in _turn(ONE, 4, C, 4)]
    story += [
        (49.0, _reply(ONE, 4, 0, (400, 40, 0))),
        (49.0, _proposal(ONE, 4, 4, C)),
        (50.0, _check(4, 2, 0)),
        (50.0, _done(ONE, 4, 4, C, 3)),
        (50.0, _end(ONE, 4)),
        (50.0, events.VerificationStarted(round=1, head=3, tasks=(A,), project=False)),
        (52.0, _look(A, 3)),
        (
            52.0,
            events.RunFinished(
                outcome=Outcome.DONE, reason="every task is done", done=3, verified=2, total=3
            ),
        ),
    ]
    return story


@pytest.fixture
def story() -> History:
    return _story()


@pytest.fixture
def recorded() -> Callable[[History], list[Record]]:
    """Turn events with their times into records."""

    def number(history: History) -> list[Record]:
        return [
            Record(Position(index), time, Position(0), event)
            for index, (time, event) in enumerate(history, 1)
        ]

    return number
