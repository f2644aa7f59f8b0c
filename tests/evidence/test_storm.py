"""The measures of storms and of jitter: small ones of each, and that they see what is wrong."""

from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import Failure, Usage
from brooks.ids import AgentId, BlobHash, Position, TurnId
from measure.jitter import RETRY_AFTER, crowded, exact, tasks_for, uniform_p
from measure.protocols import PROTOCOLS
from measure.storm import ENDS, SETTINGS, flaws, held_back, run_served
from servers import Entry, Faults, Mishap

AGENT, TURN, BLOB = AgentId("agent-1"), TurnId("turn-1"), BlobHash("0" * 64)
ANSWERED = Entry(
    number=1,
    arrived=12.0,
    ended=12.1,
    protocol="openai-chat",
    path="/v1/chat/completions",
    model="gpt-5.2",
    streamed=False,
    status=200,
    treatment="answered",
    retry_after=None,
    retry_at=None,
    body="a body",
    conversation="",
    input_tokens=1200,
    output_tokens=7,
    cached_tokens=0,
    written_tokens=0,
    key="",
    tasks=(),
    written=True,
)
REFUSED = replace(
    ANSWERED,
    number=0,
    arrived=10.0,
    ended=10.1,
    status=429,
    treatment="rate_limited",
    retry_after=1.5,
    retry_at=11.6,
    input_tokens=0,
    output_tokens=0,
)
LIMITS = {"requests_per_minute": 2, "tokens_per_minute": 2000}


def log_of(*happened: Event) -> list[Record]:
    """A log with these events."""
    return [
        Record(position=Position(number), time=0.0, cause=Position(0), event=event)
        for number, event in enumerate(happened, start=1)
    ]


def a_log() -> list[Record]:
    """One request, refused once, sent again and answered."""
    first = events.RequestSent(agent=AGENT, turn=TURN, index=0, request=BLOB)
    return log_of(
        first,
        events.RequestFailed(
            agent=AGENT, turn=TURN, index=0, attempt=1, failure=Failure.RATE_LIMITED
        ),
        replace(first, attempt=2, waited=1.5, why="retry_after"),
        events.ReplyReceived(agent=AGENT, turn=TURN, index=0, reply=BLOB, usage=Usage()),
    )


def test_a_record_that_agrees_with_the_log_has_no_flaw() -> None:
    """The same ends in the same order, within the limits, and not before its time."""
    assert flaws(a_log(), [REFUSED, ANSWERED], LIMITS) == []
    assert held_back(a_log()) == {"retry_after": 1.5}


def test_every_mishap_has_its_end_in_the_log() -> None:
    """Else a storm would be compared with nothing."""
    assert set(ENDS) == {"answered", *Mishap}


def test_each_way_to_be_wrong_is_a_flaw() -> None:
    """Too early, over a limit, an attempt that the log lacks, another end."""
    log = a_log()

    assert flaws(log, [REFUSED, replace(ANSWERED, arrived=11.0)], LIMITS) == [
        "1 came 0.600 s before its time"
    ]
    assert flaws(log, [REFUSED, ANSWERED], {"requests_per_minute": 1}) == [
        "2 in a minute, and requests_per_minute is 1"
    ]
    assert flaws(log, [REFUSED, ANSWERED], {"tokens_per_minute": 1000}) == [
        "1207 in a minute, and tokens_per_minute is 1000"
    ]
    assert len(flaws(log, [REFUSED, ANSWERED, replace(ANSWERED, body="other")], {})) == 2
    assert len(flaws(log, [replace(REFUSED, treatment="server_error"), ANSWERED], {})) == 2


@pytest.mark.slow
def test_a_small_storm_with_every_mishap_is_weathered(tmp_path: Path) -> None:
    """A real run against a server whose first replies each suffer another mishap."""
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "tasks.yaml").write_text(tasks_for(6))

    ended, entries = run_served(
        tmp_path,
        Faults(first=(None, *Mishap), retry_after=0.2, hang_seconds=30.0),
        protocol=PROTOCOLS[2],
        streamed=True,
        team="leased:3",
        settings={**SETTINGS, "timeout_seconds": 1},
    )

    assert (ended.code, ended.facts["tasks"]["done"]) == (0, 6), ended.said
    assert {entry.treatment for entry in entries} == set(ENDS)
    assert flaws(ended.records, entries, {}) == []


def test_the_test_for_uniformity_tells_uniform_from_other() -> None:
    """Uniform draws pass; squares of them, or ones that are a tenth late, do not."""
    chance = Random(1)
    draws = [chance.random() for _ in range(500)]

    assert uniform_p(draws) > 0.05
    assert uniform_p([draw**2 for draw in draws]) < 0.001
    assert uniform_p([draw + 0.1 for draw in draws]) < 0.001
    assert uniform_p([(number + 0.5) / 100 for number in range(100)]) == 1.0


@pytest.mark.slow
def test_retries_after_a_common_failure_follow_the_law() -> None:
    """Few seeds of the exact measure, without and after `Retry-After`; then with the usual distance."""
    assert uniform_p(exact(range(12))) > 0.01
    assert uniform_p(exact(range(12, 24), retry_after=RETRY_AFTER)) > 0.01
    assert crowded(range(5)) == 0
