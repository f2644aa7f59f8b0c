"""Paid once: a reply that is durable is never asked for again.

A request that came to nothing may be sent again, once for each failure. A request that was sent and
has neither a reply nor a failure may be asked again only after a resume that lists it as in flight,
once for each such resume, and at most one per agent in each epoch: a crash loses no more than what
was on its way.
"""

from collections.abc import Sequence

from brooks.audit.verdict import Findings, Guarantee, Verdict
from brooks.core import events
from brooks.core.events import Record
from brooks.ids import AgentId, Position, TurnId

_Question = tuple[TurnId, int]


def check_paid_once(records: Sequence[Record]) -> Verdict:
    """No request after its reply, and no second one without a failure or a resume that allows it."""
    found = Findings(Guarantee.PAID_ONCE)
    asked: set[_Question] = set()
    sent: dict[_Question, Position] = {}
    """Those of which nobody knows yet what became of them."""
    replied: dict[_Question, Position] = {}
    allowed: set[_Question] = set()
    asked_again: dict[AgentId, Position] = {}
    for record in records:
        event = record.event
        at = record.position
        match event:
            case events.RunResumed():
                allowed |= {(flight.turn, flight.index) for flight in event.in_flight}
                asked_again = {}
            case events.ReplyReceived():
                replied.setdefault((event.turn, event.index), at)
            case events.RequestFailed():
                sent.pop((event.turn, event.index), None)
                allowed.discard((event.turn, event.index))
            case events.RequestSent():
                question = (event.turn, event.index)
                asked.add(question)
                name = f"request {event.index} of {event.turn}"
                if question in replied:
                    sentence = f"{name} was sent although its reply was there"
                    found.violated([replied[question], at], sentence)
                elif question in sent:
                    if question not in allowed:
                        sentence = f"{name} was sent twice, and no resume listed it as in flight"
                        found.violated([sent[question], at], sentence)
                    elif event.agent in asked_again:
                        sentence = f"{event.agent} asked two requests again after one resume"
                        found.violated([asked_again[event.agent], at], sentence)
                    asked_again[event.agent] = at
                    allowed.discard(question)
                sent[question] = at
            case _:
                pass
    return found.verdict(f"each of {len(asked)} requests was paid for once")


__all__ = ["check_paid_once"]
