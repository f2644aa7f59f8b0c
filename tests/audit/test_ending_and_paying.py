"""Liveness and paying once: whether it ended, and whether anything was asked for twice."""

from typing import TYPE_CHECKING

import pytest

from brooks.audit.ending import check_liveness
from brooks.audit.paying import check_paid_once
from brooks.audit.verdict import Result
from brooks.core.facts import Outcome

if TYPE_CHECKING:
    from tests.audit.conftest import Past


def test_run_in_which_every_task_is_over_is_live(past: "Past") -> None:
    """Done, failed, blocked, cancelled, and one that was opened and done again; it was cut off besides."""
    lines = [
        *(past.added(task) for task in "abcd"),
        past.done(1, "a", 1),
        past.failed("b"),
        past.blocked("c", "b"),
        past.cancelled("d"),
        past.reopened("a"),
        past.done(2, "a", 2),
    ]

    ends = [Outcome.DONE, Outcome.FAILED, Outcome.BUDGET]
    verdicts = [check_liveness(past.write(*lines, past.finished(end))) for end in ends]

    assert {verdict.result for verdict in verdicts} == {Result.HOLDS}
    assert verdicts[0].explanation == "the run ended and each of 4 tasks was over"


@pytest.mark.parametrize("outcome", list(Outcome))
def test_task_left_open_is_shown_unless_the_run_was_cut_off(past: "Past", outcome: Outcome) -> None:
    """`b` was cancelled, offered again, and never finished."""
    records = past.write(
        past.added("a"),
        past.added("b"),
        past.done(1, "a", 1),
        past.cancelled("b"),
        past.requeued("b"),
        past.finished(outcome),
    )

    verdict = check_liveness(records)

    ended_by_itself = outcome in {Outcome.DONE, Outcome.FAILED}
    assert verdict.result is (Result.VIOLATED if ended_by_itself else Result.UNKNOWN)
    assert verdict.witness == (5, 6)
    assert verdict.explanation == (
        f"the run ended as {outcome.value} with task 'b' still open: over"
    )


def test_unfinished_log_is_unknown(past: "Past") -> None:
    """It was never finished, or it was finished and then resumed."""
    running = check_liveness(past.write(past.added("a")))
    resumed = check_liveness(
        past.write(past.added("a"), past.finished(Outcome.BUDGET), past.resumed())
    )

    assert (running.result, resumed.result) == (Result.UNKNOWN, Result.UNKNOWN)
    assert (running.witness, resumed.witness) == ((1,), (3,))
    assert running.explanation == "the log ends while the run goes on, with 1 tasks open"


def test_each_request_with_its_reply_is_paid_once(past: "Past") -> None:
    """Two agents; the request of each is lost in a crash and asked once more, one of them much later."""
    records = past.write(
        past.sent("turn-1", 0),
        past.replied("turn-1", 0),
        past.sent("turn-1", 1),
        past.sent("turn-2", 0, agent="y"),
        past.resumed(in_flight=(("x", "turn-1", 1), ("y", "turn-2", 0))),
        past.sent("turn-1", 1),
        past.replied("turn-1", 1),
        past.resumed(),
        past.sent("turn-2", 0, agent="y"),
        past.replied("turn-2", 0, agent="y"),
        past.replied("turn-2", 0, agent="y"),
    )

    verdict = check_paid_once(records)

    assert verdict.result is Result.HOLDS
    assert verdict.explanation == "each of 3 requests was paid for once"


def test_request_after_its_reply_is_shown(past: "Past") -> None:
    """Even a resume that lists it does not excuse it."""
    records = past.write(
        past.sent("turn-1", 0),
        past.replied("turn-1", 0),
        past.resumed(in_flight=(("x", "turn-1", 0),)),
        past.sent("turn-1", 0),
    )

    verdict = check_paid_once(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (2, 4))
    assert verdict.explanation == "request 0 of turn-1 was sent although its reply was there"


def test_request_sent_twice_without_a_resume_that_lists_it_is_shown(past: "Past") -> None:
    """Without any resume, and with one that lists another request."""
    at_once = past.write(past.sent("turn-1", 0), past.sent("turn-1", 0))
    unlisted = past.write(
        past.sent("turn-1", 0),
        past.resumed(in_flight=(("x", "turn-1", 1),)),
        past.sent("turn-1", 0),
    )

    verdicts = [check_paid_once(at_once), check_paid_once(unlisted)]

    assert [verdict.result for verdict in verdicts] == [Result.VIOLATED] * 2
    assert [verdict.witness for verdict in verdicts] == [(1, 2), (1, 3)]


def test_request_asked_again_twice_after_one_resume_is_shown(past: "Past") -> None:
    """One listing allows one repetition."""
    records = past.write(
        past.sent("turn-1", 0),
        past.resumed(in_flight=(("x", "turn-1", 0),)),
        past.sent("turn-1", 0),
        past.sent("turn-1", 0),
    )

    verdict = check_paid_once(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (3, 4))


def test_agent_that_asks_two_requests_again_is_shown(past: "Past") -> None:
    """A crash can lose no more than the one request that an agent waits for."""
    records = past.write(
        past.sent("turn-1", 0),
        past.sent("turn-2", 0),
        past.resumed(in_flight=(("x", "turn-1", 0), ("x", "turn-2", 0))),
        past.sent("turn-1", 0),
        past.sent("turn-2", 0),
    )

    verdict = check_paid_once(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (4, 5))
    assert verdict.explanation == "x asked two requests again after one resume"


def test_request_that_came_to_nothing_is_sent_again_once_for_each_failure(past: "Past") -> None:
    """Two failures, one of them after a crash in which the second attempt was lost."""
    records = past.write(
        past.sent("turn-1", 0),
        past.request_failed("turn-1", 0),
        past.sent("turn-1", 0),
        past.resumed(in_flight=(("x", "turn-1", 0),)),
        past.sent("turn-1", 0),
        past.request_failed("turn-1", 0),
        past.resumed(),
        past.sent("turn-1", 0),
        past.replied("turn-1", 0),
    )
    and_once_more = past.write(
        past.sent("turn-1", 0),
        past.request_failed("turn-1", 0),
        past.sent("turn-1", 0),
        past.sent("turn-1", 0),
    )

    verdict, twice = check_paid_once(records), check_paid_once(and_once_more)

    assert verdict.result is Result.HOLDS
    assert verdict.explanation == "each of 1 requests was paid for once"
    assert (twice.result, twice.witness) == (Result.VIOLATED, (3, 4))


def test_late_failure_excuses_no_request_after_the_reply(past: "Past") -> None:
    """The reply was there; then someone says that an attempt came to nothing."""
    records = past.write(
        past.sent("turn-1", 0),
        past.replied("turn-1", 0),
        past.request_failed("turn-1", 0),
        past.sent("turn-1", 0),
    )

    verdict = check_paid_once(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (2, 4))
