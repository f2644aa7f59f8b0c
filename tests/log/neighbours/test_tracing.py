"""A log as spans: what is under what, when it ended, and how, told by small runs."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.log.neighbours.conftest import Story

from brooks.core import events
from brooks.core.facts import (
    CheckReason,
    DropReason,
    EndReason,
    Failure,
    FileChange,
    Outcome,
    RefusalReason,
    Role,
    Usage,
)
from brooks.ids import AgentId, BlobHash, Fence, Position, ProposalId, TaskId, TurnId
from brooks.log.neighbours.otel_names import USAGE, Name
from brooks.log.neighbours.spans import MOST_EVENTS, Span
from brooks.log.neighbours.tracing import Tracer, spans_of
from brooks.models.base import Reply, ToolCall

Tell = Callable[..., Story]
ONE, A, TURN = AgentId("one"), TaskId("a"), TurnId("turn-1")
USED = Usage(input_tokens=10, output_tokens=3, cached_tokens=4, written_tokens=2, dollars=0.5)
NOTHING = BlobHash("0" * 64)


def spans(story: Story, *, content: bool = False) -> list[Span]:
    """All spans of a run."""
    tracer = Tracer(story.log, run="run", simulated=False, content=content)
    return spans_of(story.records, tracer)


def tree(found: list[Span]) -> list[tuple[str, str]]:
    """Each span by its name and that of the one above it."""
    names = {span.key: span.name for span in found}
    return [(span.name, names.get(span.parent or "", "")) for span in found]


def named(found: list[Span], name: str) -> Span:
    """The one span of a name."""
    (span,) = [span for span in found if span.name == name]
    return span


def over(story: Story, time: float, *, outcome: Outcome = Outcome.DONE) -> None:
    """The run ended."""
    story.tell(
        time,
        events.RunFinished(outcome=outcome, reason="", done=1, verified=1, total=1),
    )


def ended(
    story: Story, time: float, reason: EndReason = EndReason.FINISHED, turn: str = "turn-1"
) -> None:
    """A turn of the first agent ended."""
    story.tell(time, events.TurnEnded(turn=TurnId(turn), agent=ONE, reason=reason))


def proposed(story: Story, time: float) -> None:
    """The first agent's change is in the queue, and its check has begun."""
    change = FileChange(path="a.txt", blob=NOTHING)
    story.tell(
        time,
        events.ProposalQueued(
            proposal=ProposalId(1), agent=ONE, turn=TURN, call="1", task=A, fence=Fence(1),
            changes=(change,),
        ),
        events.CheckStarted(proposal=ProposalId(1), run=1, head=0),
    )  # fmt: skip


def checked(*, passed: bool) -> events.CheckFinished:
    """Its check has ended."""
    return events.CheckFinished(
        proposal=ProposalId(1), run=1, passed=passed, tests_passed=None, tests_failed=None,
        reason=CheckReason.PASSED if passed else CheckReason.FAILED, output=NOTHING, level="none",
    )  # fmt: skip


def test_a_turn_has_its_requests_its_calls_and_its_change_below_it(story: Tell) -> None:
    """From the first request to the merge, each with the time that the log has."""
    told = story()
    told.turn(1.0, "one", "turn-1")
    reply = Reply(text="so", calls=(ToolCall(id="1", name="complete", arguments={"task": "a"}),))
    told.answer(2.0, "one", "turn-1", reply, usage=USED)
    proposed(told, 4.0)
    done = events.TaskDone(
        task=A, agent=ONE, turn=TURN, fence=Fence(1), proposal=ProposalId(1), commit=1,
        verified=True, changes=(),
    )  # fmt: skip
    told.tell(5.0, checked(passed=True), done)
    told.results(5.0, "one", "turn-1", {"1": b"done"})
    ended(told, 6.0)
    over(told, 7.0)

    found = spans(told)

    assert tree(found) == [
        ("invoke_workflow a project", ""),
        ("invoke_agent one", "invoke_workflow a project"),
        ("chat model", "invoke_agent one"),
        ("execute_tool complete", "invoke_agent one"),
        ("brooks.merge", "invoke_agent one"),
        ("brooks.check", "brooks.merge"),
    ]
    assert [(span.start, span.end) for span in found] == [
        (0.0, 7.0), (1.0, 6.0), (2.0, 3.0), (3.0, 5.0), (4.0, 5.0), (4.0, 5.0),
    ]  # fmt: skip
    assert [span.error for span in found] == [""] * 6
    chat = named(found, "chat model")
    assert {chat.attributes[name] for name in USAGE} == {10, 3, 4, 2}
    assert (chat.attributes[Name.PROVIDER], chat.attributes[Name.COST]) == ("maker", 0.5)
    assert not any(USAGE & span.attributes.keys() for span in found if span is not chat)
    assert named(found, "invoke_agent one").attributes[Name.TASK] == "a"


