"""One text for equal values, to hash them by and to keep them.

The encoder of messages leaves a field out where it holds the very object that is its default, so
that equal messages may be encoded differently: one that was sent to another process, or in whose
file a default was written out. Here a field is left out where it is *equal* to its default. A new
field with a default changes no hash.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

HASH_CHARACTERS = 20
"""Short enough for a file's name, long enough that of a million runs no two share one."""


def short_hash(*values: object) -> str:
    """A hash of some values, for a name."""
    return content_hash(*values)[:HASH_CHARACTERS]


def content_hash(*values: object) -> str:
    """A hash of some values: SHA-256 in hexadecimal."""
    return hashlib.sha256(canonical_json(values)).hexdigest()


def canonical_json(value: object) -> bytes:
    """A value as JSON, the same for equal values."""
    return msgspec.json.encode(_plain(value), order="deterministic")


_PLAIN = frozenset({str, int, float, bool, type(None)})


def _plain(value: object) -> object:
    if type(value) in _PLAIN:
        return value
    match value:
        case str() | int() | float() | None:
            return value
        case msgspec.Struct():
            given = ((name, getattr(value, name), usual) for name, usual in _fields(type(value)))
            return {name: _plain(each) for name, each, usual in given if each != usual}
        case tuple() | list():
            return [_plain(each) for each in value]
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, Any], ...]:
    """The fields of a kind of message with their defaults."""
    return tuple((field.name, _default(field)) for field in msgspec.structs.fields(kind))


def _default(field: Any) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default
