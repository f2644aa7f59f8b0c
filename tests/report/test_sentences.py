"""One plain sentence for every event."""

from typing import get_args

import pytest

from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import (
    CheckReason,
    DropReason,
    EndReason,
    Failure,
    FileChange,
    InFlight,
    Mail,
    Outcome,
    RefusalReason,
    ToolResult,
    Usage,
    Votes,
)
from brooks.core.spec import FaultKind, Guarantees, Task
from brooks.ids import AgentId, BlobHash, Fence, Position, ProposalId, TaskId, TurnId
from brooks.report.sentences import describe

BLOB = BlobHash("0" * 64)
A, B = TaskId("parse"), TaskId("totals")
ONE = AgentId("agent-1")
TURN = TurnId("turn-7")
NO = Guarantees(
    one_holder=False,
    dependency_order=False,
    no_stale_write=False,
    checked_completion=False,
    liveness=False,
)


def run_started(guarantees: Guarantees) -> Event:
    return events.RunStarted(
        spec=BLOB,
        seed=3,
        brooks="0.1.0",
        guarantees=guarantees,
        attempts=3,
        lost_leases=20,
        lease_seconds=30.0,
        turn_seconds=100.0,
    )


def check_finished(reason: CheckReason, passed: int | None, failed: int | None) -> Event:
    return events.CheckFinished(
        proposal=ProposalId(4),
        run=2,
        passed=reason is CheckReason.PASSED,
        reason=reason,
        tests_passed=passed,
        tests_failed=failed,
        output=BLOB,
        level="none",
    )


def looked(task: TaskId | None, reason: CheckReason) -> Event:
    return events.VerificationFinished(
        round=1,
        task=task,
        passed=reason is CheckReason.PASSED,
        reason=reason,
        tests_passed=None,
        tests_failed=None,
        output=BLOB,
        level="none",
    )


def turn_started(round_number: int) -> Event:
    return events.TurnStarted(
        turn=TURN,
        agent=ONE,
        tasks=(A, B),
        fence=Fence(9),
        head=5,
        deadline=9.0,
        round=round_number,
    )


def task_done(*, verified: bool) -> Event:
    return events.TaskDone(
        task=A,
        agent=ONE,
        turn=TURN,
        fence=Fence(9),
        proposal=ProposalId(4),
        commit=6,
        verified=verified,
        changes=(),
    )


def dropped(reason: DropReason, *paths: str, held: bool) -> Event:
    return events.ProposalDropped(
        proposal=ProposalId(4), task=A, agent=ONE, reason=reason, held=held, paths=paths
    )


