"""From the name of a provider's model to a model that can be asked.

Everything the user may have got wrong is found here, before anything is asked: the key, the
address, the installation. Nothing heavy is imported before that is settled.
"""

from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from brooks.core.spec import ModelSettings
from brooks.errors import UsageError
from brooks.models.keys import Keys
from brooks.models.naming import ModelName
from brooks.models.provider_table import PROVIDERS, Protocol, Provider

if TYPE_CHECKING:
    from brooks.models.providers.provided import ProvidedModel

_MODULES = {
    Protocol.OPENAI_CHAT: "openai",
    Protocol.OPENAI_RESPONSES: "openai",
    Protocol.ANTHROPIC: "anthropic",
    Protocol.GOOGLE: "google.genai",
}
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - only compared
_NO_KEY = "none"
"""Sent where no key is needed, because the clients want one."""


def open_provider(name: ModelName, *, settings: ModelSettings, keys: Keys) -> "ProvidedModel":
    """The model of that name, with a client of its own; nothing is sent yet.

    Raises:
        UsageError: There is no key, an address is wrong, or the provider's extra is not installed.
    """
    provider = PROVIDERS[name.kind]
    address = find_address(provider, settings=settings, keys=keys)
    key = find_key(provider, name, address=address, keys=keys)
    _require(provider, name)
    from brooks.models.providers.provided import ProvidedModel

    return ProvidedModel(
        name, provider=provider, address=address, key=key, settings=settings, secrets=keys.secrets()
    )


def find_address(provider: Provider, *, settings: ModelSettings, keys: Keys) -> str:
    """Where the provider is: what the settings say, or a variable, or its own address.

    Raises:
        UsageError: What is set is no address.
    """
    if settings.base_url is not None:
        return _checked(settings.base_url, f"the base_url of the model {settings.model!r}")
    for variable in provider.address_variables:
        value = keys.get(variable)
        if value is not None and variable == "OLLAMA_HOST":
            return _checked(_from_ollama_host(value), variable)
        if value is not None:
            return _checked(value, variable)
    return provider.address


def find_key(provider: Provider, name: ModelName, *, address: str, keys: Keys) -> str:
    """The key to send; a server on this machine needs none.

    Raises:
        UsageError: There is none, and the provider wants one.
    """
    key = keys.first(provider.key_variables)
    if key is not None:
        if not key.isascii() or not key.isprintable():
            raise UsageError(
                f"the key in {_either(provider.key_variables)} has characters that no key has: "
                "copy it again"
            )
        return key
    if provider.is_local or urlsplit(address).hostname in _THIS_MACHINE:
        return _NO_KEY
    raise UsageError(
        f"the model {name.canonical!r} needs a key: set {_either(provider.key_variables)}, {keys.place}"
    )


def _either(variables: tuple[str, ...]) -> str:
    return " or ".join(variables)


def _checked(address: str, source: str) -> str:
    problem = f"{source} is no address of a server: write one such as 'http://localhost:8000/v1'"
    try:
        parts = urlsplit(address.strip())
        _ = parts.port
    except ValueError as error:
        raise UsageError(problem) from error
    if parts.username or parts.password:
        raise UsageError(f"{source} has a name or password in it: leave it out and set the key")
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in parts.geturl():
        raise UsageError(f"{problem}, not {address!r}")
    return parts.geturl().rstrip("/")


def _from_ollama_host(value: str) -> str:
    """What Ollama's own variable means to a client: a host with or without scheme, port and path."""
    parts = urlsplit(value if "://" in value else f"http://{value}")
    try:
        port = parts.port or (11434 if parts.scheme == "http" else 443)
    except ValueError:
        return value
    host = parts.hostname or "localhost"
    if host == "0.0.0.0":  # noqa: S104 - where it listens, and not where it is called
        host = "localhost"
    shown = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, f"{shown}:{port}", parts.path.rstrip("/") or "/v1", "", ""))


def _require(provider: Provider, name: ModelName) -> None:
    try:
        import_module("pydantic_ai")
        import_module(_MODULES[provider.protocol])
    except ImportError as error:
        raise UsageError(
            f"the model {name.canonical!r} needs an extra: pip install 'brooks[{provider.extra}]'"
        ) from error
