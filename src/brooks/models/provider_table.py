"""The providers of models: how each is spoken to, where it is, and what its key is called.

A new provider that speaks one of the four protocols is one more row here and nothing else. The
addresses are those of the providers' own documentation; a local server has the address that it
takes when nothing is set.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Protocol(StrEnum):
    """What is spoken over the wire."""

    OPENAI_CHAT = "openai-chat"
    OPENAI_RESPONSES = "openai-responses"
    ANTHROPIC = "anthropic"
    GOOGLE = "google"


class Provider(NamedTuple):
    """One provider of models."""

    name: str
    protocol: Protocol
    address: str
    """Where it is, unless the user says otherwise."""
    key_variables: tuple[str, ...]
    """The variables that may hold its key, the first that is set being taken."""
    address_variables: tuple[str, ...]
    """The variables that may hold another address."""
    extra: str
    """What of `brooks[…]` it needs to be installed."""
    is_local: bool = False
    """Whether it is a server of the user's own: it needs no key and nobody knows its price."""
    priced_as: str | None = None
    """What the price list calls it; None where that has no prices for it."""


def _compatible(name: str, address: str, *, priced_as: str | None = None) -> Provider:
    """A provider that speaks OpenAI's chat protocol."""
    prefix = name.upper()
    return Provider(
        name=name,
        protocol=Protocol.OPENAI_CHAT,
        address=address,
        key_variables=(f"{prefix}_API_KEY",),
        address_variables=(f"{prefix}_BASE_URL",),
        extra="openai",
        priced_as=priced_as or name,
    )


def _local(name: str, port: int, *more_addresses: str) -> Provider:
    """A server of the user's own that speaks OpenAI's chat protocol."""
    made = _compatible(name, f"http://localhost:{port}/v1")
    return made._replace(
        address_variables=(*made.address_variables, *more_addresses), is_local=True, priced_as=None
    )


_OPENAI = _compatible("openai", "https://api.openai.com/v1")

_ROWS = (
    _OPENAI,
    _OPENAI._replace(name="openai-responses", protocol=Protocol.OPENAI_RESPONSES),
    Provider(
        name="anthropic",
        protocol=Protocol.ANTHROPIC,
        address="https://api.anthropic.com",
        key_variables=("ANTHROPIC_API_KEY",),
        address_variables=("ANTHROPIC_BASE_URL",),
        extra="anthropic",
        priced_as="anthropic",
    ),
    Provider(
        name="google",
        protocol=Protocol.GOOGLE,
        address="https://generativelanguage.googleapis.com",
        key_variables=("GOOGLE_API_KEY", "GEMINI_API_KEY"),
        address_variables=("GOOGLE_BASE_URL", "GOOGLE_GEMINI_BASE_URL"),
        extra="google",
        priced_as="google",
    ),
    _compatible("openrouter", "https://openrouter.ai/api/v1"),
    _compatible("groq", "https://api.groq.com/openai/v1"),
    _compatible("together", "https://api.together.xyz/v1"),
    _compatible("mistral", "https://api.mistral.ai/v1"),
    _compatible("xai", "https://api.x.ai/v1", priced_as="x-ai"),
    _compatible("deepseek", "https://api.deepseek.com"),
    _local("ollama", 11434, "OLLAMA_HOST"),
    _local("vllm", 8000),
    _local("sglang", 30000),
    _local("lmstudio", 1234),
)

PROVIDERS: Mapping[str, Provider] = {row.name: row for row in _ROWS}
"""Every provider by its name."""

ALIASES: Mapping[str, str] = {"gemini": "google"}
"""Other names that people use."""
