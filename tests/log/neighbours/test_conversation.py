"""What agents said is read back from a log: whole, in order, and with nothing made up."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import pytest
from tests.log.neighbours.conftest import Story

from brooks.core import events
from brooks.core.facts import EndReason, Role
from brooks.core.spec import Task
from brooks.errors import OutsideError, UsageError
from brooks.ids import AgentId, Fence, TaskId, TurnId
from brooks.log.memory import MemoryLog
from brooks.log.neighbours.conversation import (
    Answer,
    Conversations,
    KeptReply,
    Opening,
    Result,
    task_text,
)
from brooks.models.base import Reply, StopReason, ToolCall, encode_reply

Begin = Callable[..., Story]
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ONE = AgentId("one")


def test_a_reply_is_read_as_it_was_kept() -> None:
    """Every field that models fill in is the one that is exported."""
    reply = Reply(
        text="Done.",
        calls=(ToolCall(id="c", name="write_file", arguments={"path": "a"}, broken="why"),),
        stop=StopReason.LENGTH,
    )

    kept = msgspec.json.decode(encode_reply(reply), type=KeptReply)

    assert msgspec.to_builtins(kept) == {
        name: value for name, value in msgspec.to_builtins(reply).items() if name != "usage"
    }


def test_a_turn_is_what_was_asked_answered_and_told(story: Begin) -> None:
    """One turn with a retry, whose call is carried out."""
    told = story()
    told.turn(1, "one", "t1")
    told.answer(2, "one", "t1", Reply(calls=(ToolCall(id="c", name="look", arguments={}),)))
    told.results(4, "one", "t1", {"c": b"half a \xed\xa0\x80 character"})
    told.tell(5, events.TurnEnded(turn=TurnId("t1"), agent=ONE, reason=EndReason.FINISHED))

    found = told.read()
    opening, answer = found.moments[ONE]

    assert isinstance(opening, Opening)
    assert isinstance(answer, Answer)
    assert found.asked(opening) == "Task a: The first\n\nFiles: a.txt"
    assert (answer.time, answer.number, answer.model, answer.attempts) == (3, 0, "maker:model", 1)
    assert found.reply(answer).calls[0].name == "look"
    assert found.results(answer) == [Result("c", True, "half a \ufffd\ufffd\ufffd character")]
    assert found.ended == {"t1": EndReason.FINISHED}


def test_calls_that_were_not_carried_out_have_no_results(story: Begin) -> None:
    """The run was cut off behind the reply."""
    told = story()
    told.turn(1, "one", "t1")
    told.answer(2, "one", "t1", Reply(calls=(ToolCall(id="c", name="look", arguments={}),)))

    found = told.read()
    answer = found.moments[ONE][1]

    assert isinstance(answer, Answer)
    assert found.results(answer) is None


def test_a_turn_without_tasks_tells_all_of_them_once(story: Begin) -> None:
    """An agent of a team in which nobody holds tasks; a lead."""
    told = story()
    told.turn(1, "one", "t1", tasks=())
    told.tell(
        2,
        events.TurnStarted(
            turn=TurnId("t2"),
            agent=ONE,
            tasks=(),
            fence=Fence(1),
            head=0,
            deadline=9.0,
            role=Role.LEAD,
        ),
    )

    found = told.read()
    asked = [found.asked(each) for each in found.moments[ONE] if isinstance(each, Opening)]

    assert asked == [f"Work with the team.\n\n{found.project_text()}", "Lead the team."]
    assert found.project_text() == "a project\n\nTask a: The first\n\nFiles: a.txt"


def test_a_task_is_told_with_all_that_it_has() -> None:
    """A title, a description and a check."""
    task = Task(id=TaskId("a"), description="Do it.\n", check="true ")

    assert task_text(task) == "Task a\n\nDo it.\n\nCheck: true"


def test_times_of_day_are_those_of_a_real_clock_until_a_resume(story: Begin) -> None:
    """Log time leaves out the time when no coordinator ran, so nobody knows them afterwards."""
    told = story(clock="real")
    told.turn(1.5, "one", "t1")
    told.tell(2, events.RunResumed(epoch=2, revoked=(), in_flight=()))
    told.turn(3, "one", "t2")

    found = told.read(NOON)

    assert [found.day_time(each) for each in found.moments[ONE]] == [
        datetime(2026, 1, 1, 12, 0, 1, 500_000, tzinfo=UTC),
        None,
    ]
    assert found.is_resumed


@pytest.mark.parametrize(("clock", "started"), [("virtual", NOON), ("real", None)])
def test_times_that_nobody_knows_are_left_out(
    story: Begin, clock: str, started: datetime | None
) -> None:
    """Time was simulated, or the run's beginning is lost."""
    told = story(clock=clock)
    told.turn(1, "one", "t1")

    found = told.read(started)

    assert found.day_time(found.moments[ONE][0]) is None


def test_a_run_that_never_began_is_explained() -> None:
    """Its log is empty."""
    with pytest.raises(UsageError, match="stopped before it began"):
        Conversations.of([], MemoryLog(), run="run")


def test_lost_contents_are_the_logs_fault(story: Begin) -> None:
    """The log that the contents are read from does not have them."""
    told = story()

    with pytest.raises(OutsideError, match="record 1 is damaged: the content"):
        Conversations.of(told.records, MemoryLog(), run="run")


def test_a_reply_that_is_none_is_the_logs_fault(story: Begin) -> None:
    """The content that a record names is something else."""
    told = story()
    told.turn(1, "one", "t1")
    told.answer(2, "one", "t1", Reply())
    answer = told.read().moments[ONE][1]
    assert isinstance(answer, Answer)
    wrong = answer._replace(reply=told.log.put_blob(b'{"text": \xff'))

    with pytest.raises(OutsideError, match="record 5 is damaged: the reply"):
        told.read().reply(wrong)
