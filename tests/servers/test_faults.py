"""Each mishap reaches the client as it should, and the record says what was done."""

import http.client
import json
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from tests.servers.conftest import Start
from tests.servers.kit import DIALECTS

from servers import Entry, Faults, Mishap

ERROR_KINDS: dict[str, Callable[[Any], Any]] = {
    "openai-chat": lambda body: body["error"]["type"],
    "openai-responses": lambda body: body["error"]["code"],
    "anthropic-messages": lambda body: body["error"]["type"],
    "google-generate": lambda body: body["error"]["status"],
}


def _last(entries: list[Entry]) -> tuple[str, int, bool]:
    return entries[-1].treatment, entries[-1].status, entries[-1].written


@pytest.mark.parametrize(
    ("dialect", "limited", "overloaded"),
    [
        ("openai-chat", "requests", (503, "server_error")),
        ("openai-responses", "rate_limit_exceeded", (503, None)),
        ("anthropic-messages", "rate_limit_error", (529, "overloaded_error")),
        ("google-generate", "RESOURCE_EXHAUSTED", (503, "UNAVAILABLE")),
    ],
)
def test_errors_have_the_providers_shape(
    start: Start, dialect: str, limited: str, overloaded: tuple[int, str | None]
) -> None:
    """A 429 tells when to come again, in the provider's own words; so does being overloaded."""
    faults = Faults(first=(Mishap.RATE_LIMITED, Mishap.OVERLOADED), retry_after=7)
    server, client = start(faults)

    first = client.ask(dialect)
    second = client.ask(dialect, streamed=True)

    kind = ERROR_KINDS[dialect]
    assert (first.status, first.headers["retry-after"], kind(first.json)) == (429, "7", limited)
    assert (second.status, kind(second.json)) == overloaded
    assert _last(server.entries()) == ("overloaded", second.status, True)
    assert server.entries()[0].retry_after == 7
    assert client.ask(dialect).status == 200


def test_a_rate_limit_may_name_a_date_or_nothing(start: Start) -> None:
    """The date is not before the asked time is over."""
    faults = Faults(
        first=(Mishap.RATE_LIMITED_UNTIL, Mishap.RATE_LIMITED_SILENT, Mishap.SERVER_ERROR),
        retry_after=30,
    )
    _, client = start(faults)
    before = time.time()

    dated, silent, failed = client.ask(), client.ask(), client.ask()

    until = parsedate_to_datetime(dated.headers["retry-after"]).timestamp()
    assert before + 30 <= until <= time.time() + 31
    assert silent.status == 429
    assert "retry-after" not in silent.headers
    assert failed.status == 500


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_cut_off_answer_is_whole_http_and_half_an_answer(
    start: Start, dialect: str, streamed: bool
) -> None:
    """The connection goes on, but the JSON is cut or the stream lacks its end."""
    server, client = start(Faults(first=(Mishap.CUT_OFF,)))

    cut = client.ask(dialect, streamed=streamed)
    whole = client.ask(dialect, streamed=streamed)

    assert cut.status == 200
    assert len(cut.body) < len(whole.body)
    if not streamed:
        with pytest.raises(json.JSONDecodeError):
            json.loads(cut.body)
    assert [entry.written for entry in server.entries()] == [False, True]
    assert server.entries()[0].output_tokens > 1


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("mishap", [Mishap.HANG, Mishap.DROPPED, Mishap.DROPPED_MIDWAY])
def test_a_broken_connection_is_seen_as_one(start: Start, mishap: Mishap, streamed: bool) -> None:
    """The client gets no answer, or half of one; the work is charged all the same."""
    server, client = start(Faults(first=(mishap,), hang_seconds=0.02))

    with pytest.raises((http.client.HTTPException, ConnectionError)):
        client.ask(streamed=streamed)

    entry = server.entries()[-1]
    assert _last([entry]) == (mishap, 200 if mishap is Mishap.DROPPED_MIDWAY else 0, False)
    assert entry.input_tokens > 0
    assert entry.ended - entry.arrived >= (0.02 if mishap is Mishap.HANG else 0)


