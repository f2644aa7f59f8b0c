"""The one kind of value that every fact, request and setting is made of.

`Message` is a frozen, keyword-only, slotted record. It is a `msgspec.Struct` and not a dataclass
because the log encodes and decodes these all day: measured on CPython 3.11, making one takes a
tenth of the time and encoding it two thirds (docs/decisions/0002-messages.md).
"""

import msgspec


class Message(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    gc=False,
    omit_defaults=True,
    forbid_unknown_fields=False,
):
    """Base of commands, events and spec types: frozen, compared by value, encoded as JSON objects.

    `gc=False` is safe because a message holds only strings, numbers and tuples of messages, and so
    can never be part of a reference cycle.
    """
