"""A claim: a sentence with a number in it, the command that measures it, the bound it must meet."""

import operator
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from brooks.errors import UsageError

Measured: TypeAlias = bool | int | float | str
Tier: TypeAlias = Literal["ci", "full"]

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """A comparison with a limit; `holds` is the comparison with true."""

    comparison: str
    limit: Measured

    @classmethod
    def parse(cls, text: str) -> Self:
        if text == "holds":
            return cls(comparison="==", limit=True)
        comparison, _, rest = text.partition(" ")
        limit = yaml.safe_load(rest)
        if comparison == "==" and isinstance(limit, bool | int | float | str):
            return cls(comparison=comparison, limit=limit)
        if comparison in _COMPARISONS and _is_number(limit):
            return cls(comparison=comparison, limit=limit)
        raise ValueError(
            f"bound {text!r} is not understood: write 'holds', '== VALUE', or one of "
            f"{', '.join(_COMPARISONS)} and a number, with a space between"
        )

    def is_met_by(self, measured: Measured) -> bool:
        """Whether a measured value is of the limit's kind and on the right side of it."""
        if self.comparison == "==":
            return _kind(measured) is _kind(self.limit) and measured == self.limit
        if not _is_number(measured) or not _is_number(self.limit):
            return False
        return _COMPARISONS[self.comparison](float(measured), float(self.limit))


class Claim(BaseModel):
    """One entry of the claims file; the file's own head explains the fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    issue: Annotated[int, Field(ge=1)]
    says: Annotated[str, Field(min_length=1)]
    command: Annotated[list[str], Field(min_length=1)] | Annotated[str, Field(min_length=1)]
    bound: str
    unit: str = ""
    tier: Tier
    minutes: Annotated[float, Field(gt=0)]

    @field_validator("bound")
    @classmethod
    def _bound_is_understood(cls, text: str) -> str:
        Bound.parse(text)
        return text

    def is_met_by(self, measured: Measured) -> bool:
        return Bound.parse(self.bound).is_met_by(measured)


class _ClaimsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    claims: list[Claim]


def load_claims(path: Path) -> tuple[Claim, ...]:
    """Read every claim of a file, in its order.

    Raises:
        UsageError: the file is missing, is not YAML, has a wrong field, or names two claims alike.
    """
    try:
        claims = _ClaimsFile.model_validate(yaml.safe_load(path.read_text("utf-8"))).claims
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise UsageError(f"claims file {str(path)!r} cannot be read: {error}") from error
    twice = [name for name, count in Counter(claim.id for claim in claims).items() if count > 1]
    if twice:
        raise UsageError(f"claims file {str(path)!r} has two claims with the id {twice[0]!r}")
    return tuple(claims)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _kind(value: Measured) -> type:
    return float if _is_number(value) else type(value)