def test_an_empty_reply_and_one_cut_at_the_limit(start: Start) -> None:
    """Both are valid answers; the second says why it ended, and its last call is broken."""
    server, client = start(Faults(first=(Mishap.EMPTY, Mishap.LENGTH)))

    empty = client.ask().json["choices"][0]
    cut = client.ask().json

    assert (empty["message"]["content"], empty["finish_reason"]) == (None, "stop")
    assert "tool_calls" not in empty["message"]
    assert cut["choices"][0]["finish_reason"] == "length"
    with pytest.raises(json.JSONDecodeError):
        json.loads(cut["choices"][0]["message"]["tool_calls"][-1]["function"]["arguments"])
    entries = server.entries()
    assert entries[1].output_tokens == cut["usage"]["completion_tokens"]


@pytest.mark.parametrize(
    ("dialect", "limit", "ending"),
    [
        ("openai-chat", {"max_completion_tokens": 5}, lambda b: b["choices"][0]["finish_reason"]),
        ("openai-responses", {"max_output_tokens": 5}, lambda b: b["incomplete_details"]["reason"]),
        ("anthropic-messages", {"max_tokens": 5}, lambda b: b["stop_reason"]),
        (
            "google-generate",
            {"generationConfig": {"maxOutputTokens": 5}},
            lambda b: b["candidates"][0]["finishReason"],
        ),
    ],
)
def test_the_output_limit_of_the_request_holds(
    start: Start, dialect: str, limit: dict[str, Any], ending: Any
) -> None:
    """A reply is never longer than the client said."""
    server, client = start()

    got = client.ask(dialect, **limit)

    assert ending(got.json) in {"length", "max_output_tokens", "max_tokens", "MAX_TOKENS"}
    assert server.entries()[0].output_tokens == 5


def test_wrong_arguments_are_of_every_kind(start: Start) -> None:
    """Over some requests there is broken JSON, a missing argument, a wrong type and an unknown tool."""
    server, client = start(Faults(rates={Mishap.WRONG_ARGUMENTS: 1.0}, seed=1))
    seen = set()

    for _ in range(24):
        for call in client.ask(text="Task alpha").json["choices"][0]["message"]["tool_calls"]:
            seen.add(_flaw(call["function"]))

    assert seen == {"none", "broken", "missing", "type", "unknown"}
    assert {entry.treatment for entry in server.entries()} == {"wrong_arguments"}


def _flaw(function: dict[str, str]) -> str:
    try:
        arguments = json.loads(function["arguments"])
    except json.JSONDecodeError:
        return "broken"
    if function["name"].endswith("_now"):
        return "unknown"
    if len(arguments) < {"write_file": 2, "complete": 1}[function["name"]]:
        return "missing"
    return "none" if all(isinstance(value, str) for value in arguments.values()) else "type"


def test_a_plan_is_drawn_from_its_seed(start: Start) -> None:
    """The same seed gives the same mishaps in the order of arrival, at about the planned rates."""
    faults = Faults(rates={Mishap.RATE_LIMITED: 0.3, Mishap.HANG: 0.1}, seed=5)

    drawn = [faults.mishap(number) for number in range(2000)]

    assert drawn == [faults.mishap(number) for number in range(2000)]
    assert 500 < drawn.count(Mishap.RATE_LIMITED) < 700
    assert 140 < drawn.count(Mishap.HANG) < 260
    with pytest.raises(ValueError, match="sum to at most 1"):
        Faults(rates={Mishap.HANG: 0.7, Mishap.EMPTY: 0.4})


def test_a_common_failure_befalls_everyone_for_a_time(start: Start) -> None:
    """From the first arrival on; afterwards the server is well."""
    server, client = start(Faults(common_failure_until=0.05, common_failure_status=500))

    statuses = [client.ask().status]
    while statuses[-1] != 200:
        statuses.append(client.ask().status)

    assert set(statuses) == {500, 200}
    entries = server.entries()
    assert entries[-1].arrived - entries[0].arrived >= 0.05
    assert entries[0].treatment == "common_failure"


def test_replies_take_the_planned_time(start: Start) -> None:
    """Constant, or drawn from an exponential with that mean."""
    server, client = start(Faults(latency=0.03))

    client.ask()

    (entry,) = server.entries()
    assert entry.ended - entry.arrived >= 0.03
    drawn = [Faults(latency=2, latency_kind="exponential").seconds(n) for n in range(500)]
    assert 1.6 < sum(drawn) / len(drawn) < 2.4


def test_a_client_that_goes_away_is_noticed(start: Start) -> None:
    """While the server takes its time: nothing is written then."""
    server, client = start(Faults(latency=60))

    client.give_up_asking("openai-responses")

    while not (entries := server.entries()):
        pass
    assert (entries[0].treatment, entries[0].status, entries[0].written) == ("answered", 0, False)
