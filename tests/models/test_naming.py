"""Model strings, right and wrong."""

import pytest

from brooks.errors import UsageError
from brooks.models.naming import parse_model


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("sim", "sim", "typical"),
        ("sim:quick", "sim", "quick"),
        ("sim/quick", "sim", "quick"),
        ("sim:profiles/mine.yaml", "sim", "profiles/mine.yaml"),
        ("scripted:/some/where/a:b.yaml", "scripted", "/some/where/a:b.yaml"),
        ("recorded:latest", "recorded", "latest"),
    ],
)
def test_a_model_string_is_split_at_its_first_separator(text: str, kind: str, name: str) -> None:
    """What comes behind may hold either of them again."""
    assert parse_model(text) == (kind, name)


@pytest.mark.parametrize("text", ["openai:gpt-5.2", "anthropic/claude-sonnet-4-6", "", "Sim", "/x"])
def test_a_model_that_does_not_exist_is_met_with_those_that_do(text: str) -> None:
    """Models of real providers are not in this version, and it says so."""
    with pytest.raises(UsageError) as caught:
        parse_model(text)

    message = str(caught.value)
    assert repr(text) in message
    assert all(kind in message for kind in ("sim:", "scripted:", "recorded:", "real providers"))


@pytest.mark.parametrize("text", ["sim:", "scripted", "scripted:", "recorded/", "recorded"])
def test_a_kind_without_a_name_says_what_is_to_be_added(text: str) -> None:
    """Only `sim` has something to fall back on."""
    with pytest.raises(UsageError, match="names nothing: add"):
        parse_model(text)
