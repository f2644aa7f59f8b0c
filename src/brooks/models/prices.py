"""What a model costs: what the user set, or else what the bundled price list says.

The list is that of the package `genai-prices`, as it was installed; nothing is fetched. A model
that it does not know has no price at all, which is not the same as costing nothing. Some prices
rise beyond a number of input tokens, some change with the time of day; the list reckons with both.
"""

from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Protocol

from brooks.core.facts import Usage
from brooks.core.spec import ModelSettings, Price
from brooks.models.naming import ModelName
from brooks.models.provider_table import PROVIDERS

SET_BY_USER = "set by the user"
_MILLION = 1_000_000
_FREE = ":free"
"""How OpenRouter marks what costs nothing; any other entry without a price is one that is missing."""


class Pricing(Protocol):
    """The price of one model."""

    @property
    def source(self) -> str:
        """Where the price is from."""

    def dollars(self, usage: Usage) -> float:
        """What a reply cost."""

    def most(self, input_tokens: int, output_tokens: int) -> float:
        """The most that a reply of this size can cost, whatever the provider's cache does."""


def find_price(name: ModelName, settings: ModelSettings) -> Pricing | None:
    """The price of a model; None if nobody knows it."""
    if settings.price is not None:
        return SetPricing(settings.price)
    provider = PROVIDERS.get(name.kind)
    if provider is None or provider.priced_as is None:
        return None
    try:
        from genai_prices.data_snapshot import get_snapshot
    except ImportError:
        return None
    try:
        found, model = get_snapshot().find_provider_model(name.name, None, provider.priced_as, None)
    except LookupError:
        return None
    listed = ListedPricing(found, model)
    is_free = name.name.endswith(_FREE)
    return listed if is_free or listed.most(_MILLION, _MILLION) > 0 else None


def _parts(usage: Usage) -> tuple[int, int]:
    """The cached and the written part of the input, neither of which can be more than there is."""
    cached = min(usage.cached_tokens, usage.input_tokens)
    return cached, min(usage.written_tokens, usage.input_tokens - cached)


class SetPricing:
    """A price that the user set."""

    source = SET_BY_USER

    def __init__(self, price: Price) -> None:
        self._input = price.input
        self._output = price.output
        self._cached = price.input if price.cached is None else price.cached
        self._written = price.input if price.written is None else price.written

    def dollars(self, usage: Usage) -> float:
        """What a reply cost."""
        cached, written = _parts(usage)
        millionths = (
            (usage.input_tokens - cached - written) * self._input
            + cached * self._cached
            + written * self._written
            + usage.output_tokens * self._output
        )
        return millionths / _MILLION

    def most(self, input_tokens: int, output_tokens: int) -> float:
        """The most that a reply of this size can cost, whatever the provider's cache does."""
        dearest = max(self._input, self._cached, self._written)
        return (input_tokens * dearest + output_tokens * self._output) / _MILLION


class ListedPricing:
    """A price of the bundled list."""

    def __init__(self, provider: Any, model: Any) -> None:
        self._provider = provider
        self._model = model
        prices = _all_prices(model)
        self._dearest = SetPricing(
            Price(input=_highest(prices, *_INPUT), output=_highest(prices, "output_mtok"))
        )
        self._for_asking = _highest(prices, _REQUESTS) / 1000
        self._minute = (-1, -1)
        self._flat: SetPricing | None = None
        """The price in that minute, where it is the same for any size."""
        self.source = f"genai-prices {version('genai-prices')}"

    def dollars(self, usage: Usage) -> float:
        """What a reply cost."""
        from genai_prices import Usage as ListedUsage

        moment = datetime.now(UTC)  # noqa: TID251 - what a provider asks depends on the real time of day
        if (moment.hour, moment.minute) != self._minute:
            self._minute = (moment.hour, moment.minute)
            self._flat = _flat(self._model.get_prices(moment))
        if self._flat is not None:
            return self._flat.dollars(usage)
        cached, written = _parts(usage)
        counted = ListedUsage(
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cache_read_tokens=cached,
            cache_write_tokens=written,
        )
        price = self._model.calc_price(counted, self._provider, genai_request_timestamp=moment)
        return float(price.total_price)

    def most(self, input_tokens: int, output_tokens: int) -> float:
        """The most that a reply of this size can cost, at any time, whatever the provider's cache does."""
        return self._dearest.most(input_tokens, output_tokens) + self._for_asking


def _flat(prices: Any) -> SetPricing | None:
    """The price as one that does not depend on the size of the request; None if it does."""
    found = {name: getattr(prices, name, None) for name in (*_INPUT, "output_mtok")}
    sized = any(_tiers(value) for value in found.values())
    if sized or found["input_mtok"] is None or getattr(prices, _REQUESTS, None):
        return None
    numbers = {name: None if value is None else float(value) for name, value in found.items()}
    return SetPricing(
        Price(
            input=numbers["input_mtok"] or 0.0,
            output=numbers["output_mtok"] or 0.0,
            cached=numbers["cache_read_mtok"],
            written=numbers["cache_write_mtok"],
        )
    )


def _all_prices(model: Any) -> list[Any]:
    """The prices that a model has at any time."""
    variants = model.prices if isinstance(model.prices, list) else [model.prices]
    return [getattr(each, "prices", each) for each in variants]


_INPUT = ("input_mtok", "cache_read_mtok", "cache_write_mtok")
_REQUESTS = "requests_kcount"
"""What some providers take for a thousand requests of any size."""


def _highest(prices: list[Any], *names: str) -> float:
    """The highest of some prices, for any size."""
    values = [getattr(each, name, None) for each in prices for name in names]
    return max(
        (
            float(price)
            for value in values
            if value is not None
            for price in (getattr(value, "base", value), *(tier.price for tier in _tiers(value)))
        ),
        default=0.0,
    )


def _tiers(value: Any) -> list[Any]:
    return getattr(value, "tiers", None) or []
