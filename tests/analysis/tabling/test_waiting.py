"""What a task waited for, each wait in turn, on histories worked out by hand."""

import pytest
from tests.analysis.tabling.telling import Story

from brooks.core import events
from brooks.core.spec import FaultKind
from brooks.ids import ProposalId, TaskId


def test_a_task_waits_for_what_it_depends_on_and_then_for_a_free_agent() -> None:
    """Agent 2 is busy with `x` until 9, though `b` could begin at 4."""
    story = Story("a", "b needs a", "x")
    story.at(0).takes(2, "x").asks(2)
    story.does(1, "a", until=4)
    story.at(9).replies(2).merges(2, "x").ends(2)
    story.does(2, "b", until=12).finishes()

    row = story.task("b")

    assert story.waits("b") == {"dependency": 4, "agent": 5, "worked": 3}
    assert (row["ready"], row["begun"], row["done"]) == (4, 9, 12)


def test_a_task_of_a_crashed_agent_waits_for_its_lease_to_run_out() -> None:
    story = Story("a")
    story.at(0).takes(1, "a").asks(1)
    story.at(5).fault(1, FaultKind.CRASH)
    story.at(30).loses(1, "a")
    story.at(31).does(2, "a", until=34).finishes()

    row = story.task("a")

    assert story.waits("a") == {"worked": 5 + 3, "lease": 25, "agent": 1}
    assert (row["turns"], row["agents"], row["agent"]) == (2, 2, "agent-2")


def test_an_agent_that_falls_silent_is_gone_since_its_last_sign_of_life() -> None:
    story = Story("a")
    story.at(0).takes(1, "a").asks(1)
    story.at(10).replies(1)
    story.at(40).loses(1, "a").finishes()

    assert story.waits("a") == {"worked": 10, "lease": 30}


def test_a_stalled_agent_that_keeps_its_lease_is_not_at_work() -> None:
    story = Story("a")
    story.at(0).takes(1, "a").asks(1)
    story.at(2).fault(1, FaultKind.STALL)
    story.at(6).fault(1, FaultKind.STALL, over=True)
    story.at(8).replies(1).merges(1, "a").ends(1)

    assert story.waits("a") == {"worked": 4, "lease": 4}


def test_a_change_waits_in_the_queue_and_for_its_check() -> None:
    """The check that fails counts as well; between two checks the agent mends its change."""
    story = Story("a")
    story.at(0).takes(1, "a").asks(1)
    story.at(3).replies(1).proposes(1, "a")
    story.at(4).check_begins("a")
    story.at(6).check_ends("a", passed=False).dropped("a").asks(1)
    story.at(9).replies(1).proposes(1, "a").check_begins("a")
    story.at(11).check_ends("a")
    story.at(12).done("a").ends(1).finishes()

    assert story.waits("a") == {"worked": 3 + 3, "merge": 1 + 1, "check": 2 + 2}


def test_a_check_that_is_voided_counts_until_then() -> None:
    story = Story("a")
    story.at(0).takes(1, "a").asks(1)
    story.at(1).replies(1).proposes(1, "a").check_begins("a")
    story.at(3).says(events.CheckVoided(proposal=ProposalId(1)))
    story.at(5).check_begins("a")

    story.at(6).finishes()

    assert story.waits("a") == {"worked": 1, "merge": 2, "check": 3}


def test_a_request_that_is_held_back_waits_for_the_rate_limit() -> None:
    """Held back from 1 to 5; the turn began before."""
    story = Story("a")
    story.at(0).takes(1, "a")
    story.at(5).asks(1, waited=4)
    story.at(8).replies(1).merges(1, "a").ends(1)

    assert story.waits("a") == {"worked": 4, "rate_limit": 4}
    assert story.rows()["calls"]["waited"] == [4]


def test_a_dealt_task_waits_at_the_barrier_while_others_have_not_replied() -> None:
    """Agent 1 does nothing for `a` in the first round, and agent 2 takes until 10."""
    story = Story("a", "b", team="free", rounds=True)
    story.at(0).begins(1, "a", round_number=1).asks(1).begins(2, "b", round_number=1).asks(2)
    story.at(4).replies(1).ends(1)
    story.at(10).replies(2).merges(2, "b").ends(2)
    story.begins(1, "a", round_number=2).asks(1)
    story.at(13).replies(1).merges(1, "a").ends(1).finishes()

    assert story.waits("a") == {"worked": 4 + 3, "barrier": 6}
    assert story.waits("b") == {"worked": 10}


def test_a_claim_by_word_holds_a_task_that_nobody_works_on() -> None:
    """An orphaned claim: agent 1 claims `a` and turns to something else."""
    story = Story("a", "b", team="free")
    story.at(0).begins(1).asks(1)
    story.at(2).replies(1).claims(1, "a").ends(1)
    story.begins(1).asks(1)
    story.at(20).replies(1).merges(1, "b").ends(1).finishes()

    assert story.waits("a") == {"worked": 2, "lease": 18}
    assert story.waits("b") == {"agent": 2, "worked": 18}


def test_a_batch_is_at_work_on_what_it_hands_in() -> None:
    """Of three tasks in one lease `b` depends on `a` and is written with it; `c` is handed back."""
    story = Story("a", "b needs a", "c")
    story.at(0).takes(1, "a", "b", "c").asks(1)
    story.at(6).replies(1).proposes(1, "a").proposes(1, "b")
    story.at(7).done("a")
    story.at(8).done("b").hands_back(1, "c").ends(1)
    story.at(9).does(2, "c", until=11).finishes()

    assert story.waits("a") == {"worked": 6, "merge": 1}
    assert story.waits("b") == {"worked": 6, "merge": 2}
    assert story.waits("c") == {"agent": 9, "worked": 2}


def test_a_task_that_a_last_look_opens_again_had_waited_for_that_look() -> None:
    story = Story("a")
    story.at(0).does(1, "a", until=3)
    story.at(8).look(a=False).says(events.TaskReopened(task=TaskId("a")))
    story.at(9).does(1, "a", until=12).look(a=True).finishes()

    row = story.task("a")

    assert story.waits("a") == {"worked": 3 + 3, "check": 5, "agent": 1}
    assert (row["done"], row["verified"], row["status"]) == (12, True, "done")


def test_a_task_that_is_failed_waits_no_longer() -> None:
    story = Story("a", "b needs a")
    story.at(0).takes(1, "a").asks(1)
    story.at(5).replies(1).hands_back(1, "a").ends(1)
    story.says(events.TaskFailed(task=TaskId("a"), reason="no"))
    story.says(events.TaskBlocked(task=TaskId("b"), on=TaskId("a")))
    story.at(50).finishes()

    assert story.waits("a") == {"worked": 5}
    assert story.waits("b") == {"dependency": 5}
    assert story.task("b")["ready"] is None
    assert [story.task(name)["status"] for name in "ab"] == ["failed", "blocked"]


@pytest.mark.parametrize("start", [0.0, 100.0])
def test_times_are_counted_from_the_start_of_the_run(start: float) -> None:
    story = Story("a")
    story.records = [record._replace(time=start) for record in story.records]
    story.at(start + 1).does(1, "a", until=start + 3).finishes()

    row = story.task("a")

    assert (row["added"], row["begun"], row["done"]) == (0, 1, 3)
    assert story.rows()["runs"]["seconds"] == [3]
