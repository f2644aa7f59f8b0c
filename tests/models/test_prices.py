"""What a reply costs, and the most that one may cost."""

import sys
from datetime import UTC, datetime

import pytest

from brooks.core.facts import Usage
from brooks.core.spec import ModelSettings, Price
from brooks.models.naming import parse_model
from brooks.models.prices import ListedPricing, Pricing, find_price

pytest.importorskip("genai_prices", reason="it comes with the extras of the providers")
from genai_prices import Usage as ListedUsage
from genai_prices.data_snapshot import get_snapshot


def price_of(model: str, price: Price | None = None) -> Pricing | None:
    return find_price(parse_model(model), ModelSettings(model=model, price=price))


def test_a_price_that_the_user_set_counts_before_the_list() -> None:
    """Cached and written tokens are part of the input, each at a price of its own."""
    price = Price(input=2.0, output=10.0, cached=0.5, written=4.0)
    pricing = price_of("openai:gpt-5.2", price)

    assert pricing is not None
    assert pricing.source == "set by the user"
    usage = Usage(
        input_tokens=1_000_000, cached_tokens=400_000, written_tokens=100_000, output_tokens=50_000
    )
    assert pricing.dollars(usage) == pytest.approx(0.5 * 2 + 0.4 * 0.5 + 0.1 * 4 + 0.05 * 10)
    assert pricing.most(1_000_000, 50_000) == pytest.approx(4 + 0.5)


def test_what_is_not_said_of_the_cache_costs_like_other_input() -> None:
    """A local server may be given a price too, for the electricity."""
    pricing = price_of("ollama:llama3", Price(input=1.0, output=2.0))

    assert pricing is not None
    usage = Usage(input_tokens=10, cached_tokens=5, written_tokens=2, output_tokens=10)
    assert pricing.dollars(usage) == pytest.approx(30e-6)
    assert pricing.most(10, 10) == pytest.approx(30e-6)


@pytest.mark.parametrize(
    "model",
    ["ollama:llama3", "vllm:q", "sglang:q", "lmstudio:q", "sim:typical", "command:claude"],
)
def test_nobody_knows_what_a_users_own_server_costs(model: str) -> None:
    """Unknown is not zero."""
    assert price_of(model) is None


@pytest.mark.parametrize(
    "model",
    [
        "openai:gpt-5.2",
        "openai-responses:gpt-5",
        "anthropic:claude-sonnet-4-6",
        "google:gemini-3-flash-preview",
        "openrouter:anthropic/claude-sonnet-4.5",
        "groq:llama-3.3-70b-versatile",
        "together:meta-llama/Llama-3.3-70B-Instruct-Turbo",
        "mistral:mistral-large-latest",
        "xai:grok-4",
        "deepseek:deepseek-chat",
    ],
)
def test_the_list_knows_models_of_every_provider(model: str) -> None:
    """No reply of a size costs more than the most it may cost."""
    pytest.importorskip("genai_prices")
    pricing = price_of(model)

    assert pricing is not None
    assert pricing.source.startswith("genai-prices ")
    most = pricing.most(300_000, 5_000)
    for cached, written in [(0, 0), (200_000, 0), (0, 200_000), (100_000, 100_000), (400_000, 9)]:
        usage = Usage(
            input_tokens=300_000,
            output_tokens=5_000,
            cached_tokens=cached,
            written_tokens=written,
        )
        assert 0 < pricing.dollars(usage) <= most


def test_a_model_that_is_not_on_the_list_has_no_price() -> None:
    """Another provider's model of that name is another model."""
    assert price_of("openai:no-such-model") is None
    assert price_of("groq:gpt-5.2") is None


def test_without_the_list_there_is_no_price(monkeypatch: pytest.MonkeyPatch) -> None:
    """The base installation does not have it."""
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    monkeypatch.setitem(sys.modules, "genai_prices.data_snapshot", None)

    assert price_of("openai:gpt-5.2") is None


def test_our_arithmetic_agrees_with_the_lists_own_for_every_model() -> None:
    """Most prices are the same for any size and reckoned here; the list's own code says the same."""
    usage = Usage(input_tokens=9_000, output_tokens=700, cached_tokens=2_000, written_tokens=500)
    moment = datetime.now(UTC)
    checked = 0
    for provider in get_snapshot().providers:
        for model in provider.models:
            ours = ListedPricing(provider, model)
            counted = ListedUsage(
                input_tokens=9_000,
                output_tokens=700,
                cache_read_tokens=2_000,
                cache_write_tokens=500,
            )
            try:
                theirs = model.calc_price(counted, provider, genai_request_timestamp=moment)
            except ValueError:
                continue  # the list says that such a request cannot be
            assert ours.dollars(usage) == pytest.approx(float(theirs.total_price)), model.id
            assert ours.most(9_000, 700) >= ours.dollars(usage) * 0.999, model.id
            checked += 1

    assert checked > 300
