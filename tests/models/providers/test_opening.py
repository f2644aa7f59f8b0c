"""What the user may have got wrong is found before anything is sent."""

import subprocess
import sys
from typing import Any

import pytest

from brooks.core.spec import ModelSettings
from brooks.errors import UsageError
from brooks.models.keys import Keys
from brooks.models.naming import parse_model
from brooks.models.provider_table import PROVIDERS
from brooks.models.providers.opening import find_address, find_key, open_provider

CANARY = "sk-canary-4711-never-shown"


@pytest.mark.parametrize(
    ("model", "variables"),
    [
        ("openai:gpt-5.2", "OPENAI_API_KEY"),
        ("anthropic:claude-opus-4-6", "ANTHROPIC_API_KEY"),
        ("google:gemini-3-flash-preview", "GOOGLE_API_KEY or GEMINI_API_KEY"),
        ("groq:llama", "GROQ_API_KEY"),
    ],
)
def test_a_missing_key_is_asked_for_by_name(model: str, variables: str) -> None:
    """The user is told which variable, and that a file may hold it."""
    with pytest.raises(UsageError, match=f"needs a key: set {variables}, .*'.env'"):
        open_provider(parse_model(model), settings=ModelSettings(model=model), keys=Keys({}))


@pytest.mark.parametrize(
    ("model", "module", "extra"),
    [
        ("openai:m", "pydantic_ai", "openai"),
        ("ollama:m", "openai", "openai"),
        ("anthropic:m", "anthropic", "anthropic"),
        ("google:m", "google.genai", "google"),
    ],
)
def test_a_missing_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, model: str, module: str, extra: str
) -> None:
    """The base installation has none of the clients."""
    monkeypatch.setitem(sys.modules, module, None)
    name = parse_model(model)
    keys = Keys({PROVIDERS[name.kind].key_variables[0]: CANARY})

    with pytest.raises(UsageError) as caught:
        open_provider(name, settings=ModelSettings(model=model), keys=keys)

    assert str(caught.value) == (
        f"the model {model!r} needs an extra: pip install 'brooks[{extra}]'"
    )


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_opens_where_it_is_at_home(name: str) -> None:
    """Opening sends nothing, and shows no key."""
    provider = PROVIDERS[name]
    model = parse_model(f"{name}:some/model:latest")
    keys = Keys({provider.key_variables[-1]: CANARY})

    opened = open_provider(model, settings=ModelSettings(model=model.canonical), keys=keys)

    assert opened.address == provider.address
    assert CANARY not in repr(opened)


def address(provider: str, base_url: str | None = None, **environ: str) -> str:
    settings = ModelSettings(model=f"{provider}:m", base_url=base_url)
    return find_address(PROVIDERS[provider], settings=settings, keys=Keys(environ))


@pytest.mark.parametrize(
    ("provider", "environ", "expected"),
    [
        ("openai", {}, "https://api.openai.com/v1"),
        ("openai", {"OPENAI_BASE_URL": "http://here:1/v1/"}, "http://here:1/v1"),
        ("openai-responses", {"OPENAI_BASE_URL": "http://here:1/v1"}, "http://here:1/v1"),
        ("vllm", {"OPENAI_BASE_URL": "http://here:1/v1"}, "http://localhost:8000/v1"),
        ("google", {"GOOGLE_GEMINI_BASE_URL": "https://proxy"}, "https://proxy"),
        ("ollama", {"OLLAMA_HOST": "0.0.0.0"}, "http://localhost:11434/v1"),  # noqa: S104 - as Ollama's users write
        ("ollama", {"OLLAMA_HOST": "gpu:9999"}, "http://gpu:9999/v1"),
        ("ollama", {"OLLAMA_HOST": "https://gpu"}, "https://gpu:443/v1"),
        ("ollama", {"OLLAMA_HOST": "[::1]:5"}, "http://[::1]:5/v1"),
        ("ollama", {"OLLAMA_HOST": "x", "OLLAMA_BASE_URL": "http://y/v1"}, "http://y/v1"),
    ],
)
def test_a_variable_can_move_a_provider(
    provider: str, environ: dict[str, str], expected: str
) -> None:
    """Ollama's own variable says where it listens, without the path."""
    assert address(provider, **environ) == expected


def test_the_settings_come_before_the_variables() -> None:
    """What was written for this model counts most."""
    assert address("openai", "http://a/v1", OPENAI_BASE_URL="http://b/v1") == "http://a/v1"


@pytest.mark.parametrize("wrong", ["localhost:8000", "ftp://x/v1", "http://", "http://h:port", "x"])
def test_what_is_no_address_is_refused(wrong: str) -> None:
    """And it says where the wrong value is from."""
    with pytest.raises(UsageError, match="the base_url of the model 'vllm:m' is no address"):
        address("vllm", wrong)
    with pytest.raises(UsageError, match="VLLM_BASE_URL is no address"):
        address("vllm", VLLM_BASE_URL=wrong)


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    """Addresses are shown; keys are not."""
    with pytest.raises(UsageError) as caught:
        address("vllm", f"http://user:{CANARY}@host/v1")

    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("where", ["http://localhost:1/v1", "http://127.0.0.1:1/v1"])
def test_a_server_on_this_machine_needs_no_key(where: str) -> None:
    """Whatever it stands in for."""
    name = parse_model("openai:m")

    assert find_key(PROVIDERS["openai"], name, address=where, keys=Keys({})) == "none"


def test_a_key_with_a_line_end_in_it_is_refused_and_not_shown() -> None:
    """It could not be sent, and the client's error would show it."""
    keys = Keys({"OPENAI_API_KEY": f"{CANARY}\n"})

    with pytest.raises(UsageError, match="OPENAI_API_KEY has characters") as caught:
        find_key(PROVIDERS["openai"], parse_model("openai:m"), address="https://a", keys=keys)

    assert CANARY not in str(caught.value)


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    """Starting the program must not take the seconds that the clients take."""
    program = (
        "import sys, brooks.models.providers.opening, brooks.models.naming, brooks.models.prices;"
        "heavy = {'pydantic_ai', 'openai', 'anthropic', 'google', 'httpx2', 'genai_prices'};"
        "print(sorted(heavy & set(sys.modules)))"
    )

    done: Any = subprocess.run(  # noqa: S603 - a fixed program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
