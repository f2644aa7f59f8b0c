"""What the shapes of user files have in common: the base class and the types of values."""

from typing import Annotated, ClassVar, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from brooks.spec.documents import nearest, show
from brooks.spec.presets import PRESETS

LONGEST_ID = 100
OURS = "brooks"
"""The type of the errors whose message is ours and whole."""


def refuse(text: str) -> PydanticCustomError:
    """Give the error that shows the user `text` and nothing else."""
    return PydanticCustomError(OURS, "{text}", {"text": text})


def _id_text(value: object) -> object:
    """Take a whole number for an id, as the published task files may have it."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _check_id(value: str) -> str:
    shown = show(value)
    if not value:
        raise refuse(f"{shown} is empty: give it a name")
    if len(value) > LONGEST_ID:
        raise refuse(f"{shown} has {len(value)} characters: {LONGEST_ID} is the most")
    if value != value.strip():
        raise refuse(f"{shown} begins or ends with a space: take it out")
    if not value.isprintable():
        raise refuse(f"{shown} has a character that cannot be printed: take it out")
    if value.startswith("/"):
        raise refuse(f"{shown} begins with '/': use another first character")
    return value


def _check_preset(name: str) -> str:
    if name not in PRESETS:
        raise refuse(unknown_preset(name))
    return name


def unknown_preset(name: str) -> str:
    """Give the sentence for a preset that does not exist."""
    near = nearest(name.partition(":")[0], PRESETS)
    advice = f"did you mean {near!r}? " if near else ""
    return f"there is no preset {show(name)}: {advice}There are {', '.join(PRESETS)}"


def _check_filled(value: str) -> str:
    if not value.strip():
        raise refuse(f"{show(value)} is empty: write something, or leave the key out")
    return value


Id: TypeAlias = Annotated[
    str,
    BeforeValidator(_id_text),
    AfterValidator(_check_id),
    WithJsonSchema({"type": ["string", "integer"], "minLength": 1, "maxLength": LONGEST_ID}),
]
Filled: TypeAlias = Annotated[
    str, AfterValidator(_check_filled), WithJsonSchema({"type": "string", "pattern": r"\S"})
]
PresetName: TypeAlias = Annotated[
    str, AfterValidator(_check_preset), WithJsonSchema({"type": "string", "enum": list(PRESETS)})
]
Positive: TypeAlias = Annotated[float, Field(gt=0)]
Count: TypeAlias = Annotated[int, Field(ge=1, le=10**9)]
Probability: TypeAlias = Annotated[float, Field(ge=0, le=1)]


class Section(BaseModel):
    """A mapping in a file: no unknown keys, and values of the types they are written with."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )
    advice: ClassVar[dict[str, str]] = {}
    """What to tell who uses a key that we refuse on purpose."""
