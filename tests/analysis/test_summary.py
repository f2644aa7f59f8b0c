"""The facts of a run, on histories worked out by hand and on one that the board made."""

import json
from collections.abc import Callable

import pytest

from brooks.analysis.activity import Activity
from brooks.analysis.summary import Summary
from brooks.core import commands, events
from brooks.core.board import apply, decide
from brooks.core.commands import Command
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
from brooks.core.spec import Budget, Guarantees, Task
from brooks.core.state import Phase, State, Status
from brooks.ids import AgentId, BlobHash, Fence, Position, ProposalId, TaskId, TurnId

History = list[tuple[float, Event]]
Recorded = Callable[[History], list[Record]]

A, B, C = TaskId("a"), TaskId("b"), TaskId("c")
ONE, TWO = AgentId("agent-1"), AgentId("agent-2")
TURN = TurnId("turn-1")
BLOB = BlobHash("0" * 64)


def started(guarantees: Guarantees, *, at: float = 0.0) -> tuple[float, Event]:
    return (
        at,
        events.RunStarted(
            spec=BLOB,
            seed=0,
            brooks="0",
            guarantees=guarantees,
            attempts=3,
            lost_leases=20,
            lease_seconds=30.0,
            turn_seconds=100.0,
        ),
    )


def done(number: int, task: TaskId, *changes: FileChange, verified: bool = True) -> Event:
    return events.TaskDone(
        task=task,
        agent=ONE,
        turn=TURN,
        fence=Fence(1),
        proposal=ProposalId(number),
        commit=number,
        verified=verified,
        changes=changes,
    )


def looked(task: TaskId | None, *, passed: bool) -> Event:
    return events.VerificationFinished(
        round=1,
        task=task,
        passed=passed,
        reason=CheckReason.PASSED if passed else CheckReason.FAILED,
        tests_passed=None,
        tests_failed=None,
        output=BLOB,
        level="none",
    )


def refused(reason: RefusalReason, command: str = "Propose") -> Event:
    return events.Refused(command=command, reason=reason, agent=ONE)


def test_a_whole_run_has_the_facts_worked_out_by_hand(story: History, recorded: Recorded) -> None:
    """The story of the conftest, with every number of it."""
    summary = Summary.of(recorded(story), simulated=True, clock="virtual", model="sim:fast")

    assert summary.to_json() == {
        "outcome": "done",
        "reason": "every task is done",
        "phase": "finished",
        "simulated": True,
        "clock": "virtual",
        "model": "sim:fast",
        "makespan_seconds": 50.0,
        "run_seconds": 52.0,
        "verified_seconds": None,
        "all_verified": False,
        "project_passed": None,
        "tasks": {
            "total": 3,
            "with_check": 2,
            "done": 3,
            "checked": 2,
            "verified": 2,
            "open": 0,
            "tests_passed": 5,
            "failed": {},
            "blocked": {},
            "cancelled": {},
        },
        "availability": {"team": 0.75, "by_agent": {"agent-1": 1.0, "agent-2": 0.5}},
        "agent_seconds": 104.0,
        "turns": 4,
        "rounds": 0,
        "requests": 5,
        "requests_repeated": 0,
        "input_tokens": 1000,
        "output_tokens": 100,
        "cached_tokens": 50,
        "spending": {
            "tokens": 1100,
            "dollars": None,
            "unpriced_replies": 4,
            "maybe_billed": {"tokens": 0, "dollars": 0.0},
            "failed_attempts": {},
            "waited_seconds": {},
            "by_agent": {
                "agent-1": {"tokens": 770, "dollars": None, "unpriced_replies": 3},
                "agent-2": {"tokens": 330, "dollars": None, "unpriced_replies": 1},
            },
            "by_task": {
                "a": {"tokens": 330, "dollars": None, "unpriced_replies": 2},
                "b": {"tokens": 330, "dollars": None, "unpriced_replies": 1},
                "c": {"tokens": 440, "dollars": None, "unpriced_replies": 1},
            },
            "by_model": {},
        },
        "checks": 3,
        "checks_failed": 1,
        "checks_voided": 0,
        "conflicts": 0,
        "messages": {
            "topology": "mesh",
            "letters": 0,
            "urgent": 0,
            "passed_on": 0,
            "deliveries": 0,
            "tries": 0,
            "read": 0,
            "unread": 0,
            "refused": {},
            "notes": 0,
            "stale_notes": 0,
            "pairs": [],
        },
        "late_writes_refused": 1,
        "refusals": {"stale_fence": 1},
        "leases_granted": 4,
        "leases_expired": 1,
        "leases_revoked": 0,
        "epochs": 1,
        "last_looks": 1,
        "reopened": 0,
        "faults": {"crash": 1},
        "kept_files": [],
        "agents": {
            "agent-1": {
                "state": "idle",
                "task": None,
                "fault": None,
                "done": 2,
                "turns": 2,
                "requests": 3,
                "input_tokens": 700,
                "output_tokens": 70,
                "cached_tokens": 50,
                "busy_seconds": 18.0,
                "model_seconds": 14.0,
                "check_seconds": 4.0,
                "write_seconds": 0.0,
                "idle_seconds": 34.0,
                "gone_seconds": 0.0,
            },
            "agent-2": {
                "state": "idle",
                "task": None,
                "fault": None,
                "done": 1,
                "turns": 2,
                "requests": 2,
                "input_tokens": 300,
                "output_tokens": 30,
                "cached_tokens": 0,
                "busy_seconds": 39.0,
                "model_seconds": 14.0,
                "check_seconds": 0.0,
                "write_seconds": 0.0,
                "idle_seconds": 12.0,
                "gone_seconds": 26.0,
            },
        },
    }
    assert summary.tokens == 1100
    assert summary.agents[ONE].tokens == 770


