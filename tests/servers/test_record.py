"""Limits that hold, and a record from which everything can be told afterwards."""

import json
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec
import pytest
from tests.servers.conftest import Start
from tests.servers.kit import DIALECTS, PROMPT, Client, small_developer

from brooks.core.spec import Price
from servers import (
    Entry,
    Faults,
    Limits,
    Mishap,
    attempts_by_body,
    billed,
    load_record,
    most_in_window,
    most_tokens_in_window,
    refused_for_limits,
    retries_before_their_time,
    serving,
)
from servers.limits import Gate

BLANK = Entry(
    number=0,
    arrived=0.0,
    ended=0.0,
    protocol="openai-chat",
    path="/v1/chat/completions",
    model="gpt-x",
    streamed=False,
    status=200,
    treatment="answered",
    retry_after=None,
    retry_at=None,
    body="a",
    conversation="a",
    input_tokens=0,
    output_tokens=0,
    cached_tokens=0,
    written_tokens=0,
    key="",
    tasks=(),
    written=True,
)


def _entry(**fields: Any) -> Entry:
    return msgspec.structs.replace(BLANK, **fields)


def test_the_gate_holds_in_every_window() -> None:
    """It says when there is room again, and there is room then and not before."""
    gate = Gate(Limits(requests_per_minute=2, tokens_per_minute=100))

    assert gate.admit(0.0, 30) is None
    assert gate.admit(10.0, 50) is None
    assert gate.admit(20.0, 1) == 40.0  # two requests: the first leaves at 60
    assert gate.admit(60.0, 60) == 10.0  # 50 of 100 tokens are taken until 70
    assert gate.admit(69.9, 60) == pytest.approx(0.1)
    assert gate.admit(70.0, 60) is None
    assert gate.admit(71.0, 101) == 60.0  # never fits


def test_the_server_says_when_to_come_again(start: Start) -> None:
    """What comes too early is refused and counted; what comes in time is answered."""
    limits = Limits(requests_per_minute=2, window_seconds=0.1, whole_seconds=False)
    server, client = start(limits=limits)

    answers = [client.ask() for _ in range(3)]
    while answers[-1].status == 429:
        answers.append(client.ask())

    assert [answer.status for answer in answers[:3]] == [200, 200, 429]
    assert 0 < float(answers[2].headers["retry-after"]) <= 0.1
    entries = server.entries()
    assert refused_for_limits(entries) == len(answers) - 3
    passed = [entry for entry in entries if entry.treatment == "answered"]
    assert most_in_window(passed, 0.1) == 2
    assert len(retries_before_their_time(entries)) >= len(answers) - 4


def test_an_entry_tells_everything_about_a_request(tmp_path: Path) -> None:
    """In memory, and in a file whose lines are there at once; the key only as a hash."""
    path = tmp_path / "record.jsonl"
    with serving(small_developer(), record=path) as server:
        client = Client(server.url)
        client.ask("anthropic-messages", streamed=True)
        client.ask("openai-chat")
        entries = server.entries()
        assert load_record(path) == entries
        client.close()

    first, second = entries
    assert (first.protocol, first.model, first.streamed) == ("anthropic-messages", "claude-x", True)
    assert first.tasks == ("alpha", "beta")
    assert first.conversation == second.conversation
    assert first.body != second.body
    assert first.written
    assert first.arrived <= first.ended <= second.arrived
    assert "secret" not in path.read_text()
    path.write_text(path.read_text() + '{"number": 2, "arr')
    assert load_record(path) == entries


def test_equal_requests_get_equal_replies_at_once_from_many(start: Start) -> None:
    """Forty clients in all dialects: replies differ in nothing but the time they were made."""
    server, _ = start()
    bodies: list[tuple[str, str]] = []

    def work(dialect: str) -> None:
        client = Client(server.url)
        answer = client.ask(dialect).json
        client.close()
        for key in ("created", "created_at"):
            answer.pop(key, None)
        bodies.append((dialect, json.dumps(answer)))

    threads = [Thread(target=work, args=[DIALECTS[number % 4]]) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(bodies) == 40
    assert len(set(bodies)) == 4
    assert len({entry.conversation for entry in server.entries()}) == 1


def test_a_long_conversation_is_read_from_the_cache(start: Start) -> None:
    """What was sent before is cheaper; Anthropic does so only where the client marks it."""
    server, client = start()
    text = f"{PROMPT}\n{'x' * 8000}"
    said = [
        {"role": "user", "content": text},
        {"role": "assistant", "content": "Let me see."},
        {"role": "user", "content": "Go on."},
    ]
    marked = [{"type": "text", "text": "Be good.", "cache_control": {"type": "ephemeral"}}]

    chat = client.ask("openai-chat", messages=said).json["usage"]
    plain = client.ask("anthropic-messages", messages=said).json["usage"]
    cached = client.ask("anthropic-messages", messages=said, system=marked).json["usage"]

    total = chat["prompt_tokens"]
    assert 1024 <= chat["prompt_tokens_details"]["cached_tokens"] < total
    assert (plain["input_tokens"], plain["cache_read_input_tokens"]) == (total, 0)
    assert cached["input_tokens"] == 0
    assert cached["cache_read_input_tokens"] + cached["cache_creation_input_tokens"] > total
    entry = server.entries()[-1]
    price = Price(input=10.0, output=0.0, cached=1.0, written=20.0)
    assert billed([entry], price) == pytest.approx(
        (entry.cached_tokens * 1.0 + entry.written_tokens * 20.0) / 1e6
    )


def test_windows_slide() -> None:
    """The fullest window counts, wherever it begins; its end is not part of it."""
    times = [0.0, 50.0, 55.0, 59.0, 110.0, 119.0]
    entries = [_entry(number=n, arrived=at, input_tokens=n) for n, at in enumerate(times)]

    assert most_in_window(entries, 60) == 4
    assert most_in_window(entries, 1) == 1
    assert most_tokens_in_window(entries, 65) == 2 + 3 + 4 + 5
    assert most_in_window([], 60) == 0


def test_a_retry_is_early_only_for_who_was_told() -> None:
    """The same body before its time is early; another body, an earlier arrival or a later one is not."""
    told = _entry(number=0, arrived=1.0, retry_after=2.0, retry_at=4.0, status=429)
    early = _entry(number=2, arrived=3.9)
    entries = [
        told,
        _entry(number=1, arrived=1.5),  # the 429 was not sent yet
        early,
        _entry(number=3, arrived=3.9, body="b"),
        _entry(number=4, arrived=4.0),
    ]

    assert retries_before_their_time(entries) == [(told, early)]
    assert attempts_by_body(entries) == {"a": 4, "b": 1}


def test_work_is_billed_and_refusals_are_not(start: Start) -> None:
    """A reply that is cut off on its way was made all the same."""
    server, client = start(Faults(first=(Mishap.SERVER_ERROR, Mishap.CUT_OFF)))

    client.ask()
    client.ask()

    failed, cut = server.entries()
    assert failed.tokens == 0
    assert billed([failed, cut], Price(input=1e6, output=0.0)) == cut.input_tokens
