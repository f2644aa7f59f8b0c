"""What a model costs: what the user set, or else what the bundled price list says.

The list is that of the package `genai-prices`, as it was installed; nothing is fetched. A model
that it does not know has no price at all, which is not the same as costing nothing. Some prices
rise beyond a number of input tokens, some change with the time of day; the list reckons with both.
"""

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
        plain = max(usage.input_tokens - usage.cached_tokens - usage.written_tokens, 0)
        millionths = (
            plain * self._input
            + usage.cached_tokens * self._cached
            + usage.written_tokens * self._written
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
        self.source = f"genai-prices {version('genai-prices')}"

    def dollars(self, usage: Usage) -> float:
        """What a reply cost."""
        from genai_prices import Usage as ListedUsage

        cached = min(usage.cached_tokens, usage.input_tokens)
        counted = ListedUsage(
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cache_read_tokens=cached,
            cache_write_tokens=min(usage.written_tokens, usage.input_tokens - cached),
        )
        return float(self._model.calc_price(counted, self._provider).total_price)

    def most(self, input_tokens: int, output_tokens: int) -> float:
        """The most that a reply of this size can cost, whatever the provider's cache does."""
        return max(
            self.dollars(
                Usage(
                    input_tokens=input_tokens,
                    output_tokens=output_tokens,
                    cached_tokens=cached,
                    written_tokens=written,
                )
            )
            for cached, written in ((0, 0), (input_tokens, 0), (0, input_tokens))
        )
