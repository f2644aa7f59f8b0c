"""The measure of protocols: what it runs, and that it sees what is not as it should be."""

from msgspec.structs import replace

from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import Usage
from brooks.ids import AgentId, BlobHash, Position, TurnId
from measure.protocols import (
    AGENTS,
    PROTOCOLS,
    TEAMS,
    Ended,
    cases,
    flaws_of_bill,
    flaws_of_record,
    flaws_of_run,
)
from servers import Entry

USAGE = Usage(input_tokens=1200, output_tokens=7, cached_tokens=1000, dollars=0.0123)
DIALECT = "openai-chat"
ENTRY = Entry(
    number=0,
    arrived=1.0,
    ended=1.1,
    protocol=DIALECT,
    path="/v1/chat/completions",
    model="gpt-5.2",
    streamed=False,
    status=200,
    treatment="answered",
    retry_after=None,
    retry_at=None,
    body="",
    conversation="",
    input_tokens=1200,
    output_tokens=7,
    cached_tokens=1000,
    written_tokens=0,
    key="",
    tasks=(),
    written=True,
)


def a_run(**facts: object) -> Ended:
    """A run of one request and its reply."""
    agent, turn, blob = AgentId("agent-1"), TurnId("turn-1"), BlobHash("0" * 64)
    happened: tuple[Event, ...] = (
        events.RequestSent(agent=agent, turn=turn, index=0, request=blob),
        events.ReplyReceived(agent=agent, turn=turn, index=0, reply=blob, usage=USAGE),
    )
    records = tuple(
        Record(position=Position(number), time=0.0, cause=Position(0), event=event)
        for number, event in enumerate(happened, start=1)
    )
    shown = {
        "tasks": {"verified": 20, "total": 20},
        "input_tokens": 1200,
        "output_tokens": 7,
        "cached_tokens": 1000,
        "spending": {"dollars": 0.0123},
    }
    return Ended(code=0, said="", facts=shown | facts, records=records)


def flaws(ended: Ended, *entries: Entry, arrived: int = 1) -> list[str]:
    """What a record has against a run."""
    return flaws_of_record(ended, list(entries), arrived=arrived, dialect=DIALECT, streamed=False)


def test_every_way_is_run_once_with_each_team() -> None:
    """Four protocols, plain and streamed, and two agents, each with both teams."""
    titles = [case.title for case in cases()]

    assert len(titles) == len(set(titles)) == (2 * len(PROTOCOLS) + len(AGENTS)) * len(TEAMS) == 20


def test_a_record_that_agrees_with_the_log_has_no_flaw() -> None:
    """One request, one reply, the same tokens everywhere."""
    assert flaws(a_run(), ENTRY) == []


def test_each_way_to_differ_from_the_log_is_a_flaw() -> None:
    """A request more, one refused, another protocol, other tokens, other tokens shown."""
    refused = replace(ENTRY, treatment="refused", status=400)

    assert flaws(a_run(), ENTRY, arrived=2) == ["2 requests arrived, 1 are recorded, the log has 1"]
    assert flaws(a_run(), refused) == ["request 0 was refused, status 400"]
    assert flaws(a_run(), replace(ENTRY, streamed=True)) == [
        "request 0 came over 'openai-chat', streamed: True"
    ]
    assert len(flaws(a_run(), replace(ENTRY, output_tokens=8))) == 2
    assert flaws(a_run(input_tokens=1), ENTRY) == [
        "charged was (1200, 7, 1000), shown is (1, 7, 1000)"
    ]


def test_an_agents_bill_is_compared_with_the_log() -> None:
    """An agent that ran unnoticed, and a cost that was lost or made up."""
    assert flaws_of_bill(a_run(), ran=1, dollars=0.0123) == []
    assert flaws_of_bill(a_run(), ran=2, dollars=0.0123) == ["2 agents ran, the log has 1 requests"]
    assert flaws_of_bill(a_run(), ran=1, dollars=None) == [
        "a reply has 1000 cached tokens and cost 0.0123",
        "0.0123 dollars are shown, and None were spent",
    ]


def test_a_run_that_did_not_end_well_is_a_flaw() -> None:
    """It failed, or left a task unverified; and a log that declares nothing proves nothing."""
    failed = Ended(code=4, said="error: no answer\n", facts={}, records=())
    short = a_run(tasks={"verified": 19, "total": 20})

    assert flaws_of_run(failed) == ["exit code 4: error: no answer"]
    assert "19 of 20 verified" in flaws_of_run(short)
    assert flaws_of_run(a_run()) != []