def test_what_a_lead_asks_its_model_is_planning(story: Tell) -> None:
    """The request is below the plan, and what comes of it beside it."""
    told = story()
    told.tell(
        0.0,
        events.TurnStarted(
            turn=TURN, agent=ONE, tasks=(), fence=Fence(1), head=0, deadline=9.0, role=Role.LEAD
        ),
    )
    told.answer(1.0, "one", "turn-1", Reply(calls=(ToolCall(id="1", name="assign", arguments={}),)))
    told.results(2.0, "one", "turn-1", {"1": b"no"})
    ended(told, 3.0)

    found = spans(told)

    assert tree(found)[1:] == [
        ("invoke_agent one", "invoke_workflow a project"),
        ("plan one", "invoke_agent one"),
        ("chat model", "plan one"),
        ("execute_tool assign", "invoke_agent one"),
    ]
    assert named(found, "execute_tool assign").error == "tool_refused"


def test_a_request_is_one_span_however_often_it_is_tried(story: Tell) -> None:
    """A failed attempt is an event of it; waits add up, and the last model is the one that answered."""
    told = story()
    told.turn(0.0, "one", "turn-1")
    who: Any = {"agent": ONE, "turn": TURN, "index": 0}
    told.tell(1.0, events.RequestSent(**who, request=NOTHING, waited=1.0, why="rate limit"))
    failure = events.RequestFailed(**who, attempt=1, failure=Failure.OVERLOADED, status=503)
    told.tell(2.0, failure)
    told.answer(4.0, "one", "turn-1", Reply(text="so"), usage=USED, model="google:other")
    ended(told, 5.0)

    chat = named(spans(told), "chat other")

    assert (chat.start, chat.end, chat.error) == (1.0, 5.0, "")
    assert [(event.name, event.attributes[Name.STATUS]) for event in chat.events] == [
        ("brooks.request.failed", 503)
    ]
    assert chat.attributes[Name.REQUESTS] == 2
    assert (chat.attributes[Name.WAIT], chat.attributes[Name.WAIT_REASON]) == (1.0, "rate limit")
    assert chat.attributes[Name.PROVIDER] == "gcp.gemini"


@pytest.mark.parametrize(("late", "end", "error"), [(True, 9.0, ""), (False, 2.0, "no_reply")])
def test_a_reply_that_comes_too_late_is_counted(
    story: Tell, late: bool, end: float, error: str
) -> None:
    """The turn was over before its model had answered; if it never does, the request ended with the turn."""
    told = story()
    told.turn(0.0, "one", "turn-1")
    who: Any = {"agent": ONE, "turn": TURN, "index": 0}
    told.tell(1.0, events.RequestSent(**who, request=NOTHING, model="maker:model"))
    ended(told, 2.0, EndReason.LEASE_LOST)
    if late:
        reply = told.log.put_blob(b'{"text":"so"}')
        told.tell(9.0, events.ReplyReceived(**who, reply=reply, usage=USED))
    over(told, 10.0)

    found = spans(told)

    chat = named(found, "chat model")
    assert (chat.end, chat.error, named(found, "invoke_agent one").error) == (
        end, error, "lease_lost",
    )  # fmt: skip
    assert (Name.INPUT_TOKENS in chat.attributes) is late


def test_a_resumed_run_is_one_trace(story: Tell) -> None:
    """A turn goes on, a check is cut off, and the run's span has the last end."""
    told = story()
    told.turn(0.0, "one", "turn-1")
    proposed(told, 1.0)
    over(told, 2.0, outcome=Outcome.INTERRUPTED)
    told.tell(2.0, events.RunResumed(epoch=2, revoked=(), in_flight=()))
    told.tell(3.0, events.CheckStarted(proposal=ProposalId(1), run=2, head=0))
    dropped = events.ProposalDropped(
        proposal=ProposalId(1), task=A, agent=ONE, reason=DropReason.STALE_WRITE, held=True,
        paths=("a.txt",),
    )  # fmt: skip
    told.tell(4.0, dropped)
    ended(told, 5.0)
    over(told, 6.0)

    found = spans(told)

    run, turn, merge, first, second = found
    assert [run.end, run.error, turn.end] == [6.0, "", 5.0]
    assert (first.error, second.error, second.attributes[Name.VOIDED]) == ("interrupted", "", True)
    assert (merge.error, [event.name for event in merge.events]) == (
        "stale_write", ["brooks.conflict"],
    )  # fmt: skip


