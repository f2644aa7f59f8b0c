"""Conservation: every cost belongs to one request, every message that is read was sent."""

from typing import TYPE_CHECKING

import pytest

from brooks.audit import Result
from brooks.audit.accounting import Cost, check_money_conserved, count_cost
from brooks.audit.delivering import check_mail_conserved
from brooks.core.facts import Usage

if TYPE_CHECKING:
    from tests.audit.conftest import Past


def test_costs_add_up(past: "Past") -> None:
    """One reply with a price, one after a failure without one, and a request that is still open."""
    records = past.write(
        past.sent("turn-1", 0),
        past.replied("turn-1", 0, usage=Usage(input_tokens=100, output_tokens=10, dollars=0.25)),
        past.sent("turn-1", 1),
        past.request_failed("turn-1", 1),
        past.sent("turn-1", 1),
        past.replied(
            "turn-1", 1, usage=Usage(input_tokens=200, output_tokens=20, cached_tokens=200)
        ),
        past.sent("turn-2", 0),
    )

    verdict = check_money_conserved(records)

    assert count_cost(records) == Cost(
        sent=4, answered=2, failed=1, tokens=330, dollars=0.25, unpriced=1
    )
    assert verdict.result is Result.HOLDS
    assert verdict.explanation == (
        "of 4 requests 2 were answered, 1 failed and 1 have no end; they cost 330 tokens, $0.25 and "
        "1 replies without a price"
    )


def test_a_request_lost_in_a_crash_has_no_end(past: "Past") -> None:
    """It was asked again, and answered."""
    records = past.write(
        past.sent("turn-1", 0),
        past.resumed(in_flight=(("x", "turn-1", 0),)),
        past.sent("turn-1", 0),
        past.replied("turn-1", 0),
    )

    assert check_money_conserved(records).result is Result.HOLDS
    assert count_cost(records).without_end == 1


def test_a_reply_counted_twice_is_shown(past: "Past") -> None:
    """One request, two replies."""
    records = past.write(
        past.sent("turn-1", 0), past.replied("turn-1", 0), past.replied("turn-1", 0)
    )

    verdict = check_money_conserved(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (2, 3))
    assert verdict.explanation == (
        "a reply to request 0 of turn-1 was counted, which had ended before"
    )


def test_a_cost_without_a_request_is_shown(past: "Past") -> None:
    """A reply, and a failure, to what nobody sent."""
    reply = check_money_conserved(past.write(past.replied("turn-1", 0)))
    failure = check_money_conserved(past.write(past.request_failed("turn-1", 3)))

    assert reply.explanation == "a reply to request 0 of turn-1 was counted, which was never sent"
    assert failure.explanation == (
        "a failure of request 3 of turn-1 was counted, which was never sent"
    )


@pytest.mark.parametrize(
    "usage",
    [
        Usage(output_tokens=-1),
        Usage(input_tokens=5, cached_tokens=6),
        Usage(dollars=-0.1),
        Usage(dollars=float("inf")),
        Usage(dollars=float("nan")),
    ],
)
def test_an_impossible_cost_is_shown(past: "Past", usage: Usage) -> None:
    """Less than nothing, more from the cache than there was, no number at all."""
    records = past.write(past.sent("turn-1", 0), past.replied("turn-1", 0, usage=usage))

    assert check_money_conserved(records).witness == (2,)


def test_mail_adds_up(past: "Past") -> None:
    """One to two agents, of whom one has read it; one that nobody has read."""
    records = past.write(past.mailed(1, "y", "z"), past.read("y", 1), past.mailed(2, "y"))

    verdict = check_mail_conserved(records)

    assert verdict.result is Result.HOLDS
    assert (
        verdict.explanation
        == "2 messages were sent; 1 copies were read, each once, and 2 are unread"
    )


def test_mail_read_twice_is_shown(past: "Past") -> None:
    """The same agent took it two times."""
    verdict = check_mail_conserved(
        past.write(past.mailed(1, "y"), past.read("y", 1), past.read("y", 1))
    )

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (2, 3))
    assert verdict.explanation == "y read message 1 twice"


def test_mail_that_nobody_was_shown_is_unread_again(past: "Past") -> None:
    """The turn ended before its next reply; in another it had that reply."""
    lost = [
        past.mailed(1, "y"),
        past.read("y", 1, turn="turn-1", replies=1),
        past.ended("turn-1", agent="y"),
        past.read("y", 1),
    ]
    shown = [*lost[:2], past.sent("turn-1", 0), past.replied("turn-1", 0), *lost[2:]]

    assert check_mail_conserved(past.write(*lost)).result is Result.HOLDS
    assert check_mail_conserved(past.write(*shown)).explanation == "y read message 1 twice"


def test_mail_that_is_left_is_counted(past: "Past") -> None:
    """Of three messages two are read; one that is neither read nor left was lost."""
    lines = [past.mailed(number, "y") for number in (1, 2, 3)]

    well = check_mail_conserved(past.write(*lines, past.read("y", 1, 3, left=1)))
    lost = check_mail_conserved(past.write(*lines, past.read("y", 1, 3)))

    assert well.result is Result.HOLDS
    assert (lost.result, lost.witness) == (Result.VIOLATED, (2, 4))
    assert lost.explanation == (
        "y read its mail and was said to have 0 messages left, when 1 had been sent to it and not "
        "been read"
    )


def test_mail_that_was_not_sent_so_is_shown(past: "Past") -> None:
    """Before it was sent, by somebody else, with another text, under a number that was used before."""
    early = check_mail_conserved(past.write(past.read("y", 1), past.mailed(1, "y")))
    other = check_mail_conserved(past.write(past.mailed(1, "y"), past.read("z", 1)))
    changed = check_mail_conserved(past.write(past.mailed(1, "y"), past.read("y", 1, text="no")))
    again = check_mail_conserved(past.write(past.mailed(1, "y"), past.mailed(1, "z")))
    double = check_mail_conserved(past.write(past.mailed(1, "y", "y")))

    assert early.explanation == "y read message 1 before it was sent"
    assert other.explanation == "z read message 1, which was not sent to it"
    assert changed.explanation == "y read message 1 otherwise than it was sent"
    assert again.explanation == "message 1 was sent twice"
    assert double.explanation == "message 1 was put into the mailbox of y twice"
