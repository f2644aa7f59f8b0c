"""Holding values against a section, and what is wrong with them in our words."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from brooks.errors import InternalError
from brooks.spec.documents import Document, Place, nearest, show
from brooks.spec.section import OURS, Section

AnySection = TypeVar("AnySection", bound=Section)


def validate(
    section: type[AnySection], data: object, *, document: Document, place: Place
) -> AnySection | None:
    """Give the section that `data` is, or None after complaining to the document.

    A known key without a value is taken as if it were not there.
    """
    if isinstance(data, dict) and None in data.values():
        data = {
            key: value
            for key, value in data.items()
            if value is not None or key not in section.model_fields
        }
    try:
        return section.model_validate(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _complain(section, detail, document=document, place=place)
        return None


def validate_whole(section: type[AnySection], document: Document) -> AnySection:
    """Give the section that a whole document is.

    Raises:
        UsageError: It is none; every problem of the document is in it.
    """
    found = validate(section, document.data, document=document, place=())
    document.raise_problems()
    if found is None:
        raise InternalError(f"{document.file} has no problems and is no {section.__name__}")
    return found


def _complain(
    section: type[Section], detail: ErrorDetails, *, document: Document, place: Place
) -> None:
    inner = detail["loc"]
    match detail["type"]:
        case "missing":
            document.complain((*place, *inner[:-1]), f"{str(inner[-1])!r} is missing: add it")
        case "extra_forbidden":
            within = _section_at(section, inner[:-1])
            document.complain((*place, *inner), _unknown_key(str(inner[-1]), within))
        case _:
            document.complain((*place, *inner), _in_words(detail))


def _unknown_key(key: str, section: type[Section]) -> str:
    if key in section.advice:
        return section.advice[key]
    known = list(section.model_fields)
    near = nearest(key, known)
    advice = f"did you mean {near!r}?" if near else f"there are {', '.join(known)}"
    return f"there is no key {show(key)} here: {advice}"


def _section_at(section: type[Section], inner: Place) -> type[Section]:
    """Give the section that stands at a place within another."""
    for step in inner:
        if isinstance(step, str):
            section = _section_in(section.model_fields[step].annotation) or section
    return section


def _section_in(annotation: object) -> type[Section] | None:
    """Give the section that a field's type holds: itself, in a list, or beside None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation if issubclass(annotation, Section) else None
    for argument in get_args(annotation):
        if found := _section_in(argument):
            return found
    return None


def _in_words(detail: ErrorDetails) -> str:
    if detail["type"] == OURS:
        return detail["msg"]
    value: object = detail["input"]
    words = _WORDS.get(detail["type"])
    if words is None:
        return f"{_subject(value)} is refused: {detail['msg']}"
    return f"{_subject(value)} {words(detail.get('ctx', {}))}"


def _subject(value: object) -> str:
    """Give a value as the subject of a sentence; of a mapping or list only what it is."""
    match value:
        case dict():
            return "a mapping"
        case list():
            return "an empty list" if not value else "a list"
        case None:
            return "nothing"
        case _:
            return show(value)


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "string_type": lambda _: "is not text: write text, in quotes if it looks like something else",
    "float_type": lambda _: "is not a number: write one such as 1.5",
    "bool_type": lambda _: "is no truth value: write true or false",
    "int_type": lambda _: "is not a whole number: write one such as 4",
    "int_from_float": lambda _: "is not a whole number: write one such as 4",
    "list_type": lambda _: "is not a list: write one such as [a, b]",
    "model_type": lambda _: "is not a mapping: write 'key: value' here",
    "model_attributes_type": lambda _: "is not a mapping: write 'key: value' here",
    "dict_type": lambda _: "is not a mapping: write 'key: value' here",
    "finite_number": lambda _: "is not finite: write a plain number",
    "greater_than": lambda bounds: f"is too small: it must be more than {bounds['gt']:g}",
    "greater_than_equal": lambda bounds: f"is too small: {bounds['ge']:g} is the least",
    "less_than": lambda bounds: f"is too large: it must be less than {bounds['lt']:g}",
    "less_than_equal": lambda bounds: f"is too large: {bounds['le']:g} is the most",
    "too_short": lambda bounds: f"is too short: {bounds['min_length']} is the least",
    "too_long": lambda bounds: f"is too long: {bounds['max_length']} is the most",
}
