"""A provider's model: one request to it is one HTTP request, whatever comes of it.

What is done about a failure (waiting, trying again, another model) is decided by who asked, with
the kind of the failure and the wait that the server wants.
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
from pydantic_ai.direct import model_request, model_request_stream
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.settings import ModelSettings as RequestSettings

from brooks.core.facts import Failure, Usage
from brooks.core.spec import ModelSettings
from brooks.log.redaction import Redactor
from brooks.models.base import (
    Answered,
    AttemptFailed,
    Reply,
    Request,
    Sleep,
    Tool,
    count_tokens,
    reply_text,
    request_text,
)
from brooks.models.naming import ModelName
from brooks.models.prices import Pricing, find_price
from brooks.models.provider_table import Protocol, Provider
from brooks.models.providers.clients import pydantic_model
from brooks.models.providers.conversation import Offer, Thoughts, is_whole, offer_of, reply_of
from brooks.models.providers.exchange import Exchange, current, http_client
from brooks.models.providers.failures import broken, failure_of


class ProvidedModel:
    """A model that a provider's server answers for, with one kept client."""

    def __init__(
        self,
        name: ModelName,
        *,
        provider: Provider,
        address: str,
        key: str,
        settings: ModelSettings,
        secrets: Mapping[str, str],
    ) -> None:
        self.name = name
        self.address = address
        self.pricing: Pricing | None = find_price(name, settings)
        """What it costs; None if nobody knows."""
        self._seconds = settings.timeout_seconds
        self._stream = settings.stream
        self._redactor = Redactor(secrets)
        self._http = http_client(settings.timeout_seconds)
        self._protocol = provider.protocol
        self._pydantic_model = partial(
            pydantic_model, provider, name.name, address=address, key=key, http=self._http
        )
        self._models: dict[tuple[Tool, ...], tuple[Offer, Model[Any]]] = {}
        """For each set of tools: how they are offered, and to which model of the library."""
        self._models_for(())
        self._thoughts = Thoughts()

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Answer one request, by one HTTP request.

        Raises:
            AttemptFailed: There is no answer; its kind says whether there may be one later.
        """
        messages = self._thoughts.messages(request.conversation)
        offer, model = self._models_for(request.tools)
        settings = RequestSettings(max_tokens=request.max_output_tokens)
        body = self._body(offer, request)
        if body is not None:
            settings["extra_body"] = body
        response = await self._attempt(model, messages, offer.parameters, settings)
        reply = self._priced(reply_of(response, request.conversation), request)
        self._thoughts.keep(request.conversation, reply, response)
        return reply

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    def _body(self, offer: Offer, request: Request) -> dict[str, Any] | None:
        """What is added to the body of a request.

        Anthropic caches only what it is asked to, and takes a quarter more for what it puts there. That
        pays in a turn that goes on, and not in one that may be over with its first reply.
        """
        if self._protocol is Protocol.GOOGLE:
            return None
        goes_on = any(isinstance(item, Answered) for item in request.conversation)
        if self._protocol is Protocol.ANTHROPIC and goes_on:
            return {**(offer.body or {}), "cache_control": {"type": "ephemeral"}}
        return offer.body

    def _models_for(self, tools: tuple[Tool, ...]) -> tuple[Offer, Model[Any]]:
        found = self._models.get(tools)
        if found is None:
            offer = offer_of(tools, self._protocol)
            found = self._models[tools] = (offer, self._pydantic_model(body=offer.body))
        return found

    async def _attempt(
        self,
        model: Model[Any],
        messages: list[ModelMessage],
        parameters: ModelRequestParameters,
        settings: RequestSettings,
    ) -> ModelResponse:
        exchange = Exchange()
        token = current.set(exchange)
        response: ModelResponse | None = None
        limit = asyncio.timeout(self._seconds)
        try:
            async with limit:
                response = await self._ask(model, messages, parameters, settings)
            failed = None if is_whole(response) else broken("the answer was cut off")
        except TimeoutError as error:
            if limit.expired():
                text = f"no answer within {self._seconds:g} seconds"
                failed = AttemptFailed(Failure.TIMEOUT, text)
            else:
                failed = failure_of(error, exchange, redactor=self._redactor)
        except Exception as error:  # noqa: BLE001 - the clients raise what they like, and none may escape
            failed = failure_of(error, exchange, redactor=self._redactor)
        finally:
            current.reset(token)
        if failed is not None or response is None:
            raise failed or broken("there is no answer")
        return response

    async def _ask(
        self,
        model: Model[Any],
        messages: list[ModelMessage],
        parameters: ModelRequestParameters,
        settings: RequestSettings,
    ) -> ModelResponse:
        if not self._stream:
            return await model_request(
                model,
                messages,
                model_settings=settings,
                model_request_parameters=parameters,
                instrument=False,
            )
        async with model_request_stream(
            model,
            messages,
            model_settings=settings,
            model_request_parameters=parameters,
            instrument=False,
        ) as stream:
            async for _ in stream:
                pass
            return stream.get()

    def _priced(self, reply: Reply, request: Request) -> Reply:
        usage = reply.usage
        if not usage.input_tokens and not usage.output_tokens:
            usage = Usage(
                input_tokens=count_tokens(request_text(request)),
                output_tokens=count_tokens(reply_text(reply)),
            )
        if self.pricing is not None:
            usage = msgspec.structs.replace(usage, dollars=self.pricing.dollars(usage))
        return msgspec.structs.replace(reply, usage=usage)

    def __repr__(self) -> str:
        return f"ProvidedModel({self.name.canonical!r})"
