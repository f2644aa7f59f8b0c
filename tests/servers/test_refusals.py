"""Requests that a provider would not take are not taken, each with the provider's own status."""

import json
from typing import Any

import pytest
from tests.servers.conftest import Start
from tests.servers.kit import BODIES, DIALECTS, HEADERS, PATHS, PROMPT, Client, small_developer

from servers import serving

ASKED = {"role": "user", "content": PROMPT}
CALLED = {
    "role": "assistant",
    "content": None,
    "tool_calls": [
        {"id": "c1", "type": "function", "function": {"name": "complete", "arguments": "{}"}}
    ],
}
USED = {
    "role": "assistant",
    "content": [{"type": "tool_use", "id": "c1", "name": "x", "input": {}}],
}
ITEM = {"type": "function_call", "call_id": "c1", "name": "complete", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "c2", "output": "done"}
PARTS = {"role": "user", "parts": [{"text": PROMPT}]}
FUNCTION = {"role": "model", "parts": [{"functionCall": {"name": "complete", "args": {}}}]}


@pytest.mark.parametrize(
    ("dialect", "changes", "message"),
    [
        ("openai-chat", {"messages": [ASKED, CALLED]}, "must be followed by tool messages"),
        (
            "openai-chat",
            {"messages": [ASKED, {"role": "tool", "tool_call_id": "c1", "content": "x"}]},
            "must be a response to a preceding message",
        ),
        ("openai-chat", {"messages": [ASKED, {"role": "assistant"}]}, "got null"),
        ("openai-chat", {"messages": ["hello"]}, "role"),
        ("openai-responses", {"input": [ITEM]}, "No tool output found for function call c1"),
        ("openai-responses", {"input": [OUTPUT]}, "No tool call found for function call output"),
        ("openai-responses", {"previous_response_id": "resp_1"}, "not found"),
        ("anthropic-messages", {"messages": [ASKED, USED, ASKED]}, "without `tool_result` blocks"),
        ("anthropic-messages", {"messages": [{"role": "user", "content": ""}]}, "non-empty"),
        ("anthropic-messages", {"max_tokens": None}, "max_tokens"),
        ("google-generate", {"contents": [PARTS, FUNCTION, PARTS]}, "function response parts"),
        ("google-generate", {"contents": [{"role": "user", "parts": []}]}, "must not be empty"),
    ],
)
def test_a_conversation_that_does_not_hold_together_is_refused(
    start: Start, dialect: str, changes: dict[str, Any], message: str
) -> None:
    """It is the client's fault, and says so."""
    server, client = start()

    got = client.ask(dialect, **changes)

    assert got.status == 400
    assert message in got.json["error"]["message"]
    (entry,) = server.entries()
    assert (entry.treatment, entry.tokens) == ("refused", 0)


def test_third_generation_calls_need_their_signature(start: Start) -> None:
    """A Gemini 3 model wants back what it signed the first call of a reply with."""
    _, client = start()
    body = {"contents": [PARTS, FUNCTION, PARTS]}

    got = client.post(
        "/v1beta/models/gemini-3-x:generateContent",
        json.dumps(body),
        HEADERS["google-generate"],
    )

    assert "thought_signature" in got.json["error"]["message"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_keys_and_models_are_looked_at(dialect: str) -> None:
    """No key, a wrong key, a model that is not there, and no JSON."""
    good, path = HEADERS[dialect], PATHS[dialect]
    bad = {name: value.replace("secret", "wrong") for name, value in good.items()}
    none = {name: value for name, value in good.items() if "secret" not in value}

    with serving(small_developer(), keys=["secret"], models=["another"]) as server:
        client = Client(server.url)
        body = json.dumps(BODIES[dialect](PROMPT, streamed=False))
        statuses = [client.post(path, body, headers).status for headers in (none, bad, good)]
        statuses += [client.post(path, "{", good).status, client.post("/", body, good).status]
        keys = {entry.key for entry in server.entries()}
        client.close()

    google = dialect == "google-generate"
    assert statuses == [403 if google else 401, 400 if google else 401, 404, 400, 404]
    assert "" in keys
    assert not any("secret" in key for key in keys)
