"""Model strings: `openai:gpt-5.2`, `sim:typical`, `command:claude`.

What stands before the first `:` or `/` says who answers, and everything behind it is that one's own
name for the model, which may hold either of them again. `provider:name` is the canonical form.
"""

from typing import NamedTuple

from brooks.errors import UsageError
from brooks.models.provider_table import ALIASES, PROVIDERS

_USES = {
    "sim": "a profile such as 'sim:typical', or a file such as 'sim:my-profile.yaml'",
    "scripted": "the file with the replies, such as 'scripted:replies.yaml'",
    "recorded": "the earlier run, such as 'recorded:latest'",
    "command": "the command line of an agent, such as 'command:claude'",
}
_DEFAULT_PROFILE = "typical"

KINDS = (*_USES, *PROVIDERS)
"""Everything that may stand before the separator, aliases aside."""


class ModelName(NamedTuple):
    """A model string, taken apart."""

    kind: str
    """`sim`, `scripted`, `recorded`, `command`, or the name of a provider."""
    name: str
    """What it is called there: a profile, a file, a run, a command line or a provider's model."""

    @property
    def canonical(self) -> str:
        """The one form of the string that is kept."""
        return f"{self.kind}:{self.name}"

    @property
    def is_provider(self) -> bool:
        """Whether a provider's server answers."""
        return self.kind in PROVIDERS

    @property
    def is_outside(self) -> bool:
        """Whether a server or a program answers, in real time."""
        return self.is_provider or self.kind == "command"


def parse_model(text: str) -> ModelName:
    """Take a model string apart at its first `:` or `/`; `sim` alone means `sim:typical`.

    Raises:
        UsageError: It names no model that exists in this version.
    """
    colon, slash = text.partition(":"), text.partition("/")
    prefix, _, rest = colon if len(colon[0]) < len(slash[0]) else slash
    kind, name = ALIASES.get(prefix, prefix), rest.strip()
    if kind not in KINDS:
        raise UsageError(_unknown(text, prefix))
    if text == "sim":
        return ModelName("sim", _DEFAULT_PROFILE)
    if not name:
        use = _USES.get(kind, f"the provider's name of the model, as in '{kind}:MODEL'")
        raise UsageError(f"the model {text!r} names nothing: add {use}")
    return ModelName(kind, name)


def _unknown(text: str, prefix: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(prefix, (*KINDS, *ALIASES), n=1)
    guess = f"did you mean {near[0] + text[len(prefix) :]!r}? " if near else ""
    return (
        f"there is no model {text!r}: {guess}a model is 'sim:PROFILE', 'scripted:FILE', "
        f"'recorded:RUN', 'command:COMMAND LINE' or 'PROVIDER:MODEL', with one of the providers "
        f"{', '.join(PROVIDERS)}"
    )