SENTENCES: list[tuple[Event, str]] = [
    (
        events.AgentCalled(agent=ONE, reason="2 tasks wait and nobody is free"),
        "agent-1 is called into the team: 2 tasks wait and nobody is free",
    ),
    (
        events.AgentLeft(agent=ONE, reason="its time is over"),
        "agent-1 leaves the team: its time is over",
    ),
    (
        events.AgentQuarantined(agent=ONE, until=300.0, reason="3 turns came to nothing"),
        "agent-1 is given no work until 5 min 00 s: 3 turns came to nothing",
    ),
    (
        events.TaskAssigned(task=TaskId("a"), agent=ONE, by=AgentId("agent-9"), fence=Fence(4)),
        "agent-9 gives task a to agent-1",
    ),
    (
        events.NoteWritten(agent=ONE, name="style", text=BlobHash("t"), version=2),
        "agent-1 writes version 2 of the note style",
    ),
    (
        events.BallotCast(
            proposal=ProposalId(3),
            agent=ONE,
            turn=TURN,
            call="c",
            task=TaskId("a"),
            fence=Fence(4),
            changes=(),
            answer=BlobHash("x"),
        ),
        "agent-1 hands in a change for task a, beside those of others",
    ),
    (
        events.VoteCounted(
            task=TaskId("a"),
            round=1,
            tally=(
                Votes(answer=BlobHash("x"), agents=(ONE, AgentId("agent-2")), weight=2.0),
                Votes(answer=BlobHash("y"), agents=(AgentId("agent-3"),), weight=1.0),
            ),
            decided=BlobHash("x"),
            final=True,
        ),
        "the vote on task a is decided, 2 to 1",
    ),
    (
        events.VoteCounted(task=TaskId("a"), round=1, tally=(), decided=None, final=True),
        "the vote on task a is undecided, with no votes: it is given up",
    ),
    (
        events.TaskReverted(task=TaskId("a"), commit=9, changes=()),
        "what task a had merged is taken back (0 files): commit 9",
    ),
    (
        run_started(Guarantees()),
        (
            "the run starts with seed 3 under brooks 0.1.0; the team promises one holder per task, "
            "dependency order, no stale write, checked completion, an end"
        ),
    ),
    (
        run_started(NO),
        "the run starts with seed 3 under brooks 0.1.0; the team promises nothing",
    ),
    (
        events.RunResumed(
            epoch=2,
            revoked=(Fence(1), Fence(2)),
            in_flight=(InFlight(agent=ONE, turn=TURN, index=0),),
        ),
        "the run goes on: 2 leases revoked, 1 request may be asked once more",
    ),
    (
        events.WorkspaceOpened(tree=BLOB, files=(FileChange(path="x.py", blob=BLOB),)),
        "the run begins on a tree of 1 file",
    ),
    (events.TaskAdded(task=Task(id=A)), "task parse is added"),
    (
        events.TaskAdded(task=Task(id=B, depends_on=(A,)), agent=ONE),
        "task totals is added by agent-1; it depends on parse",
    ),
    (events.DependencyAdded(task=B, on=A), "task totals is made to wait for parse"),
    (
        events.DependencyAdded(task=B, on=A, agent=ONE),
        "task totals is made to wait for parse by agent-1",
    ),
    (events.TaskReady(task=A), "task parse is ready to be taken"),
    (events.AgentJoined(agent=ONE), "agent-1 is there and free"),
    (
        events.TasksLeased(agent=ONE, tasks=(A, B), fence=Fence(9), expires_at=30.0),
        "agent-1 holds parse, totals until 30.0 s under lease 9",
    ),
    (
        events.LeaseRenewed(agent=ONE, fence=Fence(9), expires_at=40.0),
        "agent-1 holds lease 9 until 40.0 s",
    ),
    (
        events.LeaseExpired(agent=ONE, fence=Fence(9), tasks=(A,)),
        "lease 9 of agent-1 ran out; offered again: parse",
    ),
    (
        events.TasksReturned(agent=ONE, fence=Fence(9), tasks=(A, B), counted=(A,), reason="tired"),
        "agent-1 hands back parse, totals, an attempt spent on parse: tired",
    ),
    (
        events.TasksReturned(agent=ONE, fence=Fence(9), tasks=(A,), counted=(), reason="revoked"),
        "agent-1 hands back parse: revoked",
    ),
    (
        events.Refused(
            command="Propose",
            reason=RefusalReason.STALE_WRITE,
            agent=ONE,
            task=A,
            turn=TURN,
            detail="x.py",
        ),
        (
            "Propose of agent-1 for task parse is refused: a file it writes was changed in the "
            "meantime (x.py)"
        ),
    ),
    (
        events.Refused(command="PauseRun", reason=RefusalReason.RUN_NOT_OPEN),
        "PauseRun is refused: the run does not take it now",
    ),
    (turn_started(0), "agent-1 starts turn-7 on parse, totals, seeing commit 5"),
    (turn_started(2), "agent-1 starts turn-7 of round 2 on parse, totals, seeing commit 5"),
    (
        events.TurnResumed(turn=TURN, agent=ONE, fence=Fence(9), deadline=9.0),
        "agent-1 goes on with turn-7, its replies replayed",
    ),
    (
        events.RequestSent(agent=ONE, turn=TURN, index=0, request=BLOB),
        "agent-1 asks its model, request 1 of turn-7",
    ),
    (
        events.RequestSent(
            agent=ONE,
            turn=TURN,
            index=1,
            request=BLOB,
            attempt=3,
            model="openai:large",
            waited=4.0,
            why="requests",
        ),
        (
            "agent-1 asks openai:large, request 2 of turn-7, attempt 3, "
            "held back 4.0 s by the limit of requests a minute"
        ),
    ),
    (
        events.RequestSent(agent=ONE, turn=TURN, index=0, request=BLOB, waited=0.04, why="limit"),
        "agent-1 asks its model, request 1 of turn-7",
    ),
    (
        events.RequestFailed(
            agent=ONE,
            turn=TURN,
            index=0,
            attempt=2,
            failure=Failure.OVERLOADED,
            status=529,
            text="no room\nnow",
            wait=2.0,
        ),
        (
            "request 1 of turn-7 (agent-1), attempt 2, came to nothing: overloaded 529, "
            "again in 2.0 s: no room now"
        ),
    ),
    (
        events.RequestFailed(
            agent=ONE, turn=TURN, index=0, attempt=1, failure=Failure.KEY_REFUSED, text="no"
        ),
        (
            "request 1 of turn-7 (agent-1), attempt 1, came to nothing: key_refused, "
            "not tried again: no"
        ),
    ),
    (
        events.ReplyReceived(
            agent=ONE,
            turn=TURN,
            index=0,
            reply=BLOB,
            usage=Usage(input_tokens=100, output_tokens=20, dollars=0.01234567),
        ),
        "agent-1 has the reply to request 1 of turn-7: 100 tokens in, 20 out, $0.01235",
    ),
    (
        events.MailSent(
            mail=Mail(number=3, sender=ONE, text=BLOB), to=(AgentId("x"), AgentId("y"))
        ),
        "agent-1 sends message 3 to x, y",
    ),
    (
        events.MailSent(mail=Mail(number=3, sender=ONE, text=BLOB), to=()),
        "agent-1 sends message 3 to nobody",
    ),
    (
        events.MailRead(agent=ONE, mail=(Mail(number=3, sender=AgentId("x"), text=BLOB),)),
        "agent-1 reads 1 message",
    ),
    (events.MailRead(agent=ONE, mail=()), "agent-1 reads 0 messages"),
    (
        events.ReplyReceived(
            agent=ONE,
            turn=TURN,
            index=0,
            reply=BLOB,
            usage=Usage(input_tokens=100, output_tokens=20, cached_tokens=30),
        ),
        "agent-1 has the reply to request 1 of turn-7: 100 tokens in (30 cached), 20 out",
    ),
    (
        events.ReplyReceived(agent=ONE, turn=TURN, index=1, reply=BLOB, usage=Usage()),
        "agent-1 has the reply to request 2 of turn-7: 0 tokens in, 0 out",
    ),
    (
        events.ToolsFinished(
            agent=ONE,
            turn=TURN,
            index=0,
            results=(
                ToolResult(call="c1", ok=True, text=BLOB),
                ToolResult(call="c2", ok=False, text=BLOB),
            ),
            head=5,
        ),
        "agent-1 carried out 2 tool calls in turn-7, 1 without success",
    ),
    (
        events.TurnEnded(turn=TURN, agent=ONE, reason=EndReason.FINISHED),
        "turn-7 of agent-1 is over: nothing was left to do in it",
    ),
    (
        events.ClaimStated(agent=ONE, task=A, turn=TURN, call="c1"),
        "agent-1 says that it takes task parse",
    ),
    (
        events.FilesWritten(
            agent=ONE,
            turn=TURN,
            call="c1",
            commit=6,
            changes=(FileChange(path="x.py", blob=BLOB), FileChange(path="y.py", blob=None)),
        ),
        "agent-1 writes x.py, y.py in commit 6, unchecked",
    ),
    (
        events.ProposalQueued(
            proposal=ProposalId(4),
            agent=ONE,
            turn=TURN,
            call="c1",
            task=A,
            fence=Fence(9),
            changes=(FileChange(path="x.py", blob=BLOB), FileChange(path="y.py", blob=None)),
        ),
        "agent-1 proposes change 4 for task parse: x.py, y.py",
    ),
    (
        events.CheckStarted(proposal=ProposalId(4), run=1, head=5, ahead=(ProposalId(3),)),
        "check 1 of change 4 starts on commit 5 and 1 change ahead of it",
    ),
    (
        events.CheckStarted(proposal=ProposalId(4), run=1, head=5),
        "check 1 of change 4 starts on commit 5",
    ),
    (check_finished(CheckReason.PASSED, 4, 0), "check 2 of change 4 passed (4 tests)"),
    (check_finished(CheckReason.FAILED, 3, 2), "check 2 of change 4 failed (2 of 5 tests)"),
    (check_finished(CheckReason.TIMEOUT, None, None), "check 2 of change 4 ran out of time"),
    (
        events.CheckVoided(proposal=ProposalId(4)),
        "the check of change 4 counts no more: a change ahead of it is gone",
    ),
    (
        dropped(DropReason.CHECK_FAILED, held=True),
        "change 4 for task parse is dropped: its check failed; agent-1 may mend it",
    ),
    (
        dropped(DropReason.STALE_WRITE, "x.py", held=False),
        (
            "change 4 for task parse is dropped: a file it writes was changed in the meantime (x.py); "
            "agent-1 holds it no more"
        ),
    ),
    (task_done(verified=True), "task parse is done by agent-1, its check passed: commit 6"),
    (task_done(verified=False), "task parse is done by agent-1, without a check: commit 6"),
    (events.TaskFailed(task=A, reason="too hard"), "task parse is given up: too hard"),
    (
        events.TaskBlocked(task=B, on=A),
        "task totals can never start: parse is not going to be done",
    ),
    (events.TaskCancelled(task=A, reason="by hand"), "task parse is cancelled: by hand"),
    (events.TaskRequeued(task=A), "task parse is offered again with all its attempts"),
    (
        events.TaskReopened(task=A),
        "task parse is open again: its check failed on the final tree",
    ),
    (
        events.VerificationStarted(round=1, head=6, tasks=(A, B), project=True),
        "last look 1: 2 checks and the project's own to be run on the final tree",
    ),
    (
        looked(A, CheckReason.MEMORY),
        "last look 1: the check of parse ran out of memory on the final tree",
    ),
    (
        looked(None, CheckReason.PASSED),
        "last look 1: the project's own check passed on the final tree",
    ),
    (
        events.FaultInjected(agent=ONE, kind="crash", seconds=30.0),
        "injected fault: agent-1 crashes and is away for 30.0 s",
    ),
    (events.FaultInjected(agent=ONE, kind="crash"), "injected fault: agent-1 crashes and is away"),
    (
        events.FaultInjected(agent=ONE, kind="partition", seconds=5.0, over=True),
        "injected fault over: agent-1 is connected again",
    ),
    (
        events.FaultInjected(agent=ONE, kind="lost"),
        "injected fault: a message of agent-1 was lost",
    ),
    (
        events.FileKept(path="x.py", kept_at="kept/x.py", reason="you changed it"),
        "your version of x.py stays (you changed it); ours is kept at kept/x.py",
    ),
    (
        events.FileKept(path="x.py", kept_at="", reason="you changed it"),
        "your version of x.py stays (you changed it)",
    ),
    (events.RunPaused(), "the run is paused: nothing new starts"),
    (events.RunContinued(), "the pause is over"),
    (
        events.RunStopping(outcome=Outcome.BUDGET, reason="the budget is used up"),
        "the run winds down: the budget is used up",
    ),
    (
        events.RunFinished(
            outcome=Outcome.FAILED, reason="one is not done", done=2, verified=1, total=3
        ),
        "the run is over (failed): 2 of 3 tasks done, 1 verified; one is not done",
    ),
]


