"""The shape of what a task file says about models: limits, fallbacks, prices."""

from typing import Annotated

from pydantic import Field

from brooks.core.spec import ModelSettings, Price
from brooks.spec.section import Count, Filled, Positive, Section

NotNegative = Annotated[float, Field(ge=0)]


class PriceSection(Section):
    """What a model costs, in dollars per million tokens."""

    input: NotNegative
    """For what it reads."""
    output: NotNegative
    """For what it writes."""
    cached: NotNegative | None = None
    """For what the provider has in its cache; the price of other input if left out."""
    written: NotNegative | None = None
    """For what the provider puts into its cache; the price of other input if left out."""


class ModelSection(Section):
    """How one model is used by the whole team."""

    model: Filled
    """The model these settings are for."""
    requests_per_minute: Count | None = None
    """The most requests in any minute."""
    tokens_per_minute: Count | None = None
    """The most tokens in any minute, read and written together."""
    concurrency: Count | None = None
    """The most requests at once; found while running if left out."""
    fallback: Filled | None = None
    """The model to ask when this one cannot be reached."""
    patience_minutes: Positive = 15.0
    """How long a request that fails is tried again before the run stops, to be resumed."""
    timeout_seconds: Positive = 600.0
    """The longest time one attempt may take; for an agent on the command line, its whole work."""
    max_output_tokens: Count = 8192
    """The longest reply."""
    backoff_seconds: Positive = 1.0
    """Bound of the random wait after a first failure; it doubles with each further one."""
    stream: bool = False
    """Whether replies are read as they are written."""
    base_url: Filled | None = None
    """Where the model is served."""
    price: PriceSection | None = None
    """What it costs, where the price list does not know or is wrong."""
    environment: list[Filled] = Field(default_factory=list)
    """Names of environment variables that an agent on the command line is given besides the usual ones."""

    def settings(self) -> ModelSettings:
        """Give the values that the program works with."""
        price = self.price
        return ModelSettings(
            model=self.model,
            requests_per_minute=self.requests_per_minute,
            tokens_per_minute=self.tokens_per_minute,
            concurrency=self.concurrency,
            fallback=self.fallback,
            patience_seconds=self.patience_minutes * 60.0,
            timeout_seconds=self.timeout_seconds,
            max_output_tokens=self.max_output_tokens,
            backoff_seconds=self.backoff_seconds,
            most_backoff_seconds=max(60.0, self.backoff_seconds),
            stream=self.stream,
            base_url=self.base_url,
            environment=tuple(self.environment),
            price=None
            if price is None
            else Price(
                input=price.input, output=price.output, cached=price.cached, written=price.written
            ),
        )
