"""A client for each protocol, which sends a request once and never again by itself.

The clients' own retries are off, because a hidden retry would falsify every count of attempts, every
latency and every bill. They are switched off in the client and not in the settings of a request,
for which the libraries make a copy of the client each time.
"""

from typing import Any

import httpx2
from pydantic_ai.models import Model
from pydantic_ai.profiles import ModelProfile

from brooks.models.provider_table import Protocol, Provider

_AS_OFFERED = ModelProfile(json_schema_transformer=None)
"""The schemas of our tools are such that every provider takes them; to look for what one might not take
costs a third of a request's processor time, each time."""


def pydantic_model(
    provider: Provider,
    name: str,
    *,
    address: str,
    key: str,
    http: httpx2.AsyncClient,
    body: dict[str, Any] | None = None,
) -> Model[Any]:
    """A model of pydantic-ai that speaks the provider's protocol through the HTTP client.

    `body` is added to the body of each request as it is, by Google's client; the others take it with
    the request.
    """
    match provider.protocol:
        case Protocol.OPENAI_CHAT | Protocol.OPENAI_RESPONSES:
            return _openai(provider, name, address=address, key=key, http=http)
        case Protocol.ANTHROPIC:
            return _anthropic(name, address=address, key=key, http=http)
        case Protocol.GOOGLE:
            return _google(name, address=address, key=key, http=http, body=body)


def _openai(
    provider: Provider, name: str, *, address: str, key: str, http: httpx2.AsyncClient
) -> Model[Any]:
    from openai import AsyncOpenAI
    from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
    from pydantic_ai.profiles.openai import OpenAIModelProfile
    from pydantic_ai.providers.openai import OpenAIProvider

    client = AsyncOpenAI(base_url=address, api_key=key, http_client=http, max_retries=0)
    if provider.key_variables != ("OPENAI_API_KEY",):
        client.organization = client.project = None  # taken from variables that are not for others
    access = OpenAIProvider(openai_client=client)
    if provider.protocol is Protocol.OPENAI_RESPONSES:
        return OpenAIResponsesModel(name, provider=access)
    profile = OpenAIModelProfile(
        # A stream that ends without one was cut off.
        openai_chat_streaming_requires_finish_reason=True,
        # OpenAI's newer models refuse the old name of the limit; many other servers know only it.
        openai_chat_supports_max_completion_tokens=provider.name == "openai",
    )
    return OpenAIChatModel(name, provider=access, profile=profile)


def _anthropic(name: str, *, address: str, key: str, http: httpx2.AsyncClient) -> Model[Any]:
    from anthropic import AsyncAnthropic
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    client = AsyncAnthropic(base_url=address, api_key=key, http_client=http, max_retries=0)
    access = AnthropicProvider(anthropic_client=client)
    return AnthropicModel(name, provider=access, profile=_AS_OFFERED)


def _google(
    name: str, *, address: str, key: str, http: httpx2.AsyncClient, body: dict[str, Any] | None
) -> Model[Any]:
    from google.genai.client import Client
    from google.genai.types import HttpOptions, HttpRetryOptions
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.providers.google import GoogleProvider

    options = HttpOptions(
        base_url=address,
        httpx_async_client=http,
        extra_body=body,
        timeout=int((http.timeout.read or 600.0) * 1000),
        retry_options=HttpRetryOptions(attempts=1),
    )
    client = Client(vertexai=False, api_key=key, http_options=options)
    return GoogleModel(name, provider=GoogleProvider(client=client), profile=_AS_OFFERED)