def said(event: Event) -> str:
    return describe(Record(Position(1), 2.0, Position(0), event))


@pytest.mark.parametrize(("event", "sentence"), SENTENCES)
def test_an_event_is_told_in_a_sentence(event: Event, sentence: str) -> None:
    """The sentences that `brooks show --events` prints."""
    assert said(event) == sentence


def test_every_kind_of_event_has_its_sentence_above() -> None:
    """A new event needs a sentence, and a line in this file."""
    told = {type(event) for event, _ in SENTENCES}

    assert told == set(get_args(Event))


@pytest.mark.parametrize("reason", RefusalReason)
def test_every_reason_to_refuse_is_told(reason: RefusalReason) -> None:
    """In words, not by its name in the log."""
    assert said(events.Refused(command="Claim", reason=reason)).startswith("Claim is refused: ")


@pytest.mark.parametrize("reason", EndReason)
def test_every_end_of_a_turn_is_told(reason: EndReason) -> None:
    """In words as well."""
    assert said(events.TurnEnded(turn=TURN, agent=ONE, reason=reason)).startswith("turn-7 of")


@pytest.mark.parametrize("reason", DropReason)
def test_every_reason_to_drop_is_told(reason: DropReason) -> None:
    """In words as well."""
    assert "is dropped: " in said(dropped(reason, held=True))