def test_the_facts_are_json(story: History, recorded: Recorded) -> None:
    """What `--json` prints is read back unchanged."""
    facts = Summary.of(recorded(story)).to_json()

    assert json.loads(json.dumps(facts)) == facts


def test_the_facts_are_there_in_the_middle_of_a_run(story: History, recorded: Recorded) -> None:
    """At 7 s agent-1 asks its model for the second time, and agent-2 has been away for two seconds."""
    middle = [(time, event) for time, event in story if time < 9.0]

    summary = Summary.of(recorded(middle))

    one, two = (agent.track for agent in summary.agents.values())
    assert (summary.phase, summary.outcome, summary.makespan_seconds) == (Phase.RUNNING, None, None)
    assert (summary.run_seconds, summary.tasks.over) == (6.0, 0)
    assert (one.activity, one.task, one.since, one.fault) == (Activity.ASKS_MODEL, A, 6.0, "")
    assert (two.activity, two.task, two.since, two.fault) == (Activity.GONE, B, 5.0, "crash")
    assert one.seconds(Activity.ASKS_MODEL, 7.0) == 5.0
    assert one.seconds_in_turns(7.0) == 7.0
    assert two.seconds(Activity.GONE, 7.0) == 2.0


def test_a_run_that_starts_late_counts_from_its_start(recorded: Recorded) -> None:
    """Log time need not begin at 0 in a log from elsewhere."""
    history: History = [
        started(Guarantees(), at=100.0),
        (100.0, events.TaskAdded(task=Task(id=A, check="pytest"))),
        (107.0, done(1, A)),
        (109.0, events.RunFinished(outcome=Outcome.DONE, reason="", done=1, verified=1, total=1)),
    ]

    summary = Summary.of(recorded(history))

    assert (summary.makespan_seconds, summary.run_seconds) == (7.0, 9.0)
    assert (summary.all_verified, summary.verified_seconds) == (True, 9.0)


def test_a_conflict_is_counted_wherever_the_board_meets_it(recorded: Recorded) -> None:
    """Refused at the door, or dropped because the version it was built on was dropped."""
    drop = events.ProposalDropped(
        proposal=ProposalId(1),
        task=A,
        agent=ONE,
        reason=DropReason.STALE_WRITE,
        held=True,
        paths=("x.py",),
    )
    history: History = [
        started(Guarantees()),
        (1.0, refused(RefusalReason.STALE_WRITE)),
        (2.0, drop),
        (3.0, refused(RefusalReason.DEPENDENCY_NOT_DONE)),
        (4.0, done(1, A, FileChange(path="x.py", blob=BLOB, base=7))),
    ]

    summary = Summary.of(recorded(history))

    assert summary.conflicts == 2
    assert summary.refusals == {
        RefusalReason.STALE_WRITE: 1,
        RefusalReason.DEPENDENCY_NOT_DONE: 1,
    }


