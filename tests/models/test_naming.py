"""Model strings, right and wrong."""

import pytest

from brooks.errors import UsageError
from brooks.models.naming import parse_model
from brooks.models.provider_table import PROVIDERS


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("sim", "sim", "typical"),
        ("sim:quick", "sim", "quick"),
        ("sim/quick", "sim", "quick"),
        ("sim:profiles/mine.yaml", "sim", "profiles/mine.yaml"),
        ("scripted:/some/where/a:b.yaml", "scripted", "/some/where/a:b.yaml"),
        ("recorded:latest", "recorded", "latest"),
        ("openai:gpt-5.2", "openai", "gpt-5.2"),
        ("anthropic/claude-sonnet-4-6", "anthropic", "claude-sonnet-4-6"),
        ("openrouter:meta-llama/llama-3:free", "openrouter", "meta-llama/llama-3:free"),
        ("together/meta-llama/Llama-3.3", "together", "meta-llama/Llama-3.3"),
        ("ollama/qwen3:8b", "ollama", "qwen3:8b"),
        ("gemini:gemini-3-flash-preview", "google", "gemini-3-flash-preview"),
        ("command:claude", "command", "claude"),
        (
            "command: claude -p --output-format json ",
            "command",
            "claude -p --output-format json",
        ),
    ],
)
def test_a_model_string_is_split_at_its_first_separator(text: str, kind: str, name: str) -> None:
    """What comes behind may hold either of them again; the canonical form says the same."""
    model = parse_model(text)

    assert model == (kind, name)
    assert model.canonical == f"{kind}:{name}"
    assert parse_model(model.canonical) == model


def test_a_model_says_whether_a_server_answers() -> None:
    """Those are the ones that cost money and can fail."""
    assert parse_model("vllm:qwen").is_provider
    assert not parse_model("sim").is_provider
    assert not parse_model("command:codex").is_provider


@pytest.mark.parametrize("text", ["gpt-5.2", "", "Sim", "/x", ":x", "azure:gpt-5.2"])
def test_a_model_that_does_not_exist_is_met_with_those_that_do(text: str) -> None:
    """Every kind and every provider is named."""
    with pytest.raises(UsageError) as caught:
        parse_model(text)

    message = str(caught.value)
    assert f"there is no model {text!r}" in message
    assert all(f"'{kind}:" in message for kind in ("sim", "scripted", "recorded", "command"))
    assert all(provider in message for provider in PROVIDERS)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("opanai:gpt-5.2", "openai:gpt-5.2"),
        ("antropic/claude:x", "anthropic/claude:x"),
        ("Sim:quick", "sim:quick"),
        ("geminy:g", "gemini:g"),
    ],
)
def test_a_slip_is_met_with_what_was_probably_meant(text: str, meant: str) -> None:
    """The rest of the string stays as it was written."""
    with pytest.raises(UsageError, match=f"did you mean '{meant}'"):
        parse_model(text)


@pytest.mark.parametrize(
    "text",
    ["sim:", "scripted", "scripted:", "recorded/", "recorded", "openai", "groq:", "command: "],
)
def test_a_kind_without_a_name_says_what_is_to_be_added(text: str) -> None:
    """Only `sim` has something to fall back on."""
    with pytest.raises(UsageError, match="names nothing: add"):
        parse_model(text)