@pytest.mark.parametrize("reason", CheckReason)
def test_every_verdict_is_told(reason: CheckReason) -> None:
    """In words as well."""
    assert said(check_finished(reason, None, None)).startswith("check 2 of change 4 ")


@pytest.mark.parametrize("kind", FaultKind)
@pytest.mark.parametrize("over", [False, True])
def test_every_fault_and_its_end_is_told(kind: FaultKind, over: bool) -> None:
    """As something that happens to the agent."""
    sentence = said(events.FaultInjected(agent=ONE, kind=kind, over=over))

    assert " agent-1 " in sentence
    assert "message" not in sentence


def test_a_models_words_stay_on_one_short_line() -> None:
    """The reason of giving up is whatever a model wrote."""
    words = "I cannot\n\x1b[31mdo this\x1b[0m " + "at all " * 1000

    sentence = said(events.TaskFailed(task=A, reason=words))

    assert sentence.startswith("task parse is given up: I cannot ?[31mdo this?[0m at all")
    assert len(sentence) < 200
    assert sentence.isprintable()


def test_braces_in_names_are_only_braces() -> None:
    """Names come from files and models, and are never a template."""
    event = events.FaultInjected(agent=AgentId("{agent}{0}"), kind="{kind}")

    assert said(event) == "injected fault: a message of {agent}{0} was {kind}"
