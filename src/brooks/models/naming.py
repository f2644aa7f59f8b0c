"""Model strings: `sim:typical`, `scripted:replies.yaml`, `recorded:RUN`."""

from typing import Literal, NamedTuple, get_args

from brooks.errors import UsageError

Kind = Literal["sim", "scripted", "recorded"]

_USES: dict[Kind, str] = {
    "sim": "a profile such as 'sim:typical', or a file such as 'sim:my-profile.yaml'",
    "scripted": "the file with the replies, such as 'scripted:replies.yaml'",
    "recorded": "the earlier run, such as 'recorded:latest'",
}
_DEFAULT_PROFILE = "typical"


class ModelName(NamedTuple):
    """A model string, taken apart."""

    kind: Kind
    name: str
    """What it is called there: a profile, a file or a run."""


def parse_model(text: str) -> ModelName:
    """Take a model string apart at its first `:` or `/`; `sim` alone means `sim:typical`.

    Raises:
        UsageError: It names no model that exists in this version.
    """
    colon, slash = text.partition(":"), text.partition("/")
    prefix, _, name = colon if len(colon[0]) < len(slash[0]) else slash
    for kind in get_args(Kind):
        if prefix == kind:
            if not name and prefix == text == "sim":
                return ModelName("sim", _DEFAULT_PROFILE)
            if not name:
                raise UsageError(f"the model {text!r} names nothing: add {_USES[kind]}")
            return ModelName(kind, name)
    raise UsageError(
        f"there is no model {text!r}: in this version there are 'sim:PROFILE', 'scripted:FILE' "
        "and 'recorded:RUN', and models of real providers are not in it: try 'sim:typical'"
    )