def test_what_a_log_leaves_open_is_cut_off(story: Tell) -> None:
    """Whatever record it ends with, every span has an end and a parent, and says so."""
    told = story()
    told.turn(0.0, "one", "turn-1")
    told.answer(1.0, "one", "turn-1", Reply(text="so"))
    proposed(told, 3.0)
    whole = told.records

    for length in range(1, len(whole) + 1):
        told.records = whole[:length]
        found = spans(told)
        assert all(span.end >= span.start for span in found)
        assert {span.parent for span in found} <= {None, *(span.key for span in found)}
        assert found[0].attributes[Name.CUT_OFF] is True


def test_a_copy_is_linked_to_the_first(story: Tell) -> None:
    """A second agent works on the same task; what it is called depends on the team."""
    told = story(("one", "two"))
    lease: Any = {"tasks": (A,), "expires_at": 30.0}
    told.tell(0.0, events.TasksLeased(agent=ONE, fence=Fence(1), **lease))
    told.turn(0.0, "one", "turn-1")
    told.tell(5.0, events.TasksLeased(agent=AgentId("two"), fence=Fence(2), copy=1, **lease))
    told.tell(
        5.0,
        events.TurnStarted(
            turn=TurnId("turn-2"), agent=AgentId("two"), tasks=(A,), fence=Fence(2), head=0,
            deadline=9.0,
        ),
    )  # fmt: skip

    found = spans(told)

    first, second = named(found, "invoke_agent one"), named(found, "invoke_agent two")
    assert first.links == []
    assert [(link.key, link.attributes) for link in second.links] == [
        (first.key, {Name.LINK: "backup"})
    ]
    assert (second.attributes[Name.COPY], second.attributes[Name.ATTEMPT]) == (1, 2)


def test_what_happens_to_an_agent_is_told_on_its_turn(story: Tell) -> None:
    """And on the run's span where it is in none; beyond a limit events are only counted."""
    told = story()
    refused = events.Refused(command="Claim", reason=RefusalReason.HELD_BY_ANOTHER, agent=ONE)
    told.tell(0.0, refused)
    told.turn(1.0, "one", "turn-1")
    told.tell(2.0, events.LeaseExpired(agent=ONE, fence=Fence(1), tasks=(A,)))
    told.tell(2.0, events.FaultInjected(agent=ONE, kind="crash"))
    stale = events.Refused(
        command="Propose", reason=RefusalReason.STALE_WRITE, agent=ONE, turn=TURN
    )
    told.tell(3.0, stale)
    ended(told, 4.0)
    told.tell(5.0, *[refused] * MOST_EVENTS)

    found = spans(told)

    run, turn = found
    assert [event.name for event in turn.events] == [
        "brooks.lease.expired", "brooks.fault", "brooks.conflict",
    ]  # fmt: skip
    assert run.events[0].name == "brooks.claim.refused"
    assert (len(run.events), run.dropped_events) == (MOST_EVENTS, 1)


def test_content_is_there_only_when_it_is_asked_for(story: Tell) -> None:
    """Tasks, replies, arguments and results; without them not a word of it."""
    told = story()
    told.turn(0.0, "one", "turn-1")
    calls = (ToolCall(id="1", name="write_file", arguments={"path": "secret words"}),)
    told.answer(1.0, "one", "turn-1", Reply(text="secret words", calls=calls))
    told.results(2.0, "one", "turn-1", {"1": b"secret words"})
    ended(told, 3.0)

    bare, full = spans(told), spans(told, content=True)

    assert "secret words" not in str(bare)
    assert "The  first" not in str(bare)
    tool, chat = named(full, "execute_tool write_file"), named(full, "chat model")
    assert tool.attributes[Name.TOOL_ARGUMENTS] == '{"path":"secret words"}'
    assert tool.attributes[Name.TOOL_RESULT] == "secret words"
    assert '"content":"secret words"' in str(chat.attributes[Name.OUTPUT_MESSAGES])
    assert "The first" in str(named(full, "invoke_agent one").attributes[Name.INPUT_MESSAGES])


def test_spans_come_as_they_end(story: Tell) -> None:
    """A tracer gives a span with the record that ended it, and the run's with its end."""
    told = story()
    told.turn(0.0, "one", "turn-1")
    told.answer(1.0, "one", "turn-1", Reply(text="so"))
    ended(told, 3.0)
    over(told, 4.0)
    tracer = Tracer(told.log, run="run", simulated=False)

    found = {
        record.position: [span.name for span in ended_now]
        for record in told.records
        if (ended_now := tracer.add(record))
    }

    assert list(found.values()) == [
        ["chat model"],
        ["invoke_agent one"],
        ["invoke_workflow a project"],
    ]
    assert (max(found), tracer.finish()) == (Position(len(told.records)), [])