def test_a_conflict_is_counted_where_stale_writes_are_merged(recorded: Recorded) -> None:
    """The last writer wins: x.py is there at first, y.py and z.py are new.

    The second change was made from the first x.py, although there is a second by then, and from no y.py
    although there is one: one conflict. The third is made from what is there. The fourth writes z.py as
    if it were new, which by then it is not.
    """

    def change(path: str, base: int) -> FileChange:
        return FileChange(path=path, blob=BLOB, base=base)

    history: History = [
        started(Guarantees(no_stale_write=False)),
        (0.0, events.WorkspaceOpened(tree=BLOB, files=(FileChange(path="x.py", blob=BLOB),))),
        (1.0, done(1, A, change("x.py", 1), change("y.py", 0))),
        (2.0, done(2, B, change("x.py", 1), change("y.py", 0))),
        (3.0, done(3, C, change("x.py", 3), change("z.py", 0))),
        (4.0, done(4, TaskId("d"), change("z.py", 0))),
    ]

    assert Summary.of(recorded(history)).conflicts == 2


@pytest.mark.parametrize(
    ("refusal", "late"),
    [
        (refused(RefusalReason.STALE_FENCE), 1),
        (refused(RefusalReason.TURN_OVER), 1),
        (refused(RefusalReason.STALE_FENCE, "Renew"), 0),
        (refused(RefusalReason.HELD_BY_ANOTHER), 0),
    ],
)
def test_a_late_write_is_a_proposal_after_the_end_of_its_lease_or_turn(
    recorded: Recorded, refusal: Event, late: int
) -> None:
    """A late renewal does no harm and is not counted."""
    summary = Summary.of(recorded([(1.0, refusal)]))

    assert (summary.late_writes_refused, summary.conflicts) == (late, 0)


def test_a_request_is_repeated_only_if_it_was_sent_before(recorded: Recorded) -> None:
    """Request 1 had no reply when the coordinator stopped; 2 is new, and turn-2 begins at 0 again."""

    def asked(turn: TurnId, index: int) -> Event:
        return events.RequestSent(agent=ONE, turn=turn, index=index, request=BLOB)

    other = TurnId("turn-2")
    history: History = [
        started(Guarantees()),
        (0.0, asked(TURN, 0)),
        (1.0, asked(TURN, 1)),
        (2.0, events.RunResumed(epoch=2, revoked=(Fence(1), Fence(2)), in_flight=())),
        (2.0, asked(TURN, 1)),
        (3.0, asked(TURN, 2)),
        (4.0, events.TurnEnded(turn=TURN, agent=ONE, reason=EndReason.FINISHED)),
        (5.0, asked(other, 0)),
    ]

    summary = Summary.of(recorded(history))

    assert (summary.requests, summary.requests_repeated) == (5, 1)
    assert (summary.epochs, summary.leases_revoked) == (2, 2)


def test_a_resumed_run_is_not_over(recorded: Recorded) -> None:
    """The end of its first epoch is forgotten."""
    end = events.RunFinished(
        outcome=Outcome.INTERRUPTED, reason="by the user", done=0, verified=0, total=0
    )
    history: History = [started(Guarantees()), (3.0, end)]

    stopped = Summary.of(recorded(history))
    going_on = Summary.of(
        recorded([*history, (5.0, events.RunResumed(epoch=2, revoked=(), in_flight=()))])
    )

    assert (stopped.phase, stopped.outcome, stopped.reason) == (
        Phase.FINISHED,
        Outcome.INTERRUPTED,
        "by the user",
    )
    assert (going_on.phase, going_on.outcome, going_on.reason) == (Phase.RUNNING, None, "")
    assert (stopped.run_seconds, going_on.run_seconds) == (3.0, 5.0)


def test_what_was_not_done_is_told_with_its_reason(recorded: Recorded) -> None:
    """`a` fails and is cancelled, `b` is blocked by it, `c` fails and is offered again."""
    history: History = [(0.0, events.TaskAdded(task=Task(id=task))) for task in (A, B, C)]
    history += [
        (1.0, events.TaskFailed(task=A, reason="too hard")),
        (1.0, events.TaskBlocked(task=B, on=A)),
        (2.0, events.TaskCancelled(task=A, reason="by the user")),
        (3.0, events.TaskFailed(task=C, reason="too hard")),
        (4.0, events.TaskRequeued(task=C)),
    ]

    tasks = Summary.of(recorded(history)).tasks

    assert tasks.to_json() == {
        "total": 3,
        "with_check": 0,
        "done": 0,
        "checked": 0,
        "verified": 0,
        "open": 1,
        "tests_passed": 0,
        "failed": {},
        "blocked": {"b": "it depends on a"},
        "cancelled": {"a": "by the user"},
    }


