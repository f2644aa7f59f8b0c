"""Keys whose value is one of a few names."""

from enum import StrEnum
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from brooks.spec.documents import nearest, show
from brooks.spec.section import refuse

_OFF = frozenset({"no", "off", "false"})
"""How people say `none`, in small letters; `no` and `off` are text in YAML 1.2."""


class OneOf:
    """Says of a field that its value is one name of an enumeration; anything else is told which there are.

    Use it as `Annotated[Pacing, OneOf(Pacing, "pacing")]`.
    """

    def __init__(self, names: type[StrEnum], noun: str) -> None:
        self._names = names
        self._known = [name.value for name in names]
        self._noun = noun
        """What such a value is called in messages: `there is no pacing 'round'`."""

    def choose(self, value: object) -> StrEnum:
        """Give what is named, or refuse the name."""
        if isinstance(value, str) and value in self._known:
            return self._names(value)
        near = self._nearest(value)
        advice = f"did you mean {near!r}? " if near else ""
        raise refuse(
            f"there is no {self._noun} {show(value)}: {advice}There are {', '.join(self._known)}"
        )

    def _nearest(self, value: object) -> str | None:
        if "none" in self._known and str(value).lower() in _OFF:
            return "none"
        return nearest(value, self._known) if isinstance(value, str) else None

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Take the name before Pydantic looks at it."""
        return core_schema.no_info_before_validator_function(self.choose, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Show the names where the key stands."""
        return {"type": "string", "enum": self._known}
