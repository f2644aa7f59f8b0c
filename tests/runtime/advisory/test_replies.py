"""What becomes of one reply of a team without leases: the order of its actions, and what they meet."""

import pytest
from tests.runtime.advisory.script import checks, claims, completes, play, says, solves, writes
from tests.runtime.kit import Run, chain, free, task

from brooks.core import events
from brooks.core.events import Record
from brooks.models.base import Outcome, Returned


def told(finished: Run) -> list[str]:
    """What the replies did, in order, each in a word or two."""
    return [_told(record) for record in finished.records if _told(record)]


def _told(record: Record) -> str:
    match record.event:
        case events.FilesWritten(agent=agent, changes=changes):
            return f"{agent} writes {' '.join(change.path for change in changes)}"
        case events.ClaimStated(agent=agent, task=name):
            return f"{agent} takes {name}"
        case events.TaskDone(agent=agent, task=name):
            return f"{agent} marks {name}"
        case events.Refused(agent=agent, command=command, task=name, reason=reason):
            return f"{agent} {command} {name}: {reason.value}"
        case _:
            return ""


def outcomes(returned: Returned) -> list[str]:
    """What an agent reads of its calls."""
    return [outcome.text for outcome in returned.outcomes]


def test_edits_claims_completions_whatever_order_the_model_gave() -> None:
    """The reply completes before it claims, and claims before it writes."""
    reply = says(completes("f1"), claims("f1"), writes("b.txt", "b"), writes("a.txt", "a"))

    finished = play({"agent-1": [reply]}, free(1)).run

    assert told(finished) == ["agent-1 writes b.txt a.txt", "agent-1 takes f1", "agent-1 marks f1"]
    assert finished.statuses() == {"f1": "done"}


def test_outcomes_are_told_in_the_order_of_the_calls() -> None:
    """The next message of the agent holds what each call gave."""
    first = says(completes("f1"), claims("f1"), writes("a.txt", "a"), claims("nobody's"))

    played = play({"agent-1": [first, says(*solves("f2"))]}, free(2))

    remembered = [one for one in played.model.requests[1].conversation if isinstance(one, Returned)]
    assert [outcomes(one) for one in remembered] == [
        [
            "f1 is marked done",
            "f1 is yours",
            "a.txt written, 1 bytes",
            "refused: there is no such task",
        ]
    ]


def test_one_agent_advances_a_chain_by_one_task_a_reply() -> None:
    """Claims come before completions, so the second task still waits when it is claimed."""
    whole = says(*(call for name in ("t1", "t2", "t3") for call in solves(name)))

    finished = play({"agent-1": [whole] * 3}, chain(3), rounds=5).run

    done = [
        (record.event.task, turn)
        for record in finished.records
        if isinstance(record.event, events.TaskDone)
        for turn in [record.event.turn]
    ]
    assert done == [("t1", "turn-1"), ("t2", "turn-2"), ("t3", "turn-3")]
    assert told(finished)[:6] == [
        "agent-1 writes t1.txt t2.txt t3.txt",
        "agent-1 takes t1",
        "agent-1 StateClaim t2: not_ready",
        "agent-1 StateClaim t3: not_ready",
        "agent-1 marks t1",
        "agent-1 Propose t2: not_allowed",
    ]


def test_a_later_reply_of_the_round_sees_what_an_earlier_one_completed() -> None:
    """So n agents may advance a chain by n tasks in one round."""
    first = says(*solves("t1"), seconds=1.0)
    second = says(*solves("t2"), seconds=2.0)

    finished = play({"agent-1": [first], "agent-2": [second]}, chain(2)).run

    assert finished.outcome()[0] == "done"
    assert {event.round for event in finished.events(events.TurnStarted)} == {1}


def test_the_same_work_is_done_twice_and_the_later_write_counts() -> None:
    """Both see the same board; the slower one's claim is refused, and its file is kept."""
    fast = says(writes("f1.txt", "f1: right\n"), claims("f1"), completes("f1"), seconds=1.0)
    slow = says(writes("f1.txt", "wrong\n"), claims("f1"), completes("f1"), seconds=2.0)

    finished = play({"agent-1": [fast], "agent-2": [slow]}, free(1)).run

    assert told(finished) == [
        "agent-1 writes f1.txt",
        "agent-1 takes f1",
        "agent-1 marks f1",
        "agent-2 writes f1.txt",
        "agent-2 StateClaim f1: task_over",
        "agent-2 Propose f1: task_over",
    ]
    assert finished.files() == {"f1.txt": "wrong\n"}
    [last] = finished.events(events.RunFinished)
    assert (last.done, last.verified) == (1, 0)


def test_dealt_tasks_are_marked_without_a_claim_and_no_others() -> None:
    """An agent marks a task whose dependency is not done; another's it may not."""
    one = says(completes("t2"), completes("f1"), completes("t1"))
    two = says(writes("f1.txt", "f1: right\n"), completes("f1"))
    tasks = (*chain(2), task("f1"))

    played = play({"agent-1": [one], "agent-2": [two]}, tasks, team="paper-preassigned")

    assert "agent-1 marks t2" in told(played.run)
    assert played.run.outcome()[0] == "failed"
    assert played.run.statuses() == {"t1": "done", "t2": "done", "f1": "done"}
    marked = [event.agent for event in played.run.events(events.TaskDone) if event.task == "f1"]
    assert marked == ["agent-2"]


@pytest.mark.parametrize("tool", ["read_file", "give_up", "see_board", "send_mail"])
def test_tools_that_the_protocol_does_not_have_are_not_there(tool: str) -> None:
    """In rounds everything an agent may see stands in its message."""
    played = play({"agent-1": [says((tool, {"task": "f1", "path": "x"}))]}, free(1), rounds=1)

    names = [tool.name for tool in played.model.requests[0].tools]
    assert names == ["write_file", "claim", "complete", "run_check"]
    [ended] = played.run.events(events.ToolsFinished)
    assert [result.ok for result in ended.results] == [False]


def test_where_tasks_are_dealt_there_is_no_claim() -> None:
    """Who was told what to do need not say so."""
    played = play({"agent-1": []}, free(1), team="paper-preassigned", rounds=1)

    names = [tool.name for tool in played.model.requests[0].tools]
    assert names == ["write_file", "complete", "run_check"]


def test_a_test_run_sees_what_the_reply_wrote() -> None:
    """Tests come last, on the files that everyone shares."""
    reply = says(checks("f1"), writes("f1.txt", "f1: right\n"))

    played = play({"agent-1": [reply, says(*solves("f1"))]}, free(1))

    [result] = [one for one in played.model.requests[1].conversation if isinstance(one, Returned)]
    assert isinstance(result.outcomes[0], Outcome)
    assert result.outcomes[0].text.startswith("the check of f1 passes")


def test_the_project_has_a_check_of_its_own() -> None:
    """A test run that names no task runs that one; where there is none, it says so."""
    script = {"agent-1": [says(checks()), says(*solves("f1"))]}

    with_check, without = play(script, free(1), check="all"), play(script, free(1))

    texts = [
        one.outcomes[0].text
        for played in (with_check, without)
        for one in played.model.requests[1].conversation
        if isinstance(one, Returned)
    ]
    assert texts == ["the check of the project passes\n", "the project has no check"]


def test_a_reply_that_calls_nothing_ends_the_turn() -> None:
    """An agent that is idle costs one reply a round, up to the cap."""
    finished = play({"agent-1": []}, free(1), rounds=3).run

    assert finished.outcome() == ("failed", "the cap of 3 rounds is reached")
    assert [index for _, index in finished.asked] == [0, 0, 0]