def test_a_reopened_task_is_neither_done_nor_checked(recorded: Recorded) -> None:
    """Its check failed on the final tree; the other one's passed, and the project's own failed."""
    history: History = [(0.0, events.TaskAdded(task=Task(id=task, check="t"))) for task in (A, B)]
    history += [
        (1.0, done(1, A)),
        (2.0, done(2, B)),
        (2.0, events.VerificationStarted(round=1, head=2, tasks=(A,), project=True)),
        (3.0, looked(A, passed=False)),
        (3.0, events.TaskReopened(task=A)),
        (4.0, looked(None, passed=False)),
    ]

    summary = Summary.of(recorded(history))

    assert (list(summary.tasks.done), list(summary.tasks.checked)) == ([B], [B])
    assert (summary.tasks.verified, summary.tasks.over) == (1, 1)
    assert (summary.last_looks, summary.last_look, summary.reopened) == (1, (2, 2), 1)
    assert summary.project_passed is False


def test_a_merge_makes_the_tasks_before_it_unverified(recorded: Recorded) -> None:
    """The tree has changed since `a` was checked, until the last look checks it again."""
    merged: History = [(1.0, done(1, A)), (2.0, done(2, B))]

    before = Summary.of(recorded(merged)).tasks
    after = Summary.of(recorded([*merged, (3.0, looked(A, passed=True))])).tasks

    assert (len(before.checked), before.verified) == (2, 1)
    assert (len(after.checked), after.verified) == (2, 2)


def test_a_merely_marked_task_can_be_verified_by_the_last_look(recorded: Recorded) -> None:
    """A team without checked completion marks two tasks; one of them turns out to be right."""
    history: History = [
        started(Guarantees(checked_completion=False)),
        (1.0, done(1, A, verified=False)),
        (2.0, done(2, B, verified=False)),
        (3.0, looked(A, passed=True)),
        (4.0, looked(B, passed=False)),
    ]

    tasks = Summary.of(recorded(history)).tasks

    assert (len(tasks.done), len(tasks.checked), tasks.verified) == (2, 0, 1)


def test_phases_rounds_faults_and_kept_files_are_noted(recorded: Recorded) -> None:
    """What is only told, and does not change the graph."""
    kept = events.FileKept(path="x.py", kept_at="kept/x.py", reason="you changed it")
    turn = events.TurnStarted(
        turn=TURN, agent=ONE, tasks=(), fence=Fence(0), head=0, deadline=9.0, round=4
    )
    history: History = [
        (0.0, turn),
        (1.0, events.FaultInjected(agent=ONE, kind="lost")),
        (1.0, events.FaultInjected(agent=ONE, kind="stall", seconds=1.0)),
        (1.5, events.FaultInjected(agent=ONE, kind="slow", seconds=9.0)),
        (2.0, events.FaultInjected(agent=ONE, kind="stall", over=True)),
        (2.0, events.CheckVoided(proposal=ProposalId(1))),
        (3.0, kept),
        (4.0, events.RunPaused()),
    ]
    stopping = events.RunStopping(outcome=Outcome.BUDGET, reason="the budget is used up")

    paused = Summary.of(recorded(history))
    resumed = Summary.of(recorded([*history, (5.0, events.RunContinued())]))
    stopped = Summary.of(recorded([*history, (5.0, stopping)]))

    assert (paused.phase, resumed.phase) == (Phase.PAUSED, Phase.RUNNING)
    assert (stopped.phase, stopped.outcome) == (Phase.STOPPING, Outcome.BUDGET)
    assert (paused.rounds, paused.checks_voided) == (4, 1)
    assert paused.faults == {"lost": 1, "stall": 1, "slow": 1}
    assert paused.agents[ONE].track.fault == "slow"
    assert paused.kept_files == [kept]
    assert paused.to_json()["kept_files"] == [
        {"path": "x.py", "kept_at": "kept/x.py", "reason": "you changed it"}
    ]


def test_the_summary_agrees_with_the_state_the_board_keeps() -> None:
    """Two folds over one log: whatever both know, they know alike, after every command."""
    turn, other = TurnId("turn-1"), TurnId("turn-2")

    def passed(proposal: int) -> Command:
        return commands.RecordCheck(
            proposal=ProposalId(proposal),
            run=1,
            passed=True,
            reason=CheckReason.PASSED,
            tests_passed=2,
            tests_failed=0,
            output=BLOB,
            level="none",
        )

    def looks(task: TaskId, *, well: bool) -> Command:
        return commands.RecordVerification(
            round=1,
            task=task,
            passed=well,
            reason=CheckReason.PASSED if well else CheckReason.FAILED,
            tests_passed=2,
            tests_failed=0,
            output=BLOB,
            level="none",
        )

    def propose(agent: AgentId, number: TurnId, task: TaskId, fence: int, base: int) -> Command:
        return commands.Propose(
            agent=agent,
            turn=number,
            call=f"{task}-{base}",
            task=task,
            fence=Fence(fence),
            changes=(FileChange(path="x.py", blob=BLOB, base=base),),
        )

    script: list[Command] = [
        commands.StartRun(
            spec=BLOB,
            seed=0,
            brooks="0",
            guarantees=Guarantees(),
            attempts=2,
            lost_leases=3,
            lease_seconds=30.0,
            turn_seconds=99.0,
            project_check=False,
            budget=Budget(),
            found_tasks=0,
        ),
        commands.AddTask(task=Task(id=A, check="t")),
        commands.AddTask(task=Task(id=B, check="t")),
        commands.AddTask(task=Task(id=C, depends_on=(A,))),
        commands.JoinAgent(agent=ONE),
        commands.JoinAgent(agent=TWO),
        commands.Claim(agent=ONE, tasks=(A,)),
        commands.Claim(agent=TWO, tasks=(B,)),
        commands.StartTurn(agent=ONE, tasks=(A,), fence=Fence(1)),
        commands.StartTurn(agent=TWO, tasks=(B,), fence=Fence(2)),
        commands.SendRequest(agent=ONE, turn=turn, index=0, request=BLOB),
        commands.ResumeRun(epoch=2, budget=Budget()),
        commands.SendRequest(agent=ONE, turn=turn, index=0, request=BLOB),
        commands.RecordReply(
            agent=ONE, turn=turn, index=0, reply=BLOB, usage=Usage(input_tokens=3, output_tokens=4)
        ),
        propose(ONE, turn, A, 3, 0),
        propose(TWO, other, B, 4, 0),
        propose(TWO, other, B, 4, 1),
        commands.StartCheck(proposal=ProposalId(1)),
        commands.StartCheck(proposal=ProposalId(2)),
        passed(1),
        passed(2),
        commands.EndTurn(agent=ONE, turn=turn, reason=EndReason.FINISHED),
        commands.CancelTask(task=C),
        commands.StartVerification(),
        looks(A, well=False),
        commands.CancelTask(task=A),
        commands.FinishRun(outcome=Outcome.FAILED, reason="one is missing"),
    ]
    state, summary = State(), Summary()
    decided: list[Event] = []

    for number, command in enumerate(script):
        for event in decide(state, command, float(number)):
            record = Record(Position(state.position + 1), float(number), Position(0), event)
            apply(state, record)
            summary.add(record)
            decided.append(event)
        tasks = summary.tasks
        assert len(tasks.done) == state.counts[Status.DONE]
        assert len(tasks.failed) == state.counts[Status.FAILED]
        assert len(tasks.blocked) == state.counts[Status.BLOCKED]
        assert len(tasks.cancelled) == state.counts[Status.CANCELLED]
        assert tasks.total - tasks.over == state.open_tasks()
        assert summary.turns == state.turns_started
        assert summary.phase is state.phase
        assert {agent: each.track.turn for agent, each in summary.agents.items()} == {
            agent: each.turn for agent, each in state.agents.items()
        }

    finished = decided[-1]
    assert isinstance(finished, events.RunFinished)
    assert (finished.done, finished.verified) == (1, 1)
    assert (summary.tasks.verified, summary.tasks.tests_passed) == (1, 2)
    assert (summary.conflicts, summary.requests_repeated, summary.epochs) == (1, 1, 2)
    assert (summary.reopened, summary.leases_revoked, summary.leases_granted) == (1, 2, 4)
